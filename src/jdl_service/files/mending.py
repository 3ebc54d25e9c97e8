"""A cohort file with some cells changed, as CSV: every other cell stays as the core read it, in the row where it was."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jdl_service.base.errors import NotNow
from justice_data_lab.intake.files import read_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from justice_data_lab.intake.result import CheckResult
    from justice_data_lab.intake.sheets import Sheet

_HOW = "Change it in your spreadsheet, and send the file again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell that gets another value.

    Attributes:
        row: as numbered in the spreadsheet.
        column: the heading as they wrote it.
        value: what stands there from now on.
    """

    row: int
    column: str
    value: str


def mended(source: Path, result: CheckResult, cells: Iterable[Cell]) -> bytes:
    """The sheet that was checked, with cells changed.

    Raises:
        NotNow: the file could not be read, counts its days from 1904 (which CSV cannot say), or has no such cell.
    """
    book, sheet = read_file(source).book, _sheet(source, result)
    if book is None or sheet is None or book.date1904:
        message = f"This file cannot be changed in the browser. {_HOW}"
        raise NotNow(message)
    columns = [list(column) for column in sheet.columns]
    places = {column[result.heading_row - 1].strip(): i for i, column in reversed(list(enumerate(columns)))}
    for cell in cells:
        if cell.column not in places or not result.heading_row < cell.row <= sheet.height:
            message = f"Row {cell.row} has no such cell. {_HOW}"
            raise NotNow(message)
        columns[places[cell.column]][cell.row - 1] = cell.value.strip()
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(zip(*columns, strict=True))
    return stream.getvalue().encode()


def _sheet(source: Path, result: CheckResult) -> Sheet | None:
    book = read_file(source).book
    return next((each for each in book.sheets if each.name == (result.sheet or "")), None) if book else None
