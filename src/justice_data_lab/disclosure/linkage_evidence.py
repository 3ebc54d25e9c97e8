"""How far links can be trusted: estimated error rates, who could be found at all, and the result with stricter links. Secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from justice_data_lab.disclosure.evidence import QualityEvidence
    from justice_data_lab.estimation.evidence import Evidence

RateKey: TypeAlias = Literal["wrong", "missed", "missed at most"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateEvidence:
    """An estimated error rate with its 95% interval; fractions.

    Attributes:
        key: links to a wrong person, people who could have been found and were missed, or the same if everybody not linked could.
        share: the estimate.
        low: lower end; None for the last.
        high: upper end; None for the last.
        rows: how many links, or people, it is a share of.
    """

    key: RateKey
    share: float
    low: float | None
    high: float | None
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdEvidence:
    """The headline's first measure with the links that a stricter threshold accepts; fractions, not points.

    Attributes:
        times: how many times as strict; 1 is the result itself.
        n_treated: treated people.
        n_comparison: comparison people, unweighted.
        n_eff: their effective number.
        difference: treated less comparison.
        ci_low: lower end of the 95% interval.
        ci_high: upper end.
        evidence: unweighted counts.
    """

    times: int
    n_treated: int
    n_comparison: int
    n_eff: float
    difference: float | None
    ci_low: float | None
    ci_high: float | None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageEvidence:
    """Everything about the trust in links.

    Attributes:
        rates: estimated error rates.
        linkable: rows of which it is certain, with the fields they have, that their person could be found; by fields given.
        measure: key of the measure that `thresholds` are of; empty when there are none.
        thresholds: the first is the result itself.
    """

    rates: tuple[RateEvidence, ...] = ()
    linkable: tuple[QualityEvidence, ...] = ()
    measure: str = ""
    thresholds: tuple[ThresholdEvidence, ...] = ()
