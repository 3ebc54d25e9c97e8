"""The core's folder of releases on rows of the database: the same acts, the same log, one transaction in place of one lock."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from jdl_service import clock
from jdl_service.accounts.models import User
from jdl_service.audit import log
from jdl_service.audit.models import AuditEvent
from jdl_service.base.wall import opened
from jdl_service.releases.models import CoAnalyst, Concern, Release, ReleaseFile
from jdl_service.requests.models import Request
from jdl_service.requests.moves import ReleaseStep, follow
from justice_data_lab.errors import UsageError
from justice_data_lab.files import canonical_json, sha256
from justice_data_lab.publication import desk as desks
from justice_data_lab.publication.desk import Desk
from justice_data_lab.publication.manifest import manifest_hash
from justice_data_lab.publication.states import SIGNS_OFF
from justice_data_lab.records import to_json
from justice_data_lab.release_folder import ReleaseFolder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jdl_service.analysis.models import Run
    from justice_data_lab.publication.audit import Entry
    from justice_data_lab.publication.book import Book


@dataclass(slots=True, kw_only=True)
class ReleaseShelf(ReleaseFolder):
    """An open shelf of releases; `release_acts`, `release_evidence` and `release_outlook` take it for a folder.

    Attributes:
        run: whose report a new version is made of.
    """

    run: Run | None = field(default=None)

    def files(self, book: Book) -> dict[str, bytes]:
        """The files of a version, each byte as it was taken in.

        Raises:
            UsageError: a file was changed, added or removed since.
        """
        rows = ReleaseFile.objects.filter(release__key=book.release.key, release__version=book.release.version)
        found = {name: bytes(data) for name, data in rows.order_by("name").values_list("name", "data")}
        if manifest_hash(found) != book.files or book.release.manifest not in ("", book.files):
            message = f"{book.subject}: its files are not the ones that were added. Restore the database from a backup."
            raise UsageError(message)
        return found

    def enter(self, book: Book, entry: Entry, files: Mapping[str, bytes] | None = None) -> Book:
        """Log an act and put the new book, and new files where the act brings them, in the place of the old."""
        data = canonical_json(to_json(book))
        self.log(replace(entry, subject=book.subject, detail=f"{entry.detail} book {sha256(data)}".strip()))
        row = self._write(book, entry)
        if files is not None:
            row.files.all().delete()
            ReleaseFile.objects.bulk_create(ReleaseFile(release=row, name=name, data=content) for name, content in files.items())
        before = self.books.get((book.release.key, book.release.version))
        self.books[book.release.key, book.release.version] = book
        self._let_follow(row, before, entry)
        return book

    def enter_desk(self, desk: Desk, entry: Entry) -> Desk:
        """Log what came to the desk and write its concerns down; its requests are those of the service."""
        self.log(replace(entry, subject="desk"))
        for each in desk.concerns:
            about = Release.objects.filter(key=each.about).order_by("-version").first() if each.about else None
            told = {
                "release": about,
                "raised_at": each.received,
                "text": each.text,
                "answer": each.answer,
                "answered_at": each.answered,
            }
            Concern.objects.update_or_create(number=each.number, defaults=told)
        self.desk = desk
        return desk

    def log(self, entry: Entry) -> None:
        """Write down what happened, in the chain of the whole service."""
        self.lines = (*self.lines, log.write(entry).line())

    def _write(self, book: Book, entry: Entry) -> Release:
        release = book.release
        row = Release.objects.filter(key=release.key, version=release.version).first()
        row = row or Release(key=release.key, version=release.version, request=Request.objects.filter(key=release.key).first())
        people = {user.email: user for user in User.objects.filter(email__in=_names(book, entry))}
        row.run, row.book = self.run or row.run, to_json(book)
        row.state, row.due, row.released_at, row.manifest = release.state, release.due, release.released_at, release.manifest
        row.analyst = people[release.analyst]
        row.checked_by, row.cleared_by = people.get(release.checked_by), people.get(release.cleared_by)
        if entry.action == "change":
            row.round, row.signed_off_by = row.round + 1, None
        if entry.action in SIGNS_OFF:
            row.signed_off_by = people[entry.by]
        row.save()
        known = set(row.co_analysts.values_list("person__email", flat=True))
        fresh = (people[name] for name in release.co_analysts if name not in known)
        CoAnalyst.objects.bulk_create(CoAnalyst(release=row, person=person, since=row.round) for person in fresh)
        return row

    def _let_follow(self, row: Release, before: Book | None, entry: Entry) -> None:
        """A request follows its last version; what is done to an older one is shown on that one."""
        if row.request and not Release.objects.filter(key=row.key, version__gt=row.version).exists():
            book, by = row.as_book(), User.objects.filter(email=entry.by).first() or entry.by
            # whoever sends a run may bring it into the draft of one that was sent before
            state = None if before is None or self.run else before.release.state
            step = ReleaseStep(action=entry.action, before=state, after=book.release.state)
            follow(row.request, step, by=by, at=entry.at, reason=_public_reason(before, book))


def _public_reason(before: Book | None, now: Book) -> str:
    """The reason that the public was given with an act; empty for an act that it was not told of."""
    told = now.release.notices[len(before.release.notices) if before else 0 :]
    return told[-1].reason if told else ""


@contextmanager
def opened_shelf(run: Run | None = None) -> Iterator[ReleaseShelf]:
    """The shelf for one hand at a time, in one transaction: an act is whole or has not happened."""
    with opened(), transaction.atomic():
        log.hold()
        yield read_shelf(run)


@opened()
def read_shelf(run: Run | None = None) -> ReleaseShelf:
    """The shelf as it stands, for looking."""
    rows = Release.objects.order_by("key", "version")
    books = {(row.key, row.version): row.as_book() for row in rows}
    subjects = [book.subject for book in books.values()]
    lines = [event.line() for event in AuditEvent.objects.filter(subject__in=subjects).order_by("number")]
    last = log.last()
    return ReleaseShelf(path=Path("releases"), lines=(*lines, *((last,) if last else ())), books=books, desk=read_desk(), run=run)


def files_of(release: Release) -> dict[str, bytes]:
    """The files of a row by name, each byte as it was taken in: nobody is shown others.

    Raises:
        UsageError: a file was changed, added or removed since.
    """
    return ReleaseShelf(path=Path("releases"), lines=(), books={}, desk=Desk()).files(release.as_book())


def read_desk() -> Desk:
    """The requests that came, whatever became of them, and the concerns with their answers."""
    requests = (_asked(row) for row in Request.objects.exclude(submitted_at=None).select_related("organisation").order_by("key"))
    concerns = (
        desks.Concern(
            number=row.number, received=row.raised_at, about=row.release.key if row.release else "", text=row.text,
            answer=row.answer, answered=row.answered_at,
        )
        for row in Concern.objects.select_related("release").order_by("number")
    )  # fmt: skip
    return desks.Desk(requests=tuple(requests), concerns=tuple(concerns))


def _asked(row: Request) -> desks.Request:
    ended = (
        row.passages.filter(after__in=("withdrawn", "refused")).order_by("-at").first()
        if row.state in ("withdrawn", "refused")
        else None
    )
    return desks.Request(
        key=row.key,
        received=clock.day_of(row.submitted_at or row.created_at),
        sector=row.organisation.sector,
        first_time=row.first_time,
        ended=clock.day_of(ended.at) if ended else None,
        ended_as="" if not ended else "withdrawn" if row.state == "withdrawn" else "refused",
    )


def _names(book: Book, entry: Entry) -> tuple[str, ...]:
    return (*book.release.analysts, book.release.checked_by, book.release.cleared_by, entry.by)
