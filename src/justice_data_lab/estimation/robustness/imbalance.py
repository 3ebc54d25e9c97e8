"""How unlike weights leave the two groups, in the units of the official balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from justice_data_lab.matching.inputs import Numeric
from justice_data_lab.matching.moments import (
    Weights,
    bernoulli,
    pooled_variance,
    standardised_difference,
    two_values,
    weighted_mean,
    weighted_variance,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal, TypeAlias

    from justice_data_lab.estimation.robustness.sample import Sample
    from justice_data_lab.matching.inputs import Bools, Column, Floats, Ints

    Sides: TypeAlias = tuple[Floats, Floats]  # of the sample's treated, and of its pool
    Means: TypeAlias = list[float | None]  # one of a number, one a level of a category


def largest_imbalances(
    sample: Sample, treated: Bools, weights: Sequence[Sides], denominator: Literal["pooled", "treated"]
) -> list[float | None]:
    """For each pair of weights the largest |d| over covariates and levels, as the official balance defines d.

    Args:
        sample: who is compared.
        treated: which rows of the data had the intervention; the unit of d is their and the others' spread before weighting.
        weights: pairs to judge.
        denominator: whose standard deviation divides.

    Notes:
        Variance ratios and distances of whole distributions, which `compare` gives too, would cost several times as much in a
        large pool, and nobody asks for them here.
    """
    found: list[list[float]] = [[] for _ in weights]
    everybody = (np.flatnonzero(treated), np.flatnonzero(~treated))
    for column in sample.columns:
        units = _units(column, everybody, denominator)
        for sizes, (first, second) in zip(found, weights, strict=True):
            means = zip(_means(column, sample.treated, first), _means(column, sample.pool, second), units, strict=True)
            differences = (standardised_difference(*item) for item in means)
            sizes.extend(abs(value) for value in differences if value is not None)
    return [max(sizes, default=None) for sizes in found]


def _units(column: Column, everybody: tuple[Ints, Ints], denominator: Literal["pooled", "treated"]) -> Means:
    """Squared denominators of d."""
    means = [_means(column, rows, np.ones(len(rows))) for rows in everybody]
    low, high = 0.0, 1.0
    if isinstance(column, Numeric):
        known = [rows if column.known is None else rows[column.known[rows]] for rows in everybody]
        values = [column.values[rows] for rows in known]
        distinct = two_values(values[0], values[1])
        if distinct is None:
            ones = [Weights.of(np.ones(len(side))) for side in values]
            first, second = (
                weighted_variance(side, each, weighted_mean(side, each)) for side, each in zip(values, ones, strict=True)
            )
            return [pooled_variance((first, second), denominator)]
        low, high = distinct
    return [
        pooled_variance((bernoulli(first, low, high), bernoulli(second, low, high)), denominator)
        for first, second in zip(*means, strict=True)
    ]


def _means(column: Column, rows: Ints, weights: Floats) -> Means:
    if isinstance(column, Numeric):
        counted = weights if column.known is None else weights * column.known[rows]
        return [weighted_mean(column.values[rows], Weights.of(counted))]
    total = float(weights.sum())
    sums = np.bincount(column.codes[rows].astype(np.intp) + 1, weights=weights, minlength=len(column.levels) + 1)[1:]
    return [float(value) / total if total > 0 else None for value in sums]
