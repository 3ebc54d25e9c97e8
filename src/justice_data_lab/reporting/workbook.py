"""The cleared figures as the sheets of a workbook: a cover, notes, and one table a sheet. Both spreadsheet formats are written from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from justice_data_lab.disclosure.tidy import tidy_rows
from justice_data_lab.reporting.dates import date_in_words
from justice_data_lab.reporting.page import title_of
from justice_data_lab.reporting.passages import NOTICES, SYMBOLS
from justice_data_lab.reporting.wording import capital

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from justice_data_lab.disclosure.disclosed import Disclosed
    from justice_data_lab.disclosure.published import Content
    from justice_data_lab.study import Lab

Cell: TypeAlias = "str | float | None"
Row: TypeAlias = "Mapping[str, str | float | None]"

VALUE, STATUS, PRINTED, KEY = "Value", "Status", "As printed in the report", "Key"
SHOWN, IN_WORDS = "shown", "in words"
INSTRUCTIONS = (
    "This worksheet contains one table, one row a figure. Where a figure is not a number its value is blank, and the status says why. "
    "The symbols are explained on the notes worksheet."
)
NEVER_POOL = (
    "Never pool an analysis of the kind after_start, which picks people by what happened later, or placebo, which is a test."
)
# Which words of the tidy table stand in which column, and what stands there when a row has none.
_WORDS = (
    ("analysis", "Analysis", "the whole request"),
    ("analysis_kind", "Kind of analysis", "none"),
    ("measure", "Measure or characteristic", "all"),
    ("level", "Level", "all"),
    ("statistic", "Figure", ""),
    ("group", "Group", "both groups"),
)
_TITLES = {
    "refusal": "Why the request could not be analysed",
    "programme": "What the organisation said of its programme",
    "attrition": "From records sent to people analysed",
    "pool": "Where the comparison group comes from",
    "analyses": "The analyses, and the people in them",
    "survival": "Time to the first event",
    "robustness": "Robustness checks beside the official figures",
    "contamination": "People of the comparison group who had similar help",
    "interactions": "Tests of the gap between two effects",
    "profile": "Who the people are",
    "balance": "How alike the two groups are: standardised differences",
    "linkage": "How well people were found in the register",
    "placebo": "A check: people who were not served",
    "larger group": "What a larger group could show",
    "quality": "How far this analysis can be relied on",
}
_UNITS = {"%": "percent", "": "no unit"}
_NO_LATIN = re.compile(r"[^a-zA-Z0-9]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSheet:
    """One sheet with one table.

    Attributes:
        name: on its tab.
        table: name of the table within the file: letters, digits and underscores.
        title: what it shows.
        columns: their headings.
        rows: as many cells each as there are columns; only `Value` holds numbers.
    """

    name: str
    table: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """A whole workbook before it is written in either format.

    Attributes:
        title: as on page one of the report.
        lab: who publishes it.
        issued: the report's date, ISO 8601.
        intro: what the workbook is.
        about: what to know before a figure is used.
        contact: whom to ask.
        notes: what each note is about and its text, in the order of their numbers.
        sheets: in the order of the report.
    """

    title: str
    lab: str
    issued: str
    intro: tuple[str, ...]
    about: tuple[str, ...]
    contact: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]
    sheets: tuple[DataSheet, ...]


# Columns whose heading refers to a note, by the note's number.
NOTED = {VALUE: 1, STATUS: 2, KEY: 3}
_NOTES = (
    ("rounding", "Each number is worked out from exact data and rounded once, so parts may not add up to their total."),
    (
        "status",
        f"\u201c{SHOWN}\u201d: the value is the number. \u201c{IN_WORDS}\u201d: what is printed says less than, more than, or a verdict. "
        + "; ".join(f"{symbol} {text}" for symbol, text in SYMBOLS if symbol.startswith("["))
        + ".",
    ),
    ("key", "The name of the figure, the same in tables.csv and in the report."),
)


def fill_workbook(disclosed: Disclosed, lab: Lab) -> Workbook:
    """The workbook of a cleared request: every published figure stands in one row of one sheet, and no other does."""
    content = disclosed.content
    return Workbook(
        title=readable(title_of(content)),
        lab=readable(lab.name),
        issued=content.study.report_date,
        intro=(
            readable(f"{content.study.name}, for {content.study.organisation}."),
            readable(f"Published by {lab.name}, {date_in_words(content.study.report_date)}."),
            "These are all the figures of the report of the same name, which says what they mean.",
        ),
        about=(
            *(f"{NOTICES[notice][0]}. {NOTICES[notice][1]}" for notice in content.notices),
            "Figures that could tell about one person are not shown, and figures on too few people are marked as unreliable.",
            *((NEVER_POOL,) if _not_to_pool(content) else ()),
            readable(f"Licence: {lab.licence}."),
        ),
        contact=(readable(lab.contacts or "No contact is given."),),
        notes=_NOTES,
        sheets=tuple(_sheets(content)),
    )


def _not_to_pool(content: Content) -> bool:
    return bool(content.placebos) or any(analysis.kind == "after_start" for analysis in content.analyses)


def _sheets(content: Content) -> Iterator[DataSheet]:
    rows = tidy_rows(content)
    titles = _titles(content)
    known = [*_order(content), *(str(row["table"]) for row in rows)]
    labels, steps = _labels(content), _steps(content)
    for table in dict.fromkeys(known):
        own = [row for row in rows if row["table"] == table]
        if own:
            yield _sheet(table, titles.get(table, capital(table)), [{**row, **_in_words(row, labels, steps)} for row in own])


def _sheet(table: str, title: str, rows: Sequence[Row]) -> DataSheet:
    """A table with the columns of words that any of its rows fills."""
    words = [(name, heading, instead) for name, heading, instead in _WORDS if any(row[name] for row in rows)]
    columns = (*(heading for _, heading, _ in words), VALUE, "Unit", STATUS, PRINTED, KEY)
    return DataSheet(
        name=capital(table),
        table=re.sub(r"\W", "_", table, flags=re.ASCII),
        title=readable(title),
        columns=columns,
        rows=tuple(
            (
                *(readable(str(row[name] or instead)) for name, _, instead in words),
                row["value"],
                _UNITS.get(unit := str(row["unit"]), unit),
                _status(row),
                readable(str(row["text"])),
                readable(str(row["key"])),
            )
            for row in rows
        ),
    )


def _status(row: Row) -> str:
    if row["marker"]:
        return f"[{row['marker']}]"
    return IN_WORDS if row["value"] is None else SHOWN


def readable(text: str) -> str:
    """Text that a spreadsheet shows as it stands: no link or note made of brackets that a person typed, never signs alone.

    Example:
        >>> readable("[site](https://example.org) for $$5")
        '[site] (https://example.org) for $ $5'
        >>> readable("+")
        'written: +'
    """
    text = text.replace("](", "] (").replace("$$", "$ $")
    return f"written: {text}" if _NO_LATIN.fullmatch(text) else text


def noted(column: str) -> str:
    r"""A column's heading with the note that it refers to.

    Example:
        >>> noted("Value")
        'Value\n[note 1]'
    """
    return f"{column}\n[note {NOTED[column]}]" if column in NOTED else column


def _order(content: Content) -> tuple[str, ...]:
    """Tables in the order of the report's sections."""
    results = dict.fromkeys(f"table {measure.table}" for measure in content.measures)
    before = ("refusal", "programme", "attrition", "pool", "analyses")
    return (*before, *results, *(table for table in _TITLES if table not in before))


def _titles(content: Content) -> Mapping[str, str]:
    results = {
        f"table {each.table}": f"Table {each.table}. {each.table_title or capital(each.name)}" for each in content.measures
    }
    return {**_TITLES, **results}


def _labels(content: Content) -> Mapping[str, str]:
    """What a measure or a characteristic is called in words."""
    balance = {each.variable: each.label for each in content.balance}
    profile = {each.variable: each.label for each in content.profile}
    return {**balance, **profile, **{measure.key: measure.name for measure in content.measures}}


def _steps(content: Content) -> Mapping[str, str]:
    """What each step of the way from records to people is called, by the keys of its two figures."""
    ways = (content.attrition, content.pool, *(analysis.attrition for analysis in content.analyses))
    steps = [step for way in ways for step in way]
    return {figure.place.key: "; ".join(step.labels) for step in steps for figure in (step.lost, step.left)}


def _in_words(row: Row, labels: Mapping[str, str], steps: Mapping[str, str]) -> dict[str, str]:
    measure, level = str(row["measure"]), str(row["level"])
    return {"measure": labels.get(measure, measure), "level": steps.get(str(row["key"]), level), "group": str(row["group"])}
