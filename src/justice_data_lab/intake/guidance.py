"""The guidance that goes with the template, as lines of text, from the columns and the rule list."""

from __future__ import annotations

from justice_data_lab.intake.columns import COLUMNS
from justice_data_lab.intake.rules import RULES

NEED_WORDS = {"essential": "essential", "asked": "please give it if you hold it", "optional": "optional"}

INTRODUCTION = (
    "One row for each person you worked with. Fill in the sheet Cohort from row 2; do not change the headings.",
    "Include everyone who started, whether or not they finished: leaving people out spoils the comparison.",
    "The more of the identifiers and dates you give, the more people can be found in the register.",
    "Dates are dd/mm/yyyy. The sheet shows the month in letters, so that you can see that it was understood.",
    "You may add columns of your own to the right, for example the site or the group. Do not add addresses, phone numbers or notes.",
    "The sheet Summary counts what is still to be put right. `jdl check` shows every problem by row and column.",
)


def column_lines() -> list[tuple[str, str, str, str]]:
    """For every column: heading, how much it is needed, what it holds, an invented example."""
    return [(column.name, NEED_WORDS[column.need], column.meaning, column.example) for column in COLUMNS]


def rule_lines() -> list[tuple[str, str, str, str]]:
    """For every rule about cells: whether it refuses the file, the columns, what is expected, what to do."""
    return [
        ("refused" if rule.severity == "error" else "noted", ", ".join(rule.columns) or "whole row", rule.message, rule.remedy)
        for rule in RULES
        if rule.predicate is not None
    ]
