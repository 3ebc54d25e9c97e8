"""What was deleted leaves the disk: SQLite overwrites it in its file, and its journal would keep the page as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from datetime import datetime


def overwrite(*, at: datetime) -> None:  # noqa: ARG001 -- as everything that comes round is called
    """Move the journal into the database and cut it off. Whoever reads at this moment puts it off until the next time.

    PostgreSQL overwrites by its own vacuum.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
