"""The app `accounts` for Django."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the app."""

    name = "jdl_service.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Have log-ins written down."""
        from jdl_service.accounts import steps  # noqa: F401, PLC0415 -- models are there only now
