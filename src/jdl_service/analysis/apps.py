"""The app `analysis` for Django."""

from __future__ import annotations

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    """Registers the app."""

    name = "jdl_service.analysis"
    label = "analysis"
