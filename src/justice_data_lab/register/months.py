"""Calendar months as the whole project counts them: one addition, clamped to the month's end."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

FOLLOW_UP_MONTHS = 18


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months on, or that month's last day.

    Example:
        >>> add_months(date(2024, 2, 29), 12), add_months(date(2024, 2, 29), 18)
        (datetime.date(2025, 2, 28), datetime.date(2025, 8, 29))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_full_follow_up(extract_date: date) -> date:
    """The latest index date whose follow-up and waiting period, 18 months, ended on or before the extract date.

    Example:
        >>> last_full_follow_up(date(2025, 2, 28))
        datetime.date(2023, 8, 31)
    """
    last = add_months(extract_date, -FOLLOW_UP_MONTHS)
    # Months are clamped, so a few later days may still fit: 31 August + 18 months is 28 February.
    while add_months(last + timedelta(days=1), FOLLOW_UP_MONTHS) <= extract_date:
        last += timedelta(days=1)
    return last
