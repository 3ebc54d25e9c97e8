"""Who may work on an analysis: analysts. Who owns a request is said on it; any analyst may stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.base.errors import NotYours

if TYPE_CHECKING:
    from jdl_service.accounts.models import User
    from jdl_service.requests.models import Request


def check_links(user: User, request: Request) -> None:
    """See that this person decides links: analysts and reviewers do.

    Raises:
        NotYours: somebody else.
    """
    if not (user.is_analyst or user.is_reviewer):
        message = f"review of links of {request.key}: is for the lab's analysts and reviewers."
        raise NotYours(message)


def check_analyst(user: User, what: str) -> None:
    """See that this person is an analyst.

    Raises:
        NotYours: somebody else.
    """
    if not user.is_analyst:
        message = f"{what}: is for the lab's analysts."
        raise NotYours(message)
