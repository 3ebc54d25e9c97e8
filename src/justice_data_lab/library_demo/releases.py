"""Takes the invented results to the public as the rules want it: two reviewers, frozen files, an hour announced, what came after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from justice_data_lab.publication.audit import Entry
from justice_data_lab.publication.calendar import holidays_of, next_working_day, release_moment
from justice_data_lab.publication.release import Person, Step
from justice_data_lab.release_acts import About, add, release_due, take_step
from justice_data_lab.release_evidence import ACTION, evidence_detail

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from justice_data_lab.library_demo.programmes import Sample
    from justice_data_lab.publication.book import Book
    from justice_data_lab.release_folder import ReleaseFolder
    from justice_data_lab.study import Lab

BEGUN = datetime(2024, 1, 8, 10, 0, tzinfo=UTC)
_FIRST = timedelta(weeks=5)
ANALYST = Person(name="A. Analyst", role="analyst")
REVIEWERS = (Person(name="B. Reviewer", role="reviewer"), Person(name="C. Reviewer", role="reviewer"))
HEAD = Person(name="D. Head", role="head_of_profession")
_ENDS = {
    "withdrawn": ("withdraw", "The list of people was of another programme."),
    "corrected": ("correct", "A date was read wrongly."),
}


def hour_of(place: int, lab: Lab) -> datetime:
    """The hour of the result in that place: one a week, from five weeks after the first was announced."""
    day: date = next_working_day((BEGUN + _FIRST + timedelta(weeks=place)).date(), holidays_of(lab))
    return release_moment(day, lab.release_time, lab.release_zone)


def schedule(folder: ReleaseFolder, sample: Sample, run: Path, due: datetime, lab: Lab) -> Book:
    """A finished run, checked, cleared, frozen and announced."""
    book = add(folder, sample.key, run, by=ANALYST, at=BEGUN, about=About(sector=sample.sector))
    for reviewer, action in zip(REVIEWERS, ("check", "clear"), strict=True):
        detail = evidence_detail(book)
        folder.log(Entry(at=BEGUN, by=reviewer.name, action=ACTION, subject=book.subject, detail=detail))
        book = take_step(folder, book, Step(action="check" if action == "check" else "clear", by=reviewer, at=BEGUN), lab)
    book = take_step(folder, book, Step(action="freeze", by=ANALYST, at=BEGUN), lab)
    return take_step(folder, book, Step(action="schedule", by=HEAD, at=BEGUN, due=due), lab)


def release_all(folder: ReleaseFolder, samples: Sequence[Sample], now: datetime, lab: Lab) -> None:
    """Let every hour come, then withdraw and correct what has to be."""
    release_due(folder, now, lab)
    for sample in samples:
        if sample.afterwards:
            action, reason = _ENDS[sample.afterwards]
            step = Step(action="withdraw" if action == "withdraw" else "correct", by=HEAD, at=now, reason=reason)
            take_step(folder, folder.book(sample.key), step, lab)
