"""Finds the list in a file: which sheet, which row has the headings, and which column is which."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from justice_data_lab.errors import UsageError
from justice_data_lab.intake.columns import (
    ALSO_CALLED,
    ASKED,
    BY_NAME,
    ESSENTIAL,
    NO_HEADING,
    OTHER_TEMPLATE_SHEETS,
    RESERVED,
    WHAT_TO_FIX,
    plain_heading,
)
from justice_data_lab.intake.sheets import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from justice_data_lab.intake.columnmap import ColumnMap
    from justice_data_lab.intake.sheets import Book

_NO_SHEET = Sheet(name="", hidden=False, columns=[], kinds=[])
_LOOK_DOWN = 20
_PERSONAL = re.compile(
    r"address|post_?code|e_?mail|phone|mobile|national_insurance|ni_number|nino|nhs|passport|bank|sort_code|full_name|next_of_kin|twitter|facebook"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A fault or note about sheets and headings: the rule's code, the heading it is about, and a sentence without a value."""

    rule: str
    column: str | None = None
    value: str | None = field(default=None, repr=False)
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the list stands.

    Attributes:
        sheet: the sheet that was read.
        heading_row: index of the row of headings (0 is row 1).
        known: template column to the index of its column.
        headings: template column to the heading as they wrote it.
        own: the organisation's own heading to the index of its column, in the order of the file.
        unheaded: indices of columns without a heading.
        beyond: of these, the ones in which nothing may stand: where a row of text is too long.
        findings: in the order found.
    """

    sheet: Sheet
    heading_row: int = 0
    known: dict[str, int] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    own: dict[str, int] = field(default_factory=dict)
    unheaded: tuple[int, ...] = ()
    beyond: tuple[int, ...] = ()
    findings: tuple[Finding, ...] = ()


def lay_out(book: Book, columns: ColumnMap) -> Layout:
    """Find the list in the book.

    Args:
        book: what was read.
        columns: their own headings, if they were mapped.

    Raises:
        UsageError: the map names a heading that the file does not have.
    """
    names = _expected(columns)
    sheet, findings = _choose(book, names)
    row, score = heading_row(sheet, names)
    if row > 0:
        findings.append(Finding(rule="heading-lower", detail=f"They were read from row {row + 1}."))
    headings = [column[row] if sheet.height else "" for column in sheet.columns]
    _check_map(columns, headings)
    known, own, unheaded = _assign(headings, names, findings)
    _missing(known, own, findings, certain=score > 0)
    return Layout(
        sheet=sheet,
        heading_row=row,
        known=known,
        headings={name: headings[index].strip() for name, index in known.items()},
        own=own,
        unheaded=unheaded,
        beyond=tuple(index for index in unheaded if book.kind == "csv" or plain_heading(headings[index])),
        findings=tuple(findings),
    )


def _expected(columns: ColumnMap) -> dict[str, str]:
    """Plain heading to template column: the map's headings, and the template's for what is not mapped."""
    mapped = {plain_heading(heading): name for name, heading in columns.headings.items()}
    return {**{name: name for name in BY_NAME if name not in columns.headings}, **mapped}


def heading_row(sheet: Sheet, names: Iterable[str] = tuple(BY_NAME)) -> tuple[int, int]:
    """The row among the first twenty with the most known headings (the first of equals), and how many it has."""
    wanted = set(names)
    best, most = 0, 0
    for row in range(min(_LOOK_DOWN, sheet.height)):
        found = len({plain_heading(column[row]) for column in sheet.columns} & wanted)
        if found > most:
            best, most = row, found
    if most == 0:
        # No heading is known: the first row that holds anything is where they should be.
        best = next((row for row in range(sheet.height) if any(column[row].strip() for column in sheet.columns)), 0)
    return best, most


def _choose(book: Book, names: dict[str, str]) -> tuple[Sheet, list[Finding]]:
    """The sheet with the list: hidden sheets and the template's other sheets are not looked at."""
    findings: list[Finding] = []
    filled = [sheet for sheet in book.sheets if sheet.height]
    if any(sheet.hidden for sheet in filled):
        findings.append(Finding(rule="sheet-hidden", detail=f"There are {sum(sheet.hidden for sheet in filled)}."))
    others = {name.casefold() for name in OTHER_TEMPLATE_SHEETS}
    seen = [sheet for sheet in filled if not sheet.hidden]
    lists = [sheet for sheet in seen if sheet.name.casefold() not in others] or seen
    if not lists:
        return next(iter(book.sheets), _NO_SHEET), findings
    essential = {heading for heading, name in names.items() if name in ESSENTIAL}
    complete = [sheet for sheet in lists if _is_list(sheet, essential)]
    chosen = complete[0] if complete else max(lists, key=lambda sheet: heading_row(sheet, names)[1])
    if len(complete) > 1:
        findings.append(
            Finding(rule="sheet-two", detail=f"There are {len(complete)}.", value=", ".join(sheet.name for sheet in complete))
        )
    elif len(lists) > 1:
        number = [sheet.name for sheet in book.sheets].index(chosen.name) + 1
        findings.append(Finding(rule="sheet-read", detail=f"Sheet {number} of {len(book.sheets)} was read.", value=chosen.name))
    return chosen, findings


