"""Builds the library's site from a folder of releases: what is public now, with the lab's own words on where each result stands."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from justice_data_lab.errors import UsageError
from justice_data_lab.files import files_in
from justice_data_lab.library.classified import not_placed, read_classified
from justice_data_lab.library.collection import Shelf, collect, together
from justice_data_lab.library.counting import Overlap
from justice_data_lab.library.entry import Opened
from justice_data_lab.library.outside import read_outside
from justice_data_lab.library_overlaps import ask_ledger
from justice_data_lab.library_site.pages import library_files
from justice_data_lab.library_site.snapshots import FOLDER, keep
from justice_data_lab.processes import shared
from justice_data_lab.publication.calendar import day_of
from justice_data_lab.release_run import read_disclosed
from justice_data_lab.study_file import load_toml
from justice_data_lab.toml_section import in_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path
    from typing import TextIO

    from justice_data_lab.ledger_file import Ledger
    from justice_data_lab.library.classified import Classified
    from justice_data_lab.library.collection import Library
    from justice_data_lab.library.entry import Entry
    from justice_data_lab.library.outside import Outside
    from justice_data_lab.library_site.desk import Setting
    from justice_data_lab.publication.book import Book
    from justice_data_lab.release_folder import ReleaseFolder
    from justice_data_lab.study import Lab

EDITORS_FILE, OUTSIDE = "library.toml", "outside"
# Requests that one process reads before it takes more.
_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The library's site.

    Attributes:
        library: what it is drawn from.
        files: by path.
        not_placed: what studies say that the taxonomy does not know: for the lab's editor.
        unheard: what the editor's files say of requests that nobody knows, and withdrawn results that they do not place: for the editor.
        not_in_ledger: keys of results of which the ledger, when it was asked, does not know whose they are.
    """

    library: Library
    files: Mapping[str, bytes]
    not_placed: tuple[str, ...]
    unheard: tuple[str, ...]
    not_in_ledger: tuple[str, ...] = ()


def build_library(
    folder: ReleaseFolder, now: datetime, lab: Lab, setting: Setting, *, ledger: Ledger | None = None, processes: int = 1
) -> Built:
    """Every file of the library's site as the public may see it at a moment.

    Args:
        folder: of releases; `library.toml` in it, where there is one, says where results stand in the taxonomy.
        now: by the server's clock.
        lab: name, contacts, zone, licence and colour.
        setting: what else the site is built with. Frozen files stand on the site unless it has an address of reports; what it has of
            earlier snapshots is kept, without those that hold a result that was withdrawn since.
        ledger: tells which results share people, beside the overlaps of the setting; only keys and shares come out of it.
        processes: among how many reading and drawing are shared; the files are the same, byte for byte.

    Raises:
        UsageError: a frozen file is not the one that was frozen, or `library.toml` has an unknown key or option.
    """
    path = folder.path / EDITORS_FILE
    values = load_toml(path) if path.is_file() else {}
    with in_file(EDITORS_FILE):
        said = read_classified(values)
    library, unknown = _read(folder, now, lab, said, processes)

    def frozen(entry: Entry) -> Mapping[str, bytes]:
        return folder.files(folder.book(entry.key, entry.version))

    asked = ask_ledger(ledger.sets(), library.entries) if ledger else None
    own = replace(
        setting,
        earlier=keep(setting.earlier, library),
        frozen=None if setting.reports else frozen,
        outside=outside_results(folder.path, day_of(now, lab.release_zone)),
        overlaps=(*(setting.overlaps or ()), *asked.overlaps) if asked else setting.overlaps,
        # whoever also gives overlaps by hand may know of those that the ledger does not
        lacking=frozenset(asked.lacking) if asked and setting.overlaps is None else frozenset(),
    )
    drawn = library_files(library, lab, own, processes=processes)
    return Built(
        library=library,
        files=drawn,
        not_placed=unknown,
        unheard=(*_unheard(folder, said, setting.overlaps or ()), *_unplaced(library, said)),
        not_in_ledger=asked.lacking if asked else (),
    )


