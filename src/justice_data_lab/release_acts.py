"""What is done to releases in a folder: each act is checked by the pure core, then entered and logged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, NoReturn
from zoneinfo import ZoneInfo

from justice_data_lab.errors import UsageError
from justice_data_lab.publication.audit import Entry
from justice_data_lab.publication.book import Book, lineage, now_follows, to_supersede, with_release
from justice_data_lab.publication.calendar import day_of, holidays_of
from justice_data_lab.publication.clearance import obstacles
from justice_data_lab.publication.desk import check_has_come
from justice_data_lab.publication.manifest import manifest_hash
from justice_data_lab.publication.release import Hours, Person, Release, Step, plain_name
from justice_data_lab.publication.steps import act
from justice_data_lab.release_evidence import had_before_them
from justice_data_lab.release_folder import KEY
from justice_data_lab.release_ledger import ask_for, keep, needs_ledger, take_back
from justice_data_lab.release_outlook import outlook_of
from justice_data_lab.release_run import Taken, read_content, take_run
from justice_data_lab.release_watch import held_back, watch
from justice_data_lab.site.bulletin import as_it_stands, bulletin
from justice_data_lab.site.bulletin_file import bulletin_files, read_bulletin
from justice_data_lab.site.outlook import BULLETIN
from justice_data_lab.site.quarter import read_quarter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from pathlib import Path

    from justice_data_lab.release_folder import ReleaseFolder
    from justice_data_lab.release_ledger import Keeper
    from justice_data_lab.site.quarter import Quarter
    from justice_data_lab.study import Lab

CLOCK = Person(name="clock", role="clock")
_WITHOUT_FILES = frozenset(("postpone", "cancel", "breach", "contain", "correct", "withdraw", "supersede"))


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is known of a request beside its report; published once its result is.

    Attributes:
        requested: the day it came.
        sector: of the organisation.
        first_time: whether the organisation never used the lab before.
        reason: for a later version: why there is one, which is public.
        analysts: everybody who did a part of the analysis; whoever brings the run is one of them.
    """

    requested: date | None = None
    sector: str = ""
    first_time: bool | None = None
    reason: str = ""
    analysts: tuple[str, ...] = ()


def hours_of(lab: Lab) -> Hours:
    """When the lab releases."""
    return Hours(zone=ZoneInfo(lab.release_zone), hour=lab.release_time, holidays=holidays_of(lab))


def add(  # noqa: PLR0913 -- what, from what, by whom, when
    folder: ReleaseFolder,
    key: str,
    run: Path | Taken,
    *,
    by: Person,
    at: datetime,
    about: About | None = None,
    keeper: Keeper | None = None,
) -> Book:
    """A draft of a release from a finished run; its title is the programme's name, which tells nothing of the result.

    Args:
        folder: open.
        key: of the request.
        run: finished; its folder, or what was taken from it.
        by: the analyst.
        at: when.
        about: what is known of the request beside its report, and why there is a later version.
        keeper: of the ledger, which notes of whom the run tells; without it the release cannot be cleared, unless its data are public.

    Raises:
        UsageError: the key, the person or the run is not one to begin with, or a later version has no reason.
    """
    _check_key(folder, key, by)
    taken, known = _of(run), _known(folder, key, about or About(), at)
    line = lineage(key, folder.books.values(), known.reason)
    study = taken.content.study
    release = Release(
        key=key,
        version=line.version,
        title=study.programme,
        organisation=study.organisation,
        analyst=by.name,
        follows=line.follows,
        explained=line.explained,
    )
    release = replace(release, co_analysts=release.joined_by(known.analysts))
    book = Book(
        release=release,
        files=manifest_hash(taken.files),
        added=at,
        requested=known.requested,
        sector=known.sector,
        first_time=known.first_time,
    )
    if keeper and needs_ledger(taken.content):
        book = replace(book, supersedes=ask_for(keeper, book.subject, taken))
    return folder.enter(book, Entry(at=at, by=by.name, action="add", subject="", detail=_of_files(book)), taken.files)


def _check_key(folder: ReleaseFolder, key: str, by: Person) -> None:
    if not KEY.fullmatch(key):
        message = (
            f"{key!r}: expected a key of up to 40 letters, digits and hyphens, such as 2026-014; it is part of a public address."
        )
        raise UsageError(message)
    if by.role != "analyst":
        message = f"add of {key}: is for the analyst who ran it, not for the {by.role.replace('_', ' ')}."
        raise UsageError(message)
    _check_named(f"add of {key}", by)
    # where a disk or a web server does not tell capitals from small letters, one would be written over the other
    alike = {known for known, _ in folder.books if known.casefold() == key.casefold()} - {key}
    if alike:
        message = f"{key}: differs from {', '.join(alike)} in capitals alone. Give that, or a key of its own."
        raise UsageError(message)
    if key.casefold().startswith(BULLETIN):
        message = f"{key}: keys that begin with {BULLETIN} are those of bulletins, which `jdl release add-bulletin` makes. Give another."
        raise UsageError(message)


