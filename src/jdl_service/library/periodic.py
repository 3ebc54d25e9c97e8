"""What comes round for the library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.library import actions, overlaps

if TYPE_CHECKING:
    from datetime import datetime


def keep_snapshot(*, at: datetime) -> None:
    """Within a minute of a public act, the state that it made is kept."""
    actions.keep_snapshot(at=at)


def ask_ledger(*, at: datetime) -> None:
    """Within a minute of its freezing it is known with whom a release shares people."""
    overlaps.ask(at=at)
