"""The app `organisations` for Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from jdl_service.base.wall_rules import build


class OrganisationsConfig(AppConfig):
    """Registers the app."""

    name = "jdl_service.organisations"
    label = "organisations"

    def ready(self) -> None:
        """The second wall is built whenever tables have changed; this app's rows are what it stands between."""
        post_migrate.connect(build, sender=self)
