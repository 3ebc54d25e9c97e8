"""The app `organisations` for Django."""

from __future__ import annotations

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Registers the app."""

    name = "jdl_service.organisations"
    label = "organisations"
