"""The app `releases` for Django."""

from __future__ import annotations

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """Registers the app."""

    name = "jdl_service.releases"
    label = "releases"
