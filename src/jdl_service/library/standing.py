"""The library of this process as everybody may see it now: made anew when something public was done, and by nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias

from django.conf import settings
from django.db import connection

from jdl_service.audit.models import AuditEvent
from jdl_service.base.address import lab_at_address
from jdl_service.base.coverage import coverage_file
from jdl_service.library import overlaps
from jdl_service.library.drawn import Drawn
from jdl_service.library.models import OutsideResult, Placement, Snapshot
from jdl_service.releases.models import Release
from jdl_service.releases.screens import held_back
from jdl_service.releases.shelf import ReleaseShelf
from justice_data_lab.errors import UsageError
from justice_data_lab.library.collection import Library, Shelf, collect
from justice_data_lab.library.entry import Opened
from justice_data_lab.library.search import Index
from justice_data_lab.library_site.desk import Setting, open_desk
from justice_data_lab.library_site.snapshots import keep
from justice_data_lab.publication.book import Book, read_book
from justice_data_lab.publication.desk import Desk
from justice_data_lab.publication.states import SHOWN
from justice_data_lab.register.coverage import read_coverage
from justice_data_lab.release_run import read_disclosed
from justice_data_lab.release_watch import HELD, WHOLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.files import Json
    from justice_data_lab.library.collection import Parts
    from justice_data_lab.library.entry import Entry
    from justice_data_lab.register.coverage import Coverage

# What alters the library, and when; beside these, where the lab's editor puts a result, and one that is held back because of its files.
ALTERED = frozenset(("release", "release_early", "correct", "supersede", "withdraw", "respond"))
PLACED, AGREED, TAKEN_OUT = "place", "agree outside", "withdraw outside"
_REDRAWN = ALTERED | {PLACED, AGREED, TAKEN_OUT, overlaps.ASKED, HELD, WHOLE}
_STATES = sorted(SHOWN)
_AHEAD = (
    f"SELECT 1, state, key FROM {Release._meta.db_table} WHERE state IN ({', '.join(['%s'] * len(_STATES))}) AND due > %s LIMIT 1"  # noqa: S608, SLF001 -- two names of our own tables
)
_NEWS = f"SELECT number, action, sha256 FROM {AuditEvent._meta.db_table} WHERE number >= %s ORDER BY number"  # noqa: S608, SLF001 -- two names of our own tables
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_CoverageMark: TypeAlias = tuple[str, int] | None


@dataclass(slots=True)
class _Kept:
    """What this process holds.

    Attributes:
        scanned: number of the last line of the log that was looked at.
        last: its hash.
        coverage: which coverage file the pages were made with.
        drawn: the pages; None when they are to be made.
        books: of releases by row: what stood in the row, and the book that it was read as.
        made: entries by what each is made of.
    """

    scanned: int = 0
    last: str = ""
    coverage: _CoverageMark = None
    drawn: Drawn | None = None
    books: dict[int, tuple[Json, Book]] = field(default_factory=dict)
    made: dict[Parts, Entry] = field(default_factory=dict)


_lock, _kept = Lock(), _Kept()


def library_at(now: datetime) -> Drawn:
    """The library at a moment, by the server's clock.

    Notes:
        A row that is ahead of the clock, as after a clock was put back, is shown to nobody and never kept.
    """
    if _ahead(now):
        return _open(now, _Kept())
    with _lock:
        # one opens it, the others wait: the first visitors after the hour come all at once
        if _told_since():
            # first of all: whatever happens now, the pages of before are not shown again
            _kept.drawn = None
        if _kept.drawn is None:
            _kept.drawn = _open(now, _kept)
        return _kept.drawn


def _told_since() -> bool:
    """Whether the library was altered since this process last looked. Of the log only the line that it knows last and newer ones are read."""
    mark, lines = _mark(), _asked(_NEWS, [_kept.scanned])
    # a log that does not go on where it was known is another one, as after a backup was restored
    goes_on = not _kept.last or (bool(lines) and lines[0][2] == _kept.last)
    news = (action for number, action, _ in lines if number > _kept.scanned)
    altered = mark != _kept.coverage or not goes_on or any(action in _REDRAWN for action in news)
    _kept.coverage, (_kept.scanned, _, _kept.last) = mark, lines[-1] if lines else (0, "", "")
    return altered


def _ahead(now: datetime) -> bool:
    """Whether a row was made public before its hour, by the clock as it is now."""
    return bool(_asked(_AHEAD, [*_STATES, connection.ops.adapt_datetimefield_value(now)]))


def _asked(statement: str, given: Sequence[str | int | None]) -> list[tuple[int, str, str]]:
    """Rows of one of the two statements that every public page costs: written out, since putting them together costs more than they do."""
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def _mark() -> _CoverageMark:
    path = coverage_file()
    return (str(path), path.stat().st_mtime_ns) if path else None


def _open(now: datetime, kept: _Kept) -> Drawn:
    library = read_library(now, kept.books, kept.made)
    manifests = {each.path: bytes(each.manifest) for each in Snapshot.objects.all()}
    told = overlaps.told(library.entries)
    own = Setting(
        address=_address(),
        reports="/",
        answers=True,
        coverage=_coverage(),
        earlier=keep(manifests, library),
        overlaps=told.overlaps if told else None,
        lacking=frozenset(told.lacking) if told else frozenset(),
        outside=tuple(row.as_outside() for row in OutsideResult.objects.exclude(agreed_by=None)),
    )
    return Drawn(desk=open_desk(Index(library), settings.LAB, own))


def read_library(now: datetime, books: dict[int, tuple[Json, Book]], made: dict[Parts, Entry]) -> Library:
    """What everybody may see at a moment; its own moment is that of the last public act, so that the same library has the same bytes.

    Args:
        now: by the server's clock.
        books: those read before, by row; changed in place.
        made: entries made before, by what they are made of; changed in place, without those that are no longer shown.
    """
    every, held = _books(books), set(held_back())
    found = None
    while found is None:
        found = _collect([each for each in every if each.subject not in held], now, made, held)
    shown = {id(each) for each in found.entries}
    for parts in [parts for parts, entry in made.items() if id(entry) not in shown]:
        del made[parts]
    last = AuditEvent.objects.filter(action__in=ALTERED).order_by("-number").values_list("at", flat=True).first()
    return Library(at=last or _NEVER, entries=found.entries)


def _collect(books: list[Book], now: datetime, made: dict[Parts, Entry], held: set[str]) -> Library | None:
    """The library; None when a release's files are not those that were frozen: then it is among the held, and all others are shown."""
    folder = ReleaseShelf(path=Path("releases"), lines=(), books={}, desk=Desk())

    def opened(book: Book) -> Opened:
        try:
            files = folder.files(book)
        except UsageError:
            held.add(book.subject)
            raise
        return Opened(disclosed=read_disclosed(files, book.files), files=tuple(files))

    said = {each.key: each.as_classified() for each in Placement.objects.all()}
    known = len(held)
    try:
        return collect(Shelf(books=books, opened=opened, said=said, made=made), now, settings.LAB)
    except UsageError:
        if len(held) == known:
            raise
        return None


def _books(known: dict[int, tuple[Json, Book]]) -> list[Book]:
    """Every book; a row is read anew only where it changed."""
    rows = dict(Release.objects.values_list("pk", "book"))
    for gone in known.keys() - rows.keys():
        del known[gone]
    for row, data in rows.items():
        if row not in known or known[row][0] != data:
            known[row] = (data, read_book(data))
    return [book for _, book in known.values()]


def _address() -> str:
    site = lab_at_address().site
    return f"{site}/library/" if site else ""


def _coverage() -> Coverage | None:
    path = coverage_file()
    return read_coverage(path) if path else None
