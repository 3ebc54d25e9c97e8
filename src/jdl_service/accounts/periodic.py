"""What comes round for accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.accounts.models import Tally

if TYPE_CHECKING:
    from datetime import datetime


def forget_tries(*, at: datetime) -> None:
    """Delete what counts no more: the cache itself does so only when it is full."""
    Tally.objects.filter(expires__lte=at).delete()
