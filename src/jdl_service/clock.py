"""The server's clock: the one place that reads it. Views and the worker ask `now()` and hand the answer on as `at=`."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """This moment, in UTC."""
    return _told.get() or datetime.now(UTC)  # noqa: TID251 -- the one place


@contextmanager
def told(at: datetime) -> Iterator[datetime]:
    """Let the clock of this thread stand at a moment: a demonstration tells what came before it."""
    before = _told.set(at)
    try:
        yield at
    finally:
        _told.reset(before)
