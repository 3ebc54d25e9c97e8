"""Whether an effect differs between two subgroups: the one test that comparing their verdicts cannot replace."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from typing import TYPE_CHECKING

from scipy.stats import norm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.estimation.estimates import Estimate, Estimates
    from justice_data_lab.study import Analysis

_REACH = float(norm.ppf(0.975))


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """The difference between two subgroups' effects on one measure; fractions, not points.

    Attributes:
        first: name of one analysis.
        second: name of the other.
        column: the column by which the two differ.
        measure: name of the measure.
        difference: effect in the first less effect in the second.
        se: its standard error.
        z: difference over standard error.
        p_value: two-sided.
        ci_low: lower bound of the 95% interval.
        ci_high: upper bound.
    """

    first: str
    second: str
    column: str
    measure: str
    difference: float
    se: float
    z: float
    p_value: float
    ci_low: float
    ci_high: float


def interactions(estimates: Estimates, analyses: Sequence[Analysis]) -> tuple[Interaction, ...]:
    """Compare every two subgroups that differ in the value of one column, on each reliable primary measure.

    Args:
        estimates: of all analyses.
        analyses: of the study, in its order.

    Notes:
        z = (D_a - D_b)/√(se_a² + se_b²), rule 8 of `jdl/1`. The two comparison groups may share people, which makes the test a
        little conservative.
    """
    pairs = [(a, b, column) for a, b in combinations(analyses, 2) if (column := _differ_in(a, b))]
    return tuple(
        _compare(first, second, column)
        for a, b, column in pairs
        for first in _primary(estimates, a)
        for second in _primary(estimates, b)
        if first.measure == second.measure
    )


def _differ_in(a: Analysis, b: Analysis) -> str:
    """The one column whose value tells the two apart; empty when they are not two values of one column."""
    first, second = dict(a.where), dict(b.where)
    if first.keys() != second.keys() or (a.exact, a.years, a.assessment) != (b.exact, b.years, b.assessment):
        return ""
    differing = [name for name in first if first[name].casefold() != second[name].casefold()]
    return differing[0] if len(differing) == 1 else ""


def _primary(estimates: Estimates, analysis: Analysis) -> list[Estimate]:
    return [
        row
        for row in estimates.rows
        if row.analysis == analysis.name and row.role == "primary" and row.reliable and row.se is not None
    ]


def _compare(first: Estimate, second: Estimate, column: str) -> Interaction:
    difference = (first.difference or 0.0) - (second.difference or 0.0)
    se = sqrt((first.se or 0.0) ** 2 + (second.se or 0.0) ** 2)
    z = difference / se
    return Interaction(
        first=first.analysis,
        second=second.analysis,
        column=column,
        measure=first.measure,
        difference=difference,
        se=se,
        z=z,
        p_value=2 * float(norm.sf(abs(z))),
        ci_low=difference - _REACH * se,
        ci_high=difference + _REACH * se,
    )
