"""Room 4: every comparison of a study, matched before any outcome is read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from justice_data_lab.linkage.attrition import Step  # noqa: TC001 -- a field type, read at run time by from_json
from justice_data_lab.matching.matcher import match, unmatched
from justice_data_lab.matching.propensity import Separated
from justice_data_lab.matching.result import Match  # noqa: TC001 -- a field type, read at run time by from_json
from justice_data_lab.matching.spread import spread
from justice_data_lab.rooms.stops import Stop, after_matching, before_matching

if TYPE_CHECKING:
    from justice_data_lab.measures.design import Measures
    from justice_data_lab.rooms.measured import Measured
    from justice_data_lab.rooms.sources import Source
    from justice_data_lab.study import Analysis, Lab, Method, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Designed:
    """One comparison: its design, or why there is none.

    Attributes:
        name: of the analysis or of the side study; its folder in the room, but for the headline's.
        role: the headline, a further analysis, or a side study that tests the headline.
        attrition: from the people of the request to those the comparison is about.
        match: a row for everybody of the comparison's measures; None when it stopped before matching.
        stop: why it goes no further; None when outcomes may be read.
    """

    name: str
    role: str
    attrition: tuple[Step, ...]
    match: Match | None
    stop: Stop | None

    @property
    def usable(self) -> Match | None:
        """The match, when outcomes may be read."""
        return None if self.stop else self.match


@dataclass(frozen=True, slots=True, kw_only=True)
class Designs:
    """What room 4 hands on: the study's analyses in its order, then the side studies; the headline alone when it stopped."""

    all: tuple[Designed, ...]

    @property
    def headline(self) -> Designed:
        """The comparison that page one speaks of."""
        return next(each for each in self.all if each.role == "headline")

    @property
    def analyses(self) -> tuple[Designed, ...]:
        """The headline and the further analyses."""
        return tuple(each for each in self.all if each.role != "side")


def match_all(measured: Measured, source: Source, study: Study, lab: Lab, *, submitted: int) -> Designs:
    """Match the headline and, when it stands, every further analysis and side study.

    Args:
        measured: room 3.
        source: knows whom an analysis is about.
        study: its analyses and its method.
        lab: floors.
        submitted: people submitted, for the words of a refusal.
    """
    job = _Job(study=study, lab=lab, submitted=submitted)

    def design(analysis: Analysis) -> Designed:
        among = source.among(measured.main, analysis)
        exact = tuple(dict.fromkeys((*study.method.exact, *analysis.exact)))
        role = "headline" if analysis.headline else "further"
        return _design(job, measured.main, among, replace(study.method, exact=exact), (analysis.name, role))

    made = {analysis.name: design(analysis) for analysis in study.analyses if analysis.headline}
    if any(each.stop for each in made.values()):
        return Designs(all=tuple(made.values()))
    made |= {analysis.name: design(analysis) for analysis in study.analyses if not analysis.headline}
    sides = (_design(job, side.measures, side.measures, study.method, (side.name, "side")) for side in measured.sides)
    return Designs(all=(*(made[analysis.name] for analysis in study.analyses), *sides))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    study: Study
    lab: Lab
    submitted: int


def _design(job: _Job, everybody: Measures, among: Measures, method: Method, called: tuple[str, str]) -> Designed:
    name, role = called
    stop = before_matching(among, job.submitted, job.lab)
    if stop:
        return Designed(name=name, role=role, attrition=among.attrition, match=None, stop=stop)
    matched = _match_or_not(among, method, name)
    stop = after_matching(matched, job.submitted, job.study, job.lab)
    rows = np.asarray(among.rows.column("row").to_numpy())
    treated = np.asarray(everybody.rows.column("treated").to_numpy())
    return Designed(name=name, role=role, attrition=among.attrition, match=spread(matched, rows, treated), stop=stop)


def _match_or_not(measures: Measures, method: Method, name: str) -> Match:
    try:
        return match(measures, method, analysis=name)
    except Separated as error:
        return unmatched(measures, method, error.columns, analysis=name)
