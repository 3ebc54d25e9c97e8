"""Parts of a list: who has which value in a column, and the list with some of its rows only, each in the row where it stood."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from justice_data_lab.errors import UsageError
from justice_data_lab.files import new_file, write_bytes
from justice_data_lab.intake.columnmap import read_column_map
from justice_data_lab.intake.columns import NO_HEADING, WHAT_TO_FIX, plain_heading
from justice_data_lab.intake.files import read_file
from justice_data_lab.intake.guard import UNREADABLE
from justice_data_lab.intake.headings import lay_out
from justice_data_lab.intake.ods import OdsTable, cell, ods_bytes, row
from justice_data_lab.intake.outputs import sheet_name, write_cell
from justice_data_lab.intake.rule import Setting
from justice_data_lab.intake.rules import BY_CODE
from justice_data_lab.intake.sheets import Sheet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date
    from pathlib import Path

    from justice_data_lab.intake.headings import Layout
    from justice_data_lab.intake.sheets import Book

_WIDE = '<table:table-column table:style-name="wide"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The rows that have one value in a column.

    Attributes:
        value: as most of them write it; empty for rows that have none.
        rows: as numbered in the spreadsheet.
    """

    value: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A list, and its rows by the value of one column.

    Attributes:
        heading: of that column, as they wrote it.
        groups: the largest first; together every row that holds anything, each once.
    """

    heading: str
    groups: tuple[Group, ...]

    def summary(self) -> str:
        """A line for each value: how many rows have it."""
        lines = [f"{self.heading}: {len(self.groups)} values, {sum(len(each.rows) for each in self.groups):,} people."]
        return "\n".join([*lines, *(f"  {len(each.rows):,} x {each.value or 'blank'}" for each in self.groups)])


def group_rows(path: Path, heading: str, *, today: date, column_map: Path | None = None) -> Parts:
    """Put the rows of a cohort file together that have the same value in a column; capitals and outer blanks do not matter.

    Args:
        path: the file (.csv, .xlsx, .ods); it may have errors in its cells.
        heading: of the column that names the programme; one of theirs, or of the template.
        today: the day, by which years of two digits are read.
        column_map: the organisation's own headings and codes (TOML).

    Raises:
        UsageError: the file cannot be read as a list, or has no such column.
    """
    from justice_data_lab.intake.frame import OWN, build_frame  # noqa: PLC0415 -- polars is loaded only when a file is read

    book, layout = _read(path, column_map)
    headings = {plain_heading(text): (text, name) for name, text in layout.headings.items()}
    headings |= {plain_heading(text): (text, OWN + text) for text in layout.own}
    if plain_heading(heading) not in headings:
        message = f"{path.name}: has no column headed {heading!r}. Its headings are: {', '.join(text for text, _ in headings.values())}."
        raise UsageError(message)
    shown, name = headings[plain_heading(heading)]
    frame = build_frame(book, layout, read_column_map(column_map), Setting(today=today, min_submitted=0))
    rows: dict[str, list[tuple[int, str]]] = {}
    for number, text in frame.select("row", name).iter_rows():
        rows.setdefault(" ".join(text.split()).casefold(), []).append((number, text))
    groups = (
        Group(value=_spelling(text for _, text in those), rows=tuple(number for number, _ in those)) for those in rows.values()
    )
    return Parts(heading=shown, groups=tuple(sorted(groups, key=lambda each: (-len(each.rows), each.value))))


def heading_texts(path: Path, *, column_map: Path | None = None) -> tuple[str, ...]:
    """The headings of a list in the order of the file, as they wrote them, each once; not the one that says what to fix.

    Raises:
        UsageError: the file cannot be read at all.
    """
    _, layout = _lay_out(path, column_map)
    texts = (column[layout.heading_row].strip() for column in layout.sheet.columns if layout.sheet.height)
    return tuple(dict.fromkeys(text for text in texts if text and text not in (NO_HEADING, WHAT_TO_FIX)))


def only_rows(path: Path, rows: Collection[int], *, column_map: Path | None = None) -> bytes:
    """The list with these rows only, in the format of the file.

    Args:
        path: the file (.csv, .xlsx, .ods).
        rows: that are kept, as numbered in the spreadsheet; what stands above the headings and the headings are kept too.
        column_map: the organisation's own headings and codes (TOML).

    Returns:
        The bytes of a file in which every row kept stands where it stood and all others are blank, so that a row's number is
        still that of the organisation's own spreadsheet. Other sheets are left out.

    Raises:
        UsageError: the file cannot be read as a list.
    """
    book, layout = _read(path, column_map)
    kept = {number - 1 for number in rows} | set(range(layout.heading_row + 1))
    height = max(kept) + 1
    columns = [[text if i in kept else "" for i, text in enumerate(column[:height])] for column in layout.sheet.columns]
    sheet = Sheet(name=layout.sheet.name, hidden=False, columns=columns, kinds=layout.sheet.kinds)
    return {".csv": _csv, ".xlsx": _xlsx, ".ods": _ods}[path.suffix.lower()](sheet, book)


def without_rows(path: Path, rows: Collection[int], *, column_map: Path | None = None) -> bytes:
    """The list without these rows, in the format of the file; see `only_rows`.

    Raises:
        UsageError: the file cannot be read as a list, or has no such row.
    """
    _, layout = _read(path, column_map)
    listed = range(layout.heading_row + 2, layout.sheet.height + 1)
    for number in rows:
        if number not in listed or not any(column[number - 1].strip() for column in layout.sheet.columns):
            message = f"{path.name}: nobody stands in row {number}. Rows are numbered as in the spreadsheet."
            raise UsageError(message)
    return only_rows(path, [number for number in listed if number not in rows], column_map=column_map)


def write_parts(parts: Parts, path: Path, out: Path, *, column_map: Path | None = None) -> tuple[Path, ...]:
    """Write a file for each value, numbered in the order of `parts.groups`, in the format of the file.

    Raises:
        UsageError: the folder holds such a file already, or the list cannot be read.
    """
    names = [
        f"{path.stem}-{number}-{_slug(each.value)}{path.suffix.lower()}" for number, each in enumerate(parts.groups, start=1)
    ]
    places = tuple(out / name for name in names)
    for place in places:
        new_file(place)
    for place, group in zip(places, parts.groups, strict=True):
        write_bytes(place, only_rows(path, group.rows, column_map=column_map))
    return places


def _slug(value: str) -> str:
    """A value as part of a file's name."""
    plain = "".join(letter if letter.isalnum() else "-" for letter in value.casefold())
    return "-".join(part for part in plain.split("-") if part)[:40] or "blank"


