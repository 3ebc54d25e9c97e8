"""How far true effects differ between studies: the variance tau squared, by REML or by Paule and Mandel. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, cast, get_args

import numpy as np
from scipy.optimize import brentq

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

Method: TypeAlias = Literal["reml", "paule_mandel"]
METHODS: tuple[Method, ...] = get_args(Method)

# The restricted likelihood may have more than one peak: it is looked at on this many values before the best is refined.
_GRID = 60


def tau_squared(values: Floats, variances: Floats, method: Method) -> float:
    """Between-study variance of the true effects, never below zero.

    Args:
        values: one effect a study.
        variances: of their sampling errors, above zero.
        method: `reml` maximises the restricted likelihood; `paule_mandel` makes the weighted sum of squares equal to its
            expectation, k - 1.

    Notes:
        REML: Viechtbauer 2005. Paule and Mandel 1982; DerSimonian and Kacker 2007. Both equations are solved to the last digits of a
        float, where R's metafor stops its scoring at a change below 1e-5.
    """
    return _reml(values, variances) if method == "reml" else _paule_mandel(values, variances)


def weighted_mean(values: Floats, weights: Floats) -> float:
    """The mean under weights that need not add up to one."""
    return float(weights @ values / weights.sum())


def cochran_q(values: Floats, variances: Floats, tau2: float = 0.0) -> float:
    """Weighted squares around the weighted mean, with weights 1/(v + tau squared)."""
    weights = 1 / (variances + tau2)
    return float(weights @ (values - weighted_mean(values, weights)) ** 2)


def typical_variance(variances: Floats) -> float:
    """What a study's sampling variance typically is (Higgins and Thompson 2002), so that I squared is a share."""
    weights = 1 / variances
    total = weights.sum()
    return float((len(variances) - 1) * total / (total**2 - weights @ weights))


def _paule_mandel(values: Floats, variances: Floats) -> float:
    df = len(values) - 1
    return _root(lambda tau2: cochran_q(values, variances, tau2) - df, _ceiling(values, variances))


def _reml(values: Floats, variances: Floats) -> float:
    def score(tau2: float) -> float:
        """Slope of the restricted likelihood, times two."""
        weights = 1 / (variances + tau2)
        squares = weights**2
        away = (values - weighted_mean(values, weights)) ** 2
        return float(squares @ away - weights.sum() + squares.sum() / weights.sum())

    grid = np.concatenate(([0.0], np.geomspace(variances.min() * 1e-3, _ceiling(values, variances), _GRID)))
    best = int(np.argmax(_restricted(values, variances, grid)))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, _GRID)]
    if score(low) <= 0:
        return float(low)
    return float(brentq(score, low, high, xtol=1e-300, rtol=1e-14))


def _restricted(values: Floats, variances: Floats, grid: Floats) -> Floats:
    """Logarithm of the restricted likelihood at each tau squared of a grid, times two, without constants."""
    weights = 1 / (variances + grid[:, None])
    total = weights.sum(axis=1)
    means = weights @ values / total
    squares = (weights * (values - means[:, None]) ** 2).sum(axis=1)
    return cast("Floats", np.log(weights).sum(axis=1) - np.log(total) - squares)


def _ceiling(values: Floats, variances: Floats) -> float:
    """A value that neither equation's root can exceed: the squares of the values alone would be too small beyond it."""
    return float(((values - values.mean()) ** 2).sum() + 10 * variances.max())


def _root(falling: Callable[[float], float], high: float) -> float:
    """Where a falling function is zero; zero itself when it begins below."""
    return 0.0 if falling(0.0) <= 0 else float(brentq(falling, 0.0, high, xtol=1e-300, rtol=1e-14))
