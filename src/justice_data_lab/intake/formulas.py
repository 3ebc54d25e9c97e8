"""The rules as spreadsheet formulas: one text for XLSX and OpenDocument, for one cell and for a whole column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from justice_data_lab.intake.columns import BY_NAME, COLUMNS, TEMPLATE_SHEET
from justice_data_lab.intake.headings import letter
from justice_data_lab.intake.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable

TEMPLATE_ROWS = 10_000
_LAST = TEMPLATE_ROWS + 1
_INDEX = {column.name: index for index, column in enumerate(COLUMNS)}


def fault_in_cell(column: str) -> str:
    """A formula that is 0 when the cell of the first data row breaks no rule that is checked while they type.

    The row's other cells are named with a fixed column, so the formula can be filled down.
    """
    faults = [rule.sheet for rule in RULES if rule.as_typed and column in rule.columns]
    return "+".join(f"({_filled(fault, column, _cell)})" for fault in faults)


def fault_count(sheet_formula: str, column: str) -> str:
    """A formula that counts the column's faulty cells."""
    return f"SUMPRODUCT(--(({_filled(sheet_formula, column, _range)})>0))"


def people_count() -> str:
    """A formula that counts the rows that hold anything."""
    return f"SUMPRODUCT(--({_any()}>0))"


def _filled(formula: str, column: str, place: Callable[[str], str]) -> str:
    codes = ",".join(f'"{code}"' for code, _ in BY_NAME[column].codes)
    return (
        formula.replace("{codes}", f"{{{codes}}}")
        .replace("{c}", place(column))
        .replace("{birth}", place("date_of_birth"))
        .replace("{start}", place("intervention_start"))
        .replace("{any}", _any())
    )


def _cell(column: str) -> str:
    return f"${letter(_INDEX[column])}2"


def _range(column: str) -> str:
    name = letter(_INDEX[column])
    return f"{TEMPLATE_SHEET}!${name}$2:${name}${_LAST}"


def _any() -> str:
    return "(" + "+".join(f"LEN({_range(column.name)})" for column in COLUMNS) + ")"


def open_formula(formula: str) -> str:
    """The same formula as OpenDocument writes it: `;` between arguments, references in brackets."""
    pieces = re.split(r'("[^"]*")', formula)
    return "".join(piece if piece.startswith('"') else _open_piece(piece) for piece in pieces)


def _open_piece(piece: str) -> str:
    piece = re.sub(rf"{TEMPLATE_SHEET}!(\$[A-Z]+\$\d+):(\$[A-Z]+\$\d+)", rf"[${TEMPLATE_SHEET}.\1:.\2]", piece)
    piece = re.sub(r"(?<![\[.$A-Z])(\$[A-Z]+\d+)", r"[.\1]", piece)
    return piece.replace(",", ";")
