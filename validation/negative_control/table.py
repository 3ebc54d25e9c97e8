"""The table of the negative control: a pure function of its rows, one line a way of taking part, with Monte Carlo errors."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from calibration.csv_lines import csv_bytes, read_csv
from calibration.table import share_mc
from justice_data_lab.estimation.robustness.negative_control import MARGIN
from negative_control.simulate import CHOSEN, OFFICIAL, RESULT, WITH_OGRS3
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
        before: mean difference in the control year.
        flagged: share flagged: the interval of that difference lies beyond the margin.
        significant: share in which that interval leaves out zero.
        with_ogrs3: the same when the OGRS3 score is held alike too.
        official: the same with the official covariates as they are.
        result: mean difference that the report would publish; there is no effect.
    """

    world: str
    cohorts: int
    not_possible: float
    future: float | None
    past: float | None
    before: float
    before_mc: float
    flagged: float
    flagged_mc: float
    significant: float
    significant_mc: float
    with_ogrs3: float
    with_ogrs3_mc: float
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
    by_score = {score: [row for row in rows if row.experiment == score] for score in (CHOSEN, WITH_OGRS3, OFFICIAL, RESULT)}
    cohorts = {row.cohort for row in rows}
    failed = {row.cohort for row in rows if row.difference is None}
    before, result = (_mean(by_score[score]) for score in (CHOSEN, RESULT))
    flagged = _beyond(by_score[CHOSEN], MARGIN)
    significant, with_ogrs3, official = (_beyond(by_score[score], 0.0) for score in (CHOSEN, WITH_OGRS3, OFFICIAL))
    return Line(
        world=rows[0].analysis,
        cohorts=len(cohorts),
        not_possible=len(failed) / len(cohorts),
        future=_mean_shift(by_score[RESULT]),
        past=_mean_shift(by_score[CHOSEN]),
        before=before[0],
        before_mc=before[1],
        flagged=flagged[0],
        flagged_mc=flagged[1],
        significant=significant[0],
        significant_mc=significant[1],
        with_ogrs3=with_ogrs3[0],
        with_ogrs3_mc=with_ogrs3[1],
        official=official[0],
        official_mc=official[1],
        result=result[0],
        result_mc=result[1],
    )


def _mean(rows: list[Row]) -> tuple[float, float]:
    """The mean difference, and its Monte Carlo error."""
    found = np.array([row.difference for row in rows if row.difference is not None])
    if len(found) < 2:
        message = f"{rows[0].analysis}: expected figures of two cohorts or more, got {len(found)}. Run more cohorts."
        raise ValueError(message)
    return float(found.mean()), float(found.std(ddof=1) / len(found) ** 0.5)


def _beyond(rows: list[Row], margin: float) -> tuple[float, float]:
    """Share of intervals that lie beyond the margin, of those there are, and its Monte Carlo error."""
    flags = [row.ci_low > margin or row.ci_high < -margin for row in rows if row.ci_low is not None and row.ci_high is not None]
    share = sum(flags) / len(flags) if flags else 0.0
    return share, share_mc(share, len(flags))


def _mean_shift(rows: list[Row]) -> float | None:
    shifts = [row.truth for row in rows if row.truth is not None]
    return sum(shifts) / len(shifts) if shifts else None


def verdict(line: Line) -> str:
    """Whether the bar that speaks of this line holds, within two Monte Carlo errors or not at all; empty where none does.

    Notes:
        The bars: a trait that moved past and future by eight points is flagged in at least 80% of cohorts, and so is a lasting one of
        which matching leaves as much; nobody hidden in at most 7%.
    """
    bar = next(world.bar for world in WORLDS if world.name == line.world)
    if not bar:
        return ""
    missed = LEAST_FOUND - line.flagged if bar == "most" else line.flagged - MOST_FALSE
    if missed <= 0:
        return "holds"
    return "within chance" if missed <= CHANCE * line.flagged_mc else "fails"


def table_bytes(lines: Iterable[Line]) -> bytes:
    """The committed table."""
    return csv_bytes(Line, lines)


def read_table(path: Path) -> tuple[Line, ...]:
    """The table as it was written."""
    return tuple(Line(**line) for line in read_csv(path, text=("world",), whole=("cohorts",)))  # type: ignore[arg-type]  # typed by read_csv
