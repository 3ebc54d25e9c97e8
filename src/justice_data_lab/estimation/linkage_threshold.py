"""Does the result hang on links that are only just good enough? The first measure again with a stricter threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justice_data_lab.errors import UsageError
from justice_data_lab.estimation.difference import weighted_difference
from justice_data_lab.estimation.effects import outcome_values
from justice_data_lab.estimation.evidence import Evidence, gather_evidence
from justice_data_lab.matching.radius import radius_weights

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    from justice_data_lab.estimation.difference import Difference
    from justice_data_lab.estimation.effects import OutcomesLike
    from justice_data_lab.matching.inputs import Bools, Floats, Ints
    from justice_data_lab.matching.result import Match

# Bits above the threshold of the linkage: 4, 16 and 64 times as strict.
STRICTER = (0.0, 2.0, 4.0, 6.0)
NOBODY = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdRow:
    """The effect with the links that a threshold accepts.

    Attributes:
        threshold: least match weight of a link, in bits.
        n_treated: treated people who are still linked and matched.
        n_comparison: comparison people with a weight above 0.
        n_eff: their effective size.
        difference: of the measure; None when there is nobody to compare.
        ci_low: lower bound of the 95% interval; None when it cannot be worked out.
        ci_high: upper bound likewise.
        evidence: unweighted counts for disclosure control.
    """

    threshold: float
    n_treated: int
    n_comparison: int
    n_eff: float
    difference: float | None
    ci_low: float | None
    ci_high: float | None
    evidence: Evidence


def threshold_effect(
    match: Match,
    outcomes: OutcomesLike,
    linkage_weights: Sequence[float | None],
    thresholds: Sequence[float],
    *,
    strata: Ints | None = None,
    se: Literal["kish", "lechner"] = "kish",
) -> tuple[ThresholdRow, ...]:
    """The difference on the first measure for the treated people whose links would stand at each threshold.

    Args:
        match: the weights and the design.
        outcomes: one row a person, in the order of the weights.
        linkage_weights: match weight of each row's link in bits; None for whoever was not linked (the pool).
        thresholds: least weights, such as the model's `accept` with each of `STRICTER` added.
        strata: a code a row for what is matched exactly (`read_strata(rows, match.design.exact)`); None when nothing is.
        se: as in the method.

    Returns:
        One row a threshold, in their order.

    Raises:
        UsageError: the weights are not one a row, or strata are missing although the design matches exactly.

    Notes:
        Scores and caliper stay as they were fitted, so each remaining treated person keeps the same comparison people, and only
        the sum w_j = Σ 1/k_i over the treated changes. A refit would mix two questions. A threshold at or below the linkage's own
        gives the result itself. A looser one would need new people in every room before this one and is not worked out.
    """
    if len(linkage_weights) != match.weights.num_rows or (match.design.exact and strata is None):
        message = (
            f"Expected {match.weights.num_rows} linkage weights and strata for {', '.join(match.design.exact) or 'nothing'}, "
            f"got {len(linkage_weights)} and {'none' if strata is None else 'some'}. Give one a row of the match."
        )
        raise UsageError(message)
    bits = np.array([np.inf if weight is None else weight for weight in linkage_weights])
    treated = match.weights.column("treated").to_numpy() == 1
    values, defined = outcome_values(outcomes.rows, outcomes.specs[0])
    rows = []
    for threshold in thresholds:
        weights = np.where(defined, _weights(match, treated, bits >= threshold, strata), 0.0)
        first, second = treated & (weights > 0), ~treated & (weights > 0)
        data = (values[first], values[second], weights[second])
        evidence = gather_evidence(*data, proportion=outcomes.specs[0].kind == "proportion")
        rows.append(_row(threshold, weighted_difference(*data, se=se), evidence))
    return tuple(rows)


def _weights(match: Match, treated: Bools, kept: Bools, strata: Ints | None) -> Floats:
    """Radius weights without the rows that are dropped; everybody's own weight where nothing was matched."""
    width = match.design.caliper_width
    if width is None:
        return np.where(kept, match.weights.column("weight").to_numpy(), 0.0)
    score = match.weights.column("score")
    inside = kept & ~np.asarray(score.is_null())
    groups = np.where(inside, np.zeros(len(kept), dtype=np.int64) if strata is None else strata, NOBODY)
    return radius_weights(score.fill_null(0.0).to_numpy(), treated & inside, width, groups).weights


def _row(threshold: float, found: Difference, evidence: Evidence) -> ThresholdRow:
    return ThresholdRow(
        threshold=threshold,
        n_treated=found.n_treated,
        n_comparison=found.n_comparison,
        n_eff=found.n_eff,
        difference=found.difference,
        ci_low=found.ci_low,
        ci_high=found.ci_high,
        evidence=evidence,
    )
