"""Means, variances and distances of two weighted groups; cobalt's definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from justice_data_lab.matching.inputs import Floats


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


def kolmogorov_smirnov(values: tuple[Floats, Floats], weights: tuple[Floats, Floats]) -> float | None:
    """Largest distance between two weighted distribution functions; None when a group has no weight."""
    totals = tuple(float(weight.sum()) for weight in weights)
    if min(totals) <= 0:
        return None
    everyone = np.concatenate(values)
    order = np.argsort(everyone, kind="stable")
    ordered = everyone[order]
    signed = np.concatenate([weights[0] / totals[0], -weights[1] / totals[1]])[order]
    last_of_value = np.append(ordered[1:] != ordered[:-1], True)
    return float(np.abs(np.cumsum(signed)[last_of_value]).max())


def standardised_difference(first: float | None, second: float | None, variance: float | None) -> float | None:
    """(first - second) / √variance; 0 when the means agree; None when they differ and nothing varies."""
    if first is None or second is None:
        return None
    if abs(first - second) <= 1e-12 * max(1.0, abs(first)):
        return 0.0
    return (first - second) / float(np.sqrt(variance)) if variance is not None and variance > 0 else None
