"""A model of the outcome, fitted to the pool, that says what to expect of anybody without the intervention."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

from justice_data_lab.matching.packed import pack
from justice_data_lab.matching.propensity import Separated, fit_propensity
from justice_data_lab.matching.sums import column_sums

if TYPE_CHECKING:
    from justice_data_lab.estimation.robustness.sample import Sample
    from justice_data_lab.matching.design_matrix import DesignMatrix
    from justice_data_lab.matching.inputs import Bools, Floats

START_PEOPLE = 60_000


def expected_outcome(sample: Sample, values: Floats, *, proportion: bool) -> tuple[Floats, Floats]:
    """What the covariates predict for the treated and for the pool, by a model of the pool alone.

    Args:
        sample: who is compared.
        values: the outcome, one a row of the data.
        proportion: whether values are 0 and 1: then a logit, else least squares.

    Raises:
        Separated: the covariates predict the outcome without error, so that the logit has no maximum.
    """
    if not proportion:
        beta = least_squares(sample.matrix, values)
        return sample.matrix.times(beta, sample.treated), sample.matrix.times(beta)
    events = values == 1
    share = float(events[sample.pool].mean())
    if share in (0.0, 1.0):
        return np.full(len(sample.treated), share), np.full(len(sample.pool), share)
    # The score's own maximum likelihood: of the event, among the pool.
    fit = fit_propensity(sample.matrix, events, start=_start(sample.matrix, events))
    return expit(sample.matrix.times(fit.standardised, sample.treated)), expit(fit.logits)


def _start(matrix: DesignMatrix, events: Bools) -> Floats | None:
    """The fit to every n-th person of a large pool: near enough that few full passes follow."""
    stride = len(matrix.rows) // START_PEOPLE
    if stride < 2:
        return None
    some = matrix.rows[::stride]
    if not 0 < int(events[some].sum()) < len(some):
        return None
    try:
        return fit_propensity(replace(matrix, rows=some), events).standardised
    except Separated:
        return None


def least_squares(matrix: DesignMatrix, values: Floats) -> Floats:
    """Coefficients on standardised columns, over the rows in the fit; no column may be determined by the others."""
    products = column_sums(pack(matrix.terms, matrix.rows), values[matrix.rows])
    return np.asarray(cho_solve(cho_factor(matrix.gram()), products))
