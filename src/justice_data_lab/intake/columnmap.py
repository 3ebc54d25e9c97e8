"""An organisation's own headings and codes, mapped once to the template's and remembered."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from justice_data_lab.errors import UsageError
from justice_data_lab.intake.columns import BY_NAME, CODED, plain_heading
from justice_data_lab.study_file import load_toml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from justice_data_lab.intake.dates import Order

_SECTIONS = ("columns", "values", "dates")
_ORDERS = ("day-first", "month-first")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """Which of their headings is which column, which of their codes is which code, and how they write dates.

    Attributes:
        name: the map's file name, for messages; empty when there is none.
        headings: template column to their heading.
        values: template column to (their value in lower case to our code).
        order: whether day or month comes first in dates written with numbers.
    """

    name: str = ""
    headings: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    order: Order = "unknown"


def read_column_map(path: Path | None) -> ColumnMap:
    """Read a column map (TOML), or give the empty one.

    Raises:
        UsageError: the file is missing or not TOML, names a column, code or option that does not exist, or uses a heading twice.
    """
    if path is None:
        return ColumnMap()
    content = load_toml(path)
    _known(path, "section", content, _SECTIONS)
    return ColumnMap(
        name=path.name,
        headings=_headings(path, _table(path, "columns", content.get("columns", {}))),
        values=_values(path, _table(path, "values", content.get("values", {}))),
        order=_order(path, _table(path, "dates", content.get("dates", {}))),
    )


def _known(path: Path, what: str, names: Iterable[str], allowed: Iterable[str]) -> None:
    """Refuse the first name that is not allowed, with the nearest that is."""
    choices = list(allowed)
    for name in names:
        if name not in choices:
            near = difflib.get_close_matches(name, choices, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(choices)}."
            message = f"{path.name}: unknown {what} {name!r}. {hint}"
            raise UsageError(message)


def _table(path: Path, name: str, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        message = f"{path.name}: expected a section [{name}], but {name} is a single value."
        raise UsageError(message)
    return cast("dict[str, object]", value)


def _headings(path: Path, table: dict[str, object]) -> dict[str, str]:
    _known(path, "column in [columns]", table, BY_NAME)
    headings: dict[str, str] = {}
    for name, heading in table.items():
        if not isinstance(heading, str) or not plain_heading(heading):
            message = f"{path.name}: [columns] {name} must be the heading in your file, in quotes."
            raise UsageError(message)
        headings[name] = heading
    plain = [plain_heading(heading) for heading in headings.values()]
    if len(set(plain)) < len(plain):
        message = f"{path.name}: [columns] gives one of your headings to two columns. Each column needs its own."
        raise UsageError(message)
    return headings


def _values(path: Path, table: dict[str, object]) -> dict[str, dict[str, str]]:
    _known(path, "column in [values]", table, CODED)
    values: dict[str, dict[str, str]] = {}
    for name, pairs in table.items():
        codes = [code for code, _ in BY_NAME[name].codes]
        translated: dict[str, str] = {}
        for theirs, ours in _table(path, f"values.{name}", pairs).items():
            if ours not in codes:
                message = (
                    f"{path.name}: [values.{name}] must map to one of {', '.join(codes)}; entry {len(translated) + 1} does not."
                )
                raise UsageError(message)
            translated[theirs.strip().casefold()] = str(ours)
        values[name] = translated
    return values


def _order(path: Path, table: dict[str, object]) -> Order:
    _known(path, "option in [dates]", table, ("order",))
    order = table.get("order", "unknown")
    if order not in {*_ORDERS, "unknown"}:
        message = f"{path.name}: [dates] order must be one of {', '.join(_ORDERS)}."
        raise UsageError(message)
    return cast("Order", order)
