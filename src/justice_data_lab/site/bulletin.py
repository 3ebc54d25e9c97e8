"""The quarterly bulletin: every result to date in one place, drawn from what is public and from nothing else."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from justice_data_lab.errors import UsageError
from justice_data_lab.reporting.findings import findings, headline, primary
from justice_data_lab.reporting.wording import short_result
from justice_data_lab.site.result import NOT_ANALYSED, NOT_PUBLISHED, outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from justice_data_lab.site.outlook import Announcement, Outlook, Published

_QUARTER = re.compile(r"(\d{4})Q([1-4])")
_MONTHS = ("January to March", "April to June", "July to September", "October to December")
NOT_GIVEN = "not given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """Three months of a year."""

    year: int
    number: int

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One result to date.

    Attributes:
        key: of the request.
        version: that stands at present.
        title: the programme's name.
        organisation: whose it is.
        sector: as given.
        first_time: yes, no or not given.
        released: the day, in the lab's zone.
        outcome: what was found, in a few words.
        days: from the request to the release of this version; None when the day of the request was not given.
        new: whether it was released in this quarter.
        finding: the result in a sentence; empty when there is none.
        corrected: why it was corrected, while no later version is public; empty when it was not.
    """

    key: str
    version: int
    title: str
    organisation: str
    sector: str
    first_time: str
    released: date
    outcome: str
    days: int | None
    new: bool
    finding: str
    corrected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """A quarter's bulletin.

    Attributes:
        quarter: which.
        rows: the standing version of each request with a public result, the latest first.
        withdrawn: what was released by the end of the quarter and is withdrawn.
        to_come: what is announced.
    """

    quarter: Quarter
    rows: tuple[Row, ...]
    withdrawn: tuple[Announcement, ...]
    to_come: tuple[Announcement, ...]

    def counts(self) -> tuple[tuple[str, int, int], ...]:
        """Words, number in the quarter and number to date. What was withdrawn counts to date only."""
        new, gone = [row for row in self.rows if row.new], len(self.withdrawn)
        unable, ever_unable = (sum(row.outcome in (NOT_ANALYSED, NOT_PUBLISHED) for row in rows) for rows in (new, self.rows))
        return (
            ("Requests answered", len(new), len(self.rows) + gone),
            ("Published with a result", len(new) - unable, len(self.rows) - ever_unable),
            ("Published as could not be analysed or published", unable, ever_unable),
            ("Withdrawn since", 0, gone),
        )

    def tally(self, field: str) -> tuple[tuple[str, int, int], ...]:
        """Each value of a field of the rows, with its number in the quarter and to date; the most frequent first."""
        every, new = (Counter(str(getattr(row, field)) for row in rows) for rows in (self.rows, [r for r in self.rows if r.new]))
        return tuple((value, new[value], number) for value, number in sorted(every.items(), key=lambda pair: (-pair[1], pair[0])))

    def median_days(self) -> float | None:
        """The middle number of days from request to release, of the quarter's results whose day of request is known."""
        known = [row.days for row in self.rows if row.new and row.days is not None]
        return median(known) if known else None


def read_quarter(text: str, today: date) -> Quarter:
    """A quarter such as 2026Q4.

    Raises:
        UsageError: it is written otherwise, or has not begun.
    """
    found = _QUARTER.fullmatch(text)
    if not found:
        message = f"--quarter {text}: expected a year and a quarter, such as 2026Q4."
        raise UsageError(message)
    quarter = Quarter(year=int(found[1]), number=int(found[2]))
    if quarter.first > today:
        message = f"--quarter {text}: it has not begun. Give one that has."
        raise UsageError(message)
    return quarter


def bulletin(outlook: Outlook, quarter: Quarter, zone: str) -> Bulletin:
    """The bulletin of a quarter, of what was released before its end.

    Args:
        outlook: what the public may see.
        quarter: which.
        zone: of the lab, in which a release has its day.
    """
    standing: dict[str, Row] = {}
    for each in outlook.published:
        row = _row(each, quarter, zone)
        if row.released < quarter.end and row.version > getattr(standing.get(row.key), "version", 0):
            standing[row.key] = row
    rows = sorted(standing.values(), key=lambda row: (row.released, row.key), reverse=True)
    withdrawn = (each for each in outlook.withdrawn() if each.key not in standing)
    return Bulletin(
        quarter=quarter,
        rows=tuple(rows),
        withdrawn=tuple(each for each in withdrawn if _day(each.notices[-1].due, zone) < quarter.end),
        to_come=outlook.to_come(),
    )


def _row(published: Published, quarter: Quarter, zone: str) -> Row:
    book, content = published.book, published.content
    released = _day(book.release.due or book.added, zone)
    found = primary(findings(content, headline(content)))[:1]
    known = {None: NOT_GIVEN, True: "yes", False: "no"}
    return Row(
        key=published.key,
        version=published.version,
        title=book.release.title,
        organisation=book.release.organisation,
        sector=book.sector or NOT_GIVEN,
        first_time=known[book.first_time],
        released=released,
        outcome=outcome(content),
        days=(released - book.requested).days if book.requested else None,
        new=released >= quarter.first,
        finding=short_result(found[0]) if found else "",
        corrected=book.release.ended_reason if book.release.state == "corrected" else "",
    )


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def results_csv(rows: Iterable[Row]) -> bytes:
    """One row a result: the same as in the bulletin's lists."""
    stream = io.StringIO()
    names = ("key", "version", "title", "organisation", "sector", "first_time", "released", "outcome", "days", "corrected")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow(["" if getattr(row, name) is None else getattr(row, name) for name in names])
    return stream.getvalue().encode()
