"""The quarterly bulletin: every result to date in one place, drawn from what is public and from nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date  # noqa: TC003 -- a field type, read at run time by from_json
from math import ceil
from statistics import median
from typing import TYPE_CHECKING

from justice_data_lab.publication.calendar import day_of
from justice_data_lab.reporting.findings import findings, headline, primary
from justice_data_lab.reporting.wording import short_result
from justice_data_lab.site.outlook import Announcement, Published
from justice_data_lab.site.quarter import Quarter, quarters_between
from justice_data_lab.site.result import outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from justice_data_lab.site.outlook import Outlook, Record

NOT_GIVEN = "not given"
REPLACED, WITHDRAWN = "Since replaced by a later version", "Since withdrawn"
HELD = "Not shown for the time being"
_NINE_IN_TEN = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One result to date.

    Attributes:
        key: of the request.
        version: that stood at the end of the quarter.
        title: the programme's name.
        organisation: whose it is.
        sector: as given.
        first_time: yes, no or not given.
        first: the day on which the request was first answered in public, in the lab's zone.
        released: the day of this version.
        analysed: whether there is a result; False for one that could not be analysed.
        outcome: what was found, in a few words; `REPLACED` or `WITHDRAWN` when its figures are no longer public, `HELD` while they are not.
        days: from the request to its first answer; None when the day of the request was not given.
        new: whether this version was released in the quarter.
        finding: the result in a sentence; empty when there is none to be shown.
        corrected: why it is marked as wrong or was replaced; empty when it was not.
    """

    key: str
    version: int
    title: str
    organisation: str
    sector: str
    first_time: str
    first: date
    released: date
    analysed: bool
    outcome: str
    days: int | None
    new: bool
    finding: str
    corrected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterLine:
    """What came and went in one quarter.

    Attributes:
        quarter: which.
        received: requests that came.
        taken_back: requests that their organisation took back.
        refused: requests that the lab refused.
        published: requests first answered with a result.
        unable: requests first answered as not analysable.
        withdrawn: results that the lab withdrew.
    """

    quarter: Quarter
    received: int
    taken_back: int
    refused: int
    published: int
    unable: int
    withdrawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Days from a request to its first answer in public, of those whose day is known."""

    number: int
    median: float
    nine_in_ten: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """A quarter's bulletin.

    Attributes:
        quarter: which.
        rows: the standing version of each request with a public result, the latest first.
        withdrawn: what was released by the end of the quarter and is withdrawn.
        quarters: each quarter from the first request or result on, to this one.
        to_come: what is announced.
    """

    quarter: Quarter
    rows: tuple[Row, ...]
    withdrawn: tuple[Announcement, ...]
    quarters: tuple[QuarterLine, ...]
    to_come: tuple[Announcement, ...]

    def counts(self) -> tuple[tuple[str, int, int], ...]:
        """Words, number in the quarter and number to date."""
        names = (
            ("Requests received", "received"),
            ("Answered with a result", "published"),
            ("Answered as not possible to analyse", "unable"),
            ("Taken back by the organisation", "taken_back"),
            ("Refused", "refused"),
            ("Results withdrawn after release", "withdrawn"),
        )
        return tuple(
            (words, getattr(self.quarters[-1], name), sum(getattr(line, name) for line in self.quarters)) for words, name in names
        )

    def tally(self, field: str) -> tuple[tuple[str, int, int], ...]:
        """Each value of a field of the rows, with its number in the quarter and to date; the most frequent first."""
        every, new = (Counter(str(getattr(row, field)) for row in rows) for rows in (self.rows, [r for r in self.rows if r.new]))
        return tuple((value, new[value], number) for value, number in sorted(every.items(), key=lambda pair: (-pair[1], pair[0])))

    def times(self, *, quarter_only: bool) -> Times | None:
        """How long requests waited for their first answer; None when no day is known."""
        rows = [row for row in self.rows if self.quarter.holds(row.first)] if quarter_only else self.rows
        known = sorted(row.days for row in rows if row.days is not None)
        if not known:
            return None
        return Times(number=len(known), median=median(known), nine_in_ten=known[ceil(_NINE_IN_TEN * len(known)) - 1])


def bulletin(outlook: Outlook, quarter: Quarter, zone: str) -> Bulletin:
    """The bulletin of a quarter, of what was released before its end.

    Args:
        outlook: what the public may see.
        quarter: which.
        zone: of the lab, in which a release has its day.
    """
    shown = [each for each in outlook.results() if _released(each, zone) < quarter.end]
    shown.sort(key=lambda each: each.version)
    standing, first_of = {each.key: each for each in shown}, {each.key: each for each in reversed(shown)}
    rows = (_row(each, _released(first_of[each.key], zone), quarter, zone) for each in standing.values())
    withdrawn = tuple(each for each in outlook.withdrawn() if day_of(each.notices[-1].due, zone) < quarter.end)
    return Bulletin(
        quarter=quarter,
        rows=tuple(sorted(rows, key=lambda row: (row.released, row.key), reverse=True)),
        withdrawn=tuple(each for each in withdrawn if each.key not in standing),
        quarters=_lines(outlook, quarter, first_of, withdrawn, zone),
        to_come=outlook.to_come(),
    )


def as_it_stands(made: Bulletin, outlook: Outlook) -> Bulletin:
    """A bulletin without the figures of results that are no longer public, and with the mark of those found to be wrong."""
    public = {(each.key, each.version): each.book.release for each in outlook.published}
    gone = {(each.key, each.version): each.withdrawn for each in outlook.withdrawn()}
    replaced = {(each.key, each.version): each.book.release.ended_reason for each in outlook.records}
    held = {(book.release.key, book.release.version) for book in outlook.held}

    def now(row: Row) -> Row:
        place = (row.key, row.version)
        if place in public:
            return replace(row, corrected=public[place].ended_reason)
        if row.outcome == REPLACED:
            return row
        if place in held:
            return replace(row, outcome=HELD, finding="", corrected="")
        return replace(
            row, outcome=WITHDRAWN if place in gone else REPLACED, finding="", corrected=gone.get(place) or replaced[place]
        )

    return replace(made, rows=tuple(map(now, made.rows)))


def _lines(
    outlook: Outlook, last: Quarter, first_of: Mapping[str, Published | Record], withdrawn: Iterable[Announcement], zone: str
) -> tuple[QuarterLine, ...]:
    """Each request and each answer in the quarter in which it came."""
    answers = {key: (_released(each, zone), each.content.refused is None) for key, each in first_of.items()}
    gone = [each for each in withdrawn if each.key not in answers]
    answers |= {each.key: (day_of(each.notices[0].due, zone), True) for each in gone}
    received = {each.key: each.book.requested for each in first_of.values() if each.book.requested}
    received |= {each.key: each.received for each in outlook.desk.requests}
    ended = [(each.ended, each.ended_as) for each in outlook.desk.requests if each.ended]
    taken_away = [day_of(each.notices[-1].at, zone) for each in outlook.withdrawn()]
    days = [*received.values(), *(day for day, _ in answers.values())]
    return tuple(
        QuarterLine(
            quarter=quarter,
            received=sum(map(quarter.holds, received.values())),
            taken_back=sum(quarter.holds(day) and how == "withdrawn" for day, how in ended),
            refused=sum(quarter.holds(day) and how == "refused" for day, how in ended),
            published=sum(quarter.holds(day) and found for day, found in answers.values()),
            unable=sum(quarter.holds(day) and not found for day, found in answers.values()),
            withdrawn=sum(map(quarter.holds, taken_away)),
        )
        for quarter in quarters_between(min(days, default=last.first), last)
    )


def _row(shown: Published | Record, first: date, quarter: Quarter, zone: str) -> Row:
    book, content, released = shown.book, shown.content, _released(shown, zone)
    found = primary(findings(content, headline(content)))[:1] if isinstance(shown, Published) else ()
    known = {None: NOT_GIVEN, True: "yes", False: "no"}
    return Row(
        key=shown.key,
        version=shown.version,
        title=book.release.title,
        organisation=book.release.organisation,
        sector=book.sector or NOT_GIVEN,
        first_time=known[book.first_time],
        first=first,
        released=released,
        analysed=content.refused is None,
        outcome=outcome(content) if isinstance(shown, Published) else REPLACED,
        days=(first - book.requested).days if book.requested else None,
        new=released >= quarter.first,
        finding=short_result(found[0]) if found else "",
        corrected=book.release.ended_reason if book.release.state in ("corrected", "revised") else "",
    )


def _released(shown: Published | Record, zone: str) -> date:
    return day_of(shown.book.release.due or shown.book.added, zone)
