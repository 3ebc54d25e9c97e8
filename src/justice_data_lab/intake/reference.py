"""The manual page of the cohort file, written from the columns and the rule list.

Run `python -m justice_data_lab.intake.reference > docs/reference/cohort-file.md` after changing a rule.
"""

from __future__ import annotations

import sys

from justice_data_lab.intake.columns import ALSO_CALLED, COLUMNS, RESERVED
from justice_data_lab.intake.formulas import TEMPLATE_ROWS
from justice_data_lab.intake.guard import LIMITS, MB
from justice_data_lab.intake.guidance import NEED_WORDS
from justice_data_lab.intake.rules import RULES
from justice_data_lab.study import Lab

_HEAD = """\
# The cohort file

<!-- Written by `python -m justice_data_lab.intake.reference`; a test fails when it is out of date. -->

One row for each person, as CSV, XLSX or ODS. `jdl template cohort.xlsx` writes a blank one that checks as you type;
`jdl check cohort.xlsx` finds every problem; [how to prepare your file](../how-to/prepare-your-file.md) goes through it step by step.

## Columns

Headings may be written in capitals, with spaces or hyphens for `_`, and with a star at the end. Other columns are kept as columns of
your own. Dates are dd/mm/yyyy or yyyy-mm-dd.
"""

_READING = f"""\
## How a file is read

* A file is told by its content, which must agree with the ending of its name.
* Cells are read as text. Rows are numbered as in the spreadsheet: the headings are usually row 1, and a line break inside quotes does not
  count.
* One sheet is read: the visible one that has the essential headings. Sheets named Guidance and Summary and hidden sheets are left
  alone. Hidden rows and columns are read. Of a formula, the result that was saved is read.
* The headings are looked for in the first twenty rows.
* Blank rows are left out. A column headed `what to fix` is left out.
* In CSV, commas, semicolons, tabs and upright strokes are told apart by the headings. UTF-8, UTF-16 and Windows-1252 are read.
* A number in a column of dates is a count of days: from 1900, or from 1904 where the workbook says so. In CSV this cannot be
  known, so it is refused.
* A date is read day first. One such as 02/25/2022 has one reading and is read so; where at least one in ten of the cells that show an
  order are month first, the cells of that column that can be read both ways are refused. Where a column has real dates whose days are
  all 12 or less, beside text that a spreadsheet could not turn into dates, the real dates are refused: they were probably swapped when
  the file was opened. A column map with `[dates] order` settles it.
* A year of two digits is read where one century fits (people are 10 to 100 years old; all else lies in the last 70 years).
* In one cell, the first error is told and not the ones that follow from it.

The file is taken apart in a process of its own with limits on memory and time, after a look at what it would unpack into: at most
{LIMITS.file // MB} MB, {LIMITS.unpacked // MB} MB unpacked, {LIMITS.rows:,} rows, {LIMITS.columns} columns and {LIMITS.cells:,} cells.

## Several rows for one person

They are kept and noted. The earliest start that can be used counts.

## The template

Its checks reach down to row {TEMPLATE_ROWS + 1:,}. Fewer than {Lab().min_submitted} people are noted.
"""


def reference_page() -> str:
    """The whole page."""
    lines = [_HEAD, "| heading | need | what it holds | example |", "|---|---|---|---|"]
    lines += [f"| `{c.name}` | {NEED_WORDS[c.need]} | {c.meaning} | {c.example} |" for c in COLUMNS]
    lines += ["", "### Codes", "", "| heading | code | also read as it |", "|---|---|---|"]
    lines += [f"| `{c.name}` | {code} | {', '.join(others) or 'none'} |" for c in COLUMNS for code, others in c.codes]
    lines += ["", "Capitals do not matter. A column map translates codes of your own.", ""]
    lines += [f"A column of your own may not be headed {', '.join(f'`{name}`' for name in RESERVED)}.", ""]
    lines += [
        "### Headings that are not guessed",
        "",
        "These are suggested when the heading is missing; rename the column or map it.",
        "",
    ]
    lines += ["| heading | often called |", "|---|---|"]
    lines += [f"| `{name}` | {', '.join(others)} |" for name, others in ALSO_CALLED.items()]
    lines += ["", *_rules("error", "Errors", "Any of these refuses the file (exit code 3)."), ""]
    lines += [*_rules("warning", "Warnings", "These are noted and do not stop the file."), "", _READING]
    return "\n".join(lines)


def _rules(severity: str, title: str, lead: str) -> list[str]:
    """A table of the rules of one severity."""
    lines = [
        f"## {title}",
        "",
        lead,
        "",
        "| rule | columns | what is expected | for example | what to do |",
        "|---|---|---|---|---|",
    ]
    for rule in RULES:
        if rule.severity == severity:
            columns = ", ".join(rule.columns) or ("the row" if rule.predicate else "the file")
            cells = (f"`{rule.code}`", columns, rule.message, rule.example, rule.remedy)
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return lines


if __name__ == "__main__":
    sys.stdout.write(reference_page())
