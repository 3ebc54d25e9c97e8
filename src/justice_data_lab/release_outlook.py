"""Reads from the folder of releases what the public may see of it at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.publication.visibility import keeps_none
from justice_data_lab.release_run import read_content
from justice_data_lab.site.outlook import Shelf, look_out

if TYPE_CHECKING:
    from datetime import datetime

    from justice_data_lab.publication.visibility import Keeps
    from justice_data_lab.release_folder import ReleaseFolder
    from justice_data_lab.site.outlook import Outlook


def outlook_of(folder: ReleaseFolder, now: datetime, keeps: Keeps = keeps_none) -> Outlook:
    """What the public may see of a folder of releases at a moment; each frozen file is checked against what was frozen.

    Args:
        folder: open.
        now: by the server's clock.
        keeps: whether a version that was replaced may still show its figures.

    Raises:
        UsageError: a frozen file of a public release is not the one that was frozen.
    """
    head = folder.lines[-1].sha256 if folder.lines else ""
    return look_out(
        Shelf(books=folder.books.values(), desk=folder.desk, head=head, files=folder.files, content=read_content, keeps=keeps),
        now,
    )
