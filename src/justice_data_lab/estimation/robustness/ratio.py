"""Rate ratio, and the E-value made from it."""

from __future__ import annotations

from math import exp, log, sqrt
from typing import TYPE_CHECKING

from justice_data_lab.estimation.robustness.contrast import effective_size
from justice_data_lab.estimation.robustness.result import EValue, RateRatio

if TYPE_CHECKING:
    from justice_data_lab.matching.inputs import Floats

REACH = 1.96


def rate_ratio(treated: Floats, comparison: Floats, weights: Floats, *, proportion: bool) -> RateRatio | None:
    """mean(treated) / (Σwy/Σw) with a 95% interval on the log scale.

    Args:
        treated: values of the treated people.
        comparison: values of the comparison people.
        weights: their weights, all above 0.
        proportion: whether values are 0 and 1.

    Returns:
        None when a mean is not above 0, or when nothing varies.

    Notes:
        Delta method: se² = v₁/(N₁m₁²) + v₀/(n_eff·m₀²). A proportion has v = m(1 - m), which is the textbook log risk ratio; a mean
        has the variances of the official difference. The interval is ratio·exp(±1.96 se).
    """
    total, size = float(weights.sum()), effective_size(weights)
    if len(treated) < 2 or size <= 1 + 1e-9:
        return None
    first, second = float(treated.mean()), float((weights * comparison).sum()) / total
    if first <= 0 or second <= 0:
        return None
    if proportion:
        spread = (first * (1 - first), second * (1 - second))
    else:
        weighted = float((weights * (comparison - second) ** 2).sum()) / total
        spread = (float(treated.var(ddof=1)), weighted * size / (size - 1))
    se = sqrt(spread[0] / (len(treated) * first**2) + spread[1] / (size * second**2))
    if se == 0:
        return None
    ratio = first / second
    return RateRatio(ratio=ratio, se_log=se, ci_low=exp(log(ratio) - REACH * se), ci_high=exp(log(ratio) + REACH * se))


def e_value(ratio: RateRatio) -> EValue:
    """How strongly a hidden trait would have to go with both treatment and outcome, as a risk ratio, to explain the result.

    Notes:
        VanderWeele and Ding (2017): R + √(R(R - 1)) for a ratio R ≥ 1, and the same of 1/R below 1. For the interval R is the bound
        nearer to 1; when the interval holds 1 the value is 1.
    """
    nearer = ratio.ci_low if ratio.ratio > 1 else ratio.ci_high
    inside = ratio.ci_low <= 1 <= ratio.ci_high
    return EValue(point=_strength(ratio.ratio), interval=1.0 if inside else _strength(nearer))


def _strength(ratio: float) -> float:
    size = max(ratio, 1 / ratio)
    return size + sqrt(size * (size - 1))
