"""publish(): whatever's hour has come is released, and the new site takes the place of the old in one step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pyarrow as pa

from justice_data_lab.errors import UsageError
from justice_data_lab.lab_file import read_lab
from justice_data_lab.publication.release import RELEASE_COLUMNS, Release
from justice_data_lab.records import from_json, to_json
from justice_data_lab.release_acts import release_due
from justice_data_lab.release_folder import existing, opened
from justice_data_lab.release_ledger import beside
from justice_data_lab.release_site import build_site, check_link, check_not_older, switch
from justice_data_lab.release_watch import refuse_held, watch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from justice_data_lab.files import FilePath, Json
    from justice_data_lab.publication.book import Book
    from justice_data_lab.release_folder import ReleaseFolder
    from justice_data_lab.study import Lab


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What was published at a moment.

    Attributes:
        at: the moment, in UTC.
        released: whatever's hour had come, as it stands now.
        changed: whether the site shows anything new.
        overdue: whatever's hour passed without it, because nobody confirmed its date; told each time, until it is postponed.
    """

    at: datetime
    released: tuple[Release, ...]
    changed: bool
    overdue: tuple[Release, ...] = ()

    def summary(self) -> str:
        """What was released, what did not come out, and whether the site is another one, a line each."""
        lines = [f"{each.key} v{each.version} is released." for each in self.released]
        site = "The site shows something new." if self.changed else "The site is up to date."
        return "\n".join((*lines, *self.not_out(), site))

    def not_out(self) -> tuple[str, ...]:
        """What did not come out and what to do about it, a sentence each."""
        why = "did not come out: nobody confirmed its date. Tell the public with `jdl release postpone`."
        return tuple(f"{each.key} v{each.version} {why}" for each in self.overdue)

    def table(self) -> pa.Table:
        """One row for each of those released, as `Release.table`."""
        return pa.concat_tables([RELEASE_COLUMNS.empty_table(), *(each.table() for each in self.released)])

    def to_dict(self) -> Mapping[str, Json]:
        """Every field by its name; moments as ISO text."""
        return cast("Mapping[str, Json]", to_json(self))

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Publication:
        """The value that `to_dict` wrote."""
        return from_json(cls, data)


def publish(releases: FilePath, site: FilePath, now: datetime, *, lab: Lab | None = None) -> Publication:
    """Release whatever's hour has come, and show it: what `jdl release publish` does.

    Args:
        releases: the folder of releases.
        site: the link that the web server serves; what it points to stands beside it.
        now: the moment, with its zone.
        lab: its settings; by default those of the `lab.toml` in the folder of releases.

    Raises:
        UsageError: there is no such folder, the moment has no zone, the site is no link of ours or knows more than the folder, or
            a release is held back because its files are not those that were frozen; all others are out then.
    """
    if now.tzinfo is None:
        message = "publish: expected a moment with its time zone, got one without. Give it in UTC."
        raise UsageError(message)
    releases, site = Path(releases), Path(site)
    own = releases / "lab.toml"
    settings = lab or read_lab(own if own.is_file() else None)
    check_link(site)
    with opened(existing(releases), patient=True) as folder:
        made = publish_from(folder, site, now.astimezone(UTC), settings)
        refuse_held(folder)
    return made


def publish_from(
    folder: ReleaseFolder, site: Path, now: datetime, lab: Lab, *, tell: Callable[[Book], None] | None = None
) -> Publication:
    """The same from a folder that is open; what is held back is for the caller to refuse, once all others are out.

    Args:
        folder: open.
        site: a link, as `check_link` saw.
        now: the moment, in UTC.
        lab: its settings.
        tell: is told of each release as soon as it is out.

    Raises:
        UsageError: the site was built from a later folder.
    """
    check_not_older(folder, site)
    books = release_due(folder, now, lab)
    if tell:
        for book in books:
            tell(book)
    watch(folder, now)
    changed = switch(site, build_site(folder, now, lab, beside(folder.books.values())))
    overdue = tuple(book.release for book in folder.books.values() if book.release.is_overdue(now))
    return Publication(at=now, released=tuple(book.release for book in books), changed=changed, overdue=overdue)
