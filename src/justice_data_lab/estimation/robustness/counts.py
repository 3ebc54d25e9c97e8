"""Checks for counts: a model made for them, and what a few very large ones do."""

from __future__ import annotations

from math import exp, log, sqrt
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.stats import norm

from justice_data_lab.estimation.difference import weighted_difference
from justice_data_lab.estimation.robustness.contrast import effective_size
from justice_data_lab.estimation.robustness.ratio import REACH
from justice_data_lab.estimation.robustness.result import Capped, CountRatio

if TYPE_CHECKING:
    from justice_data_lab.matching.inputs import Floats

CENTILE = 0.99


def count_ratio(treated: Floats, comparison: Floats, weights: Floats, *, se: Literal["kish", "lechner"]) -> CountRatio | None:
    """Rate ratio by quasi-Poisson regression on treatment, and the difference with counts above the 99th centile set to it.

    Args:
        treated: values of the treated people.
        comparison: values of the comparison people.
        weights: their weights, all above 0.
        se: of the difference, as in the official method.

    Returns:
        None unless all values are whole numbers from 0, some above 0 on each side.

    Notes:
        Log link, variance φ·mean, φ by Pearson's statistic over its degrees of freedom; comparison weights are scaled to add up to
        n_eff, so that people used many times do not count as many. se² = φ(1/(N₁m₁) + 1/(n_eff·m₀)).
    """
    size = effective_size(weights)
    if not _whole(treated, comparison) or len(treated) + size <= 2 or treated.sum() <= 0 or (weights * comparison).sum() <= 0:
        return None
    scaled = weights * size / weights.sum()
    first, second = float(treated.mean()), float((scaled * comparison).sum()) / size
    pearson = float(((treated - first) ** 2).sum()) / first + float((scaled * (comparison - second) ** 2).sum()) / second
    dispersion = pearson / (len(treated) + size - 2)
    error = sqrt(dispersion * (1 / (len(treated) * first) + 1 / (size * second)))
    if error == 0:
        return None
    ratio = first / second
    return CountRatio(
        ratio=ratio,
        se_log=error,
        ci_low=exp(log(ratio) - REACH * error),
        ci_high=exp(log(ratio) + REACH * error),
        p_value=2 * float(norm.sf(abs(log(ratio)) / error)),
        dispersion=dispersion,
        capped=capped(treated, comparison, weights, se=se),
    )


def capped(treated: Floats, comparison: Floats, weights: Floats, *, se: Literal["kish", "lechner"]) -> Capped:
    """The official difference with values above the 99th centile of both groups, each with half of the weight, set to it."""
    shares = np.concatenate([np.full(len(treated), 1 / len(treated)), weights / weights.sum()]) / 2
    cap = _centile(np.concatenate([treated, comparison]), shares)
    found = weighted_difference(np.minimum(treated, cap), np.minimum(comparison, cap), weights, se=se)
    return Capped(
        cap=cap,
        above_treated=int((treated > cap).sum()),
        above_comparison=int((comparison > cap).sum()),
        difference=found.difference,
        se=found.se,
        ci_low=found.ci_low,
        ci_high=found.ci_high,
        p_value=found.p_value,
    )


def _centile(values: Floats, shares: Floats) -> float:
    """The smallest value at or below which at least 99% of the weight lies."""
    order = np.argsort(values, kind="stable")
    reached = np.searchsorted(np.cumsum(shares[order]), CENTILE - 1e-12)
    return float(values[order][min(int(reached), len(values) - 1)])


def _whole(*sides: Floats) -> bool:
    return all(bool((values >= 0).all()) and bool((values == np.floor(values)).all()) for values in sides)
