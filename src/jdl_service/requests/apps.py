"""The app `requests` for Django."""

from __future__ import annotations

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    """Registers the app."""

    name = "jdl_service.requests"
    label = "requests"
