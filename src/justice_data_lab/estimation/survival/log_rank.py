"""The log-rank test, for groups in which everybody counts once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import chi2

from justice_data_lab.estimation.survival.grid import build_grid
from justice_data_lab.estimation.survival.result import LogRank

if TYPE_CHECKING:
    from justice_data_lab.estimation.survival.people import People


def log_rank(people: People) -> LogRank | None:
    """(O - E)²/V of the treated people's events, V hypergeometric; None with weights, or when V is 0.

    Notes:
        Weights would make the variance wrong, so there is no weighted version: the robust test of Cox's model serves there.
    """
    if not (people.weights == 1).all():
        return None
    grid = build_grid(people.times, people.events)
    ones, first = np.ones(len(people.times)), people.treated.astype(np.float64)
    risk, came = grid.at_risk(ones), grid.at_event(ones)
    share = grid.at_risk(first) / risk
    several = risk > 1
    variance = (came * share * (1 - share) * (risk - came))[several] / (risk[several] - 1)
    total = float(variance.sum())
    if total <= 0:
        return None
    observed = float(grid.at_event(first).sum())
    expected = float((came * share).sum())
    square = (observed - expected) ** 2 / total
    return LogRank(observed=observed, expected=expected, chi_square=square, p_value=float(chi2.sf(square, 1)))
