"""The propensity score: logit P(T = 1 | X) by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from justice_data_lab.errors import NotPossible
from justice_data_lab.matching.packed import Packed, pack
from justice_data_lab.matching.sums import Products, SquareSum, VectorSum, times

if TYPE_CHECKING:
    from justice_data_lab.matching.design_matrix import DesignMatrix
    from justice_data_lab.matching.inputs import Bools, Floats

STOP = 1e-16
MOST_STEPS = 40
MOST_HALVINGS = 30
SMALL, FAST = 2e-2, 1e-2  # a decrement this small, and this much smaller than the last: the information need not be renewed
START_CONTROLS = 60_000
START_LEAST = 50_000  # a smaller pool is quick enough as a whole
START_SHARE = 8  # or an eighth of the pool, where that is fewer
START_STEPS = 12
START_STOP = 1e-4  # of the small fit, whose answer is off by far more than this
RUNNING = 0.5  # the same of the small fit
STILL_MOVING = 1e-3  # logits by which some row still moves in the last step when coefficients run away


class Separated(NotPossible):
    """The covariates tell the two groups apart without error, so that the score has no maximum likelihood estimate.

    Args:
        columns: the model's columns whose coefficients run away.
    """

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.columns = columns
        names = ", ".join(columns)
        message = (
            "the matching score cannot be estimated: expected that people with and without the intervention overlap on every "
            f"covariate, but these columns separate them: {names}. Leave out or coarsen these columns, or send a comparison "
            "pool that includes people like the treated."
        )
        super().__init__(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A fitted score.

    Attributes:
        coefficients: intercept first, then one a term, on the columns' own scale.
        standardised: the same on standardised columns (where a later fit may start).
        logits: x'b for the rows in the fit.
        steps: Newton steps on all rows.
    """

    coefficients: Floats
    standardised: Floats
    logits: Floats
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Data:
    """What a likelihood is made of: columns over rows, who had the intervention, and how many people a row stands for."""

    packed: Packed
    outcome: Floats
    weight: Floats

    @classmethod
    def of(cls, matrix: DesignMatrix, treated: Bools, people: Floats | None = None) -> _Data:
        """Every row in the fit, once, or as many times as the people it stands for."""
        outcome = treated[matrix.rows].astype(np.float64)
        weight = np.ones_like(outcome) if people is None else people
        return cls(packed=pack(matrix.terms, matrix.rows), outcome=outcome, weight=weight)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    """Log-likelihood, gradient and information (or one from an earlier point) at one vector of coefficients."""

    beta: Floats
    likelihood: float
    gradient: Floats
    information: Floats
    logits: Floats


def fit_propensity(matrix: DesignMatrix, treated: Bools, *, start: Floats | None = None, people: Floats | None = None) -> Fit:
    """Maximum likelihood logit by Newton's method, stopped after the step at which g'H⁻¹g < 1e-16.

    Args:
        matrix: columns without aliased ones.
        treated: which rows of the data had the intervention.
        start: standardised coefficients to start from; by default those fitted to all treated and about 60,000 controls.
        people: how many people each row in the fit stands for; by default one.

    Raises:
        Separated: no maximum exists; the columns at fault are named.

    Notes:
        No penalty: a regularised score is off by up to 0.27. Scores near 0 in a large pool are not separation: what is
        looked for is coefficients that still move when the likelihood no longer does.
    """
    data = _Data.of(matrix, treated, people)
    first = _start(matrix, treated) if start is None else _Start(beta=start)
    here, step, steps = _newton(data, first, MOST_STEPS, STOP)
    moved = times(data.packed, step[None, :])[0]
    if steps == MOST_STEPS or float(np.abs(moved).max()) > STILL_MOVING:
        raise Separated(_running_away(matrix, step))
    beta = here.beta + step
    scale = np.array([1.0, *(term.scale for term in matrix.terms)])
    centre = np.array([0.0, *(term.centre for term in matrix.terms)])
    coefficients = beta / scale
    coefficients[0] -= coefficients @ centre
    return Fit(coefficients=coefficients, standardised=beta, logits=here.logits + moved, steps=steps)


def covariance(matrix: DesignMatrix, treated: Bools, fit: Fit, *, people: Floats | None = None) -> Floats:
    """Inverse information of the standardised coefficients, intercept first; `people` as for the fit."""
    information = _evaluate(_Data.of(matrix, treated, people), fit.standardised).information
    return np.asarray(cho_solve(cho_factor(information), np.eye(len(information))))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """Where the full fit begins, and the information there when it is roughly known."""

    beta: Floats
    information: Floats | None = None


