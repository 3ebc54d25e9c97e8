"""Watches that frozen files are those that were frozen: a release whose files are others is held back alone, and all others go out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.errors import UsageError
from justice_data_lab.publication.audit import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from justice_data_lab.publication.book import Book
    from justice_data_lab.release_folder import ReleaseFolder

HELD, WHOLE = "held back", "whole again"
_CLOCK = "clock"


def is_whole(folder: ReleaseFolder, book: Book) -> bool:
    """Whether every file of a version is, byte for byte, the one that was taken in."""
    try:
        folder.files(book)
    except UsageError:
        return False
    return True


def watch(folder: ReleaseFolder, now: datetime, books: Iterable[Book] | None = None) -> tuple[Book, ...]:
    """Log each frozen release whose files are no longer those that were frozen, and each that is whole again, once.

    Args:
        folder: open.
        now: by the server's clock.
        books: which to look at; all that were frozen when not given.

    Returns:
        Those that are held back from now on, of which nobody has been told.
    """
    known, fresh = {book.subject for book in held_back(folder)}, []
    for book in folder.books.values() if books is None else tuple(books):
        if not book.release.manifest:
            continue
        whole = is_whole(folder, book)
        if whole == (book.subject in known):
            detail = f"files {book.files}"
            folder.log(Entry(at=now, by=_CLOCK, action=WHOLE if whole else HELD, subject=book.subject, detail=detail))
            fresh += [] if whole else [book]
    return tuple(fresh)


def refuse_changed(folder: ReleaseFolder) -> None:
    """Look at every file of every release, and name all releases whose files were changed; nothing is logged.

    Raises:
        UsageError: some were.
    """
    changed = [book.subject for book in folder.books.values() if not is_whole(folder, book)]
    if changed:
        message = (
            f"{len(changed)} of {len(folder.books)} releases: files are not the ones that were added: {', '.join(changed)}. Put them back "
            "from a backup, or give the runs again with `jdl release change --run`."
        )
        raise UsageError(message)


def held_back(folder: ReleaseFolder) -> tuple[Book, ...]:
    """The releases that the log says are held back because of their files."""
    last = {line.entry.subject: line.entry.action for line in folder.lines if line.entry.action in (HELD, WHOLE)}
    return tuple(book for book in folder.books.values() if last.get(book.subject) == HELD)


def refuse_held(folder: ReleaseFolder) -> None:
    """Say which releases are held back, once all others have gone out.

    Raises:
        UsageError: some are.
    """
    held = [book.subject for book in held_back(folder)]
    if held:
        message = (
            f"{', '.join(held)}: held back, since its files are not the ones that were frozen; everything else is out. Put the files back "
            "from a backup, or send it back to draft with `jdl release change --run`, and find out who changed them."
        )
        raise UsageError(message)
