"""The look as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class LookConfig(AppConfig):
    """Templates, static files and pages of words."""

    name = "jdl_service.look"
    label = "look"
