"""What comes round for retention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.retention import destroy

if TYPE_CHECKING:
    from datetime import datetime


def destroy_due(*, at: datetime) -> None:
    """Each night: destroy what is due."""
    destroy.destroy_due(at=at)
