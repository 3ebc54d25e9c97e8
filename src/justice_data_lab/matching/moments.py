"""Means, variances and distances of two weighted groups; cobalt's definitions."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING, Literal, cast

import numpy as np

if TYPE_CHECKING:
    from justice_data_lab.matching.inputs import Floats, Ints, Numbers


BLOCK = 16_384  # rows summed together: they stay in fast memory, and the order of the sum is always the same
FEW = 1_000  # rows that mostly show a third value already
FINER = 4  # cells of the grid for each distinct value
MOST_CELLS = 262_144


def blocks(rows: int) -> list[slice]:
    """The rows in runs, in order."""
    return [slice(start, min(start + BLOCK, rows)) for start in range(0, rows, BLOCK)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Weights of some people, with what every covariate needs of them.

    Attributes:
        each: one a person.
        total: their sum.
        squares: the sum of their squares.
    """

    each: Floats
    total: float
    squares: float

    @classmethod
    def of(cls, each: Floats) -> Weights:
        """Sums worked out once."""
        return cls(
            each=each, total=float(each.sum()), squares=fsum(float((each[block] ** 2).sum()) for block in blocks(len(each)))
        )


def weighted_mean(values: Numbers, weights: Weights) -> float | None:
    """Σwx / Σw, or None when no weight is left."""
    if weights.total <= 0:
        return None
    return fsum(float((weights.each[block] * values[block]).sum()) for block in blocks(len(values))) / weights.total


def weighted_variance(values: Numbers, weights: Weights, mean: float | None) -> float | None:
    """Σw(x - m)² · Σw / ((Σw)² - Σw²), which is the n - 1 variance when all weights are equal; None below two people."""
    spare = weights.total**2 - weights.squares
    if mean is None or spare <= 1e-12 * weights.total**2:
        return None
    return weighted_squares(values, weights, mean) * weights.total / spare


def weighted_squares(values: Numbers, weights: Weights, centre: float) -> float:
    """Σw(x - c)²."""
    parts = []
    for block in blocks(len(values)):
        away = np.subtract(values[block], centre, dtype=np.float64)
        away *= away
        away *= weights.each[block]
        parts.append(float(away.sum()))
    return fsum(parts)


def bernoulli(mean: float | None, low: float, high: float) -> float | None:
    """Variance of a number that is only ever `low` or `high`; p(1 - p) for 0 and 1."""
    return None if mean is None else (mean - low) * (high - mean)


def two_values(first: Numbers, second: Numbers) -> tuple[float, float] | None:
    """The two values that occur, when no more do (one value counts twice)."""
    if len(first) + len(second) == 0 or len(np.unique(np.concatenate([first[:FEW], second[:FEW]]))) > 2:
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


def place(first: Numbers, second: Numbers) -> Placed:
    """Places of two groups' values, without sorting the larger group.

    Notes:
        The first group's distribution function is flat between its values, so the largest distance from another lies at one
        of its values or just below one.
    """
    grid = Grid(cast("Numbers", np.unique(first)))
    return Placed(first=grid.places(first), second=grid.places(second), size=grid.size)


class Grid:
    """Distinct values, ascending, under a grid of equal cells that mostly hold one of them or none.

    A value's cell says how many distinct values lie in earlier cells; one comparison then places it. Only where a cell holds
    several does it take a binary search. Rounding cannot misplace a value: what is larger is never in an earlier cell.

    Args:
        distinct: without repeats, in ascending order.
    """

    def __init__(self, distinct: Numbers) -> None:
        self.distinct = distinct
        self.size = 2 * len(distinct) + 1
        self._finest = min(FINER * len(distinct), MOST_CELLS)
        self._scale = self._cells_a_unit()
        cells = self._cells(distinct)
        held = np.bincount(cells, minlength=self._finest + 1)
        self._before = 2 * (np.cumsum(held) - held)
        self._only = np.full(self._finest + 1, np.inf, dtype=distinct.dtype)
        self._only[cells] = distinct
        self._several = held > 1
        self._crowded = bool(self._several.any())

    def _cells_a_unit(self) -> np.float64 | np.float32:
        """0, so that all values share a cell, where they lie too near each other for a grid."""
        number = self.distinct.dtype.type
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            found = number(self._finest) / (self.distinct[-1] - self.distinct[0]) if len(self.distinct) else number(0)
        return found if np.isfinite(found) else number(0)

    def _cells(self, values: Numbers) -> Ints:
        if not len(self.distinct):
            return np.zeros(len(values), dtype=np.int64)
        with np.errstate(over="ignore"):
            return np.asarray(np.clip((values - self.distinct[0]) * self._scale, 0, self._finest), dtype=np.intp)

    def places(self, values: Numbers) -> Ints:
        """The place of each value: odd at a distinct one, even between two."""
        found = np.empty(len(values), dtype=np.int64)
        for block in blocks(len(values)):
            part = values[block]
            cells = self._cells(part)
            only = self._only[cells]
            out = found[block]
            np.add(self._before[cells], part >= only, out=out)
            np.add(out, part > only, out=out)
            unsure = np.flatnonzero(self._several[cells]) if self._crowded else ()
            if len(unsure):
                out[unsure] = self._search(part[unsure])
        return found

    def _search(self, values: Numbers) -> Ints:
        below = np.searchsorted(self.distinct, values)
        equal = self.distinct[np.minimum(below, len(self.distinct) - 1)] == values
        return np.asarray(2 * below + equal)


def kolmogorov_smirnov(placed: Placed, first: Weights, second: Weights) -> float | None:
    """Largest distance between two weighted distribution functions; None when a group has no weight.

    Args:
        placed: both groups' values.
        first: weights of the first group.
        second: weights of the second group.
    """
    shares = []
    for places, weights in ((placed.first, first), (placed.second, second)):
        if weights.total <= 0:
            return None
        shares.append(np.cumsum(np.bincount(places, weights=weights.each, minlength=placed.size)) / weights.total)
    return float(np.abs(shares[0] - shares[1]).max())


def standardised_difference(first: float | None, second: float | None, variance: float | None) -> float | None:
    """(first - second) / √variance; 0 when the means agree; None when they differ and nothing varies."""
    if first is None or second is None:
        return None
    if abs(first - second) <= 1e-12 * max(1.0, abs(first)):
        return 0.0
    return (first - second) / float(np.sqrt(variance)) if variance is not None and variance > 0 else None
