"""Closing an account: nobody can log in with it, and nothing that would let somebody in is left of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

if TYPE_CHECKING:
    from jdl_service.accounts.models import User


def close(person: User) -> None:
    """Close an account: its password, second factors, recovery codes and sessions are gone.

    Its address stays, since the log and the releases know a person by nothing else. Whoever is let in again sets a password by the
    letter for forgotten ones, and a second factor anew.
    """
    person.is_active = False
    person.set_unusable_password()
    person.save()
    Authenticator.objects.filter(user=person).delete()
    end_sessions_of(person)


def end_sessions_of(person: User | None, *, but: str = "") -> int:
    """End every session of somebody, or of everybody, except the one of that key; give their number."""
    found = UserSession.objects.exclude(session_key=but)
    sessions = list(found.filter(user=person) if person else found)
    for session in sessions:
        session.end()
    return len(sessions)
