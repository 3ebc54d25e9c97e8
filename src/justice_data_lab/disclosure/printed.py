"""One published number with its place, its words and its marker: what every table is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Marker: TypeAlias = Literal["", "c", "u", "x", "z"]
Kind: TypeAlias = Literal[
    "count",
    "percent",
    "points",
    "mean",
    "days",
    "size",
    "detectable",
    "needed",
    "p",
    "d",
    "ratio",
    "rows",
    "hundred",
    "verdict",
    "hazard",
    "rate_ratio",
    "e_value",
    "gamma",
    "q",
    "margin",
    "prospect",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a figure stands in the tidy table."""

    table: str
    statistic: str
    analysis: str = ""
    measure: str = ""
    group: str = ""
    level: str = ""

    @property
    def key(self) -> str:
        """The parts that are there, joined: unique within a request."""
        parts = (self.table, self.analysis, self.measure, self.level, self.statistic, self.group)
        return "/".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One published number: its value, its words, and a marker when there is a gap.

    Attributes:
        place: where it stands in the tidy table.
        kind: which rounding it has had.
        unit: what one is, e.g. `people`, `%`, `percentage points`, `days`.
        value: the rounded number; None when there is a marker or the text says "less than".
        text: as printed, e.g. `1,000`, `22%`, `8.3`, `<0.01`, `[c]`.
        marker: c confidential, u unreliable, x not available, z not applicable; empty when none.
        step: the last place shown, in the figure's unit: 1 for whole points, 0.1 for means.
    """

    place: Place
    kind: Kind
    unit: str
    value: float | None
    text: str
    marker: Marker = ""
    step: float = 1.0
