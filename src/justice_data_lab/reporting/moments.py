"""Moments as they are printed: the hour first, on the lab's own clock."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from justice_data_lab.reporting.dates import date_in_words

if TYPE_CHECKING:
    from datetime import datetime

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def moment_in_words(at: datetime, zone: str) -> str:
    """A moment as it is printed: 9:30am on Thursday 3 December 2026."""
    local = at.astimezone(ZoneInfo(zone))
    half = "am" if local.hour < 12 else "pm"
    return f"{local.hour % 12 or 12}:{local.minute:02d}{half} on {_DAYS[local.weekday()]} {day_in_words(at, zone)}"


def day_in_words(at: datetime, zone: str) -> str:
    """The day of a moment as it is printed: 3 December 2026."""
    return date_in_words(at.astimezone(ZoneInfo(zone)).date().isoformat())
