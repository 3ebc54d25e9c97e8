"""The app `audit` for Django."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Registers the app."""

    name = "jdl_service.audit"
    label = "audit"
