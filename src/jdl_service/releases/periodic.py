"""What comes round for releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.releases import actions

if TYPE_CHECKING:
    from datetime import datetime


def release_due(*, at: datetime) -> None:
    """At the hour: one row flips for each release."""
    actions.release_due(at=at)


def watch_files(*, at: datetime) -> None:
    """Every hour: frozen files are still those that were frozen."""
    actions.watch_files(at=at)
