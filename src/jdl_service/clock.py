"""The server's clock: the one place that reads it. Views and the worker ask `now()` and hand the answer on as `at=`."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 -- the one place
