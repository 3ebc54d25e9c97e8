"""The app `library` for Django."""

from __future__ import annotations

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """Registers the app."""

    name = "jdl_service.library"
    label = "library"
