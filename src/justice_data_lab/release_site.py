"""Publishes: the site is built beside the old one, checked byte by byte, and put in its place by one switch of a link."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from justice_data_lab.errors import UsageError
from justice_data_lab.files import canonical_json, sha256, take_away, whole_folder, writable_place, write_bytes
from justice_data_lab.publication.audit import Entry
from justice_data_lab.publication.calendar import day_of
from justice_data_lab.publication.visibility import keeps_none
from justice_data_lab.release_outlook import outlook_of
from justice_data_lab.run_folder import hashes
from justice_data_lab.site.bulletin import bulletin
from justice_data_lab.site.bulletin_file import bulletin_files
from justice_data_lab.site.pages import HEAD_FILE, site_files
from justice_data_lab.site.quarter import read_quarter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from justice_data_lab.publication.release import Person
    from justice_data_lab.publication.visibility import Keeps
    from justice_data_lab.release_folder import ReleaseFolder
    from justice_data_lab.site.bulletin import Bulletin
    from justice_data_lab.study import Lab

RESTORED = "restored"


def build_site(folder: ReleaseFolder, now: datetime, lab: Lab, keeps: Keeps = keeps_none) -> dict[str, bytes]:
    """Every file of the site as the public may see it at a moment.

    Args:
        folder: open.
        now: by the server's clock.
        lab: its settings.
        keeps: whether a version that was replaced may still show its figures.
    """
    return site_files(outlook_of(folder, now, keeps), lab)


def write_bulletin(folder: ReleaseFolder, quarter: str, out: Path, now: datetime, lab: Lab) -> Bulletin:
    """Write the bulletin of a quarter into a new folder.

    Raises:
        UsageError: the quarter is none that has begun.
    """
    asked = read_quarter(quarter, day_of(now, lab.release_zone))
    made = bulletin(outlook_of(folder, now), asked, lab.release_zone)
    with whole_folder(out) as scratch:
        for name, data in bulletin_files(made, lab).items():
            write_bytes(scratch / name, data)
    return made


def check_not_older(folder: ReleaseFolder, site: Path) -> None:
    """See that the folder knows everything that the site was built from.

    Raises:
        UsageError: the log lacks the line that the site published: the folder was restored from an older backup, and what was postponed,
            corrected or withdrawn since would be undone.
    """
    published = site / HEAD_FILE
    head = published.read_text(encoding="utf-8").strip() if published.is_file() else ""
    known = {line.sha256 for line in folder.lines} | {
        line.entry.detail.partition(" ")[0] for line in folder.lines if line.entry.action == RESTORED
    }
    if head and head not in known:
        message = (
            f"{site.name}: shows the log up to a line that {folder.path.name} does not hold, so {folder.path.name} is older than the site. "
            "Do again what was done since, then say so with `jdl release restored`; nothing was published."
        )
        raise UsageError(message)


def own_up_to_restoring(folder: ReleaseFolder, site: Path, *, by: Person, at: datetime, reason: str) -> None:
    """Log that an older backup was restored and which line of the log was lost, so that publishing can go on.

    Raises:
        UsageError: the person may not, no reason is given, or nothing was lost.
    """
    published = site / HEAD_FILE
    head = published.read_text(encoding="utf-8").strip() if published.is_file() else ""
    if by.role != "head_of_profession" or not reason.strip():
        message = f"restored {folder.path.name}: is said by the head of profession, with a reason."
        raise UsageError(message)
    if not head or head in {line.sha256 for line in folder.lines}:
        message = f"restored {folder.path.name}: the log holds the last line that {site.name} shows; nothing was lost."
        raise UsageError(message)
    folder.log(Entry(at=at, by=by.name, action=RESTORED, subject="log", detail=f"{head} {reason}"))


def check_link(site: Path) -> None:
    """See that the site is a link of ours, or is not there yet.

    Raises:
        UsageError: it is a folder or a file that would be lost.
    """
    if site.exists() and not site.is_symlink():
        message = f"{site.name}: expected a link made by `jdl release publish`, or nothing yet. Give a new name, and serve that."
        raise UsageError(message)
    writable_place(site)


def switch(site: Path, files: Mapping[str, bytes]) -> bool:
    """Put a site in place of the one that is shown; False when it is the same.

    Args:
        site: a link; what it points to stands beside it, in `SITE.versions`.
        files: of the new site by path.

    Notes:
        The link is replaced in one step of the file system: whoever reads, and whenever this is killed, there is the old site or
        the new one. The last site but one is removed, so that nothing withdrawn is kept; the last stays for those who are reading it.
    """
    versions = site.with_name(f"{site.name}.versions")
    versions.mkdir(exist_ok=True)
    before = site.resolve() if site.is_symlink() else None
    built = _built(versions, files)
    if before == built.resolve():
        _forget(versions, {built.name})
        return False
    link = site.with_name(f".{site.name}.link")
    link.unlink(missing_ok=True)
    link.symlink_to(built.relative_to(site.parent), target_is_directory=True)
    link.replace(site)
    _forget(versions, {built.name, before.name if before else ""})
    return True


def _built(versions: Path, files: Mapping[str, bytes]) -> Path:
    """The folder with just these files, named by their hash; one that was tampered with is left for another name."""
    wanted = {name: sha256(data) for name, data in sorted(files.items())}
    name, number = sha256(canonical_json(wanted))[:16], 0
    while (versions / f"{name}-{number}").is_dir():
        if hashes(versions / f"{name}-{number}") == wanted:
            return versions / f"{name}-{number}"
        number += 1
    built = versions / f"{name}-{number}"
    with whole_folder(built) as scratch:
        for path, data in files.items():
            (scratch / path).parent.mkdir(parents=True, exist_ok=True)
            (scratch / path).write_bytes(data)
        if hashes(scratch) != wanted:
            message = f"{versions.name}: the new site did not reach the disk as it was built. The old one stays; try again."
            raise UsageError(message)
        os.sync()
    return built


def _forget(versions: Path, kept: set[str]) -> None:
    for old in versions.iterdir():
        if old.name not in kept:
            take_away(old)
