"""Negative control: an outcome that the programme cannot have changed should not differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from justice_data_lab.estimation.difference import weighted_difference
from justice_data_lab.estimation.evidence import gather_evidence
from justice_data_lab.estimation.robustness.result import NegativeControl

if TYPE_CHECKING:
    from justice_data_lab.matching.inputs import Floats


# The largest difference, as a fraction, of which a report says nothing. At twice as much, eight points, a cohort of 1,000 is flagged
# four times in five; with less, programmes that choose people by their record alone would be (ADR 0058).
MARGIN = 0.04


def negative_control(
    treated: Floats, comparison: Floats, weights: Floats, *, se: Literal["kish", "lechner"] = "kish", margin: float = 0.0
) -> NegativeControl:
    """The official comparison on such an outcome, flagged when its 95% interval lies wholly above `margin` or below minus it.

    Args:
        treated: 0 or 1 for each treated person: any proven offence in the year looked at.
        comparison: the same of the comparison people.
        weights: their weights, all above 0.
        se: as in the official method.
        margin: the largest difference that raises no flag, a fraction; 0 flags any that is significant. Reports take `MARGIN`.

    Notes:
        Where the difference is as large as the margin, the flag is raised once in forty cohorts, however many people there are. A flag
        means that people of the two groups differed in a way the score did not see. No flag does not mean that they did not: a trait
        that never showed before cannot be detected.
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
        flagged=_lies_beyond(margin, found.ci_low, found.ci_high),
        evidence=gather_evidence(treated, comparison, weights, proportion=True),
    )


def _lies_beyond(margin: float, low: float | None, high: float | None) -> bool | None:
    return None if low is None or high is None else low > margin or high < -margin
