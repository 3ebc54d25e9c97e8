"""The app `public` for Django."""

from __future__ import annotations

from django.apps import AppConfig


class PublicConfig(AppConfig):
    """Registers the app."""

    name = "jdl_service.public"
    label = "public"
