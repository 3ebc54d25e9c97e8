"""Hazard ratios: the treatment alone and, in a trial, with the listed covariates in the model."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import chi2, norm

from justice_data_lab.estimation.difference import CONFIDENCE_TAIL
from justice_data_lab.estimation.survival.cox import fit_cox
from justice_data_lab.estimation.survival.proportional import proportional_chi_square
from justice_data_lab.estimation.survival.result import Hazard
from justice_data_lab.matching.design_matrix import build_design
from justice_data_lab.matching.inputs import read_columns

if TYPE_CHECKING:
    from justice_data_lab.estimation.survival.people import People
    from justice_data_lab.matching.inputs import Floats, MeasuresLike


def hazard_ratios(people: People, measures: MeasuresLike | None, *, robust: bool) -> tuple[Hazard, ...]:
    """Cox's models that have an answer.

    Args:
        people: both groups.
        measures: their covariates make a second, adjusted model; None for the unadjusted one alone.
        robust: interval and test by the robust standard error, else by the model's.
    """
    treatment = people.treated.astype(np.float64)[:, None]
    found = [_hazard(people, treatment, (), robust=robust)]
    names, covariates = _covariates(people, measures) if measures is not None else ((), treatment)
    if names:
        found.append(_hazard(people, np.hstack([treatment, covariates]), names, robust=robust))
    return tuple(hazard for hazard in found if hazard is not None)


def _covariates(people: People, measures: MeasuresLike) -> tuple[tuple[str, ...], Floats]:
    """Standardised and one-hot columns as the score of a matched design has them, one row a person."""
    matrix, _ = build_design(read_columns(measures), people.rows)
    columns = np.empty((len(people.rows), len(matrix.terms)))
    for place, term in enumerate(matrix.terms):
        columns[:, place] = term.at(people.rows)
    return tuple(term.name for term in matrix.terms), columns


def _hazard(people: People, columns: Floats, covariates: tuple[str, ...], *, robust: bool) -> Hazard | None:
    fit = fit_cox(people, columns)
    if fit is None:
        return None
    log_ratio, model, sandwich = (float(values[0]) for values in (fit.coefficients, fit.model_se, fit.robust_se))
    se = sandwich if robust else model
    change = proportional_chi_square(people, columns, fit, robust=robust)
    reach = float(norm.ppf(CONFIDENCE_TAIL)) * se
    return Hazard(
        model="adjusted" if covariates else "unadjusted",
        covariates=covariates,
        ratio=exp(log_ratio),
        log_ratio=log_ratio,
        se_model=model,
        se_robust=sandwich,
        basis="robust" if robust else "model",
        ci_low=exp(log_ratio - reach),
        ci_high=exp(log_ratio + reach),
        p_value=2 * float(norm.sf(abs(log_ratio) / se)),
        change_p_value=None if change is None else float(chi2.sf(change, 1)),
    )
