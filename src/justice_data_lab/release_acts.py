"""What is done to releases in a folder: each act is checked by the pure core, then entered and logged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from justice_data_lab.errors import UsageError
from justice_data_lab.publication.audit import Entry
from justice_data_lab.publication.book import Book, next_version
from justice_data_lab.publication.clearance import obstacles
from justice_data_lab.publication.manifest import manifest_hash
from justice_data_lab.publication.release import Hours, Person, Release, Step, act
from justice_data_lab.release_folder import KEY
from justice_data_lab.release_ledger import ask_for, keep, needs_ledger, take_back
from justice_data_lab.release_run import read_content, take_run

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from justice_data_lab.release_folder import ReleaseFolder
    from justice_data_lab.release_ledger import Keeper
    from justice_data_lab.release_run import Taken
    from justice_data_lab.study import Lab

CLOCK = Person(name="clock", role="clock")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is known of a request beside its report; published once its result is.

    Attributes:
        requested: the day it came.
        sector: of the organisation.
        first_time: whether the organisation never used the lab before.
    """

    requested: date | None = None
    sector: str = ""
    first_time: bool | None = None


def hours_of(lab: Lab) -> Hours:
    """When the lab releases."""
    return Hours(zone=ZoneInfo(lab.release_zone), holidays=lab.holidays)


def add(  # noqa: PLR0913 -- what, from what, by whom, when
    folder: ReleaseFolder,
    key: str,
    run: Path,
    *,
    by: Person,
    at: datetime,
    about: About | None = None,
    keeper: Keeper | None = None,
) -> Book:
    """A draft of a release from a finished run; its title is the programme's name, which tells nothing of the result.

    Args:
        folder: open.
        key: of the release.
        run: finished.
        by: the analyst.
        at: when.
        about: what is known of the request beside its report.
        keeper: of the ledger, which notes of whom the run tells; without it the release cannot be cleared, unless its data are public.

    Raises:
        UsageError: the key, the person or the run is not one to begin with.
    """
    if not KEY.fullmatch(key):
        message = (
            f"{key!r}: expected a key of up to 40 letters, digits and hyphens, such as 2026-014; it is part of a public address."
        )
        raise UsageError(message)
    if by.role != "analyst":
        message = f"add of {key}: is for the analyst who ran it, not for the {by.role.replace('_', ' ')}."
        raise UsageError(message)
    taken, version, known = take_run(run), next_version(key, folder.books.values()), about or About()
    study = taken.content.study
    release = Release(key=key, version=version, title=study.programme, organisation=study.organisation, analyst=by.name)
    book = Book(
        release=release,
        files=manifest_hash(taken.files),
        added=at,
        requested=known.requested,
        sector=known.sector,
        first_time=known.first_time,
    )
    if keeper and needs_ledger(taken.content):
        book = replace(book, supersedes=ask_for(keeper, book.subject, taken.files, run))
    return folder.enter(book, Entry(at=at, by=by.name, action="add", subject="", detail=f"files {book.files}"), taken.files)


def take_step(
    folder: ReleaseFolder, book: Book, step: Step, lab: Lab, *, run: Path | None = None, keeper: Keeper | None = None
) -> Book:
    """A step of the table of transitions.

    Args:
        folder: open.
        book: of the release.
        step: what is to be done; `freeze` finds the manifest itself.
        lab: its hours.
        run: for `change`: the run whose files take the place of the old.
        keeper: for `clear`, and for `change` and `cancel`: of the ledger.

    Raises:
        UsageError: the table, the files or the rules of disclosure do not allow it; nothing has changed.
        NothingDisclosable: others were cleared meanwhile, beside whom the report tells of a few people.
    """
    _refuse_options(step, run, keeper)
    taken = _taken(book, run) if run is not None else None
    files = taken.files if taken else folder.files(book)
    if step.action == "freeze":
        _refuse_obstacles(book, obstacles(read_content(files)))
        step = replace(step, manifest=book.files)
    changed = replace(book, release=act(book.release, step, hours_of(lab)), files=manifest_hash(files))
    # the ledger first: what a kill leaves then is people that are kept too early, never figures whose people are not
    if step.action == "clear":
        kept = keep(keeper, book, folder.books.values(), read_content(files), lab.disclosure)
        changed = replace(changed, kept=kept)
    elif keeper:
        take_back(keeper, book)
        changed = replace(changed, kept="")
        if run is not None and needs_ledger(read_content(files)):
            changed = replace(changed, supersedes=ask_for(keeper, book.subject, files, run))
    entry = Entry(at=step.at, by=step.by.name, action=step.action, subject="", detail=_detail(step, changed))
    return folder.enter(changed, entry, files if taken else None)


def _refuse_options(step: Step, run: Path | None, keeper: Keeper | None) -> None:
    if run is not None and step.action != "change":
        message = f"--run is for `jdl release change`, not for {step.action}."
        raise UsageError(message)
    if keeper is not None and step.action not in ("clear", "change", "cancel"):
        message = f"--ledger is for add, clear, change and cancel, not for {step.action}."
        raise UsageError(message)


def release_due(folder: ReleaseFolder, now: datetime, lab: Lab) -> tuple[Book, ...]:
    """Release whatever's hour has come, and give what was released; a date that was never confirmed waits."""
    due = [book for book in folder.books.values() if _is_due(book.release, now)]
    return tuple(take_step(folder, book, Step(action="release", by=CLOCK, at=now), lab) for book in due)


def _taken(book: Book, run: Path) -> Taken:
    """Another run of the same programme."""
    taken = take_run(run)
    study = taken.content.study
    if (study.programme, study.organisation) != (book.release.title, book.release.organisation):
        message = f"change of {book.subject}: {run.name} is of another programme or organisation. Add it under a key of its own."
        raise UsageError(message)
    return taken


def _is_due(release: Release, now: datetime) -> bool:
    return release.state == "scheduled" and release.due is not None and release.due <= now and not release.provisional


def _refuse_obstacles(book: Book, found: tuple[str, ...]) -> None:
    if found:
        message = f"freeze of {book.release.key} (version {book.release.version}): {'; '.join(found)}."
        raise UsageError(message)


def _detail(step: Step, book: Book) -> str:
    parts = [f"files {book.files}" if step.action in ("freeze", "change", "release") else "", step.reason]
    if step.due is not None:
        parts.append(f"due {step.due.isoformat()}{' provisional' if step.provisional else ''}")
    return "; ".join(part for part in parts if part)
