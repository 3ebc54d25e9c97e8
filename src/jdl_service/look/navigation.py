"""The service's own navigation: which parts a person is offered, by what they do here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypedDict

from django.urls import Resolver404, resolve

if TYPE_CHECKING:
    from django.http import HttpRequest


class Visitor(Protocol):
    """What the navigation asks of whoever is logged in."""

    is_authenticated: bool
    is_administrator: bool
    roles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One part of the service.

    Attributes:
        text: what the link says.
        path: where it leads; every page below it belongs to it.
        roles: who is offered it: roles in the lab, `administrator`, `organisation` (logged in without any of these) or `public`.
    """

    text: str
    path: str
    roles: frozenset[str]


class Item(TypedDict):
    """A link of the navigation, as the design system's macro reads it."""

    text: str
    href: str
    current: bool
    active: bool


LAB = frozenset({"analyst", "reviewer", "head_of_profession"})
EVERYBODY = LAB | {"administrator", "organisation", "public"}

PLACES: tuple[Place, ...] = (
    Place(text="Guidance", path="/guidance/", roles=frozenset({"public", "organisation"})),
    Place(text="Your organisation", path="/organisation/", roles=frozenset({"organisation"})),
    Place(text="Organisations", path="/organisation/waiting/", roles=frozenset({"analyst", "head_of_profession"})),
    Place(text="Requests", path="/requests/", roles=LAB | {"organisation"}),
    Place(text="Analysis", path="/lab/analysis/", roles=LAB),
    Place(text="Releases", path="/lab/releases/", roles=LAB),
    Place(text="Taxonomy", path="/lab/library/", roles=LAB),
    Place(text="Accounts", path="/lab/accounts/", roles=frozenset({"administrator"})),
    Place(text="Retention", path="/lab/retention/", roles=frozenset({"administrator", "head_of_profession"})),
    Place(text="Audit", path="/lab/audit/", roles=frozenset({"administrator", "head_of_profession"})),
    Place(text="Calendar", path="/calendar/", roles=frozenset({"public"})),
    Place(text="Library", path="/library/", roles=EVERYBODY),
)


def roles_of(request: HttpRequest) -> frozenset[str]:
    """What somebody does here; a visitor who is not logged in is the public."""
    user: Visitor | None = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frozenset({"public"})
    if user.is_administrator:
        return frozenset({"administrator"})
    return user.roles or frozenset({"organisation"})


def navigation(request: HttpRequest) -> list[Item]:
    """The parts offered on this page, the one it belongs to marked; a part that the service does not serve is left out."""
    roles = roles_of(request)
    offered = [place for place in PLACES if place.roles & roles and _served(place.path)]
    return [
        Item(text=each.text, href=each.path, current=request.path == each.path, active=request.path.startswith(each.path))
        for each in offered
    ]


def _served(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
