"""What comes round for the library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.library import actions

if TYPE_CHECKING:
    from datetime import datetime


def keep_snapshot(*, at: datetime) -> None:
    """Within a minute of a public act, the state that it made is kept."""
    actions.keep_snapshot(at=at)
