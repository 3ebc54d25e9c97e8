"""The blank cohort template: three formats, with checks as they type and counts of what is left, from the one rule list."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from justice_data_lab.errors import UsageError
from justice_data_lab.files import write_bytes
from justice_data_lab.intake.columns import COLUMNS, TEMPLATE_SHEET
from justice_data_lab.intake.formulas import TEMPLATE_ROWS, fault_count, fault_in_cell, open_formula, people_count
from justice_data_lab.intake.guidance import INTRODUCTION, column_lines, rule_lines
from justice_data_lab.intake.headings import letter
from justice_data_lab.intake.ods import OdsTable, cell, ods_bytes, row
from justice_data_lab.intake.rules import RULES
from justice_data_lab.study import Lab

if TYPE_CHECKING:
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from justice_data_lab.intake.columns import Column

_ENOUGH = f"An analysis usually needs at least {Lab().min_submitted} people."
_LONGEST_MESSAGE = 255  # Excel's limit for the text of a data validation


def write_template(out: Path) -> None:
    """Write the blank cohort template.

    Args:
        out: `.xlsx` and `.ods` check as they type and have a guidance and a summary sheet; `.csv` has the headings only.

    Raises:
        UsageError: another ending.

    Notes:
        The checks reach down to row 10,001; below that `jdl check` finds the same.
    """
    makers = {".csv": _csv, ".xlsx": _xlsx, ".ods": _ods}
    suffix = out.suffix.lower()
    if suffix not in makers:
        message = f"{out.name}: expected a name that ends in .xlsx, .ods or .csv."
        raise UsageError(message)
    write_bytes(out, makers[suffix]())


def _csv() -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerow([column.name for column in COLUMNS])
    return stream.getvalue().encode()


def typed_messages(column: Column) -> tuple[str, str]:
    """What is shown when a cell is entered, and when what was typed is not accepted."""
    rules = [rule for rule in RULES if rule.as_typed and column.name in rule.columns]
    error = ""
    for rule in rules:
        longer = f"{error} {rule.message}".strip()
        error = longer if len(longer) <= _LONGEST_MESSAGE else error
    return f"{column.meaning} For example {column.example}."[:_LONGEST_MESSAGE], error


def is_strict(column: Column) -> bool:
    """Whether a value that breaks a rule is stopped, or only warned of."""
    return any(rule.severity == "error" for rule in RULES if rule.as_typed and column.name in rule.columns)


def _counted() -> list[tuple[str, str, str, str]]:
    """The summary's lines: refused or noted, column, what is expected, the formula that counts."""
    return [
        ("to put right" if rule.severity == "error" else "to check", name, rule.message, fault_count(rule.sheet, name))
        for rule in RULES
        if rule.sheet
        for name in rule.columns
    ]


def _xlsx() -> bytes:
    import xlsxwriter  # noqa: PLC0415 -- loaded only when a workbook is written

    stream = io.BytesIO()
    workbook: Workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    workbook.set_properties({"title": "Cohort template", "created": datetime(2000, 1, 1)})  # noqa: DTZ001 -- a fixed time: same bytes
    bold = workbook.add_format({"bold": True, "bottom": 1})
    _xlsx_cohort(workbook, bold)
    _xlsx_guidance(workbook, bold)
    _xlsx_summary(workbook, bold)
    workbook.close()
    return stream.getvalue()


def _xlsx_cohort(workbook: Workbook, bold: Format) -> None:
    sheet: Worksheet = workbook.add_worksheet(TEMPLATE_SHEET)
    text = workbook.add_format({"num_format": "@"})
    day = workbook.add_format({"num_format": "dd mmm yyyy"})
    for index, column in enumerate(COLUMNS):
        sheet.write_string(0, index, column.name, bold)
        sheet.set_column(index, index, 18, day if column.kind == "date" else text)
        sheet.data_validation(1, index, TEMPLATE_ROWS, index, _xlsx_validation(column))
    sheet.freeze_panes(1, 0)


def _xlsx_validation(column: Column) -> dict[str, str | bool | list[str]]:
    help_text, error_text = typed_messages(column)
    options: dict[str, str | bool | list[str]] = {
        "ignore_blank": True,
        "input_title": column.name,
        "input_message": help_text,
        "error_title": column.name,
        "error_message": error_text,
        "error_type": "stop" if is_strict(column) else "warning",
    }
    if column.kind == "code":
        return {**options, "validate": "list", "source": [code for code, _ in column.codes]}
    return {**options, "validate": "custom", "value": f"=({fault_in_cell(column.name)})=0"}


