"""Who may do what about an organisation. Nothing here looks at a state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.base.errors import NotYours
from jdl_service.organisations.models import Membership

if TYPE_CHECKING:
    from jdl_service.accounts.models import User
    from jdl_service.organisations.models import Organisation

_DECIDES = frozenset({"analyst", "head_of_profession"})


def may_register(user: User) -> bool:
    """Nobody who works for the lab belongs to an organisation that asks it."""
    return not (user.is_staff_of_lab or user.is_administrator)


def check_register(user: User) -> None:
    """See that this person may register an organisation, or join one.

    Raises:
        NotYours: somebody of the lab.
    """
    if not may_register(user):
        message = "organisation: nobody who works for the lab can belong to one. Use another account."
        raise NotYours(message)


def may_decide(user: User) -> bool:
    """Whether this person can approve or refuse organisations."""
    return bool(user.roles & _DECIDES)


def check_decide(user: User) -> None:
    """See that this person may approve or refuse.

    Raises:
        NotYours: no analyst or head of profession.
    """
    if not may_decide(user):
        message = "approval of an organisation: is for an analyst or the head of profession."
        raise NotYours(message)


def may_manage(user: User, organisation: Organisation) -> bool:
    """Whether this person can sign for the organisation and let others in."""
    return organisation.memberships.filter(user=user, role=Membership.Role.MANAGER).exists()


def check_manage(user: User, organisation: Organisation) -> None:
    """See that this person is one of its managers.

    Raises:
        NotYours: anybody else.
    """
    if not may_manage(user, organisation):
        message = f"{organisation}: this is for one of its managers."
        raise NotYours(message)
