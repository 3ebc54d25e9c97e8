"""Entropy balancing: the weights of the pool, as even as possible, that give every covariate the mean of the treated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from justice_data_lab.matching.packed import Packed, pack
from justice_data_lab.matching.sums import Products, SquareSum, VectorSum, column_sums

if TYPE_CHECKING:
    from justice_data_lab.estimation.robustness.sample import Sample
    from justice_data_lab.matching.inputs import Floats

STOP = 1e-16
SMALL, FAST = 1e-3, 1e-2  # a decrement a person this small, and this much smaller than the last
MOST_STEPS = 60
MOST_HALVINGS = 30
LARGEST_LOG = 500.0  # a trial step that goes further is far too long; exp of twice as much would overflow
BALANCED = 1e-6  # standard deviations of the pool


def entropy_weights(sample: Sample) -> Floats | None:
    """Weights w = exp(b'x), one a person of the pool, whose sum is the number of treated and whose means are theirs.

    Returns:
        None when no such weights exist: the mean of the treated lies outside what the pool has.

    Notes:
        Hainmueller (2012). b minimises Σexp(b'x) - N₁·x̄₁'b, found by Newton's method from the odds of the official score, whose
        form is the same. The means of the columns are balanced, not their variances.
    """
    matrix = sample.matrix
    packed = pack(matrix.terms, matrix.rows)
    target = column_sums(pack(matrix.terms, sample.treated), np.ones(len(sample.treated)))
    here = _evaluate(packed, sample.start(matrix), _Aim(target=target))
    before = np.inf
    for _ in range(MOST_STEPS):
        try:
            step = np.asarray(cho_solve(cho_factor(here.curvature), here.gradient))
        except LinAlgError:
            break
        decrement = float(here.gradient @ step) / len(sample.treated)
        # Near the end the last curvature serves: a pass without it costs a third.
        old = here.curvature if decrement < min(SMALL, FAST * before) else None
        here, before = _advance(packed, here, step, _Aim(target=target, curvature=old)), decrement
        if decrement < STOP:
            break
    return here.weights if float(np.abs(here.gradient).max()) <= BALANCED * len(sample.treated) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    """The objective at one b, with its derivatives and the weights there."""

    beta: Floats
    value: float
    gradient: Floats
    curvature: Floats
    weights: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aim:
    """Sums over the treated that the weights are to give, and a curvature that need not be worked out anew."""

    target: Floats
    curvature: Floats | None = None


def _advance(packed: Packed, here: _Point, step: Floats, aim: _Aim) -> _Point:
    """The point after a step, halved while the objective rises."""
    there = _evaluate(packed, here.beta - step, aim)
    for _ in range(MOST_HALVINGS):
        if there.value <= here.value + 1e-12 * abs(here.value):
            break
        step = step / 2
        there = _evaluate(packed, here.beta - step, aim)
    return there


def _evaluate(packed: Packed, beta: Floats, aim: _Aim) -> _Point:
    products, sums, squares = Products(packed, beta[None, :]), VectorSum(packed), SquareSum(packed)
    total, weights = 0.0, np.empty(len(packed.rows))
    for block in packed.blocks():
        weight = np.exp(np.minimum(products.of(block)[0], LARGEST_LOG))
        weights[block.where] = weight
        total += float(weight.sum())
        sums.add(block, weight)
        if aim.curvature is None:
            squares.add(block, weight)
    curvature = squares.result() if aim.curvature is None else aim.curvature
    value = total - float(aim.target @ beta)
    return _Point(beta=beta, value=value, gradient=sums.result() - aim.target, curvature=curvature, weights=weights)