def _read(path: Path, column_map: Path | None) -> tuple[Book, Layout]:
    """The file's list; one that would be read wrongly is not taken apart."""
    book, layout = _lay_out(path, column_map)
    unclear = [code for code, _ in book.faults] + [each.rule for each in layout.findings if each.rule == "sheet-two"]
    if unclear:
        _refuse(path, unclear[0])
    return book, layout


def _lay_out(path: Path, column_map: Path | None) -> tuple[Book, Layout]:
    read = read_file(path)
    if read.book is None:
        _refuse(path, read.refused.rule if read.refused else UNREADABLE)
    return read.book, lay_out(read.book, read_column_map(column_map))


def _refuse(path: Path, code: str) -> NoReturn:
    message = f"{path.name}: {BY_CODE[code].message} {BY_CODE[code].remedy}"
    raise UsageError(message)


def _spelling(texts: Iterable[str]) -> str:
    """The most frequent spelling; of equals, the first in the alphabet."""
    counts = Counter(texts)
    return min(counts, key=lambda text: (-counts[text], text))


def _csv(sheet: Sheet, _: Book) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(zip(*sheet.columns, strict=True))
    return stream.getvalue().encode("utf-8", "replace")


def _ods(sheet: Sheet, _: Book) -> bytes:
    lines = [
        row(cell(column[index], sheet.kind(i, index)) for i, column in enumerate(sheet.columns)) for index in range(sheet.height)
    ]
    columns = f'{_WIDE} table:number-columns-repeated="{len(sheet.columns)}"/>'
    return ods_bytes([OdsTable(name=sheet_name(sheet.name), columns=columns, rows=lines)])


def _xlsx(sheet: Sheet, book: Book) -> bytes:
    from datetime import datetime  # noqa: PLC0415 -- with what is loaded only when a workbook is written

    import xlsxwriter  # noqa: PLC0415

    stream = io.BytesIO()
    # numbers keep their meaning: they count days from the same day as before
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True, "date_1904": book.date1904})
    workbook.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 -- a fixed time: same input, same bytes
    listed = workbook.add_worksheet(sheet_name(sheet.name))
    day = workbook.add_format({"num_format": "dd mmm yyyy"})
    for i, column in enumerate(sheet.columns):
        for index, text in enumerate(column):
            if text:
                write_cell(listed, (index, i), text, sheet.kind(i, index), day)
    workbook.close()
    return stream.getvalue()
