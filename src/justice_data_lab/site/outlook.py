"""What the public may see of all releases at a moment. Everything that a page shows goes through `sight` here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 -- a field type, read at run time by from_json
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from justice_data_lab.publication.desk import Desk
from justice_data_lab.publication.release import Notice  # noqa: TC001 -- a field type
from justice_data_lab.publication.visibility import EVERYBODY, keeps_none, sight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from justice_data_lab.disclosure.published import Content
    from justice_data_lab.publication.book import Book
    from justice_data_lab.publication.release import Release
    from justice_data_lab.publication.visibility import Keeps, Sight

PublicState: TypeAlias = Literal["announced", "postponed", "cancelled", "released", "corrected", "revised", "withdrawn"]
# What the key of a quarter's bulletin begins with; the quarter follows.
BULLETIN = "bulletin-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What the public knows of a release whether or not it has come: nothing here depends on its figures.

    Attributes:
        key: of the request.
        version: of the release.
        title: the programme's name.
        organisation: whose it is.
        notices: everything told about it.
        due: the hour that stands; None when none does.
        provisional: whether it may still move.
        withdrawn: why it was withdrawn after release; empty when it was not.
        state: `announced`, `postponed` or `cancelled` before it came, then that of the release.
        kind: a result, or the bulletin of a quarter.
    """

    key: str
    version: int
    title: str
    organisation: str
    notices: tuple[Notice, ...]
    due: datetime | None
    provisional: bool
    withdrawn: str
    state: PublicState
    kind: Literal["result", "bulletin"] = "result"


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """Something of one release; `book` is all of it."""

    book: Book

    @property
    def key(self) -> str:
        """Of the request."""
        return self.book.release.key

    @property
    def version(self) -> int:
        """Of the release."""
        return self.book.release.version


@dataclass(frozen=True, slots=True, kw_only=True)
class Published(Booked):
    """A result whose figures everybody may see.

    Attributes:
        book: all of it.
        content: what was disclosed.
        files: the frozen bytes by name.
    """

    book: Book
    content: Content
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Booked):
    """A result that was public and whose place a later version took: its reason and the hash of its files, and no figure.

    Attributes:
        book: all of it.
        content: what was disclosed; read for whether there was a result at all, and for the programme in the organisation's words.
    """

    book: Book
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazette(Booked):
    """A quarter's bulletin that everybody may see: its book and its frozen bytes by name."""

    book: Book
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The public's view, from which alone the site is drawn.

    Attributes:
        announcements: every release that was announced, by the hour last spoken of.
        published: results that are public, the latest first.
        records: results that were, and that later versions took the place of.
        gazettes: bulletins that are public, the latest first.
        desk: requests, to be counted, and the concerns that were answered.
        head: hash of the last line of the log; empty before the first.
        held: public, but their files are not those that were frozen, so that nothing of them is shown.
    """

    announcements: tuple[Announcement, ...]
    published: tuple[Published, ...]
    records: tuple[Record, ...]
    gazettes: tuple[Gazette, ...]
    desk: Desk
    head: str
    held: tuple[Book, ...] = ()

    def results(self) -> tuple[Published | Record, ...]:
        """Every result that is public or was, with figures and without."""
        return (*self.published, *self.records)

    def to_come(self) -> tuple[Announcement, ...]:
        """Announced, not yet public, with an hour that stands."""
        books = (*(each.book for each in self.results()), *(each.book for each in self.gazettes), *self.held)
        out = {(book.release.key, book.release.version) for book in books}
        waiting = (each for each in self.announcements if (each.key, each.version) not in out)
        return tuple(each for each in waiting if each.due is not None and not each.withdrawn)

    def page_of(self, announcement: Announcement) -> str:
        """Where on the site a release that is or was public has its page; empty for one that never was."""
        key, version = announcement.key, announcement.version
        books = (*(each.book for each in self.results()), *(each.book for each in self.gazettes))
        if not announcement.withdrawn and (key, version) not in {(book.release.key, book.release.version) for book in books}:
            return ""
        bulletin = announcement.kind == "bulletin"
        return f"bulletins/{key.removeprefix(BULLETIN)}/index.html" if bulletin else f"results/{key}/v{version}/index.html"

    def withdrawn(self) -> tuple[Announcement, ...]:
        """Results that were released once, and withdrawn."""
        return self._gone("result")

    def withdrawn_bulletins(self) -> tuple[Announcement, ...]:
        """Bulletins that were released once, and withdrawn."""
        return self._gone("bulletin")

    def _gone(self, kind: Literal["result", "bulletin"]) -> tuple[Announcement, ...]:
        return tuple(each for each in self.announcements if each.withdrawn and each.kind == kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where the outlook gets what it is drawn from.

    Attributes:
        books: of every release, public or not.
        desk: requests and concerns.
        head: of the log.
        files: gives the files of a release, or None when they are not those that were frozen; called for none that is not public or was
            not once.
        content: reads what was disclosed from the files of a result.
        keeps: whether a version that was replaced may still show its figures.
    """

    books: Iterable[Book]
    desk: Desk
    head: str
    files: Callable[[Book], Mapping[str, bytes] | None]
    content: Callable[[Mapping[str, bytes]], Content]
    keeps: Keeps = keeps_none


