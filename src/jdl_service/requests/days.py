"""Working days, as the lab's calendar has them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from justice_data_lab.publication.calendar import holidays_of, next_working_day

if TYPE_CHECKING:
    from datetime import date


def after_working_days(day: date, number: int) -> date:
    """The day that lies a number of working days after another."""
    for _ in range(number):
        day = next_working_day(day + timedelta(days=1), holidays_of(settings.LAB))
    return day
