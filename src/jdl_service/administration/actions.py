"""What administrators do to accounts; each act is a line of the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from jdl_service.accounts.closing import close, end_sessions_of
from jdl_service.accounts.models import LAB_ROLES, User
from jdl_service.audit import log
from jdl_service.base.errors import NotNow, NotYours

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

ROLES = (*LAB_ROLES, "administrator")


@transaction.atomic
def add_person(*, email: str, name: str, roles: Collection[str], by: User, at: datetime) -> User:
    """Make an account for somebody, who sets the password by the letter for forgotten ones.

    Raises:
        NotYours: no administrator.
        NotNow: there is an account of that address, or the roles do not go together.
    """
    _check_administrator(by)
    if User.objects.filter(email=email.strip().lower()).exists():
        message = "There is an account with that address already."
        raise NotNow(message)
    _check_roles(roles)
    made = User.objects.create_user(email, None, name=name.strip(), roles=tuple(roles))
    log.record("add account", made.email, by=by, at=at, detail=_words(roles))
    return made


@transaction.atomic
def set_roles(person: User, *, roles: Collection[str], active: bool, by: User, at: datetime) -> User:
    """Give and take roles, close an account with all that opens it, or let somebody in again.

    Raises:
        NotYours: no administrator, or one who would change their own account.
        NotNow: the roles do not go together, or the person belongs to an organisation.
    """
    _check_administrator(by)
    if person.pk == by.pk:
        message = "Nobody changes the roles of their own account. Ask another administrator."
        raise NotYours(message)
    _check_roles(roles)
    if roles and person.memberships.exists():
        message = "Whoever belongs to an organisation has no role in the lab."
        raise NotNow(message)
    for role in ROLES:
        setattr(person, f"is_{role}", role in roles)
    person.is_active = active
    try:
        person.full_clean(exclude=["password"])
    except ValidationError as error:
        raise NotNow(" ".join(error.messages)) from None
    person.save()
    if not active:
        close(person)
    log.record("set roles", person.email, by=by, at=at, detail=f"{_words(roles)}{'' if active else '; closed'}")
    return person


@transaction.atomic
def end_sessions(person: User | None, *, but: str, by: User, at: datetime) -> int:
    """Log somebody out everywhere, or everybody; give the number of sessions that ended.

    Args:
        person: whose sessions; None: everybody's.
        but: key of the session that stays, which is the administrator's own.
        by: the administrator.
        at: by the server's clock.

    Raises:
        NotYours: no administrator.
    """
    _check_administrator(by)
    count = end_sessions_of(person, but=but)
    log.record("end sessions", person.email if person else "everybody", by=by, at=at, detail=f"{count} sessions")
    return count


def _check_administrator(user: User) -> None:
    if not user.is_administrator:
        message = "Accounts are for administrators."
        raise NotYours(message)


def _check_roles(roles: Collection[str]) -> None:
    if "administrator" in roles and len(roles) > 1:
        message = "An administrator has no other role: whoever gives roles sees no figure."
        raise NotNow(message)


def _words(roles: Collection[str]) -> str:
    return ", ".join(sorted(roles)) or "no role"
