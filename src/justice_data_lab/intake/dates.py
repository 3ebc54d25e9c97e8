"""Dates as people and spreadsheets write them: what has one reading is read, what has two is not guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias

from justice_data_lab.intake.sheets import DATE, DATETIME, NUMBER, TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

How: TypeAlias = Literal[
    "blank", "plain", "other-format", "with-time", "serial", "two-digit-year", "month-first", "two-readings", "unreadable"
]
Order: TypeAlias = Literal["day-first", "month-first", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DateSystem:
    """What a bare number means in this file, and which dates a column can hold.

    Attributes:
        first_day: day 0 of the spreadsheet's count; None in CSV, where it cannot be known.
        earliest: with `latest`, the range in which a two-digit year is looked for.
        latest: usually today.
        order: which of day and month comes first; `unknown` reads dd/mm/yyyy unless the column speaks against it.
    """

    first_day: date | None
    earliest: date
    latest: date
    order: Order = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a cell says: the date, how it was read, and whether day and month could change places.

    Attributes:
        evidence: which order the cell proves (one of its numbers is above 12), if any.
        either: both numbers are at most 12 and differ.
    """

    value: date | None
    how: How
    evidence: Order = "unknown"
    either: bool = False


_BLANK = Reading(value=None, how="blank")
_UNREADABLE = Reading(value=None, how="unreadable")
_TWO = Reading(value=None, how="two-readings")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?( ?[AaPp][Mm])?Z?$")
_MIDNIGHT = re.compile(r"[T ]0{1,2}:00(:00)?(\.0+)?Z?$")
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2})([/.\-]|\s)(\d{1,2})\2(\d{4}|\d{2})")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s\-/.]*(?:of\s+)?([A-Za-z]{3,9})\.?,?[\s\-/.]*(\d{4}|\d{2})")
_MONTH_DAY = re.compile(r"([A-Za-z]{3,9})\.?[\s\-/.]*(\d{1,2})(?:st|nd|rd|th)?,?[\s\-/.]+(\d{4})")
_EIGHT = re.compile(r"\d{8}")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")


def day(year: int, month: int, number: int) -> date | None:
    """The date, or None when there is no such day."""
    try:
        return date(year, month, number)
    except ValueError:
        return None


def read_date(text: str, kind: str, system: DateSystem) -> Reading:
    """Read one cell, by itself.

    Args:
        text: the cell without outer blanks.
        kind: what the cell was (see `sheets`).
        system: what numbers mean here.
    """
    if not text:
        return _BLANK
    if kind in {DATE, DATETIME}:
        value = date.fromisoformat(text[:10])
        how: How = "plain" if kind == DATE else "with-time"
        return Reading(value=value, how=how, either=_either(value.day, value.month))
    if kind not in {TEXT, NUMBER}:
        return _UNREADABLE
    stripped = _TIME.sub("", text)
    reading = _without_time(stripped, system)
    if stripped != text and reading.how == "plain" and not _MIDNIGHT.search(text):
        return replace(reading, how="with-time")
    return reading


def _without_time(text: str, system: DateSystem) -> Reading:
    """The first pattern that fits."""
    for pattern, reader in _PATTERNS:
        match = pattern.fullmatch(text)
        if match:
            return reader(match, system)
    return _UNREADABLE


def _either(first: int, second: int) -> bool:
    return first <= 12 and second <= 12 and first != second


def _iso(match: re.Match[str], _: DateSystem) -> Reading:
    """2022-03-14, also with other strokes."""
    value = day(int(match[1]), int(match[3]), int(match[4]))
    plain = match[2] == "-" and len(match[0]) == 10
    return _UNREADABLE if value is None else Reading(value=value, how="plain" if plain else "other-format")


def _numbers(match: re.Match[str], system: DateSystem) -> Reading:
    """14/03/2022, or 03/14/2022 where there is no month 14; two-digit years where one century fits."""
    first, second = int(match[1]), int(match[3])
    make = partial(_of_year, match[4], system)
    if system.order == "month-first":
        value, how = make(second, first)
        return Reading(value=value, how=how)
    value, how = make(first, second)
    if value is not None or how == "two-readings":
        evidence: Order = "day-first" if first > 12 else "unknown"
        if how == "plain" and match[2] != "/":
            how = "other-format"
        return Reading(value=value, how=how, evidence=evidence, either=_either(first, second))
    if system.order == "unknown" and first <= 12 < second:
        value, how = make(second, first)
        if value is not None:
            return Reading(value=value, how="month-first", evidence="month-first")
    return Reading(value=None, how=how)


