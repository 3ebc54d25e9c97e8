"""Cox's proportional hazards with case weights and Efron's treatment of ties, by Newton's method on sums over event times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justice_data_lab.estimation.survival.grid import build_grid

if TYPE_CHECKING:
    from justice_data_lab.estimation.survival.grid import Grid
    from justice_data_lab.estimation.survival.people import People
    from justice_data_lab.matching.inputs import Floats, Ints

STEPS = 40
HALVINGS = 20
CONVERGED = 1e-16  # of g'H⁻¹g, as for the propensity score
ROUNDING = 1e-12  # of the likelihood: near the top a step cannot be told from rounding
FLAT = 1e-9  # share of a column's squares that must be left as information: below it the likelihood is flat, or only rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class CoxFit:
    """The maximum of the partial likelihood.

    Attributes:
        coefficients: log hazard ratios, one a column.
        model_se: from the information; takes each weight for so many people.
        robust_se: Lin and Wei's; takes each person for one, however heavy.
        information: minus the second derivatives there.
        residuals: score residuals there, one row a person.
    """

    coefficients: Floats
    model_se: Floats
    robust_se: Floats
    information: Floats
    residuals: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """Efron's steps: d events at one time are d steps, at each of which a further 1/d of their risk has left.

    Attributes:
        at: the event time of each step.
        left: share of the time's own risk that has left, 0 to (d - 1)/d.
        weight: mean weight of the time's events.
        counts: events at each time.
    """

    at: Ints
    left: Floats
    weight: Floats
    counts: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """The likelihood at some coefficients.

    Attributes:
        value: log partial likelihood, less a constant.
        score: its gradient.
        information: minus its second derivatives.
        squares: the sum of squares that the information of each column is left over from.
        residuals: each person's score residual, by which a change of their weight moves the gradient; one row a person.
    """

    value: float
    score: Floats
    information: Floats
    squares: Floats
    residuals: Floats


def fit_cox(people: People, columns: Floats) -> CoxFit | None:
    """Fit log hazard = columns · β; None when the likelihood has no maximum (nobody in a group has the event, say).

    Args:
        people: times, events and weights.
        columns: shape (people, columns).

    Notes:
        log L = Σ w·xβ over events - Σ w̄ log(Σ r - l/d Σ r of the events) over steps l = 0 … d - 1 of each event time, with
        r = w·exp(xβ) and w̄ the mean weight of the d events: Efron's approximation with case weights, as R's survival has it.
        The robust variance is Σ (wᵢ ∂β/∂wᵢ)(wᵢ ∂β/∂wᵢ)'.
    """
    if not people.events.any():
        return None
    grid = build_grid(people.times, people.events)
    ties = build_ties(grid, people.weights)
    centred = columns - np.average(columns, axis=0, weights=people.weights)
    found = _climb(grid, ties, people.weights, centred)
    if found is None:
        return None
    beta, state = found
    inverse = np.linalg.inv(state.information)
    moves = (people.weights[:, None] * state.residuals) @ inverse
    return CoxFit(
        coefficients=beta,
        model_se=np.sqrt(inverse.diagonal()),
        robust_se=np.sqrt((moves**2).sum(axis=0)),
        information=state.information,
        residuals=state.residuals,
    )


def _climb(grid: Grid, ties: Ties, weights: Floats, columns: Floats) -> tuple[Floats, _State] | None:
    """Newton's method with halved steps where a whole one would go down; None when it walks into a flat likelihood."""
    beta = np.zeros(columns.shape[1])
    state = _likelihood(grid, ties, weights, columns, beta)
    for _ in range(STEPS):
        if _flat(state):
            return None
        step = np.linalg.solve(state.information, state.score)
        last = float(state.score @ step) < CONVERGED
        for _ in range(HALVINGS):
            tried = _likelihood(grid, ties, weights, columns, beta + step)
            if last or tried.value >= state.value - ROUNDING * abs(state.value):
                break
            step = step / 2
        beta, state = beta + step, tried
        if last:
            return beta, state
    return None


def _flat(state: _State) -> bool:
    """Whether some column has nothing to climb: a coefficient that runs away, or a column that the others determine."""
    kept = state.information.diagonal()
    if (kept <= FLAT * state.squares).any():
        return True
    scale = np.sqrt(kept)
    return bool(np.linalg.eigvalsh(state.information / np.outer(scale, scale))[0] <= FLAT)


def build_ties(grid: Grid, weights: Floats) -> Ties:
    """The steps of every event time."""
    counts = np.bincount(grid.place, minlength=len(grid.times))
    at = np.repeat(np.arange(len(counts)), counts)
    order = np.arange(len(at)) - np.repeat(counts.cumsum() - counts, counts)
    return Ties(at=at, left=order / counts[at], weight=(grid.at_event(weights) / counts)[at], counts=counts)


def _likelihood(grid: Grid, ties: Ties, weights: Floats, columns: Floats, beta: Floats) -> _State:
    linear = columns @ beta
    relative = np.exp(linear - linear.max())
    risk = weights * relative
    total = grid.at_risk(risk)[ties.at] - ties.left * grid.at_event(risk)[ties.at]
    sums = [grid.at_risk(part)[ties.at] - ties.left * grid.at_event(part)[ties.at] for part in (risk * x for x in columns.T)]
    means = np.column_stack(sums) / total[:, None]
    share = ties.weight / total
    # How much hazard each person lived through, and the same times the mean of the columns at each step.
    hazard = exposure(grid, ties, share)
    gone = np.column_stack([exposure(grid, ties, share * mean) for mean in means.T])
    own = np.column_stack([grid.own(_by_time(grid, ties, mean) / ties.counts) for mean in means.T])
    events = grid.events[:, None]
    gross = columns.T @ ((risk * hazard)[:, None] * columns)
    return _State(
        value=float((weights * (linear - linear.max()))[grid.events].sum() - (ties.weight * np.log(total)).sum()),
        score=(weights[:, None] * columns)[grid.events].sum(axis=0) - ties.weight @ means,
        information=gross - means.T @ (ties.weight[:, None] * means),
        squares=gross.diagonal(),
        residuals=events * columns - own - relative[:, None] * (columns * hazard[:, None] - gone),
    )


def _by_time(grid: Grid, ties: Ties, values: Floats) -> Floats:
    """Σ of a value over the steps of each event time."""
    return np.asarray(np.bincount(ties.at, values, len(grid.times)), dtype=np.float64)


def exposure(grid: Grid, ties: Ties, values: Floats) -> Floats:
    """For each person, Σ over the steps at which they were at risk; at the own event in part, as Efron has it."""
    whole, left = (_by_time(grid, ties, each) for each in (values, ties.left * values))
    return np.asarray(grid.lived_through(whole) - grid.own(left))
