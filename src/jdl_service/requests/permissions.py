"""Who may do what to a request: asked before the state of things is (`policies`). Nothing here looks at a state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.base.errors import NotYours

if TYPE_CHECKING:
    from jdl_service.accounts.models import User
    from jdl_service.requests.models import Request
    from jdl_service.requests.states import Actor, Transition

_WHO = {
    "organisation": "the organisation that asks",
    "manager": "a manager of the organisation that asks",
    "head_of_profession": "the head of profession",
}


def actors(user: User, request: Request) -> frozenset[Actor]:
    """As whom somebody can act on a request."""
    found: set[Actor] = {role for role in ("analyst", "reviewer", "head_of_profession") if role in user.roles}
    roles = set(user.memberships.filter(organisation=request.organisation_id).values_list("role", flat=True))
    if roles:
        found.add("organisation")
    if "manager" in roles:
        found.add("manager")
    return frozenset(found)


def check_acts_as(user: User, request: Request, actor: Actor) -> None:
    """See that this person can act as that on a request.

    Raises:
        NotYours: it is for another role.
    """
    if actor not in actors(user, request):
        message = f"Request {request.key}: this is for {_WHO.get(actor, f'the {actor}')}."
        raise NotYours(message)


def check_may(user: User, request: Request, transition: Transition) -> None:
    """See that this person may do it.

    Raises:
        NotYours: it is for another role.
    """
    check_acts_as(user, request, transition.actor)


def may(user: User, request: Request, transition: Transition) -> bool:
    """Whether this person may do it."""
    return transition.actor in actors(user, request)
