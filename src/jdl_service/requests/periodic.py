"""What comes round for requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.requests import actions

if TYPE_CHECKING:
    from datetime import datetime


def wake(*, at: datetime) -> None:
    """Take up every parked request whose date has come."""
    actions.wake_due(at=at)
