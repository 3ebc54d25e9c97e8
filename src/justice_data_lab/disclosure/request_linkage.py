"""The trust in links as disclosure control wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.disclosure.evidence import QualityEvidence
from justice_data_lab.disclosure.linkage_evidence import LinkageEvidence, RateEvidence, RateKey, ThresholdEvidence
from justice_data_lab.disclosure.request_estimates import measure_key
from justice_data_lab.disclosure.request_profile import level_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.estimation.estimates import Estimate
    from justice_data_lab.estimation.linkage_threshold import ThresholdRow
    from justice_data_lab.linkage.linkage import Linkage
    from justice_data_lab.linkage.quality import QualityRow

_RATES: dict[str, RateKey] = {"False-match rate": "wrong", "Missed-match rate": "missed", "Missed at most": "missed at most"}
ALL_LINKABLE, BY_FIELDS = "Could be found", "Could be found, by fields given"


def linkage_evidence(
    linkage: Linkage | None, thresholds: Sequence[ThresholdRow], rows: Sequence[Estimate]
) -> LinkageEvidence | None:
    """Error rates, who could be found, and the result with stricter links; None when the data came linked.

    Args:
        linkage: with its quality report.
        thresholds: the first is the result itself, each other so many bits stricter.
        rows: the headline's estimates; the first is of the measure that `thresholds` are of.
    """
    if linkage is None:
        return None
    return LinkageEvidence(
        rates=tuple(_rate(row) for row in linkage.quality if row.section == "error rate" and row.expected is not None),
        linkable=tuple(_linkable(row) for row in linkage.quality if row.section == "linkable"),
        measure=measure_key(rows[0], rows) if thresholds else "",
        thresholds=tuple(_threshold(row, thresholds[0]) for row in thresholds),
    )


def _rate(row: QualityRow) -> RateEvidence:
    return RateEvidence(key=_RATES[row.group], share=row.expected or 0.0, low=row.low, high=row.high, rows=row.rows)


def _linkable(row: QualityRow) -> QualityEvidence:
    group = ALL_LINKABLE if row.group == "All rows" else BY_FIELDS
    return QualityEvidence(group=group, label=level_label("fields given", row.group), people=row.rows, linked=row.found or 0)


def _threshold(row: ThresholdRow, first: ThresholdRow) -> ThresholdEvidence:
    """A bit of match weight doubles the odds that a link is asked for."""
    return ThresholdEvidence(
        times=round(2 ** (row.threshold - first.threshold)),
        n_treated=row.n_treated,
        n_comparison=row.n_comparison,
        n_eff=row.n_eff,
        difference=row.difference,
        ci_low=row.ci_low,
        ci_high=row.ci_high,
        evidence=row.evidence,
    )
