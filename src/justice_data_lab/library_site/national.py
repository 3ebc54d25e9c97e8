"""The register's national rates as tables: by sentence, and by sentence and group of people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.register.coverage import GROUP_LEVELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justice_data_lab.register.coverage import Coverage

# How a group is called in a caption and as a heading.
_NAMES = {
    "sex": ("sex", "Women and men"),
    "age": ("age", "By age at the start"),
    "previous_offences": ("previous offences", "By previous offences"),
}
_LEVELS = {"F": "Women", "M": "Men", "none": "None"}


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTable:
    """Rates of one way of grouping people: one row a sentence, None where a group is not shown."""

    levels: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float | None, ...]], ...]


def national_tables(coverage: Coverage) -> dict[str, object]:
    """What the page of national rates is made from: the register's file, and a table for each way of grouping that it has."""
    grouped = [(*_NAMES[key], table) for key in GROUP_LEVELS if (table := _table(coverage, key)).rows]
    return {"coverage": coverage, "groups": grouped}


def _table(coverage: Coverage, grouped_by: str) -> GroupTable:
    levels = GROUP_LEVELS[grouped_by]
    found: dict[str, Mapping[str, float]] = {}
    for each in coverage.groups:
        if each.grouped_by == grouped_by:
            found[each.sentence] = {**found.get(each.sentence, {}), each.level: each.reoffended}
    return GroupTable(
        levels=tuple(_LEVELS.get(level, level) for level in levels),
        rows=tuple((sentence, tuple(rates.get(level) for level in levels)) for sentence, rates in found.items()),
    )
