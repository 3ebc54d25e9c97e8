"""What a check of a cohort file found, in plain words, as a table and as JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import pyarrow as pa

from justice_data_lab.errors import Problem
from justice_data_lab.intake.rules import BY_CODE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from justice_data_lab.files import Json

_SHOWN = {"error": 1_000, "warning": 100}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What a check found, for the submitter's eyes: the values of faulty cells stand in it.

    Attributes:
        file_name: name of the file, no folder.
        file_sha256: hash of the bytes that were checked.
        rows: number of people (rows that hold anything), 0 when the file could not be read.
        problems: every fault and note: those about the file first, then by row and column.
        coverage: plain sentences on follow-up, when a coverage file was given.
        sheet: name of the sheet that was read; None for CSV or when none was.
        heading_row: the row of the headings, as in the spreadsheet.
    """

    file_name: str
    file_sha256: str
    rows: int
    problems: tuple[Problem, ...]
    coverage: tuple[str, ...] = ()
    sheet: str | None = None
    heading_row: int = 1

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What refuses the file."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What does not."""
        return tuple(problem for problem in self.problems if problem.severity == "warning")

    @property
    def refused(self) -> bool:
        """Whether the file cannot be used as it is."""
        return bool(self.errors)

    def summary(self) -> str:
        """The check in plain words: errors by kind with counts, then by row, then the warnings apart, then follow-up."""
        lines = [f"{self.file_name}: {self.rows:,} people, {len(self.errors):,} errors, {len(self.warnings):,} warnings."]
        if self.sheet:
            lines[0] += f" Read from sheet “{self.sheet}”, headings in row {self.heading_row}."
        lines += _section("To put right before the file can be used:", self.errors)
        lines += _section("Noted; these do not stop the file:", self.warnings)
        lines += ["", *self.coverage] if self.coverage else []
        return "\n".join(_printable(line) for line in lines)

    def table(self) -> pa.Table:
        """One row a problem: file, row, column, rule, message, remedy, severity, value."""
        schema = pa.schema([(name, pa.int32() if name == "row" else pa.string()) for name in Problem.__slots__])
        return pa.Table.from_pylist([problem.to_dict() for problem in self.problems], schema=schema)

    def to_dict(self) -> dict[str, Json]:
        """Everything, values included: the submitter's own."""
        return {
            "file_name": self.file_name,
            "file_sha256": self.file_sha256,
            "rows": self.rows,
            "problems": [problem.to_dict() for problem in self.problems],
            "coverage": list(self.coverage),
            "sheet": self.sheet,
            "heading_row": self.heading_row,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> CheckResult:
        """The result that `to_dict` wrote."""
        return cls(
            file_name=str(data["file_name"]),
            file_sha256=str(data["file_sha256"]),
            rows=int(data["rows"]),  # type: ignore[arg-type]
            problems=tuple(Problem(**problem) for problem in data["problems"]),  # type: ignore[union-attr, arg-type]
            coverage=tuple(data["coverage"]),  # type: ignore[arg-type]
            sheet=data["sheet"],  # type: ignore[arg-type]
            heading_row=int(data["heading_row"]),  # type: ignore[arg-type]
        )


def _printable(line: str) -> str:
    """The line without characters that could steer the terminal it is printed on."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in line)


def _section(title: str, problems: Sequence[Problem]) -> list[str]:
    """Problems by kind with counts and the remedy once, then by row."""
    if not problems:
        return []
    kinds = Counter(problem.rule for problem in problems)
    first = {problem.rule: problem for problem in reversed(problems)}
    lines = ["", title]
    for code, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0])):
        about = sorted(
            {problem.column for problem in problems if problem.rule == code and problem.row is None and problem.column}
        )
        named = f" ({', '.join(about)})" if len(about) > 1 else ""
        message = first[code].message if first[code].row is None else BY_CODE[code].message
        lines += [f"  {count:,} x {code}{named}: {message}", f"      {first[code].remedy}"]
    return lines + _by_row(problems)


def _by_row(problems: Sequence[Problem]) -> list[str]:
    """One line a row of the file, each of its problems by column and value."""
    lines: list[str] = []
    placed = [problem for problem in problems if problem.row is not None]
    most = _SHOWN[problems[0].severity]
    for row, group in groupby(placed[:most], key=lambda problem: problem.row):
        lines.append(f"  Row {row}: " + "; ".join(_short(problem) for problem in group))
    if len(placed) > most:
        lines.append(f"  … and {len(placed) - most:,} more. Write them all to a file with --errors.")
    return ["", *lines] if lines else []


def _short(problem: Problem) -> str:
    """Column, value, rule, and what the message adds to the rule's."""
    value = "" if problem.value is None else f" “{problem.value}”"
    more = problem.message.removeprefix(BY_CODE[problem.rule].message)
    return f"{problem.column or 'whole row'}{value} ({problem.rule}){more}"
