"""`python -m jdl_service move`: moves what was on SQLite in the home folder to the database of the settings, and says what it counted."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from jdl_service.administration.moving import HERE, move_all
from jdl_service.conf.databases import database
from justice_data_lab.errors import UsageError

_BEFORE = "before"


class Command(BaseCommand):
    """Moves the database; the store, the keys and the ledger stay where they are."""

    help = "Moves every row from SQLite in JDL_HOME to JDL_DATABASE, counts them, and checks the log. Stop web and worker first."

    def handle(self, *args: object, **options: object) -> None:  # noqa: ARG002
        """Move.

        Raises:
            CommandError: in words; nothing was moved.
        """
        found = settings.ENVIRONMENT
        if not found.database or not (found.home / "service.sqlite3").is_file():
            message = "move: expected JDL_DATABASE with the new address, and service.sqlite3 in JDL_HOME. See docs/how-to/run-the-service.md."
            raise CommandError(message)
        call_command("migrate", verbosity=0)
        before = database(replace(found, database=""))
        connections.databases[_BEFORE] = connections.configure_settings({HERE: {}, _BEFORE: before})[_BEFORE]
        try:
            counts = move_all(_BEFORE)
        except UsageError as fault:
            raise CommandError(str(fault)) from None
        for table, number in sorted(counts.items()):
            self.stdout.write(f"{number:>9,} {table}")
        self.stdout.write(f"{sum(counts.values()):>9,} rows moved, and the log stands.")
