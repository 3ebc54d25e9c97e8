"""The board for the quarter: every request on its way with owner, age, blocker and days to its release; uptake against capacity."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import Prefetch

from jdl_service import clock
from jdl_service.requests.models import Request
from jdl_service.requests.states import AT_WORK, ENDED, possible

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.core.paginator import Page
    from django.db.models import QuerySet

    from jdl_service.accounts.models import User

# Organisations that the pilot was planned for.
CAPACITY_A_YEAR = 150
_A_PAGE = 100
_NEXT = {
    "organisation": "Waits for the organisation",
    "manager": "Waits for the organisation",
    "analyst": "Waits for an analyst",
    "reviewer": "Waits for a reviewer",
    "head_of_profession": "Waits for the head of profession",
    "lab": "Waits for the lab",
    "clock": "Waits for its hour",
    "worker": "The worker is at it",
}
# Who decides in these, though somebody else could act as well.
_DECIDES = dict.fromkeys(("draft", "coverage", "adding", "parked"), "organisation") | {"scheduled": "clock"}
# They may be taken at any time and block nothing.
_NO_BLOCKER = frozenset(("withdraw", "refuse", "return", "redesign", "rework", "override", "cancel", "change"))
# How a job of the worker ended that has to be begun again.
_STOPPED = {"failed": "failed", "cancelled": "was cancelled"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One request on the board.

    Attributes:
        request: itself.
        days: since it was sent.
        blocker: whom or what it waits for.
        stuck: whether the worker failed at it.
        to_release: days to the hour announced; None while there is none.
    """

    request: Request
    days: int
    blocker: str
    stuck: bool
    to_release: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Uptake:
    """What came this quarter.

    Attributes:
        since: first day of the quarter.
        came: requests sent since.
        capacity: how many the lab is planned to take in a quarter.
        first_time: those of organisations that never asked before.
        sectors: number by sector, the most first.
    """

    since: date
    came: int
    capacity: int
    first_time: int
    sectors: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What of the board is wanted; empty is everything.

    Attributes:
        owner: key of a person.
        state: of the request.
        sector: of the organisation.
        first_time: only organisations that never asked before.
        stuck: only where the worker failed.
    """

    owner: int | None = None
    state: str = ""
    sector: str = ""
    first_time: bool = False
    stuck: bool = False


def cards(user: User, at: datetime, wanted: Narrowed) -> tuple[Card, ...]:
    """Every request on its way that this person may see, the oldest first."""
    made = (_card(each, at) for each in _wanted(user, wanted))
    return tuple(card for card in made if card.stuck or not wanted.stuck)


def card_page(user: User, at: datetime, wanted: Narrowed, number: str | None) -> tuple[Page[Any], tuple[Card, ...]]:
    """One page of them; only its requests are looked at, unless it takes a look at the work of each to see whether it is wanted."""
    if wanted.stuck:
        some = Paginator(cards(user, at, wanted), _A_PAGE).get_page(number)
        return some, tuple(some.object_list)
    page = Paginator(_wanted(user, wanted), _A_PAGE).get_page(number)
    return page, tuple(_card(each, at) for each in page.object_list)


def _wanted(user: User, wanted: Narrowed) -> QuerySet[Request]:
    found = _on_their_way(user)
    if wanted.owner:
        found = found.filter(owner=wanted.owner)
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.sector:
        found = found.filter(organisation__sector=wanted.sector)
    if wanted.first_time:
        found = found.filter(first_time=True)
    return found


def uptake(user: User, at: datetime) -> Uptake:
    """What came since the quarter began, whatever became of it."""
    today = clock.day_of(at)
    since = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    asked = Request.objects.for_user(user).filter(submitted_at__date__gte=since)
    came = list(asked.values_list("organisation__sector", "first_time"))
    sectors = Counter(sector or "not stated" for sector, _ in came)
    return Uptake(
        since=since,
        came=len(came),
        capacity=round(CAPACITY_A_YEAR / 4),
        first_time=sum(first for _, first in came),
        sectors=tuple(sorted(sectors.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def sectors(user: User) -> tuple[str, ...]:
    """Every sector on the board."""
    found = Request.objects.for_user(user).exclude(state__in=ENDED).exclude(organisation__sector="")
    return tuple(found.order_by("organisation__sector").values_list("organisation__sector", flat=True).distinct())


def _on_their_way(user: User) -> QuerySet[Request]:
    asked = Request.objects.for_user(user).exclude(state__in=ENDED).select_related("organisation", "owner")
    return asked.order_by("submitted_at", "key").prefetch_related(Prefetch("jobs"), Prefetch("releases"))


def _card(request: Request, at: datetime) -> Card:
    today, last = clock.day_of(at), next(iter(request.jobs.all()), None)
    stuck = bool(last and last.state in _STOPPED and request.state in AT_WORK)
    blocker = f"The work {_STOPPED[last.state]}: try it again" if last and stuck else blocker_of(request.state)
    due = _due(request.releases.all())
    return Card(
        request=request,
        days=(today - clock.day_of(request.submitted_at)).days if request.submitted_at else 0,
        blocker=blocker,
        stuck=stuck,
        to_release=(clock.day_of(due) - today).days if due else None,
    )


def blocker_of(state: str) -> str:
    """Whom a request in a state waits for, by the table of states."""
    if state in _DECIDES:
        return _NEXT[_DECIDES[state]]
    actors = [each.actor for each in possible(state) if each.action not in _NO_BLOCKER]
    return _NEXT[actors[0]] if actors else ""


def _due(releases: Iterable[object]) -> datetime | None:
    dates = [each.due for each in releases if getattr(each, "due", None)]  # type: ignore[attr-defined]  # releases stand above requests
    return min(dates) if dates else None