def _unheard(folder: ReleaseFolder, said: Mapping[str, Classified], overlaps: Sequence[Overlap]) -> list[str]:
    """What the editor's files name that is no release at all, not even one to come: most often a slip of the pen."""
    known = tuple(sorted({key for key, _ in folder.books}))
    named = [(f"{EDITORS_FILE} [entry.{key}]", key) for key in said]
    named += [("Overlaps", key) for key in sorted({key for each in overlaps for key in (each.first, each.second)})]
    return [f"{where}: no release is called {key}.{_meant(key, known)}" for where, key in named if key not in known]


def _meant(key: str, known: Sequence[str]) -> str:
    close = get_close_matches(key, known, n=1)
    return f" Did you mean {close[0]}?" if close else ""


def _unplaced(library: Library, said: Mapping[str, Classified]) -> list[str]:
    """Withdrawn results, of which no study is read any more, that nobody says the place of."""
    gone = (each.key for each in library.entries if each.status == "withdrawn" and each.key not in said)
    return [
        f"{key} was withdrawn and stands on no page of a kind of help. {EDITORS_FILE} can say where it stood." for key in gone
    ]


def _read(
    folder: ReleaseFolder, now: datetime, lab: Lab, said: Mapping[str, Classified], processes: int
) -> tuple[Library, tuple[str, ...]]:
    """The library at a moment, and what the taxonomy does not know; requests are read by so many processes."""
    keys = sorted({key for key, _ in folder.books})
    starts = range(0, len(keys), _AT_ONCE)

    def part(number: int) -> tuple[Library, tuple[str, ...]]:
        mine = set(keys[starts[number] : starts[number] + _AT_ONCE])
        unknown: list[str] = []

        def opened(book: Book) -> Opened:
            files = folder.files(book)
            disclosed = read_disclosed(files, book.files)
            if book.release.key not in said:
                unknown.extend(f"{book.release.key}: {words}" for words in not_placed(disclosed.content.study))
            return Opened(disclosed=disclosed, files=tuple(files))

        books = [book for (key, _), book in folder.books.items() if key in mine]
        return collect(Shelf(books=books, opened=opened, said=said), now, lab), tuple(unknown)

    read = shared(part, len(starts), processes)
    return together([library for library, _ in read], now), tuple(words for _, unknown in read for words in unknown)


def outside_results(releases: Path, today: date) -> tuple[Outside, ...]:
    """Results from elsewhere, from the files of the folder `outside`, in the order of their names; those to be shown by a day.

    Raises:
        UsageError: a file is not as it has to be.
    """
    every = (read_outside(path.stem, load_toml(path)) for path in sorted((releases / OUTSIDE).glob("*.toml")))
    return tuple(each for each in every if each.added <= today)


def read_overlaps(path: Path) -> tuple[Overlap, ...]:
    """Which requests share people, from a table with the columns first, second and share; with no row it says that none do.

    Raises:
        UsageError: it cannot be read so, a share is no fraction, or a row does not name two requests.
    """
    try:
        # a spreadsheet puts a mark of its own before the first heading
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = [_overlap(row) for row in _table(stream)]
    except (OSError, ValueError, csv.Error):
        message = f"{path.name}: expected a CSV with the columns first, second and share, each share from 0 to 1, and two requests in each row. Write it so."
        raise UsageError(message) from None
    return tuple(rows)


def _table(stream: TextIO) -> csv.DictReader[str]:
    """The rows of a table that has just the columns of overlaps.

    Raises:
        ValueError: it has others.
    """
    reader = csv.DictReader(stream, strict=True)
    if sorted(reader.fieldnames or ()) != ["first", "second", "share"]:
        raise ValueError
    return reader


def _overlap(row: Mapping[str, str | None]) -> Overlap:
    first, second, share = ((row[name] or "").strip() for name in ("first", "second", "share"))
    if len(row) != 3 or not first or not second or first == second or not 0 <= float(share) <= 1:
        raise ValueError
    return Overlap(first=first, second=second, share=float(share))


def earlier_snapshots(site: Path) -> dict[str, bytes]:
    """Files of the snapshots that stand on a site as it is, by path; none when there is no site yet."""
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in files_in(site / FOLDER)}