def _check_named(act: str, by: Person) -> None:
    if not plain_name(by.name):
        message = f"{act}: needs the name of whoever does it. Give it with --by."
        raise UsageError(message)


def add_bulletin(folder: ReleaseFolder, quarter: str, *, by: Person, at: datetime, lab: Lab, reason: str = "") -> Book:
    """A draft of the bulletin of a quarter that has ended, drawn from what is public at this moment.

    Raises:
        UsageError: the quarter has not ended, the person is no analyst, or a later version has no reason.
    """
    asked = read_quarter(quarter, day_of(at, lab.release_zone))
    if not asked.end <= day_of(at, lab.release_zone):
        message = f"bulletin {quarter}: the quarter ends on {asked.end - timedelta(days=1)}; its bulletin is drawn up after that."
        raise UsageError(message)
    if by.role != "analyst":
        message = f"bulletin {quarter}: is drawn up by an analyst, not by the {by.role.replace('_', ' ')}."
        raise UsageError(message)
    _check_named(f"bulletin {quarter}", by)
    key, files = f"{BULLETIN}{asked.code}", _bulletin_files(folder, asked, at, lab)
    line = lineage(key, folder.books.values(), reason)
    release = Release(
        key=key,
        version=line.version,
        title=f"Bulletin, {asked.words}",
        organisation=lab.name,
        analyst=by.name,
        follows=line.follows,
        explained=line.explained,
    )
    book = Book(release=release, files=manifest_hash(files), added=at, kind="bulletin")
    return folder.enter(book, Entry(at=at, by=by.name, action="add", subject="", detail=_of_files(book)), files)


