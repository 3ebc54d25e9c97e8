"""The table of the study: a pure function of its rows, one line a setting and measure, with Monte Carlo errors."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from calibration.csv_lines import csv_bytes, read_csv
from justice_data_lab.estimation.power import chance_to_show

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from calibration.rows import Row

SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One setting and measure; fractions, not points. Each `_mc` is the Monte Carlo standard error of what stands before it.

    Attributes:
        experiment: which simulation.
        analysis: which comparison, or which variant.
        size: people in the cohort.
        effect: expected effect.
        measure: number of the measure; 0 for the negative control.
        cohorts: how many were simulated.
        not_possible: share of them that the rules do not let be analysed.
        red: share of those analysed whose balance was red; they are counted all the same.
        n_treated: mean number matched.
        n_eff: mean effective size of the comparison group.
        truth: mean true effect among the people compared.
        bias: mean of estimate less truth.
        sd: standard deviation of estimate less truth.
        se: mean standard error that the lab gives.
        se_ratio: `se` over `sd`.
        coverage: share of 95% intervals that hold the truth.
        significant: share with p ≤ .05: false positives without an effect, power with one.
        feasible: power that `feasibility` gives this number of matched people at the comparison group's rate; none for a mean or without an effect.
        feasible_seen: the same with the effective comparison people a treated person that were seen, in place of eight.
        power_gap: `significant` less `feasible`.
    """

    experiment: str
    analysis: str
    size: int
    effect: float
    measure: int
    cohorts: int
    not_possible: float
    red: float
    n_treated: float
    n_eff: float
    truth: float
    bias: float
    bias_mc: float
    sd: float
    se: float
    se_ratio: float
    se_ratio_mc: float
    coverage: float
    coverage_mc: float
    significant: float
    significant_mc: float
    feasible: float | None = None
    feasible_seen: float | None = None
    power_gap: float | None = None
    power_gap_mc: float | None = None


_TEXT = ("experiment", "analysis")
_WHOLE = ("size", "measure", "cohorts")


def summarise(rows: Iterable[Row]) -> tuple[Line, ...]:
    """One line a setting and measure, in the order of experiments as they come and of size and effect within an analysis."""
    given = list(rows)
    first = {name: place for place, name in reversed(list(enumerate((row.experiment, row.analysis) for row in given)))}

    def setting(row: Row) -> tuple[int, int, int, float]:
        return row.measure, first[row.experiment, row.analysis], row.size, -row.effect

    return tuple(_line(list(some)) for _, some in groupby(sorted(given, key=setting), key=setting))


def _line(rows: list[Row]) -> Line:
    done = [row for row in rows if row.difference is not None and row.se is not None]
    number = len(done)
    one = rows[0]
    if number < 2:
        message = f"{one.experiment}, {one.analysis}, {one.size}: expected figures of two cohorts or more, got {number}. Run more cohorts."
        raise ValueError(message)
    truth, estimate, se = (_numbers(done, name) for name in ("truth", "difference", "se"))
    covered = (_numbers(done, "ci_low") <= truth) & (truth <= _numbers(done, "ci_high"))
    significant = float((_numbers(done, "p_value") <= SIGNIFICANT).mean())
    error = estimate - truth
    sd = float(error.std(ddof=1))
    n_treated = float(_numbers(done, "n_treated").mean())
    n_eff = float(_numbers(done, "n_eff").mean())
    feasible = seen = None
    if one.measure == 1 and one.effect < 0:
        rate, reduction = float(_numbers(done, "mean_comparison").mean()), -float(truth.mean())
        feasible = chance_to_show(reduction, round(n_treated), rate)
        seen = chance_to_show(reduction, round(n_treated), rate, ratio=n_eff / n_treated)
    return Line(
        experiment=one.experiment,
        analysis=one.analysis,
        size=one.size,
        effect=one.effect,
        measure=one.measure,
        cohorts=len(rows),
        not_possible=1 - number / len(rows),
        red=sum(row.balance == "red" for row in done) / number,
        n_treated=n_treated,
        n_eff=n_eff,
        truth=float(truth.mean()),
        bias=float(error.mean()),
        bias_mc=sd / number**0.5,
        sd=sd,
        se=float(se.mean()),
        se_ratio=float(se.mean()) / sd,
        se_ratio_mc=_ratio_mc(error, se),
        coverage=float(covered.mean()),
        coverage_mc=share_mc(float(covered.mean()), number),
        significant=significant,
        significant_mc=share_mc(significant, number),
        feasible=feasible,
        feasible_seen=seen,
        power_gap=None if feasible is None else significant - feasible,
        power_gap_mc=None if feasible is None else share_mc(significant, number),
    )


def _numbers(rows: Sequence[Row], name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([getattr(row, name) for row in rows], dtype=np.float64)


def share_mc(share: float, number: int) -> float:
    """Of a share, with two cohorts more on either side, so that 0 and 1 have an error too (Agresti and Coull)."""
    near = (share * number + 2) / (number + 4)
    return float((near * (1 - near) / (number + 4)) ** 0.5)


def _ratio_mc(error: np.ndarray[tuple[int], np.dtype[np.float64]], se: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """Of mean(se)/sd(error) by the delta method; the sd's own relative error is √((kurtosis - 1)/4n)."""
    number, away = len(error), error - error.mean()
    variance = float((away**2).mean())
    spread = max(float((away**4).mean()) / variance**2 - 1, 0.0) / (4 * number)
    level = float(se.var(ddof=1)) / (number * float(se.mean()) ** 2)
    return float(se.mean() / error.std(ddof=1) * (spread + level) ** 0.5)


def table_bytes(lines: Iterable[Line]) -> bytes:
    """The committed table."""
    return csv_bytes(Line, lines)


def read_table(path: Path) -> tuple[Line, ...]:
    """The table as it was written."""
    return tuple(Line(**line) for line in read_csv(path, text=_TEXT, whole=_WHOLE))  # type: ignore[arg-type]  # typed by read_csv
