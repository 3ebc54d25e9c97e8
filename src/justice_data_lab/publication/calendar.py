"""Days and hours of release: working days, bank holidays, and half past nine in London as a moment in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Container

    from justice_data_lab.study import Lab

NOTICE = timedelta(weeks=4)
# Nobody means a day of release further ahead, nor a request that came longer ago.
FURTHEST = timedelta(days=5 * 365 + 1)
# England and Wales: days moved or added by proclamation; the rest follow from the calendar.
_ADDED = (date(2022, 6, 2), date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8))
_MOVED_SPRING = (2022,)
_MOVED_EARLY_MAY = {2020: date(2020, 5, 8)}
_SATURDAY = 5


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the algorithm of Butcher, 1876)."""
    golden, century, rest = year % 19, year // 100, year % 100
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def bank_holidays(year: int) -> frozenset[date]:
    """Bank holidays of England and Wales, with substitute days for those that fall on a weekend."""
    sunday = easter(year)
    found = {
        sunday - timedelta(days=2),
        sunday + timedelta(days=1),
        _MOVED_EARLY_MAY.get(year, _monday(year, 5, 1)),
        _monday(year, 8, 25),
        *(day for day in _ADDED if day.year == year),
    }
    if year not in _MOVED_SPRING:
        found.add(_monday(year, 5, 25))
    for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        day = fixed
        while day.weekday() >= _SATURDAY or day in found:
            day += timedelta(days=1)
        found.add(day)
    return frozenset(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holidays:
    """Days of the week on which a lab is closed.

    Attributes:
        own: the lab's own.
        bank: whether bank holidays of England and Wales are holidays of the lab too.
    """

    own: tuple[date, ...] = ()
    bank: bool = True

    def __contains__(self, day: object) -> bool:
        """Whether the lab is closed on that day."""
        return day in self.own or (self.bank and isinstance(day, date) and day in bank_holidays(day.year))


ENGLAND_AND_WALES = Holidays()


def holidays_of(lab: Lab) -> Holidays:
    """When a lab is closed, as its settings say."""
    return Holidays(own=lab.holidays, bank=lab.bank_holidays == "england-and-wales")


def is_working_day(day: date, holidays: Container[date] = ENGLAND_AND_WALES) -> bool:
    """Monday to Friday, and no holiday of the lab."""
    return day.weekday() < _SATURDAY and day not in holidays


def next_working_day(day: date, holidays: Container[date] = ENGLAND_AND_WALES) -> date:
    """The day itself, or the first working day after it."""
    while not is_working_day(day, holidays):
        day += timedelta(days=1)
    return day


def release_moment(day: date, hour: time, zone: str) -> datetime:
    """The moment in UTC at which the lab's hour strikes on that day, in summer and in winter.

    Raises:
        UsageError: the day is the first or the last of all time, where another zone has none.
    """
    try:
        return datetime.combine(day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except OverflowError:
        message = f"{day}: expected a day of release within {FURTHEST.days // 365} years. Give another."
        raise UsageError(message) from None


def day_of(moment: datetime, zone: str) -> date:
    """The day that the calendar shows in a zone at a moment: every day that is told, promised or counted is the lab's."""
    return moment.astimezone(ZoneInfo(zone)).date()


def on_the_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """Day and hour that calendar and clock show in a zone; between two of them four weeks are 28 days, also when the clocks change."""
    return moment.astimezone(zone).replace(tzinfo=None)


def has_notice(announced: datetime, due: datetime, zone: ZoneInfo) -> bool:
    """Whether an hour lies at least four weeks after its announcement, by the calendar and clock of the lab's zone."""
    return on_the_wall(due, zone) >= on_the_wall(announced, zone) + NOTICE


def earliest_day(announced: datetime, hour: time, zone: str, holidays: Container[date] = ENGLAND_AND_WALES) -> date:
    """The first working day whose hour lies at least four weeks after the announcement."""
    day = next_working_day((on_the_wall(announced, ZoneInfo(zone)) + NOTICE).date(), holidays)
    while not has_notice(announced, release_moment(day, hour, zone), ZoneInfo(zone)):
        day = next_working_day(day + timedelta(days=1), holidays)
    return day


def _monday(year: int, month: int, first: int) -> date:
    """The first Monday on or after that day of the month."""
    day = date(year, month, first)
    return day + timedelta(days=-day.weekday() % 7)
