"""What the public may see of all releases at a moment, sorted for the pages. Everything shown goes through `sight`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.publication.visibility import EVERYBODY, sight

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from justice_data_lab.publication.book import Book
    from justice_data_lab.publication.release import Release


def announced(books: Iterable[Book], now: datetime) -> tuple[Book, ...]:
    """Every release of which the public may know, by the moment last announced, then by key."""
    seen = [book for book in books if sight(now, book.release, EVERYBODY, "public") != "nothing"]
    return tuple(sorted(seen, key=lambda book: (book.release.notices[-1].due, book.release.key, book.release.version)))


def is_public(release: Release, now: datetime) -> bool:
    """Whether everybody may see its figures."""
    return sight(now, release, EVERYBODY, "public") == "figures"
