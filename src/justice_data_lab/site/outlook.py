"""What the public may see of all releases at a moment. Everything that a page shows goes through `sight` here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.publication.visibility import EVERYBODY, sight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from justice_data_lab.disclosure.published import Content
    from justice_data_lab.publication.book import Book
    from justice_data_lab.publication.release import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What the public knows of a release whether or not it has come: nothing here depends on its figures.

    Attributes:
        key: of the request.
        version: of the release.
        title: the programme's name.
        organisation: whose it is.
        notices: everything told about the date.
        due: the hour that stands; None when none does.
        provisional: whether it may still move.
        withdrawn: why it was withdrawn after release; empty when it was not.
    """

    key: str
    version: int
    title: str
    organisation: str
    notices: tuple[Notice, ...]
    due: datetime | None
    provisional: bool
    withdrawn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A release whose figures everybody may see.

    Attributes:
        book: all of it.
        content: what was disclosed.
        files: the frozen bytes by name.
    """

    book: Book
    content: Content
    files: Mapping[str, bytes]

    @property
    def key(self) -> str:
        """Of the request."""
        return self.book.release.key

    @property
    def version(self) -> int:
        """Of the release."""
        return self.book.release.version


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The public's view, from which alone the site is drawn.

    Attributes:
        announcements: every release that was announced, by the hour last spoken of.
        published: those that are public, the latest first.
        head: hash of the last line of the log; empty before the first.
    """

    announcements: tuple[Announcement, ...]
    published: tuple[Published, ...]
    head: str

    def to_come(self) -> tuple[Announcement, ...]:
        """Announced, not yet public, with an hour that stands."""
        out = {(each.key, each.version) for each in self.published}
        waiting = (each for each in self.announcements if (each.key, each.version) not in out)
        return tuple(each for each in waiting if each.due is not None and not each.withdrawn)

    def withdrawn(self) -> tuple[Announcement, ...]:
        """Released once, and withdrawn."""
        return tuple(each for each in self.announcements if each.withdrawn)


def look_out(books: Iterable[Book], now: datetime, head: str, opened: Callable[[Book], Published]) -> Outlook:
    """What everybody may see at a moment.

    Args:
        books: of every release, public or not.
        now: by the server's clock.
        head: of the log.
        opened: gives the files of a release; called for none that is not public.
    """
    every = tuple(books)
    public = [book for book in every if sight(now, book.release, EVERYBODY, "public") == "figures"]
    public.sort(key=lambda book: (book.release.due or now, book.release.key, book.release.version), reverse=True)
    return Outlook(announcements=announced(every, now), published=tuple(map(opened, public)), head=head)


def announced(books: Iterable[Book], now: datetime) -> tuple[Announcement, ...]:
    """Every release of which the public may know, by the hour last spoken of, then by key."""
    seen = [book for book in books if sight(now, book.release, EVERYBODY, "public") != "nothing"]
    seen.sort(key=lambda book: (book.release.notices[-1].due, book.release.key, book.release.version))
    return tuple(map(_announcement, seen))


def _announcement(book: Book) -> Announcement:
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
    )
