"""What is done again and again: at the hour of a release, each night. Whoever moves the row on does it, so two workers do it once."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import Error, close_old_connections, connection
from django.utils.module_loading import import_string

from jdl_service import clock
from jdl_service.jobs.models import Periodic
from jdl_service.jobs.steadiness import Steadiness, passed

if TYPE_CHECKING:
    from datetime import datetime

_log = logging.getLogger("jdl.periodic")
_LOOK_SECONDS = 0.5


@dataclass(slots=True, kw_only=True)
class Round:
    """Looks after what comes round beside the worker's jobs: a release has its hour while an analysis runs for another.

    Attributes:
        ending: set when the worker ends.
    """

    ending: threading.Event
    thread: threading.Thread = field(init=False)

    def __enter__(self) -> Self:
        """Begin."""
        self.thread = threading.Thread(target=self.go, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *ended: object) -> None:
        """End after what is at hand."""
        self.ending.set()
        self.thread.join()

    def go(self) -> None:
        """Look again and again, unless the clock cannot be believed; a database that is away is waited for."""
        steady = Steadiness()
        try:
            while not self.ending.wait(_LOOK_SECONDS):
                at = clock.now()
                if not steady.believes(at, passed()):
                    continue
                try:
                    run_due(at)
                    close_old_connections()
                except Error:
                    _log.exception("database away")
                    connection.close()
        finally:
            connection.close()


def run_due(at: datetime) -> int:
    """Do whatever's time has come; a failure of one is logged and keeps no other waiting. Gives their number."""
    return sum(_run(name, timedelta(seconds=seconds), at) for name, seconds in settings.PERIODIC.items())


def _run(name: str, every: timedelta, at: datetime) -> int:
    row, _ = Periodic.objects.get_or_create(name=name, defaults={"next_at": at})
    # a clock that was set back must not silence it
    due = row.next_at <= at or row.next_at > at + every
    if not due or not Periodic.objects.filter(name=name, next_at=row.next_at).update(next_at=at + every):
        return 0
    try:
        import_string(name)(at=at)
    except Exception:  # noqa: BLE001 -- one that breaks must not silence the others
        _log.exception("periodic work broke", extra={"kind": name.rsplit(".", 1)[-1]})
    return 1
