"""The app `jobs` for Django."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Registers the app."""

    name = "jdl_service.jobs"
    label = "jobs"
