"""The app `results` for Django."""

from __future__ import annotations

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    """Registers the app; it has no models."""

    name = "jdl_service.results"
    label = "results"
