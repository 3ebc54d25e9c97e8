"""What proven reoffending is like nationally by sentence and group of people: exact counts, which are secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from justice_data_lab.records import from_json
from justice_data_lab.register.coverage import ALL, GROUP_LEVELS
from justice_data_lab.register.national_kinds import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from justice_data_lab.files import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCounts:
    """Index events of one kind of sentence and one group of people with complete follow-up.

    Attributes:
        sentence: `all`, or a kind of disposal.
        grouped_by: sex, age at the index date, or previous offences.
        level: which of them.
        events: index events; a person may have several.
        reoffended: of these, followed by a proven reoffence within a year.
    """

    sentence: str
    grouped_by: str
    level: str
    events: int
    reoffended: int


def national_groups(con: duckdb.DuckDBPyConnection) -> tuple[GroupCounts, ...]:
    """Counts over every index event with complete follow-up: all sentences first, each group in its own order.

    Args:
        con: has the view `index_event`.
    """
    return tuple(sorted(counted(con, "national_groups.sql", GroupCounts), key=_place))


def groups_from(data: Json) -> tuple[GroupCounts, ...]:
    """The counts that a manifest holds."""
    return tuple(from_json(GroupCounts, row) for row in cast("list[Mapping[str, Json]]", data))


def _place(counts: GroupCounts) -> tuple[bool, str, int, int, str]:
    levels = GROUP_LEVELS[counts.grouped_by]
    place = levels.index(counts.level) if counts.level in levels else len(levels)
    return counts.sentence != ALL, counts.sentence, list(GROUP_LEVELS).index(counts.grouped_by), place, counts.level
