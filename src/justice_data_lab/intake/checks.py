"""Holds a cohort file against the rule list: every problem, and the rows when there is no error."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa

from justice_data_lab.intake.cohort import SCHEMA
from justice_data_lab.intake.columnmap import read_column_map
from justice_data_lab.intake.columns import BY_NAME
from justice_data_lab.intake.coverage import follow_up, read_register_dates
from justice_data_lab.intake.files import read_file
from justice_data_lab.intake.frame import OWN, build_frame
from justice_data_lab.intake.headings import lay_out, letter
from justice_data_lab.intake.result import CheckResult
from justice_data_lab.intake.rule import Place, Setting
from justice_data_lab.intake.rules import BY_CODE, RULES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from justice_data_lab.errors import Problem
    from justice_data_lab.intake.files import FileRead
    from justice_data_lab.intake.headings import Layout
    from justice_data_lab.intake.rule import Rule
    from justice_data_lab.intake.sheets import Book

_PLACING = ("conviction_date", "index_date", "intervention_start", "arm_date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a file is checked with: the day, the lab's least number of people, a column map, a coverage file, rules to leave out."""

    today: date
    min_submitted: int
    column_map: Path | None = None
    coverage: Path | None = None
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """The result of a check, and a cohort's rows when nothing refuses the file."""

    result: CheckResult
    rows: pa.Table | None = field(default=None, repr=False)


def examine(path: Path, wanted: Wanted) -> Examined:
    """Read a file and hold it against every rule.

    Raises:
        UsageError: there is no such file, or the map or the coverage file is wrong.
    """
    columns = read_column_map(wanted.column_map)
    register = read_register_dates(wanted.coverage) if wanted.coverage else None
    read = read_file(path)
    if read.book is None:
        return Examined(result=_refused(read))
    setting = Setting(today=wanted.today, min_submitted=wanted.min_submitted)
    layout = lay_out(read.book, columns)
    frame = build_frame(read.book, layout, columns, setting)
    problems = (
        *_file_problems(read.name, read.book, layout),
        *_count_problems(read.name, layout, frame, setting),
        *_row_problems(read.name, layout, _broken(frame, layout, setting, wanted.without)),
    )
    result = CheckResult(
        file_name=read.name,
        file_sha256=read.sha256,
        rows=frame.height,
        problems=problems,
        coverage=follow_up(frame, register) if register else (),
        sheet=layout.sheet.name or None,
        heading_row=layout.heading_row + 1,
    )
    return Examined(result=result, rows=None if result.refused else _cohort_rows(frame, layout))


def _refused(read: FileRead) -> CheckResult:
    """The result for a file that could not be read at all."""
    fault = read.refused
    problems = () if fault is None else (BY_CODE[fault.rule].problem(Place(file=read.name, detail=fault.detail)),)
    return CheckResult(file_name=read.name, file_sha256=read.sha256, rows=0, problems=problems)


def _file_problems(file: str, book: Book, layout: Layout) -> Iterator[Problem]:
    """What was noted while reading and finding the list."""
    for code, detail in book.notes:
        yield BY_CODE[code].problem(Place(file=file, detail=detail))
    for found in layout.findings:
        yield BY_CODE[found.rule].problem(Place(file=file, column=found.column, row=None, value=found.value, detail=found.detail))
    for code, row in book.faults:
        yield BY_CODE[code].problem(Place(file=file, row=row))
    for index in sorted({*layout.unheaded} - {*layout.beyond}):
        if any(cell.strip() for cell in layout.sheet.columns[index][layout.heading_row + 1 :]):
            yield BY_CODE["heading-empty"].problem(Place(file=file, detail=f"It is column {letter(index)}."))


def _count_problems(file: str, layout: Layout, frame: pl.DataFrame, setting: Setting) -> Iterator[Problem]:
    """How many rows there are, how many were blank, and whether any row can be placed in time."""
    blank = layout.sheet.height - layout.heading_row - 1 - frame.height
    if frame.height == 0:
        yield BY_CODE["rows-none"].problem(Place(file=file))
    elif frame.height < setting.min_submitted:
        detail = f"There are {frame.height}; at least {setting.min_submitted} are needed."
        yield BY_CODE["rows-few"].problem(Place(file=file, detail=detail))
    if blank > 0 and frame.height:
        yield BY_CODE["rows-blank"].problem(Place(file=file, detail=f"There were {blank:,}."))
    if frame.height and not set(_PLACING) & set(layout.known):
        yield BY_CODE["dates-none"].problem(Place(file=file, detail="No row of this file has one of these dates."))


