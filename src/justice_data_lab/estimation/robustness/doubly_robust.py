"""Augmented inverse probability weighting: right when the score or the model of the outcome is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.estimation.robustness.contrast import Contrast, Side, contrast, effective_size
from justice_data_lab.estimation.robustness.outcome_model import expected_outcome

if TYPE_CHECKING:
    from justice_data_lab.estimation.robustness.sample import Sample
    from justice_data_lab.matching.inputs import Floats


def doubly_robust(sample: Sample, values: Floats, *, proportion: bool) -> Contrast:
    """The effect on the treated: mean of ψ = [T(Y - μ₀) - (1 - T)·e/(1 - e)·(Y - μ₀)]/p, p the share of the treated.

    Args:
        sample: who is compared; its scores are e on the logit scale.
        values: the outcome, one a row of the data.
        proportion: whether values are 0 and 1.

    Raises:
        Separated: the outcome model has no maximum.

    Notes:
        se² = Var(φ)/n with the influence values φ = ψ - Tτ/p and n - 1 in the variance, the reference outputs' definition. Student's t
        replaces the normal, with degrees of freedom from the two sides' parts of se².
    """
    first, second = expected_outcome(sample, values, proportion=proportion)
    odds = sample.odds
    moved = values[sample.treated] - first
    pull = odds * (values[sample.pool] - second)
    people, everybody = len(sample.treated), len(sample.treated) + len(sample.pool)
    effect = float(moved.sum() - pull.sum()) / people
    scale = everybody / (people**2 * max(everybody - 1, 1))
    return contrast(
        effect,
        Side(error=scale * float(((moved - effect) ** 2).sum()), size=people),
        Side(error=scale * float((pull**2).sum()), size=effective_size(odds)),
    )
