"""Who may do what about retention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.base.errors import NotYours

if TYPE_CHECKING:
    from jdl_service.accounts.models import User


def check_head(user: User) -> None:
    """See that this is the head of profession.

    Raises:
        NotYours: somebody else.
    """
    if not user.is_head_of_profession:
        message = "A legal hold is for the head of profession."
        raise NotYours(message)


def check_administrator(user: User) -> None:
    """See that this is an administrator.

    Raises:
        NotYours: somebody else.
    """
    if not user.is_administrator:
        message = "Rules of retention are changed by an administrator."
        raise NotYours(message)


def check_either(user: User) -> None:
    """See that this is an administrator or the head of profession.

    Raises:
        NotYours: somebody else.
    """
    if not (user.is_administrator or user.is_head_of_profession):
        message = "This is for administrators and the head of profession."
        raise NotYours(message)