def _start(matrix: DesignMatrix, treated: Bools) -> _Start:
    """Coefficients of all treated and every n-th control, controls weighted up: near enough that few full passes follow."""
    is_treated = treated[matrix.rows]
    people, pool = matrix.rows[is_treated], matrix.rows[~is_treated]
    intercept = np.zeros(1 + len(matrix.terms))
    intercept[0] = np.log(len(people) / len(pool))
    stride = max(len(pool) // START_CONTROLS, START_SHARE)
    if len(pool) < START_LEAST:
        return _Start(beta=intercept)
    some = pool[::stride]
    rows = np.sort(np.concatenate([people, some]))
    weight = np.where(treated[rows], 1.0, len(pool) / len(some))
    data = _Data(packed=pack(matrix.terms, rows), outcome=treated[rows].astype(np.float64), weight=weight)
    here, step, steps = _newton(data, _Start(beta=intercept), START_STEPS, START_STOP)
    # A level that nobody of this part has sends its coefficient away; the whole pool would take long to fetch it back.
    if steps == START_STEPS or float(np.abs(times(data.packed, step[None, :])[0]).max()) > RUNNING:
        return _Start(beta=intercept)
    return _Start(beta=here.beta + step, information=here.information)


def _newton(data: _Data, start: _Start, most: int, stop: float) -> tuple[_Point, Floats, int]:
    """Newton steps, halved when the likelihood falls; gives the last point, the step from it, and how many steps.

    The information is worked out anew at each point until steps shrink so fast that the last one serves. A first step with
    information that is only roughly known is worth a pass without it: it never is the last step.
    """
    here = _evaluate(data, start.beta, start.information)
    rough = start.information is not None
    step, before = np.zeros_like(start.beta), np.inf
    for count in range(1, most):
        try:
            step = np.asarray(cho_solve(cho_factor(here.information), here.gradient))
        except LinAlgError:
            break
        decrement = float(here.gradient @ step)
        if decrement < stop and not rough:
            return here, step, count
        old = here.information if decrement < min(SMALL, FAST * before) and not rough else None
        here, before, rough = _advance(data, here, step, old), decrement, False
    return here, step, most


def _advance(data: _Data, here: _Point, step: Floats, old: Floats | None) -> _Point:
    there = _evaluate(data, here.beta + step, old)
    for _ in range(MOST_HALVINGS):
        if there.likelihood >= here.likelihood - 1e-9 * abs(here.likelihood):
            break
        step = step / 2
        there = _evaluate(data, here.beta + step, old)
    return there


def _evaluate(data: _Data, beta: Floats, old: Floats | None = None) -> _Point:
    products, gradient = Products(data.packed, beta[None, :]), VectorSum(data.packed)
    curvature = SquareSum(data.packed)
    likelihood, logits = 0.0, np.empty(len(data.outcome))
    for block in data.packed.blocks():
        logit, target, weight = products.of(block)[0], data.outcome[block.where], data.weight[block.where]
        mean, log_sum = _mean_and_log(logit)
        likelihood += float((weight * (target * logit - log_sum)).sum())
        gradient.add(block, weight * (target - mean))
        if old is None:
            curvature.add(block, weight * mean * (1 - mean))
        logits[block.where] = logit
    information = curvature.result() if old is None else old
    return _Point(beta=beta, likelihood=likelihood, gradient=gradient.result(), information=information, logits=logits)


def _mean_and_log(logit: Floats) -> tuple[Floats, Floats]:
    """1/(1 + e⁻ˣ) and log(1 + eˣ), from one exponential that cannot overflow."""
    small = np.exp(-np.abs(logit))
    whole = 1.0 + small
    return np.where(logit >= 0, 1.0, small) / whole, np.maximum(logit, 0.0) + np.log(whole)


def _running_away(matrix: DesignMatrix, step: Floats) -> tuple[str, ...]:
    """Columns whose part of the last step moves some row by at least a quarter of what the largest part does."""
    size = np.abs(step[1:]) * _spread(matrix)
    largest = size.max(initial=0.0)
    return tuple(term.name for term, moved in zip(matrix.terms, size, strict=True) if moved >= 0.25 * largest)


def _spread(matrix: DesignMatrix) -> Floats:
    """Largest distance of a standardised column from its middle, so that columns' steps compare in logits."""
    return np.array([np.abs(term.at(matrix.rows)).max(initial=0.0) for term in matrix.terms])
