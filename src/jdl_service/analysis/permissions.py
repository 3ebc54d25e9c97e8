"""Who may work on an analysis: analysts. Who owns a request is said on it; any analyst may stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.base.errors import NotYours

if TYPE_CHECKING:
    from jdl_service.accounts.models import User


def check_analyst(user: User, what: str) -> None:
    """See that this person is an analyst.

    Raises:
        NotYours: somebody else.
    """
    if not user.is_analyst:
        message = f"{what}: is for the lab's analysts."
        raise NotYours(message)