def take_step(
    folder: ReleaseFolder, book: Book, step: Step, lab: Lab, *, run: Path | Taken | None = None, keeper: Keeper | None = None
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
    if step.action in ("check", "clear") and not had_before_them(folder.lines, book, step.by.name):
        _refuse_without_evidence(book, step)
    fresh = _fresh_files(folder, book, step, lab, run)
    # a bulletin is drawn anew by the program, so the head of profession who sends it back does no part of it
    if fresh is not None and step.by.role == "analyst":
        step = replace(step, analysts=(step.by.name, *step.analysts))
    elif run is not None:
        step = replace(step, handed_in=True)
    # what only holds a release back, or marks it, must be possible when its files were spoilt
    files = {} if fresh is None and step.action in _WITHOUT_FILES else folder.files(book) if fresh is None else fresh
    if step.action == "freeze":
        _refuse_obstacles(book, _obstacles(folder, book, files, step.at))
        step = replace(step, manifest=book.files)
    changed = with_release(book, _after(folder, book, step, lab), step.at)
    changed = replace(changed, files=manifest_hash(files) if files else book.files)
    # the ledger first: what a kill leaves then is people that are kept too early, never figures whose people are not
    if step.action == "clear" and book.kind == "result":
        kept = keep(keeper, book, folder.books.values(), read_content(files), lab.disclosure)
        changed = replace(changed, kept=kept)
    elif keeper:
        changed = _taken_back(keeper, book, changed, run)
    entry = Entry(at=step.at, by=step.by.name, action=step.action, subject="", detail=_detail(step, changed))
    folder.enter(changed, entry, fresh)
    if step.action == "release_early":
        # two versions side by side may tell of the few people between them, so the older one goes at the same moment
        _mark_replaced(folder, step.at, lab)
    return changed


def _after(folder: ReleaseFolder, book: Book, step: Step, lab: Lab) -> Release:
    """The release after a step; one that begins again may have become a correction."""
    release = act(book.release, step, hours_of(lab))
    return now_follows(release, folder.books.values()) if step.action == "change" else release


def _taken_back(keeper: Keeper, book: Book, changed: Book, run: Path | Taken | None) -> Book:
    """The changed book, of whose people the ledger keeps nobody but those whom somebody read of; it is asked of those of another run."""
    take_back(keeper, book)
    changed = replace(changed, kept="")
    taken = _of(run) if run is not None else None
    if taken is None or not needs_ledger(taken.content):
        return changed
    return replace(changed, supersedes=ask_for(keeper, book.subject, taken))


def _refuse_options(step: Step, run: Path | Taken | None, keeper: Keeper | None) -> None:
    if run is not None and step.action != "change":
        message = f"--run is for `jdl release change`, not for {step.action}."
        raise UsageError(message)
    if keeper is not None and step.action not in ("clear", "change", "cancel"):
        message = f"--ledger is for add, clear, change and cancel, not for {step.action}."
        raise UsageError(message)


def release_due(folder: ReleaseFolder, now: datetime, lab: Lab) -> tuple[Book, ...]:
    """Release whatever's hour has come, mark what it takes the place of, and give what was released.

    Notes:
        A date that was never confirmed waits. One whose files are not those that were frozen is held back and logged; all others go out.
    """
    due = [book for book in folder.books.values() if _is_due(book.release, now)]
    watch(folder, now, due)
    held = held_back(folder)
    released = tuple(take_step(folder, book, Step(action="release", by=CLOCK, at=now), lab) for book in due if book not in held)
    _mark_replaced(folder, now, lab)
    return released


def _mark_replaced(folder: ReleaseFolder, now: datetime, lab: Lab) -> None:
    """Mark what public versions take the place of; asked anew at each run, so that what a kill left half done is finished."""
    for old, new in to_supersede(folder.books.values()):
        why = new.release.explained.strip() or old.release.ended_reason
        take_step(folder, old, Step(action="supersede", by=CLOCK, at=now, reason=why, version=new.release.version), lab)


def is_public(folder: ReleaseFolder, key: str, now: datetime) -> bool:
    """Whether any version of a release is, or was, public at a moment."""
    books = (book for book in folder.books.values() if book.release.key == key)
    return any(book.release.released_at is not None and book.release.released_at <= now for book in books)


def _fresh_files(folder: ReleaseFolder, book: Book, step: Step, lab: Lab, run: Path | Taken | None) -> Mapping[str, bytes] | None:
    """The files that a change brings: those of another run, or a bulletin drawn anew; None when the old ones stay."""
    if run is not None:
        return _taken(book, run).files
    if step.action == "change" and book.kind == "bulletin":
        return _bulletin_files(folder, read_bulletin(folder.files(book)).quarter, step.at, lab)
    return None


def _bulletin_files(folder: ReleaseFolder, quarter: Quarter, at: datetime, lab: Lab) -> dict[str, bytes]:
    outlook = outlook_of(folder, at)
    lacking = ", ".join(book.subject for book in outlook.held if book.kind == "result")
    if lacking:
        message = (
            f"bulletin {quarter.code}: would lack {lacking}, whose files are not the ones that were frozen. Put them back first; "
            "`jdl release verify` names all."
        )
        raise UsageError(message)
    return bulletin_files(bulletin(outlook, quarter, lab.release_zone), lab)


def _obstacles(folder: ReleaseFolder, book: Book, files: Mapping[str, bytes], at: datetime) -> tuple[str, ...]:
    if book.kind == "result":
        return obstacles(read_content(files))
    made = read_bulletin(files)
    whole = as_it_stands(made, outlook_of(folder, at)) == made
    return () if whole else ("results in it were corrected, replaced or withdrawn since it was drawn up; `change` draws it anew",)


def _known(folder: ReleaseFolder, key: str, given: About, at: datetime) -> About:
    """What was given, and for the rest what the desk knows of the request."""
    if given.requested is not None:
        check_has_come(f"add of {key}, requested", given.requested, at)
    found = folder.desk.request(key)
    if found is None:
        return given
    return replace(
        given,
        requested=given.requested or found.received,
        sector=given.sector or found.sector,
        first_time=found.first_time if given.first_time is None else given.first_time,
    )


def _of(run: Path | Taken) -> Taken:
    """What a run has to release, from its folder unless it was taken before."""
    return run if isinstance(run, Taken) else take_run(run)


def _taken(book: Book, run: Path | Taken) -> Taken:
    """Another run of the same programme."""
    taken = _of(run)
    study = taken.content.study
    if (study.programme, study.organisation) != (book.release.title, book.release.organisation):
        message = f"change of {book.subject}: the new run is of another programme or organisation. Add it under a key of its own."
        raise UsageError(message)
    return taken


def _is_due(release: Release, now: datetime) -> bool:
    return release.state == "scheduled" and release.due is not None and release.due <= now and not release.provisional


def _refuse_obstacles(book: Book, found: tuple[str, ...]) -> None:
    if found:
        message = f"freeze of {book.release.key} (version {book.release.version}): {'; '.join(found)}."
        raise UsageError(message)


def _refuse_without_evidence(book: Book, step: Step) -> NoReturn:
    message = (
        f"{step.action} of {book.release.key} (version {book.release.version}): {step.by.name} has not had the evidence on these files. "
        "Use `jdl release evidence` and read what it writes."
    )
    raise UsageError(message)


def _of_files(book: Book) -> str:
    """What the log says of files that were brought, and of whose work they are."""
    return f"files {book.files}; analysts {', '.join(book.release.analysts)}"


def _detail(step: Step, book: Book) -> str:
    files = {"change": _of_files(book), "freeze": f"files {book.files}", "release": f"files {book.files}"}
    parts = [files.get(step.action, ""), step.reason]
    if step.due is not None:
        parts.append(f"due {step.due.isoformat()}{' provisional' if step.provisional else ''}")
    return "; ".join(part for part in parts if part)
