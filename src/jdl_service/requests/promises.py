"""The public promise: by when the next thing happens, and how long requests took from being sent to being published."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from django.conf import settings
from django.db.models import Min

from jdl_service.base.wall import opened
from jdl_service.requests.models import Passage, Request
from justice_data_lab.publication.calendar import next_working_day

if TYPE_CHECKING:
    from datetime import date

# Working days within which the lab does the next thing; a state that is not named waits for the organisation or for a date.
WITHIN: dict[str, int] = {
    "submitted": 5, "accepted": 10, "linking": 2, "ready": 15, "matching": 2, "balance": 10, "analysing": 2, "analysed": 5,
    "not_analysable": 5, "checks": 10, "checked": 10, "cleared": 5, "final": 10, "postponed": 10,
}  # fmt: skip
YOURS = frozenset(("draft", "coverage", "adding"))


class Times(NamedTuple):
    """Calendar days from being sent to being published: how many requests, their median and their 90th centile."""

    requests: int
    median: int
    slow: int


def after_working_days(day: date, number: int) -> date:
    """The day that lies a number of working days after another."""
    for _ in range(number):
        day = next_working_day(day + timedelta(days=1), settings.LAB.holidays)
    return day


def due(request: Request) -> date | None:
    """The day by which the lab has promised to do the next thing; None when the next thing is not the lab's."""
    if request.state == "parked":
        return request.parked_until
    last = request.passages.order_by("-at", "-pk").first()
    if request.state not in WITHIN or last is None:
        return None
    return after_working_days(last.at.date(), WITHIN[request.state])


@opened()
def times_to_publication() -> Times | None:
    """Of every request that was published; None before the first."""
    released = Passage.objects.filter(after="released").values("request").annotate(first=Min("at"))
    sent = dict(Request.objects.filter(pk__in=[each["request"] for each in released]).values_list("pk", "submitted_at"))
    days = [(each["first"] - sent[each["request"]]).days for each in released]
    if not days:
        return None
    median, slow = np.percentile(days, [50, 90])
    return Times(requests=len(days), median=round(median), slow=round(slow))
