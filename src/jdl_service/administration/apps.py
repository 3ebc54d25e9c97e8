"""The app `administration` for Django."""

from __future__ import annotations

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    """Registers the app."""

    name = "jdl_service.administration"
    label = "administration"
