"""Workbooks as text: every cell of every sheet, with the kind it had, from an archive that has passed the guard."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, TypeAlias

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from justice_data_lab.intake.guard import HOSTILE, LIMITS, TOO_LARGE, UNREADABLE, Kind, Limits, RefusedFileError, safe_workbook
from justice_data_lab.intake.sheets import BOOLEAN, DATE, DATETIME, NUMBER, TEXT, TIME, Book, Sheet

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

Cell: TypeAlias = "int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta"


def read_workbook(data: bytes, kind: Kind, limits: Limits = LIMITS) -> Book:
    """Read every sheet of an XLSX or ODS file as text.

    Raises:
        RefusedFileError: the file did not pass the guard, or is damaged.
    """
    safe = safe_workbook(data, kind, limits)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(safe.archive)) as workbook:
            sheets = _sheets(workbook, limits)
    except CalamineError as fault:
        raise RefusedFileError(UNREADABLE, "Its sheets are damaged.") from fault
    notes = (("dates-1904", ""),) if safe.date1904 else ()
    return Book(kind=kind, sheets=tuple(sheets), notes=notes, date1904=safe.date1904)


def _sheets(workbook: CalamineWorkbook, limits: Limits) -> list[Sheet]:
    """The sheets in the order of the workbook; a reader's own extent is checked again before its cells are copied."""
    found = workbook.sheets_metadata
    if len(found) > limits.sheets:
        raise RefusedFileError(HOSTILE, f"It has more than {limits.sheets} sheets.")
    sheets, cells = [], 0
    for index, metadata in enumerate(found):
        if metadata.typ is not SheetTypeEnum.WorkSheet:
            continue  # a chart that fills a sheet has no cells
        sheet = workbook.get_sheet_by_index(index)
        last_row, last_column = sheet.end or (-1, -1)
        cells += (last_row + 1) * (last_column + 1)
        if cells > limits.cells:
            raise RefusedFileError(TOO_LARGE, f"Its sheets have room for more than {limits.cells:,} cells.")
        sheets.append(_sheet(metadata.name, sheet, hidden=metadata.visible is not SheetVisibleEnum.Visible))
    return sheets


def _sheet(name: str, sheet: CalamineSheet, *, hidden: bool) -> Sheet:
    """One sheet from its first row and column, with the blank rows at its end left off."""
    rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
    while rows and all(cell == "" for cell in rows[-1]):
        rows.pop()
    columns: list[list[str]] = []
    kinds: list[str] = []
    for cells in zip(*rows, strict=True):
        texts, letters = _column(cells)
        columns.append(texts)
        kinds.append(letters)
    return Sheet(name=name, hidden=hidden, columns=columns, kinds=kinds)


def _column(cells: tuple[Cell, ...]) -> tuple[list[str], str]:
    """The cells of a column as text, and a letter each for what they were (none when all were text)."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    if len(texts) == len(cells):
        return texts, ""
    pairs = [as_text(cell) for cell in cells]
    return [text for text, _ in pairs], "".join([letter for _, letter in pairs])


def as_text(cell: Cell) -> tuple[str, str]:
    """One cell as text and the letter of its kind; a whole number without decimals, a date by ISO 8601."""
    if isinstance(cell, str):
        return cell, TEXT
    if isinstance(cell, dt.date):
        return _date(cell)
    if isinstance(cell, bool):
        return ("TRUE" if cell else "FALSE"), BOOLEAN
    if isinstance(cell, int | float):
        return _number(cell), NUMBER
    return str(cell), TIME


def _date(value: dt.date) -> tuple[str, str]:
    """The day; with the time of day where there is one."""
    if isinstance(value, dt.datetime):
        if value.time() != dt.time():
            return value.isoformat(sep=" ", timespec="seconds"), DATETIME
        value = value.date()
    return value.isoformat(), DATE


def _number(value: float) -> str:
    """As a person would type it."""
    if abs(value) < 1e15 and value == int(value):
        return str(int(value))
    return repr(value)