def _of_year(year: str, system: DateSystem, number: int, month: int) -> tuple[date | None, How]:
    """The date in the year as written, or in the one century in which a two-digit year makes sense for this column."""
    if len(year) == 4:
        value = day(int(year), month, number)
        return value, "unreadable" if value is None else "plain"
    candidates = [day(century + int(year), month, number) for century in (1900, 2000)]
    if candidates == [None, None]:
        return None, "unreadable"
    fitting = [value for value in candidates if value is not None and system.earliest <= value <= system.latest]
    return (fitting[0], "two-digit-year") if len(fitting) == 1 else (None, "two-readings")


def _month_number(name: str) -> int | None:
    name = name.lower()
    short = name[:3] if name in _LONG_MONTHS or name in _MONTHS or name == "sept" else ""
    return _MONTHS.index(short) + 1 if short else None


def _day_month(match: re.Match[str], system: DateSystem) -> Reading:
    """14 March 2022, 14-Mar-22."""
    month = _month_number(match[2])
    if month is None:
        return _UNREADABLE
    value, how = _of_year(match[3], system, int(match[1]), month)
    return Reading(value=value, how="other-format" if how == "plain" else how)


def _month_day(match: re.Match[str], system: DateSystem) -> Reading:
    """March 14, 2022."""
    month = _month_number(match[1])
    if month is None:
        return _UNREADABLE
    value, how = _of_year(match[3], system, int(match[2]), month)
    return Reading(value=value, how="other-format" if how == "plain" else how)


def _eight(match: re.Match[str], system: DateSystem) -> Reading:
    """20220314 or 14032022; no eight digits are both, since no month is 19 or 20."""
    text = match[0]
    found = (day(int(text[:4]), int(text[4:6]), int(text[6:])), day(int(text[4:]), int(text[2:4]), int(text[:2])))
    fitting = [value for value in found if value is not None and system.earliest <= value <= system.latest]
    return Reading(value=fitting[0], how="other-format") if fitting else _UNREADABLE


def _serial(match: re.Match[str], system: DateSystem) -> Reading:
    """29252: days since 1900 or since 1904, which only a workbook can tell."""
    if system.first_day is None:
        return _TWO
    return Reading(value=system.first_day + timedelta(days=int(float(match[0]))), how="serial")


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], DateSystem], Reading]], ...] = (
    (_NUMBERS, _numbers),
    (_ISO, _iso),
    (_EIGHT, _eight),
    (_SERIAL, _serial),
    (_DAY_MONTH, _day_month),
    (_MONTH_DAY, _month_day),
)


def read_dates(cells: Sequence[tuple[str, str, int]], system: DateSystem) -> list[Reading]:
    """Read a whole column, and take back the cells that the rest of the column shows to have two readings.

    Args:
        cells: the column's different cells: text without outer blanks, letter of its kind, and how often it stands there.
        system: what numbers mean here.

    Returns:
        One reading for each of the cells.

    Notes:
        Two patterns give swapped days and months away. Text such as 02/25/2022 shows that some of the column was typed month
        first: where that is at least one in ten of the cells that show an order, cells that can be read both ways are. And a
        spreadsheet that took dd/mm/yyyy for mm/dd/yyyy turns days up to 12 into (wrong) dates and leaves the others as text:
        where all dates of a column have days up to 12 and all of its text has days above, the dates have two readings.
    """
    readings = [read_date(text, kind, system) for text, kind, _ in cells]
    if system.order != "unknown":
        return readings
    counts = [count for _, _, count in cells]
    are_dates = [kind == DATE for _, kind, _ in cells]
    if _typed_month_first(readings, counts):
        readings = [_two_if(reading, doubtful=not is_date) for reading, is_date in zip(readings, are_dates, strict=True)]
    if any(are_dates) and _converted_wrongly(readings, are_dates):
        readings = [_two_if(reading, doubtful=is_date) for reading, is_date in zip(readings, are_dates, strict=True)]
    return readings


def _two_if(reading: Reading, *, doubtful: bool) -> Reading:
    return _TWO if doubtful and reading.either else reading


def _typed_month_first(readings: list[Reading], counts: list[int]) -> bool:
    """Whether at least one in ten of the cells that show an order are month first."""
    shown: dict[Order, int] = {"month-first": 0, "day-first": 0, "unknown": 0}
    for reading, count in zip(readings, counts, strict=True):
        shown[reading.evidence] += count
    return shown["month-first"] > 0 and shown["month-first"] * 10 >= shown["month-first"] + shown["day-first"]


def _converted_wrongly(readings: list[Reading], are_dates: list[bool]) -> bool:
    """Whether all dates have days up to 12 and the text beside them only days above."""
    pairs = list(zip(readings, are_dates, strict=True))
    texts = [reading for reading, is_date in pairs if not is_date]
    early = all(reading.value is not None and reading.value.day <= 12 for reading, is_date in pairs if is_date)
    return early and any(reading.evidence != "unknown" for reading in texts) and not any(reading.either for reading in texts)
