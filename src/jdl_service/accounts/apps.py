"""The app `accounts` for Django."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the app."""

    name = "jdl_service.accounts"
    label = "accounts"
