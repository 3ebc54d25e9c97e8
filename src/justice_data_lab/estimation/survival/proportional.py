"""Whether a hazard ratio stays the same during follow-up: a score test of Schoenfeld's residuals against time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justice_data_lab.estimation.survival.cox import FLAT, build_ties, exposure
from justice_data_lab.estimation.survival.grid import build_grid
from justice_data_lab.estimation.survival.kaplan_meier import kaplan_meier

if TYPE_CHECKING:
    from justice_data_lab.estimation.survival.cox import CoxFit, Ties
    from justice_data_lab.estimation.survival.grid import Grid
    from justice_data_lab.estimation.survival.people import People
    from justice_data_lab.matching.inputs import Floats


def proportional_chi_square(people: People, columns: Floats, fit: CoxFit, *, robust: bool) -> float | None:
    """Chi-square, one degree of freedom, of g(t) times the first column in the fitted model; None when events come at one time only.

    Args:
        people: times, events and weights.
        columns: shape (people, columns), as fitted.
        fit: the model's maximum.
        robust: variance by each person's own part, for weighted people; else by the information.

    Notes:
        g(t) = 1 - S(t-), S the Kaplan-Meier curve of both groups together. The score of the coefficient of g(t)·x at 0 is
        U = Σ w g(t) (x - x̄(t)) over events, Schoenfeld's residuals against g; the other coefficients are at their maximum.
        By the information: U²/(J₁₁ - J₁₀ J₀₀⁻¹ J₀₁), the test of Grambsch and Therneau as R's survival has it from version 3 on.
        Robust: U²/Σ(w·e)², e the score residual of g(t)·x less what the other columns' residuals explain of it.
    """
    grid = build_grid(people.times, people.events)
    ties = build_ties(grid, people.weights)
    values = _times_passed(people)[ties.at]
    values = values - np.average(values, weights=ties.weight)
    centred = columns - np.average(columns, axis=0, weights=people.weights)
    linear = centred @ fit.coefficients
    relative = np.exp(linear - linear.max())
    parts = _Parts.of(grid, ties, people.weights * relative)
    first, means = centred[:, 0], np.column_stack([parts.mean(column) for column in centred.T])
    spread = np.column_stack([parts.mean(first * column) for column in centred.T]) - means[:, :1] * means
    cross = (ties.weight * values) @ spread
    explained = np.linalg.solve(fit.information, cross)
    left = float((ties.weight * values**2) @ spread[:, 0] - cross @ explained)
    whole = float((ties.weight * values**2) @ parts.mean(first**2))
    if left <= FLAT * whole:
        return None
    residuals = _residuals(parts, relative, first, values, means[:, 0])
    score = float(people.weights @ residuals)
    variance = float(((people.weights * (residuals - fit.residuals @ explained)) ** 2).sum()) if robust else left
    return score**2 / variance


def _times_passed(people: People) -> Floats:
    """1 - S just before each event time."""
    free = np.asarray(kaplan_meier(people).free)
    return 1.0 - np.concatenate(([1.0], free[:-1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """The people at risk at each step.

    Attributes:
        grid: event times.
        ties: steps.
        risk: each person's share of the risk, unscaled.
        total: the sum of it at each step.
    """

    grid: Grid
    ties: Ties
    risk: Floats
    total: Floats

    @classmethod
    def of(cls, grid: Grid, ties: Ties, risk: Floats) -> _Parts:
        """The parts of this risk."""
        return cls(grid=grid, ties=ties, risk=risk, total=_sums(grid, ties, risk))

    def mean(self, values: Floats) -> Floats:
        """Of a value at each step, by risk."""
        return _sums(self.grid, self.ties, self.risk * values) / self.total


def _sums(grid: Grid, ties: Ties, values: Floats) -> Floats:
    return grid.at_risk(values)[ties.at] - ties.left * grid.at_event(values)[ties.at]


def _residuals(parts: _Parts, relative: Floats, column: Floats, values: Floats, mean: Floats) -> Floats:
    """Each person's score residual of g(t) times the column."""
    grid, ties = parts.grid, parts.ties
    share = ties.weight / parts.total * values
    own_values, own = (grid.own(np.bincount(ties.at, each, len(grid.times)) / ties.counts) for each in (values, values * mean))
    lived, gone = exposure(grid, ties, share), exposure(grid, ties, share * mean)
    return np.asarray(own_values * column - own - relative * (column * lived - gone))