def _xlsx_guidance(workbook: Workbook, bold: Format) -> None:
    sheet: Worksheet = workbook.add_worksheet("Guidance")
    wrap = workbook.add_format({"text_wrap": True, "valign": "top"})
    lines: list[tuple[str, ...]] = [(line,) for line in INTRODUCTION]
    lines += [(), ("column", "need", "what it holds", "example"), *column_lines()]
    lines += [(), ("", "columns", "what is expected", "what to do"), *rule_lines()]
    for index, line in enumerate(lines):
        heading = line[1:2] in {("need",), ("columns",)}
        for i, text in enumerate(line):
            sheet.write_string(index, i, text, bold if heading else wrap if len(line) > 1 else None)
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 3, 60)


def _xlsx_summary(workbook: Workbook, bold: Format) -> None:
    sheet: Worksheet = workbook.add_worksheet("Summary")
    red = workbook.add_format({"bg_color": "#FFDD88"})
    sheet.write_string(0, 0, "People entered", bold)
    sheet.write_formula(0, 1, f"={people_count()}", bold, 0)
    sheet.write_string(1, 0, _ENOUGH)
    for i, text in enumerate(("", "column", "what is expected", "how many")):
        sheet.write_string(3, i, text, bold)
    counted = _counted()
    for index, (severity, name, message, formula) in enumerate(counted, 4):
        for i, text in enumerate((severity, name, message)):
            sheet.write_string(index, i, text)
        sheet.write_formula(index, 3, f"={formula}", None, 0)
    sheet.conditional_format(4, 3, 3 + len(counted), 3, {"type": "cell", "criteria": ">", "value": 0, "format": red})
    sheet.set_column(0, 1, 18)
    sheet.set_column(2, 2, 80)


def _ods() -> bytes:
    return ods_bytes([_ods_cohort(), _ods_guidance(), _ods_summary()], _ods_validations())


def _ods_validations() -> str:
    """One validation a column, named after it."""
    found = []
    for index, column in enumerate(COLUMNS):
        help_text, error_text = typed_messages(column)
        if column.kind == "code":
            codes = ";".join(f'"{code}"' for code, _ in column.codes)
            condition = f"of:cell-content-is-in-list({codes})"
        else:
            condition = f"of:is-true-formula({open_formula(f'({fault_in_cell(column.name)})=0')})"
        kind = "stop" if is_strict(column) else "warning"
        found.append(
            f'<table:content-validation table:name="{column.name}" table:condition={quoteattr(condition)} '
            f'table:allow-empty-cell="true" table:base-cell-address="{TEMPLATE_SHEET}.{letter(index)}2">'
            f'<table:help-message table:title="{column.name}" table:display="true"><text:p>{escape(help_text)}</text:p></table:help-message>'
            f'<table:error-message table:message-type="{kind}" table:title="{column.name}" table:display="true">'
            f"<text:p>{escape(error_text)}</text:p></table:error-message></table:content-validation>"
        )
    return f"<table:content-validations>{''.join(found)}</table:content-validations>"


def _ods_cohort() -> OdsTable:
    cells = [
        f'<table:table-cell table:style-name="{"date" if column.kind == "date" else "text"}" '
        f'table:content-validation-name="{column.name}"/>'
        for column in COLUMNS
    ]
    columns = f'<table:table-column table:style-name="wide" table:number-columns-repeated="{len(COLUMNS)}"/>'
    rows = [row(cell(column.name, style="head") for column in COLUMNS), row(cells, TEMPLATE_ROWS)]
    return OdsTable(name=TEMPLATE_SHEET, columns=columns, rows=rows)


def _ods_guidance() -> OdsTable:
    rows = [row([cell(line)]) for line in INTRODUCTION]
    for heading, lines in (
        (("column", "need", "what it holds", "example"), column_lines()),
        (("", "columns", "what is expected", "what to do"), rule_lines()),
    ):
        rows += [row([cell("")]), row(cell(text, style="head") for text in heading)]
        rows += [row(cell(text, style="wrap") for text in line) for line in lines]
    columns = '<table:table-column table:style-name="wide" table:number-columns-repeated="2"/>'
    return OdsTable(
        name="Guidance",
        columns=columns + '<table:table-column table:style-name="widest" table:number-columns-repeated="2"/>',
        rows=rows,
    )


def _ods_summary() -> OdsTable:
    rows = [
        row([cell("People entered", style="head"), _ods_formula(people_count())]),
        row([cell(_ENOUGH)]),
        row([cell("")]),
        row(cell(text, style="head") for text in ("", "column", "what is expected", "how many")),
    ]
    rows += [row([*(cell(text) for text in line[:3]), _ods_formula(line[3])]) for line in _counted()]
    columns = '<table:table-column table:style-name="wide" table:number-columns-repeated="2"/><table:table-column table:style-name="widest"/>'
    return OdsTable(name="Summary", columns=columns, rows=rows)


def _ods_formula(formula: str) -> str:
    """A cell that counts; its value is worked out when the file is opened."""
    return f'<table:table-cell table:formula={quoteattr("of:=" + open_formula(formula))} office:value-type="float" office:value="0"><text:p>0</text:p></table:table-cell>'
