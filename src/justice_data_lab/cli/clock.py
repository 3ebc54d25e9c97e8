"""The server's clock, which nothing on the command line can set: hours, notice and the log go by it alone."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The moment in UTC."""
    return datetime.now(UTC)
