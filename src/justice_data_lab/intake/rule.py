"""What a rule of the cohort file is: one entry feeds the check, the template, the annotated file and the manual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from justice_data_lab.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import polars as pl

LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the rules need besides the file: the day of the check and the lab's least number of people."""

    today: date
    min_submitted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a rule is broken: file, row, column and value as in `Problem`, and a sentence to add, without a value."""

    file: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    detail: str = ""


Predicate: TypeAlias = "Callable[[str, Setting], pl.Expr]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that can be wrong with a cohort file.

    Attributes:
        code: short and stable.
        severity: an `error` refuses the file, a `warning` does not.
        message: what was expected, in plain words.
        remedy: what to do.
        example: an invented case.
        columns: columns it looks at, one at a time; empty when it looks at the file, its headings or a whole row.
        beside: other columns of the row that it compares with; where the file lacks them, the rule is not applied.
        predicate: of a column's name, an expression that is true in the rows at fault; None when code looks at the whole file.
            Beside each column `c` the frame has `c:kind`, and `c:date` and `c:how` for dates, `c:code` for codes and identifiers.
        sheet: the same as a spreadsheet formula that gives 1 or more in a faulty cell, for one cell or a range: `{c}` is the cell,
            `{codes}` the column's codes, `{birth}` and `{start}` the row's date of birth and start, `{any}` how much the row holds.
        as_typed: whether the template refuses it (or warns) while they type.
    """

    code: str
    severity: Literal["error", "warning"]
    message: str
    remedy: str
    example: str
    columns: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    predicate: Predicate | None = None
    sheet: str = ""
    as_typed: bool = False

    def problem(self, place: Place) -> Problem:
        """The rule broken in one place; a long value is cut."""
        value = place.value
        if value is not None and len(value) > LONGEST_VALUE:
            value = value[:LONGEST_VALUE] + "…"
        return Problem(
            file=place.file,
            rule=self.code,
            message=f"{self.message} {place.detail}" if place.detail else self.message,
            remedy=self.remedy,
            row=place.row,
            column=place.column,
            severity=self.severity,
            value=value,
        )
