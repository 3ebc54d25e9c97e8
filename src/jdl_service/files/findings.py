"""What a check found, as it is shown to whoever sent the file: by kind, by row, and against the version before."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from jdl_service.base.free_text import identifiers_in
from justice_data_lab.errors import Problem
from justice_data_lab.intake.columns import CODED, plain_heading
from justice_data_lab.intake.rules import BY_CODE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from justice_data_lab.files import Json


_LONGEST_CODE = 30
# As many digits are somebody's.
_DIGITS = re.compile(r"\d{4}")


_BOTH_WAYS = re.compile(r"\([^()]*; in the web service, ([^()]*)\)")


class Kind(NamedTuple):
    """Problems of one kind: how many, what is wrong, what to do."""

    number: int
    message: str
    remedy: str


class Progress(NamedTuple):
    """Errors of a version against the one before."""

    fixed: int
    left: int
    new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything a check found, with the cells as they were sent.

    Attributes:
        problems: those about the file first, then by row.
        headings: of the file, as they wrote them.
    """

    problems: tuple[Problem, ...] = ()
    headings: tuple[str, ...] = ()
    errors: tuple[Problem, ...] = field(init=False)
    warnings: tuple[Problem, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Part what refuses the file from what does not."""
        for name, severity in (("errors", "error"), ("warnings", "warning")):
            object.__setattr__(self, name, tuple(each for each in self.problems if each.severity == severity))


def read_found(content: Mapping[str, Json]) -> Found:
    """What the worker sealed."""
    problems = tuple(_in_browser(Problem(**each)) for each in content["problems"])  # type: ignore[union-attr, arg-type]  # as the worker wrote them
    return Found(problems=problems, headings=tuple(content["headings"]))  # type: ignore[arg-type]


def _in_browser(problem: Problem) -> Problem:
    """The problem with what to do in a browser only, where the core says it for the command line as well."""
    return replace(problem, remedy=_BOTH_WAYS.sub(r"(\1)", problem.remedy))


def by_kind(problems: Iterable[Problem]) -> list[Kind]:
    """Kinds of problems, the most frequent first."""
    kinds: dict[str, list[Problem]] = {}
    for each in problems:
        kinds.setdefault(each.rule, []).append(each)
    shown = [(code, Kind(len(those), _message(code, those), those[0].remedy)) for code, those in kinds.items()]
    return [kind for _, kind in sorted(shown, key=lambda item: (-item[1].number, item[0]))]


def several(problems: Iterable[Problem]) -> list[Problem]:
    """Problems of the whole file of which there is more than one of a kind: the table by kind says all of the others."""
    whole = [each for each in problems if each.row is None]
    often = Counter(each.rule for each in whole)
    return [each for each in whole if often[each.rule] > 1]


def _message(code: str, those: Sequence[Problem]) -> str:
    """The rule's words, with the headings where it is about those; what the core added to them when it is one fault of the file."""
    if those[0].row is not None:
        return BY_CODE[code].message
    named = ", ".join(dict.fromkeys(each.column for each in those if each.column))
    words = those[0].message if len(those) == 1 else BY_CODE[code].message
    return f"{words} ({named})" if named else words


def progress(before: Iterable[Problem], now: Iterable[Problem]) -> Progress:
    """Fixed, left and new errors. A row that moved is the same row: what counts is rule, column and value.

    Example:
        >>> cell = dict(file="f", rule="r", message="", remedy="", column="sex")
        >>> progress([Problem(**cell, row=2, value="x"), Problem(**cell, row=3, value="y")], [Problem(**cell, row=2, value="y")])
        Progress(fixed=1, left=1, new=0)
    """
    old, new = Counter(map(_what, before)), Counter(map(_what, now))
    return Progress(fixed=(old - new).total(), left=(old & new).total(), new=(new - old).total())


def _what(problem: Problem) -> tuple[str, str | None, str | None]:
    return problem.rule, problem.column, problem.value


def unknown_codes(problems: Iterable[Problem], headings: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Values that no code is known for, by the template's column, the most frequent first.

    Args:
        problems: of a check.
        headings: the template's column for each heading that is not the template's own.

    *Notes*: what does not look like a code (long, or like an identifier or a date) is not offered: it has to be put right.
    """
    found: dict[str, Counter[str]] = {}
    for each in problems:
        name = headings.get(each.column or "", plain_heading(each.column or ""))
        if name in CODED and each.rule == f"{name}-unknown" and each.value and is_code(each.value):
            found.setdefault(name, Counter())[each.value.strip()] += 1
    return {name: dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))) for name, counts in found.items()}


def is_code(text: str) -> bool:
    """Whether a text may be kept as somebody's code: it is short, and no identifier or date of a person.

    Example:
        >>> is_code("1"), is_code("HMP"), is_code("A1234BC"), is_code("05/11/1984")
        (True, True, False, False)
    """
    return len(text) <= _LONGEST_CODE and not identifiers_in(text) and not _DIGITS.search(text)


def cells(errors: Iterable[Problem], most: int) -> list[tuple[int, str, str, str]]:
    """Cells that can be changed in the browser: row, heading, value, what to do about it; each once."""
    found: dict[tuple[int, str], tuple[str, list[str]]] = {}
    for each in errors:
        if each.row is not None and each.column:
            found.setdefault((each.row, each.column), (each.value or "", []))[1].append(f"{each.message} {each.remedy}")
    return [(row, column, value, " ".join(dict.fromkeys(said))) for (row, column), (value, said) in list(found.items())[:most]]
