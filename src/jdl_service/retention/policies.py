"""What the state of things allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.base.errors import NotNow
from jdl_service.retention.classes import kept_for

if TYPE_CHECKING:
    from jdl_service.requests.models import Request


def check_days(data_class: str, days: int) -> None:
    """See that a number of days is within the bounds of a class.

    Raises:
        NotNow: too few or too many.
    """
    kept = kept_for(data_class)
    if not kept.least <= days <= kept.most:
        message = f"{kept.label}: expected {kept.least} to {kept.most} days, got {days}. {kept.bounds}"
        raise NotNow(message)


def check_reason(about: str, reason: str) -> None:
    """See that a reason was given.

    Raises:
        NotNow: there is none.
    """
    if not reason.strip():
        message = f"{about}: expected a reason, found none."
        raise NotNow(message)


def check_no_hold(request: Request) -> None:
    """See that no hold stands.

    Raises:
        NotNow: one does.
    """
    if request.holds.filter(lifted_at=None).exists():
        message = f"hold on {request.key}: stands already."
        raise NotNow(message)
