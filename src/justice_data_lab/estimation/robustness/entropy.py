"""Entropy balancing: the weights of the pool, as even as possible, that give every covariate the mean of the treated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from justice_data_lab.matching.design_matrix import add_products, both_triangles

if TYPE_CHECKING:
    from justice_data_lab.estimation.robustness.sample import Sample
    from justice_data_lab.matching.design_matrix import DesignMatrix
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
    target = sum((block.sum(axis=(0, 2)) for _, block in matrix.tiles(sample.treated)), np.zeros(1 + len(matrix.terms)))
    here = _evaluate(matrix, sample.start(matrix), _Aim(target=target))
    before = np.inf
    for _ in range(MOST_STEPS):
        try:
            step = np.asarray(cho_solve(cho_factor(here.curvature), here.gradient))
        except LinAlgError:
            break
        decrement = float(here.gradient @ step) / len(sample.treated)
        # Near the end the last curvature serves: a pass without it costs a third.
        old = here.curvature if decrement < min(SMALL, FAST * before) else None
        here, before = _advance(matrix, here, step, _Aim(target=target, curvature=old)), decrement
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


def _advance(matrix: DesignMatrix, here: _Point, step: Floats, aim: _Aim) -> _Point:
    """The point after a step, halved while the objective rises."""
    there = _evaluate(matrix, here.beta - step, aim)
    for _ in range(MOST_HALVINGS):
        if there.value <= here.value + 1e-12 * abs(here.value):
            break
        step = step / 2
        there = _evaluate(matrix, here.beta - step, aim)
    return there


def _evaluate(matrix: DesignMatrix, beta: Floats, aim: _Aim) -> _Point:
    size = len(beta)
    total, gradient, weights = 0.0, -aim.target, np.empty(len(matrix.rows))
    upper = np.zeros((size, size), order="F")
    for where, block in matrix.tiles(matrix.rows):
        tiles, _, width = block.shape
        count = where.stop - where.start
        weight = np.exp(np.minimum(np.matmul(beta, block).reshape(-1), LARGEST_LOG))
        weight[count:] = 0.0
        weights[where] = weight[:count]
        total += float(weight.sum())
        gradient = gradient + np.matmul(block, weight.reshape(tiles, width, 1)).sum(axis=(0, 2))
        if aim.curvature is None:
            add_products(upper, block, weight.reshape(tiles, 1, width))
    curvature = both_triangles(upper) if aim.curvature is None else aim.curvature
    value = total - float(aim.target @ beta)
    return _Point(beta=beta, value=value, gradient=gradient, curvature=curvature, weights=weights)
