"""Reads from the folder of releases what the public may see of it at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.errors import UsageError
from justice_data_lab.publication.visibility import keeps_none
from justice_data_lab.release_run import read_content
from justice_data_lab.site.outlook import Shelf, look_out

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from justice_data_lab.disclosure.published import Content
    from justice_data_lab.publication.book import Book
    from justice_data_lab.publication.visibility import Keeps
    from justice_data_lab.release_folder import ReleaseFolder
    from justice_data_lab.site.outlook import Outlook


def outlook_of(
    folder: ReleaseFolder,
    now: datetime,
    keeps: Keeps = keeps_none,
    content: Callable[[Mapping[str, bytes]], Content] = read_content,
) -> Outlook:
    """What the public may see of a folder of releases at a moment; one whose files are not those that were frozen is held back alone.

    Args:
        folder: open.
        now: by the server's clock.
        keeps: whether a version that was replaced may still show its figures.
        content: reads what was disclosed from the files of a result, once they were checked.
    """
    head = folder.lines[-1].sha256 if folder.lines else ""
    return look_out(
        Shelf(
            books=folder.books.values(),
            desk=folder.desk,
            head=head,
            files=lambda book: _files(folder, book),
            content=content,
            keeps=keeps,
        ),
        now,
    )


def _files(folder: ReleaseFolder, book: Book) -> Mapping[str, bytes] | None:
    try:
        return folder.files(book)
    except UsageError:
        return None
