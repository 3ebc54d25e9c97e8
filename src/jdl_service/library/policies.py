"""What has to be so before evidence from elsewhere comes into the library or leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.base.errors import NotNow, NotYours
from jdl_service.library.models import OutsideResult

if TYPE_CHECKING:
    from jdl_service.accounts.models import User

_State = OutsideResult.State


def check_change(row: OutsideResult, by: User) -> None:
    """A proposal is changed by the one who made it; what was agreed to stands.

    Raises:
        NotNow: a reviewer agreed to it, or it was withdrawn.
        NotYours: another analyst's.
    """
    if row.state != _State.PROPOSED:
        message = f"{row.key}: stands as it is. Withdraw it, and add what is right."
        raise NotNow(message)
    if row.by_id != by.pk:
        message = f"{row.key}: was added by somebody else, who alone may change it."
        raise NotYours(message)


def check_agree(row: OutsideResult, by: User) -> None:
    """A second person agrees, once.

    Raises:
        NotNow: somebody agreed to it already, or it was withdrawn.
        NotYours: the one who added it.
    """
    if row.state != _State.PROPOSED:
        message = f"{row.key}: does not wait for a reviewer."
        raise NotNow(message)
    if row.by_id == by.pk:
        message = f"{row.key}: was added by you. Another reviewer compares it with its source."
        raise NotYours(message)


def check_withdraw(row: OutsideResult) -> None:
    """It is withdrawn once.

    Raises:
        NotNow: it was withdrawn already.
    """
    if row.state == _State.WITHDRAWN:
        message = f"{row.key}: was withdrawn already."
        raise NotNow(message)


def offered(row: OutsideResult, user: User) -> frozenset[str]:
    """What this person may do with it now: change, agree, withdraw."""
    mine, waits = row.by_id == user.pk, row.state == _State.PROPOSED
    may = {
        "change": user.is_analyst and waits and mine,
        "agree": user.is_reviewer and waits and not mine,
        "withdraw": user.is_staff_of_lab and row.state != _State.WITHDRAWN,
    }
    return frozenset(name for name, allowed in may.items() if allowed)
