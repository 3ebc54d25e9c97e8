"""What a submitter gets back: the problems as a list, or their own file with a column that says what to fix."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from justice_data_lab.errors import UsageError
from justice_data_lab.files import keep_apart, write_bytes, write_json
from justice_data_lab.intake.columns import NO_HEADING, TEMPLATE_SHEET, WHAT_TO_FIX
from justice_data_lab.intake.files import read_file
from justice_data_lab.intake.ods import OdsTable, cell, ods_bytes, row
from justice_data_lab.intake.sheets import BOOLEAN, DATE, DATETIME, NUMBER, TEXT, Sheet

if TYPE_CHECKING:
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from justice_data_lab.errors import Problem
    from justice_data_lab.intake.result import CheckResult

_FORMULA = re.compile(r"\s*[=+\-@]")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*")
_NO_SHEET = Sheet(name="", hidden=False, columns=[], kinds=[])


def write_problems(result: CheckResult, out: Path, source: Path) -> None:
    """Write what a check found.

    Args:
        result: from `check_cohort`.
        out: `.json` gets the list of problems; `.csv`, `.xlsx` and `.ods` the same rows and columns as the file that was checked, with a
            column that says what to fix, and in a workbook the faulty cells coloured and a summary sheet.
        source: the file that was checked.

    Raises:
        UsageError: `out` has another ending, or would overwrite the source, or the source has changed since.

    Notes:
        A value that a spreadsheet would run as a formula is written as text; in CSV, which has no such thing, with an apostrophe before
        it. Nothing is written to temporary folders.
    """
    keep_apart(out, source)
    suffix = out.suffix.lower()
    if suffix == ".json":
        write_json(out, [problem.to_dict() for problem in result.problems])
        return
    writers = {".csv": _csv, ".xlsx": _xlsx, ".ods": _ods}
    if suffix not in writers:
        message = f"{out.name}: expected a name that ends in .json, .csv, .xlsx or .ods."
        raise UsageError(message)
    write_bytes(out, writers[suffix](_annotate(result, source)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Annotated:
    """The sheet, what to fix by row (index from 0), the faulty cells, and the summary's lines."""

    sheet: Sheet
    fixes: dict[int, str]
    faulty: frozenset[tuple[int, int]]
    summary: list[list[str]]

    def row(self, index: int) -> list[tuple[str, str]]:
        """The cells of one row as text and kind, the one that says what to fix last."""
        own = (
            [(column[index], self.sheet.kind(i, index)) for i, column in enumerate(self.sheet.columns)]
            if index < self.sheet.height
            else []
        )
        own += [("", TEXT)] * (len(self.sheet.columns) - len(own))
        return [*own, (self.fixes.get(index, ""), TEXT)]

    @property
    def height(self) -> int:
        """Rows to write: the sheet's, or more when there is something to say below it."""
        return max(self.sheet.height, max(self.fixes, default=0) + 1)


def _annotate(result: CheckResult, source: Path) -> _Annotated:
    """Put every problem beside its row, and those of the whole file beside the first row below the headings."""
    read = read_file(source)
    if read.sha256 != result.file_sha256:
        message = f"{source.name} has changed since it was checked. Check it again."
        raise UsageError(message)
    found = () if read.book is None else read.book.sheets
    sheet = next((sheet for sheet in found if sheet.name == (result.sheet or "")), _NO_SHEET)
    heading = result.heading_row - 1
    headings = {column[heading].strip(): i for i, column in reversed(list(enumerate(sheet.columns)))} if sheet.height else {}
    texts: dict[int, list[str]] = defaultdict(list)
    faulty: set[tuple[int, int]] = set()
    for problem in sorted(result.problems, key=lambda problem: problem.severity):
        if problem.row is None and problem.severity == "warning":
            continue  # the summary has it: no row is to be changed
        index = heading + 1 if problem.row is None else problem.row - 1
        texts[index].append(_fix(problem))
        if problem.row is not None and problem.column in headings and problem.severity == "error":
            faulty.add((index, headings[problem.column]))
    fixes = {heading: WHAT_TO_FIX, **{index: "\n".join(lines) for index, lines in texts.items()}}
    kept = _without_old_fixes(sheet, heading)
    return _Annotated(
        sheet=_with_marked_ends(kept, heading) if read.book and read.book.kind == "csv" else kept,
        fixes=fixes,
        faulty=frozenset(faulty),
        summary=_summary(result),
    )


def _without_old_fixes(sheet: Sheet, heading: int) -> Sheet:
    """The sheet without the column that an earlier check added at its end."""
    if not sheet.columns or not sheet.height or sheet.columns[-1][heading].strip() != WHAT_TO_FIX:
        return sheet
    return Sheet(name=sheet.name, hidden=sheet.hidden, columns=sheet.columns[:-1], kinds=sheet.kinds[:-1])


