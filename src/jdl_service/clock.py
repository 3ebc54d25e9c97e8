"""The server's clock: the one place that reads it. Views and the worker ask `now()` and hand the answer on as `at=`; days are the lab's."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.conf import settings

from justice_data_lab.publication import calendar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """This moment, in UTC."""
    return _told.get() or datetime.now(UTC)  # noqa: TID251 -- the one place


def day_of(at: datetime) -> date:
    """The day of a moment where the lab is."""
    return calendar.day_of(at, settings.LAB.release_zone)


def today() -> date:
    """This day, where the lab is."""
    return day_of(now())


@contextmanager
def told(at: datetime) -> Iterator[datetime]:
    """Let the clock of this thread stand at a moment: a demonstration tells what came before it."""
    before = _told.set(at)
    try:
        yield at
    finally:
        _told.reset(before)
