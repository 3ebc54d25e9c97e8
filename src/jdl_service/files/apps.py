"""The app `files` for Django."""

from __future__ import annotations

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Registers the app."""

    name = "jdl_service.files"
    label = "files"
