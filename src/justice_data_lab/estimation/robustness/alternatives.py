"""The official effect beside the same by other ways of comparing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.estimation.evidence import gather_evidence
from justice_data_lab.estimation.robustness.contrast import Contrast, effective_size
from justice_data_lab.estimation.robustness.doubly_robust import doubly_robust
from justice_data_lab.estimation.robustness.result import Alternative
from justice_data_lab.estimation.robustness.weighting import weighted_contrast
from justice_data_lab.matching.balance import AMBER
from justice_data_lab.matching.propensity import Separated

if TYPE_CHECKING:
    from justice_data_lab.estimation.estimates import Estimate
    from justice_data_lab.estimation.robustness.result import Agreement
    from justice_data_lab.estimation.robustness.sample import Sample
    from justice_data_lab.estimation.robustness.schemes import Scheme
    from justice_data_lab.matching.inputs import Floats


def alternative(sample: Sample, scheme: Scheme, values: Floats, official: Estimate) -> Alternative:
    """One alternative's effect on one measure, set beside the official one.

    Args:
        sample: who is compared.
        scheme: the weights.
        values: the outcome, one a row of the data.
        official: the official estimate.
    """
    found, reason = _effect(sample, scheme, values, proportion=official.kind == "proportion")
    used = scheme.pool > 0
    weights = scheme.pool[used]
    first, second = values[sample.treated], values[sample.pool[used]]
    return Alternative(
        check=scheme.check,
        population=scheme.population,
        difference=found.difference if found else None,
        se=found.se if found else None,
        df=found.df if found else None,
        ci_low=found.ci_low if found else None,
        ci_high=found.ci_high if found else None,
        p_value=found.p_value if found else None,
        n_treated=len(first),
        n_comparison=len(second),
        n_eff_treated=effective_size(scheme.treated),
        n_eff=effective_size(weights),
        max_weight_share_treated=_largest_share(scheme.treated),
        max_weight_share=_largest_share(weights),
        largest_imbalance=scheme.largest_imbalance,
        imbalanced=_imbalanced(sample, scheme),
        flagged=_flagged(scheme, found, official),
        evidence=gather_evidence(first, second, weights, proportion=official.kind == "proportion") if found else None,
        reason=reason,
    )


def agreement(found: tuple[Alternative, ...]) -> Agreement:
    """`differ` when an alternative about the same people is flagged; `agree` when one was worked out and none is.

    One whose weights leave the groups unlike speaks neither for the official figure nor against it.
    """
    flags = [row.flagged for row in found if row.flagged is not None and not row.imbalanced]
    return "not_assessed" if not flags else "differ" if any(flags) else "agree"


def _effect(sample: Sample, scheme: Scheme, values: Floats, *, proportion: bool) -> tuple[Contrast | None, str]:
    """The effect, or why there is none."""
    if scheme.reason:
        return None, scheme.reason
    if scheme.check == "doubly_robust":
        try:
            return doubly_robust(sample, values, proportion=proportion), ""
        except Separated:
            return None, "the covariates predict the outcome in the pool without error"
    used = scheme.pool > 0
    first, second = values[sample.treated], values[sample.pool[used]]
    return weighted_contrast((first, scheme.treated), (second, scheme.pool[used])), ""


def _imbalanced(sample: Sample, scheme: Scheme) -> bool | None:
    """Not asked of a trial, where chance leaves some imbalance and no weights are meant to take it away."""
    return None if sample.constant_score or scheme.largest_imbalance is None else scheme.largest_imbalance > AMBER


def _flagged(scheme: Scheme, found: Contrast | None, official: Estimate) -> bool | None:
    if scheme.population == "different" or found is None or official.difference is None or official.se is None:
        return None
    return abs(found.difference - official.difference) > official.se


def _largest_share(weights: Floats) -> float | None:
    total = float(weights.sum())
    return float(weights.max()) / total if total > 0 else None
