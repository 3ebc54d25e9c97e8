"""A difference of two means, given the squared error of each side and how many people each is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import t as student

if TYPE_CHECKING:
    from justice_data_lab.matching.inputs import Floats

CONFIDENCE_TAIL = 0.975


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """A difference with its interval; the latter is None when nothing varies or a side is worth one person."""

    difference: float
    se: float | None = None
    df: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a comparison.

    Attributes:
        error: squared standard error.
        size: effective number of people.
    """

    error: float
    size: float


def contrast(difference: float, first: Side, second: Side) -> Contrast:
    """Interval and two-sided test by Student's t, with Welch-Satterthwaite degrees of freedom from the effective sizes."""
    error = first.error + second.error
    if min(first.size, second.size) <= 1 + 1e-9 or not np.isfinite(error) or error <= 0:
        return Contrast(difference=difference)
    df = error**2 / (first.error**2 / (first.size - 1) + second.error**2 / (second.size - 1))
    se = float(np.sqrt(error))
    reach = float(student.ppf(CONFIDENCE_TAIL, df)) * se
    return Contrast(
        difference=difference,
        se=se,
        df=df,
        ci_low=difference - reach,
        ci_high=difference + reach,
        p_value=2 * float(student.sf(abs(difference) / se, df)),
    )


def effective_size(weights: Floats) -> float:
    """(Σw)²/Σw²: how many equally weighted people the weights are worth; 0 without weight."""
    total = float(weights.sum())
    return total**2 / float((weights**2).sum()) if total > 0 else 0.0
