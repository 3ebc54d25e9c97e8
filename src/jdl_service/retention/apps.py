"""The app `retention` for Django."""

from __future__ import annotations

from django.apps import AppConfig


class RetentionConfig(AppConfig):
    """Registers the app."""

    name = "jdl_service.retention"
    label = "retention"
