"""What a request wants to publish of the checks on its results: exact and secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from justice_data_lab.estimation.robustness.result import Discovery, Robustness


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisDiscoveries:
    """Measures of one further analysis whose p-values are adjusted for how many were tested."""

    analysis: str
    rows: tuple[Discovery, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustnessEvidence:
    """The checks of the headline, and the adjusted p-values of the further analyses."""

    robustness: Robustness
    further: tuple[AnalysisDiscoveries, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpedEvidence:
    """People of the comparison group known to have had the same kind of help from others.

    Attributes:
        people: how many, unweighted.
        others: how many of the comparison group are not known to have.
        share: of the comparison weight, a fraction.
    """

    people: int
    others: int
    share: float
