"""Negative control: an outcome that the programme cannot have changed should not differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from justice_data_lab.estimation.difference import weighted_difference
from justice_data_lab.estimation.evidence import gather_evidence
from justice_data_lab.estimation.robustness.result import NegativeControl

if TYPE_CHECKING:
    from justice_data_lab.matching.inputs import Floats


def negative_control(
    treated: Floats, comparison: Floats, weights: Floats, *, se: Literal["kish", "lechner"] = "kish"
) -> NegativeControl:
    """The official comparison on such an outcome, flagged when its 95% interval excludes 0.

    Args:
        treated: 0 or 1 for each treated person: any proven offence in the year looked at.
        comparison: the same of the comparison people.
        weights: their weights, all above 0.
        se: as in the official method.

    Notes:
        A flag means that people of the two groups differed in a way the score did not see. No flag does not mean that they did
        not: a trait that never showed before cannot be detected.
    """
    found = weighted_difference(treated, comparison, weights, se=se)
    return NegativeControl(
        n_treated=found.n_treated,
        n_comparison=found.n_comparison,
        n_eff=found.n_eff,
        difference=found.difference,
        se=found.se,
        df=found.df,
        ci_low=found.ci_low,
        ci_high=found.ci_high,
        p_value=found.p_value,
        flagged=_excludes_zero(found.ci_low, found.ci_high),
        evidence=gather_evidence(treated, comparison, weights, proportion=True),
    )


def _excludes_zero(low: float | None, high: float | None) -> bool | None:
    return None if low is None or high is None else low > 0 or high < 0