def look_out(shelf: Shelf, now: datetime) -> Outlook:
    """What everybody may see at a moment, by the server's clock."""
    every = sorted(shelf.books, key=lambda book: (book.release.due or now, book.release.key, book.release.version), reverse=True)
    seen = [(book, sight(now, book.release, EVERYBODY, "public", keeps=shelf.keeps)) for book in every]
    opened = [(book, how, shelf.files(book)) for book, how in seen if _has_files(book, how)]
    whole = [(book, how, files) for book, how, files in opened if files is not None]
    results = [each for each in whole if each[0].kind == "result"]
    return Outlook(
        announcements=announced(every, now),
        published=tuple(
            Published(book=book, content=shelf.content(files), files=files) for book, how, files in results if how == "figures"
        ),
        records=tuple(Record(book=book, content=shelf.content(files)) for book, how, files in results if how == "record"),
        gazettes=tuple(Gazette(book=book, files=files) for book, _, files in whole if book.kind == "bulletin"),
        desk=Desk(
            requests=shelf.desk.requests, concerns=tuple(each for each in shelf.desk.concerns if each.answered is not None)
        ),
        head=shelf.head,
        held=tuple(book for book, _, files in opened if files is None),
    )


def _has_files(book: Book, how: Sight) -> bool:
    """Whether a page is drawn from its files: a bulletin that another took the place of has none."""
    return how == "figures" or (how == "record" and book.kind == "result")


def announced(books: Iterable[Book], now: datetime) -> tuple[Announcement, ...]:
    """Every release of which the public may know, by the hour last spoken of, then by key."""
    seen = [(book, how) for book in books if (how := sight(now, book.release, EVERYBODY, "public")) != "nothing"]
    seen.sort(key=lambda each: (each[0].release.notices[-1].due, each[0].release.key, each[0].release.version))
    return tuple(_announcement(book, came=how != "announcement") for book, how in seen)


def _announcement(book: Book, *, came: bool) -> Announcement:
    release = book.release
    return Announcement(
        key=release.key,
        version=release.version,
        title=release.title,
        organisation=release.organisation,
        notices=release.notices,
        due=release.due,
        provisional=release.provisional,
        withdrawn=release.ended_reason if release.state == "withdrawn" else "",
        state=_state(release, came=came),
        kind=book.kind,
    )


def _state(release: Release, *, came: bool) -> PublicState:
    """What a program may read of where it is; how far the lab got with what has not come is its own affair."""
    if came or release.state in ("withdrawn", "cancelled"):
        return cast("PublicState", release.state)
    return "announced" if release.due else "postponed"
