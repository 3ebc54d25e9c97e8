"""The table of the negative control: a pure function of its rows, one line a way of taking part, with Monte Carlo errors."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from calibration.csv_lines import csv_bytes, read_csv
from calibration.table import share_mc
from negative_control.simulate import CHOSEN, OFFICIAL, RESULT, THEN
from negative_control.worlds import WORLDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from calibration.rows import Row

LEAST_FOUND = 0.80
MOST_FALSE = 0.07
CHANCE = 2.0  # Monte Carlo standard errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One way of taking part; fractions, not points. Each `_mc` is the Monte Carlo standard error of what stands before it.

    Attributes:
        world: how people come to take part.
        cohorts: how many were simulated.
        not_possible: share in which one of the four scores could not be fitted.
        future: mean shift of the participants' reoffending by a trait beyond the record; none where none was planted.
        past: the same of the control year.
        chosen: share flagged with what the lab holds alike.
        then: share flagged with the history at the start of the control year alone.
        official: share flagged with the official covariates as they are.
        result: mean difference that the report would publish; there is no effect.
    """

    world: str
    cohorts: int
    not_possible: float
    future: float | None
    past: float | None
    chosen: float
    chosen_mc: float
    then: float
    then_mc: float
    official: float
    official_mc: float
    result: float
    result_mc: float


def summarise(rows: Iterable[Row]) -> tuple[Line, ...]:
    """One line a way of taking part, in the order in which they are defined.

    Raises:
        ValueError: a way has figures of fewer than two cohorts.
    """
    order = {world.name: place for place, world in enumerate(WORLDS)}

    def place(row: Row) -> int:
        return order[row.analysis]

    return tuple(_line(list(some)) for _, some in groupby(sorted(rows, key=place), key=place))


def _line(rows: list[Row]) -> Line:
    by_score = {score: [row for row in rows if row.experiment == score] for score in (CHOSEN, THEN, OFFICIAL, RESULT)}
    cohorts = {row.cohort for row in rows}
    failed = {row.cohort for row in rows if row.difference is None}
    result = np.array([row.difference for row in by_score[RESULT] if row.difference is not None])
    if len(result) < 2:
        message = f"{rows[0].analysis}: expected figures of two cohorts or more, got {len(result)}. Run more cohorts."
        raise ValueError(message)
    chosen, then, official = (_flagged(by_score[score]) for score in (CHOSEN, THEN, OFFICIAL))
    return Line(
        world=rows[0].analysis,
        cohorts=len(cohorts),
        not_possible=len(failed) / len(cohorts),
        future=_mean_shift(by_score[RESULT]),
        past=_mean_shift(by_score[CHOSEN]),
        chosen=chosen[0],
        chosen_mc=chosen[1],
        then=then[0],
        then_mc=then[1],
        official=official[0],
        official_mc=official[1],
        result=float(result.mean()),
        result_mc=float(result.std(ddof=1) / len(result) ** 0.5),
    )


def _flagged(rows: list[Row]) -> tuple[float, float]:
    """Share of intervals that leave out zero, of those there are, and its Monte Carlo error."""
    flags = [row.ci_low > 0 or row.ci_high < 0 for row in rows if row.ci_low is not None and row.ci_high is not None]
    share = sum(flags) / len(flags) if flags else 0.0
    return share, share_mc(share, len(flags))


def _mean_shift(rows: list[Row]) -> float | None:
    shifts = [row.truth for row in rows if row.truth is not None]
    return sum(shifts) / len(shifts) if shifts else None


def verdict(line: Line) -> str:
    """Whether the bar that speaks of this line holds, within two Monte Carlo errors or not at all; empty where none does.

    Notes:
        The bars: a trait that moved past and future by eight points is flagged in at least 80% of cohorts; nobody hidden in at most 7%.
    """
    world = next(world for world in WORLDS if world.name == line.world)
    if world.trait and world.showed:
        missed = LEAST_FOUND - line.chosen
    elif not world.hidden:
        missed = line.chosen - MOST_FALSE
    else:
        return ""
    if missed <= 0:
        return "holds"
    return "within chance" if missed <= CHANCE * line.chosen_mc else "fails"


def table_bytes(lines: Iterable[Line]) -> bytes:
    """The committed table."""
    return csv_bytes(Line, lines)


def read_table(path: Path) -> tuple[Line, ...]:
    """The table as it was written."""
    return tuple(Line(**line) for line in read_csv(path, text=("world",), whole=("cohorts",)))  # type: ignore[arg-type]  # typed by read_csv
