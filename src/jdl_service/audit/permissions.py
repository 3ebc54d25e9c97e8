"""Who may read the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.base.errors import NotYours

if TYPE_CHECKING:
    from jdl_service.accounts.models import User


def check_reads(user: User) -> None:
    """See that this person may read the log: administrators and the head of profession.

    Raises:
        NotYours: somebody else.
    """
    if not (user.is_administrator or user.is_head_of_profession):
        message = "The log is for administrators and the head of profession."
        raise NotYours(message)
