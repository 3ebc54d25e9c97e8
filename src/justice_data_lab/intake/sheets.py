"""What a reader hands back: every sheet of a file as text, column by column, with the kind each cell had."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from justice_data_lab.intake.guard import Kind

# One letter a cell: text, number, date, date with a time of day, time or duration, true/false.
TEXT, NUMBER, DATE, DATETIME, TIME, BOOLEAN = "s", "n", "d", "t", "h", "b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet, from its first row and column, so that index 0 is row 1 of the spreadsheet.

    Attributes:
        name: as on its tab; empty for CSV.
        hidden: whether the spreadsheet program shows it.
        columns: one list of cells a column, all of the same length; a blank cell is the empty string.
        kinds: one letter a cell for each column; an empty string when all are text.
    """

    name: str
    hidden: bool
    columns: list[list[str]] = field(repr=False)
    kinds: list[str]

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.columns[0]) if self.columns else 0

    def kind(self, column: int, row: int) -> str:
        """The kind of one cell."""
        kinds = self.kinds[column]
        return kinds[row] if kinds else TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A file that was read.

    Attributes:
        kind: its format.
        sheets: in the order of the file; one for CSV.
        notes: what was read as meant, each a rule's code and a plain detail.
        faults: rows that could not be split into cells, each a rule's code and a row.
        date1904: whether numbers count days from 1904.
    """

    kind: Kind
    sheets: tuple[Sheet, ...]
    notes: tuple[tuple[str, str], ...] = ()
    faults: tuple[tuple[str, int], ...] = ()
    date1904: bool = False
