"""What room 5 is made from, and how outcomes are opened: only with the hash of a design that was written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from justice_data_lab.estimation.effects import estimate

if TYPE_CHECKING:
    from collections.abc import Callable

    from justice_data_lab.estimation.estimates import Estimates
    from justice_data_lab.matching.result import Match
    from justice_data_lab.measures.design import Measures
    from justice_data_lab.measures.outcomes import Outcomes
    from justice_data_lab.rooms.designs import Designed, Designs
    from justice_data_lab.rooms.measured import Measured
    from justice_data_lab.rooms.sources import Source
    from justice_data_lab.study import Analysis, Lab, MeasureSpec, Study

    # the bytes of a comparison's design.json as they stand on disk, and their hash as the manifest recorded it
    Written: TypeAlias = Callable[[Designed], tuple[bytes, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The rooms before room 5.

    Attributes:
        measured: room 3.
        designs: room 4.
        source: where outcomes come from.
        study: the request as frozen.
        lab: its least numbers.
        submitted: people submitted.
        written: a comparison's design as it stands on disk, with its hash.
        similar: people known to have had the same kind of help from others.
    """

    measured: Measured
    designs: Designs
    source: Source
    study: Study
    lab: Lab
    submitted: int
    written: Written
    similar: tuple[str, ...] = ()

    def analysis(self, designed: Designed) -> Analysis:
        """The study's analysis that a comparison is of."""
        return next(analysis for analysis in self.study.analyses if analysis.name == designed.name)

    def outcomes(self, designed: Designed, measures: Measures, specs: tuple[MeasureSpec, ...]) -> Outcomes:
        """What happened afterwards to everybody of `measures`."""
        design, known = self.written(designed)
        return self.source.outcomes(measures, specs, design=design, design_hash=known)

    def estimates(self, match: Match, seen: Outcomes) -> Estimates:
        """The official estimator."""
        return estimate(match, seen, self.study.method, self.lab, submitted=self.submitted)
