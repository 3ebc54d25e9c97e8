"""The public promise: by when the next thing happens, and how long requests took from being sent to being published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
from django.db.models import Min

from jdl_service import clock
from jdl_service.base.wall import opened
from jdl_service.requests.days import after_working_days
from jdl_service.requests.models import Passage, Request
from jdl_service.requests.under_way import is_under_way, steps

if TYPE_CHECKING:
    from datetime import date, datetime

# Working days within which the lab does the next thing; a state that is not named waits for the organisation or for a date.
WITHIN: dict[str, int] = {
    "submitted": 5, "accepted": 10, "linking": 2, "ready": 15, "matching": 2, "balance": 10, "analysing": 2, "analysed": 5,
    "not_analysable": 5, "checks": 10, "checked": 10, "cleared": 5, "final": 10, "postponed": 10,
}  # fmt: skip
# the longest way through: matching, balance, outcomes, the report
_UNDER_WAY_WITHIN = sum(WITHIN[state] for state in ("matching", "balance", "analysing", "analysed"))
YOURS = frozenset(("draft", "coverage", "adding"))


class Times(NamedTuple):
    """Calendar days from being sent to being published: how many requests, their median and their 90th centile."""

    requests: int
    median: int
    slow: int


class Hour(NamedTuple):
    """An hour that was announced, and whether it may still move."""

    at: datetime
    provisional: bool


def hour(request: Request) -> Hour | None:
    """The hour that was announced for the result; None when none stands."""
    # releases belong to an app above this one, which is why they are asked for by their name
    found = cast("Any", request).releases.filter(state="scheduled").first()
    return Hour(found.due, found.as_book().release.provisional) if found else None


def due(request: Request, *, inside: bool) -> date | None:
    """The day by which the lab has promised to do the next thing; None when the next thing is not the lab's.

    Args:
        request: whose.
        inside: for the lab; an organisation has one promise for all that it sees as one state.
    """
    if not inside and is_under_way(request):
        return _due_under_way(request)
    if request.state == "parked":
        return request.parked_until
    last = request.passages.order_by("-at", "-pk").first()
    if request.state not in WITHIN or last is None:
        return None
    return after_working_days(clock.day_of(last.at), WITHIN[request.state])


def _due_under_way(request: Request) -> date | None:
    entered = [step.passage.at for step in steps(request) if step.after and not step.before]
    return after_working_days(clock.day_of(entered[-1]), _UNDER_WAY_WITHIN) if entered else None


@opened()
def times_to_publication() -> Times | None:
    """Of every request that was published; None before the first."""
    released = Passage.objects.filter(after="released").values("request").annotate(first=Min("at"))
    sent = dict(Request.objects.filter(pk__in=[each["request"] for each in released]).values_list("pk", "submitted_at"))
    days = [(clock.day_of(each["first"]) - clock.day_of(came)).days for each in released if (came := sent[each["request"]])]
    if not days:
        return None
    median, slow = np.percentile(days, [50, 90])
    return Times(requests=len(days), median=round(median), slow=round(slow))
