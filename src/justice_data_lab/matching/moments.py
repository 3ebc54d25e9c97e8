"""Means, variances and distances of two weighted groups; cobalt's definitions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from justice_data_lab.matching.inputs import Floats, Ints


def weighted_mean(values: Floats, weights: Floats) -> float | None:
    """Σwx / Σw, or None when no weight is left."""
    total = float(weights.sum())
    return float((weights * values).sum()) / total if total > 0 else None


def weighted_variance(values: Floats, weights: Floats) -> float | None:
    """Σw(x - m)² · Σw / ((Σw)² - Σw²), which is the n - 1 variance when all weights are equal; None below two people."""
    total = float(weights.sum())
    spare = total**2 - float((weights**2).sum())
    if spare <= 1e-12 * total**2:
        return None
    mean = float((weights * values).sum()) / total
    return float((weights * (values - mean) ** 2).sum()) * total / spare


def bernoulli(mean: float | None, low: float, high: float) -> float | None:
    """Variance of a number that is only ever `low` or `high`; p(1 - p) for 0 and 1."""
    return None if mean is None else (mean - low) * (high - mean)


def two_values(first: Floats, second: Floats) -> tuple[float, float] | None:
    """The two values that occur, when no more do (one value counts twice)."""
    if len(first) + len(second) == 0:
        return None
    low = min(first.min(initial=np.inf), second.min(initial=np.inf))
    high = max(first.max(initial=-np.inf), second.max(initial=-np.inf))
    for values in (first, second):
        if not ((values == low) | (values == high)).all():
            return None
    return float(low), float(high)


def pooled_variance(variances: tuple[float | None, float | None], which: Literal["pooled", "treated"]) -> float | None:
    """The square of what divides a standardised difference: the mean of the known variances, or the first group's."""
    first, second = variances
    if which == "treated":
        return first
    known = [value for value in (first, second) if value is not None]
    return sum(known) / len(known) if known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where two groups' values stand among the distinct values of the first: all that distribution functions need.

    Attributes:
        first: place of each value of the first group, 1, 3, 5, …
        second: the same for the second group; even places lie between two values of the first.
        size: number of places.
    """

    first: Ints
    second: Ints
    size: int


def place(first: Floats, second: Floats) -> Placed:
    """Places of two groups' values, without sorting the larger group.

    Notes:
        The first group's distribution function is flat between its values, so the largest distance from another lies at one
        of its values or just below one. O((n + m) log n) for n values in the first group.
    """
    distinct = np.unique(first)
    return Placed(first=_places(distinct, first), second=_places(distinct, second), size=2 * len(distinct) + 1)


def _places(distinct: Floats, values: Floats) -> Ints:
    found = np.searchsorted(distinct, values)
    equal = distinct[np.minimum(found, len(distinct) - 1)] == values if len(distinct) else np.zeros(len(values), dtype=np.bool_)
    return 2 * found + equal


def kolmogorov_smirnov(placed: Placed, first: Floats, second: Floats) -> float | None:
    """Largest distance between two weighted distribution functions; None when a group has no weight.

    Args:
        placed: both groups' values.
        first: weights of the first group.
        second: weights of the second group.
    """
    shares = []
    for places, weights in ((placed.first, first), (placed.second, second)):
        total = float(weights.sum())
        if total <= 0:
            return None
        shares.append(np.cumsum(np.bincount(places, weights=weights, minlength=placed.size)) / total)
    return float(np.abs(shares[0] - shares[1]).max())


def standardised_difference(first: float | None, second: float | None, variance: float | None) -> float | None:
    """(first - second) / √variance; 0 when the means agree; None when they differ and nothing varies."""
    if first is None or second is None:
        return None
    if abs(first - second) <= 1e-12 * max(1.0, abs(first)):
        return 0.0
    return (first - second) / float(np.sqrt(variance)) if variance is not None and variance > 0 else None