@dataclass(frozen=True, slots=True)
class _Broken:
    """A rule broken in a row."""

    row: int
    position: int
    order: int
    column: str
    detail: str = ""

    def place(self) -> tuple[int, int, bool, int]:
        """Sorts by row, then by column in the file, then errors before warnings, then by the order of the rules."""
        return self.row, self.position, RULES[self.order].severity != "error", self.order


def _broken(frame: pl.DataFrame, layout: Layout, setting: Setting, without: tuple[str, ...]) -> list[_Broken]:
    """Every row that breaks a rule that looks at rows, whole rows first."""
    tests: list[tuple[int, Rule, str]] = []
    for order, rule in enumerate(RULES):
        asked = rule.code != "dates-none" or set(_PLACING) & set(layout.known)
        if rule.predicate is None or rule.code in without or not asked:
            continue
        names = [name for name in rule.columns if name in layout.known] if rule.columns else [""]
        tests += [(order, rule, name) for name in names if _can_test(rule, frame)]
    exprs = [
        rule.predicate(name, setting).fill_null(value=False).alias(str(i))
        for i, (_, rule, name) in enumerate(tests)
        if rule.predicate
    ]
    hits = frame.select(exprs)
    found: list[_Broken] = []
    for i, (order, rule, name) in enumerate(tests):
        hit = hits[str(i)]
        if not hit.any():
            continue
        rows = frame.filter(hit)
        earlier = rows["same:person"].to_list() if rule.code in {"row-repeated", "person-repeated"} else None
        for k, row in enumerate(rows["row"].to_list()):
            detail = f"See row {earlier[k]}." if earlier else ""
            found.append(_Broken(row, layout.known.get(name, -1), order, name, detail))
    return sorted(found, key=_Broken.place)


def _can_test(rule: Rule, frame: pl.DataFrame) -> bool:
    """Rules that compare a cell with another of its row need that column too."""
    return all(name in frame.columns for name in rule.beside)


def _row_problems(file: str, layout: Layout, broken: list[_Broken]) -> Iterator[Problem]:
    """The problems of the rows; in one cell only the first error, since one fault often breaks several rules."""
    refused: set[tuple[int, int]] = set()
    for item in _with_wide_rows(layout, broken):
        rule = RULES[item.order]
        cell = (item.row, item.position)
        if cell in refused and item.position >= 0:
            continue
        if rule.severity == "error":
            refused.add(cell)
        value = layout.sheet.columns[item.position][item.row - 1] if item.position >= 0 else None
        yield rule.problem(
            Place(file=file, row=item.row, column=layout.headings.get(item.column), value=value, detail=item.detail)
        )


def _with_wide_rows(layout: Layout, broken: list[_Broken]) -> list[_Broken]:
    """In CSV a value beyond the last heading usually means a comma too many, so it is an error of its row."""
    if not layout.beyond:
        return broken
    order = next(i for i, rule in enumerate(RULES) if rule.code == "row-too-long")
    first = layout.heading_row + 1
    rows = {
        first + offset + 1
        for index in layout.beyond
        for offset, cell in enumerate(layout.sheet.columns[index][first:])
        if cell.strip()
    }
    wide = [_Broken(row, -1, order, "") for row in rows]
    return sorted([*broken, *wide], key=_Broken.place)


def _cohort_rows(frame: pl.DataFrame, layout: Layout) -> pa.Table:
    """The cohort's rows by its schema: codes for spellings, full identifiers, null for blank."""
    values = [pl.col("row").cast(pl.Int32)]
    for name, column in BY_NAME.items():
        if name not in layout.known:
            values.append(pl.lit(None, dtype=pl.Date if column.kind == "date" else pl.String).alias(name))
        elif column.kind == "date":
            values.append(pl.col(f"{name}:date").alias(name))
        else:
            text = pl.col(name) if column.kind == "name" else pl.coalesce(f"{name}:code", name)
            values.append(pl.when(text != "").then(text).alias(name))
    own = [pl.when(pl.col(OWN + heading) != "").then(pl.col(OWN + heading)).alias(heading) for heading in layout.own]
    fields = [*SCHEMA, *(pa.field(heading, pa.string()) for heading in layout.own)]
    return frame.select(*values, *own).to_arrow().cast(pa.schema(fields))
