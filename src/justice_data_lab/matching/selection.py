"""Pruning of covariates by Wald tests, for labs that ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import chi2

from justice_data_lab.matching.propensity import Fit, covariance, fit_propensity

if TYPE_CHECKING:
    from justice_data_lab.matching.design_matrix import DesignMatrix
    from justice_data_lab.matching.inputs import Bools, Floats

KEEP_BELOW = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """A covariate that left the model, and the p-value at which it did."""

    covariate: str
    p_value: float


def prune(
    matrix: DesignMatrix, treated: Bools, fit: Fit, *, keep: tuple[str, ...]
) -> tuple[DesignMatrix, Fit, tuple[Pruned, ...]]:
    """Drop the covariate with the largest joint Wald p-value above 0.05, refit, and repeat until none is left.

    Args:
        matrix: columns of the first fit.
        treated: which rows of the data had the intervention.
        fit: the first fit.
        keep: covariates that stay whatever their p-value (those matched exactly).

    Notes:
        All columns of a covariate go together, tested by b'V⁻¹b against χ² with as many degrees of freedom. The first of equals
        goes. Balance is still judged on every covariate, pruned or not.
    """
    pruned: list[Pruned] = []
    while True:
        covariates = [name for name in dict.fromkeys(term.covariate for term in matrix.terms) if name not in keep]
        spread = covariance(matrix, treated, fit)
        values = {name: _wald(matrix, fit, spread, name) for name in covariates}
        weakest = max(values, key=lambda name: values[name], default=None)
        if weakest is None or values[weakest] <= KEEP_BELOW:
            return matrix, fit, tuple(pruned)
        pruned.append(Pruned(covariate=weakest, p_value=values[weakest]))
        places = _places(matrix, weakest)
        start = np.delete(fit.standardised, [place + 1 for place in places])
        matrix = matrix.without(places)
        fit = fit_propensity(matrix, treated, start=start)


def _places(matrix: DesignMatrix, covariate: str) -> list[int]:
    return [place for place, term in enumerate(matrix.terms) if term.covariate == covariate]


def _wald(matrix: DesignMatrix, fit: Fit, spread: Floats, covariate: str) -> float:
    places = [place + 1 for place in _places(matrix, covariate)]
    beta = fit.standardised[places]
    statistic = beta @ np.linalg.solve(spread[np.ix_(places, places)], beta)
    return float(chi2.sf(statistic, len(places)))
