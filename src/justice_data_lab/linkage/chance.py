"""How many of several unequal chances come true: the Poisson-binomial distribution and its quantiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from scipy.special import gammaln, ndtri

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

# Below this a chance is counted with the others like it as one Poisson number: the error is below the sum of their squares.
RARE = 1e-3
# With a variance above this the normal quantile is right to within one.
LARGE = 1_000.0


def shifted(chances: Floats, bits: float) -> Floats:
    """The chances if the log2 odds of each were `bits` higher.

    Example:
        >>> shifted(np.array([0.5]), 2.0).tolist()
        [0.8]
    """
    odds = np.asarray(chances) * 2.0**bits
    moved: Floats = odds / (1.0 - np.asarray(chances) + odds)
    return moved


def count_quantile(chances: Floats, share: float, *, rare: float = 0.0) -> int:
    """The least k with P(as many as k of the chances come true, or fewer) at or above `share`.

    Args:
        chances: one an event, independent of each other.
        share: such as 0.025 or 0.975.
        rare: expected number of further rare events, as a Poisson number.

    Notes:
        Exact but for chances below `RARE`, and normal above a variance of `LARGE`.
    """
    often = chances[chances >= RARE]
    rate = rare + float(chances[chances < RARE].sum())
    mean, variance = float(often.sum()) + rate, float((often * (1 - often)).sum()) + rate
    if variance > LARGE:
        return max(0, int(np.ceil(mean + ndtri(share) * np.sqrt(variance) - 0.5)))
    size = int(np.ceil(mean + 12 * np.sqrt(variance))) + 20
    cumulative = np.cumsum(np.convolve(_exact(often, size), _poisson(rate, size))[:size])
    return int(np.searchsorted(cumulative, share * (1 - 1e-12)))


def _exact(chances: Floats, size: int) -> Floats:
    share = np.zeros(size)
    share[0] = 1.0
    for chance in chances:
        share[1:] = share[1:] * (1 - chance) + share[:-1] * chance
        share[0] *= 1 - chance
    return share


def _poisson(rate: float, size: int) -> Floats:
    counts = np.arange(size, dtype=np.float64)
    if rate <= 0:
        return np.asarray(counts == 0, dtype=np.float64)
    share: Floats = np.exp(counts * np.log(rate) - rate - gammaln(counts + 1))
    return share
