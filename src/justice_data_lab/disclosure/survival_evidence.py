"""What a request wants to publish of the time to the first event: exact, secret, one value an analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from justice_data_lab.estimation.survival.result import Survival


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalEvidence:
    """Time to the first event in one analysis, with what stands behind it.

    Attributes:
        survival: the exact figures, with unweighted counts by period.
        headline: whether the analysis is the headline: curves are drawn for no other.
    """

    survival: Survival
    headline: bool