def _with_marked_ends(sheet: Sheet, heading: int) -> Sheet:
    """Text with a heading over what stands beyond the last one: in a workbook it would pass for a column of notes when it comes back."""
    marked = [
        column
        if column[heading].strip() or not any(cell.strip() for cell in column[heading + 1 :])
        else [*column[:heading], NO_HEADING, *column[heading + 1 :]]
        for column in sheet.columns
    ]
    return Sheet(name=sheet.name, hidden=sheet.hidden, columns=marked, kinds=sheet.kinds)


def _fix(problem: Problem) -> str:
    """One problem in a cell of its row."""
    place = "Whole file: " if problem.row is None else ""
    note = "To check. " if problem.severity == "warning" else ""
    column = f"{problem.column}: " if problem.column else ""
    return f"{note}{place}{column}{problem.message} {problem.remedy}"


def _summary(result: CheckResult) -> list[list[str]]:
    """The kinds of problems with their counts."""
    kinds = Counter((problem.severity, problem.rule) for problem in result.problems)
    first = {problem.rule: problem for problem in reversed(result.problems)}
    lines = [["severity", "count", "rule", "what was expected", "what to do"]]
    for (severity, rule), count in sorted(kinds.items(), key=lambda item: (item[0][0], -item[1], item[0][1])):
        lines.append([severity, str(count), rule, first[rule].message, first[rule].remedy])
    return lines


def guarded(text: str) -> str:
    """Text that no spreadsheet runs when it opens a CSV file: an apostrophe before what looks like a formula."""
    if text.startswith(("\t", "\r")) or (_FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text)):
        return f"'{text}"
    return text


def _csv(annotated: _Annotated) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    for index in range(annotated.height):
        writer.writerow([guarded(text) for text, _ in annotated.row(index)])
    return stream.getvalue().encode("utf-8", "replace")


def _ods(annotated: _Annotated) -> bytes:
    def rows(sheet: _Annotated) -> list[str]:
        return [
            row(
                cell(text, kind, "fault" if (index, i) in sheet.faulty else "") for i, (text, kind) in enumerate(sheet.row(index))
            )
            for index in range(sheet.height)
        ]

    width = len(annotated.sheet.columns)
    columns = '<table:table-column table:style-name="wide"' + (f' table:number-columns-repeated="{width}"/>' if width else "/>")
    summary = OdsTable(
        name="Summary",
        columns='<table:table-column table:style-name="wide" table:number-columns-repeated="5"/>',
        rows=[row(cell(text) for text in line) for line in annotated.summary],
    )
    listed = OdsTable(
        name=sheet_name(annotated.sheet.name),
        columns=columns + '<table:table-column table:style-name="widest"/>',
        rows=rows(annotated),
    )
    return ods_bytes([listed, summary])


def _xlsx(annotated: _Annotated) -> bytes:
    import xlsxwriter  # noqa: PLC0415 -- loaded only when a workbook is written

    stream = io.BytesIO()
    workbook: Workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    workbook.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 -- a fixed time: same input, same bytes
    sheet: Worksheet = workbook.add_worksheet(sheet_name(annotated.sheet.name))
    wrap = workbook.add_format({"text_wrap": True})
    day, fault = {"num_format": "dd mmm yyyy"}, {"bg_color": "#FFDD88"}
    formats = {
        (False, False): None,
        (True, False): workbook.add_format(day),
        (False, True): workbook.add_format(fault),
        (True, True): workbook.add_format({**day, **fault}),
    }
    for index in range(annotated.height):
        for i, (text, kind) in enumerate(annotated.row(index)):
            if text and i == len(annotated.sheet.columns):
                sheet.write_string(index, i, text, wrap)
            elif text:
                is_day = kind in {DATE, DATETIME}
                write_cell(sheet, (index, i), text, kind, formats[is_day, (index, i) in annotated.faulty])
    sheet.set_column(len(annotated.sheet.columns), len(annotated.sheet.columns), 90)
    summary = workbook.add_worksheet("Summary")
    for index, line in enumerate(annotated.summary):
        for i, text in enumerate(line):
            summary.write_string(index, i, text)
    workbook.close()
    return stream.getvalue()


def write_cell(sheet: Worksheet, place: tuple[int, int], text: str, kind: str, style: Format | None) -> None:
    """Write one cell as what it was; text is never looked at for formulas, numbers or addresses."""
    if kind == NUMBER:
        sheet.write_number(*place, float(text), style)
    elif kind == BOOLEAN:
        sheet.write_boolean(*place, text == "TRUE", style)
    elif kind in {DATE, DATETIME} and date.fromisoformat(text[:10]).year >= 1900:
        sheet.write_datetime(*place, datetime.fromisoformat(text), style)
    else:
        sheet.write_string(*place, text, style)


def sheet_name(name: str) -> str:
    """A sheet's name as a workbook takes it; the template's where it would meet the summary's."""
    plain = re.sub(r"[\[\]:*?/\\]", "_", name)[:31].strip("' ")
    return TEMPLATE_SHEET if not plain or plain.casefold() in {"summary", "history"} else plain