def _is_list(sheet: Sheet, essential: set[str]) -> bool:
    """Whether the sheet has all essential headings and something below them."""
    row, found = heading_row(sheet, essential)
    return found == len(essential) and sheet.height > row + 1


def _check_map(columns: ColumnMap, headings: list[str]) -> None:
    """The map belongs to this file: each heading it names is there."""
    present = {plain_heading(heading) for heading in headings}
    for name, heading in columns.headings.items():
        if plain_heading(heading) not in present:
            message = (
                f"{columns.name}: [columns] says that {name} is headed {heading!r}, but the file has no such heading. "
                "Correct the map, or take the line out."
            )
            raise UsageError(message)


def _assign(
    headings: list[str], names: dict[str, str], findings: list[Finding]
) -> tuple[dict[str, int], dict[str, int], tuple[int, ...]]:
    """Each column to the template's, to their own, or to none."""
    known: dict[str, int] = {}
    own: dict[str, int] = {}
    unheaded: list[int] = []
    taken = set(BY_NAME) - set(names.values())
    for index, heading in enumerate(headings):
        plain = plain_heading(heading)
        if plain == plain_heading(WHAT_TO_FIX):
            continue
        name = names.get(plain)
        shown = heading.strip()
        if not plain or plain == plain_heading(NO_HEADING):
            unheaded.append(index)
        elif name is not None and name not in known:
            known[name] = index
        elif name is not None or plain in taken or plain in BY_NAME or plain in {plain_heading(other) for other in own}:
            findings.append(Finding(rule="heading-repeated", column=shown, detail=f"The second is column {letter(index)}."))
        else:
            own[shown] = index
            findings.extend(_about_own(shown, plain))
    return known, own, tuple(unheaded)


def _about_own(shown: str, plain: str) -> list[Finding]:
    """What can be said of a heading that is not the template's."""
    if plain in RESERVED:
        return [Finding(rule="heading-reserved", column=shown)]
    if _PERSONAL.search(plain):
        return [Finding(rule="heading-personal", column=shown)]
    near = nearest(plain)
    if near is not None and near not in ESSENTIAL:
        return [Finding(rule="heading-nearly", column=shown, detail=f"Did you mean {near}?")]
    return []


def nearest(plain: str, cutoff: float = 0.8) -> str | None:
    """The template column that a heading probably means, by spelling or by what people call it."""
    for name, others in ALSO_CALLED.items():
        if plain in others:
            return name
    close = difflib.get_close_matches(plain, BY_NAME, n=1, cutoff=cutoff)
    return close[0] if close else None


def _missing(known: dict[str, int], own: dict[str, int], findings: list[Finding], *, certain: bool) -> None:
    """Essential headings that are not there, with the one of theirs that is nearest; then those that are asked for."""
    for name in ESSENTIAL:
        if name in known:
            continue
        near = next((heading for heading in own if nearest(plain_heading(heading), 0.7) == name), None)
        if near is not None:
            # Its cells are checked as if it were, so that all that is to be put right is told at once.
            known[name] = own.pop(near)
        detail = f"Rename your column '{near}' to {name}, or map it." if near else f"No column is headed {name}."
        if not certain and near is None:
            detail += " The first row must hold the headings."
        findings.append(Finding(rule="heading-missing", column=name, detail=detail))
    findings.extend(Finding(rule="heading-asked", column=name) for name in ASKED if name not in known)


def letter(index: int) -> str:
    """A spreadsheet's letter for a column: 0 is A, 26 is AA."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text
