"""Three months of a year, and what came and went in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from justice_data_lab.errors import UsageError

_QUARTER = re.compile(r"(\d{4})Q([1-4])")
_MONTHS = ("January to March", "April to June", "July to September", "October to December")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """Three months of a year."""

    year: int
    number: int

    @property
    def code(self) -> str:
        """As it is typed: 2026Q4."""
        return f"{self.year}Q{self.number}"

    @property
    def words(self) -> str:
        """As it is printed: October to December 2026."""
        return f"{_MONTHS[self.number - 1]} {self.year}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        """The first day after it."""
        return date(self.year + self.number // 4, 3 * self.number % 12 + 1, 1)

    def holds(self, day: date) -> bool:
        """Whether a day is one of it."""
        return self.first <= day < self.end


def quarter_of(day: date) -> Quarter:
    """The quarter that a day is in."""
    return Quarter(year=day.year, number=(day.month + 2) // 3)


def quarters_between(first: date, last: Quarter) -> tuple[Quarter, ...]:
    """Each quarter from that of a day on, to the last; only the last when the day is later."""
    found = [last]
    while found[-1].first > first:
        found.append(quarter_of(found[-1].first - timedelta(days=1)))
    return tuple(reversed(found))


def read_quarter(text: str, today: date) -> Quarter:
    """A quarter such as 2026Q4.

    Raises:
        UsageError: it is written otherwise, or has not begun.
    """
    found = _QUARTER.fullmatch(text)
    if not found or not int(found[1]):
        message = f"--quarter {text}: expected a year and a quarter, such as 2026Q4."
        raise UsageError(message)
    quarter = Quarter(year=int(found[1]), number=int(found[2]))
    if quarter.first > today:
        message = f"--quarter {text}: it has not begun. Give one that has."
        raise UsageError(message)
    return quarter
