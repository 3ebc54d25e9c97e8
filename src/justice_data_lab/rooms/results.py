"""Room 5: effects of every analysis, and the tests that ask whether the headline can be believed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from justice_data_lab.estimation.effects import estimate
from justice_data_lab.estimation.estimates import Estimates
from justice_data_lab.estimation.interactions import Interaction, interactions
from justice_data_lab.rooms.measured import PLACEBO

if TYPE_CHECKING:
    from collections.abc import Callable

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
class Helped:
    """People of the comparison group whom the lab knows to have had this kind of help from others.

    Attributes:
        people: how many, unweighted.
        others: how many of the comparison group are not known to have.
        share: of the comparison weight, a fraction: by about so much of itself the effect is pulled towards zero.
    """

    people: int
    others: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrutiny:
    """What asks whether the headline can be believed.

    Attributes:
        interactions: whether effects differ between subgroups.
        placebos: effects on people who were sent along and not served.
        helped: who of the headline's comparison group is known to have had such help; None when the lab knows of nobody.
    """

    interactions: tuple[Interaction, ...] = ()
    placebos: Estimates = field(default_factory=lambda: Estimates(rows=()))
    helped: Helped | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What room 5 hands on.

    Attributes:
        estimates: every effect of every analysis, in study order.
        scrutiny: of the headline.
        outcomes: what the estimates were made from; None when the room was read back.
    """

    estimates: Estimates
    scrutiny: Scrutiny
    outcomes: Outcomes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What room 5 is made from: the rooms before it, and how a design is read back with its hash."""

    measured: Measured
    designs: Designs
    source: Source
    study: Study
    lab: Lab
    submitted: int
    written: Written
    similar: tuple[str, ...] = ()


def estimate_all(work: Work) -> Results:
    """Read outcomes with the hash of the design that was written down, and compare the groups in every analysis."""
    ready = [(designed, match) for designed in work.designs.analyses if (match := designed.usable)]
    specs = {designed.name: work.source.specs(_named(work.study, designed.name), match) for designed, match in ready}
    every = tuple(dict.fromkeys(spec for wanted in specs.values() for spec in wanted))
    seen = _outcomes(work, work.designs.headline, work.measured.main, every)
    rows = (row for designed, match in ready for row in _estimates(work, match, replace(seen, specs=specs[designed.name])).rows)
    estimates = Estimates(rows=tuple(rows))
    scrutiny = Scrutiny(
        interactions=interactions(estimates, work.study.analyses),
        placebos=_placebos(work, specs[work.designs.headline.name]),
        helped=_helped(work),
    )
    return Results(estimates=estimates, scrutiny=scrutiny, outcomes=seen)


def _named(study: Study, name: str) -> Analysis:
    return next(analysis for analysis in study.analyses if analysis.name == name)


def _outcomes(work: Work, designed: Designed, measures: Measures, specs: tuple[MeasureSpec, ...]) -> Outcomes:
    design, known = work.written(designed)
    return work.source.outcomes(measures, specs, design=design, design_hash=known)


def _estimates(work: Work, match: Match, seen: Outcomes) -> Estimates:
    return estimate(match, seen, work.study.method, work.lab, submitted=work.submitted)


def _placebos(work: Work, specs: tuple[MeasureSpec, ...]) -> Estimates:
    """The primary measures of people who were not served: their true difference is none, so what shows is who they are."""
    primary = tuple(spec for spec in specs if spec.role == "primary")
    sides = [(each, match) for each in work.designs.all if each.name.startswith(PLACEBO) and (match := each.usable)]
    found = (_estimates(work, match, _outcomes(work, each, work.measured.side(each.name), primary)) for each, match in sides)
    return Estimates(rows=tuple(row for estimates in found for row in estimates.rows))


def _helped(work: Work) -> Helped | None:
    match = work.designs.headline.match
    if not work.similar or match is None:
        return None
    known = pc.is_in(work.measured.main.rows.column("person_id"), value_set=pa.array(work.similar, pa.string()))
    known = np.asarray(known.to_numpy(zero_copy_only=False), dtype=np.bool_)
    weight = np.asarray(match.weights.column("weight").to_numpy()) * (match.weights.column("treated").to_numpy() == 0)
    both = int((known & (weight > 0)).sum())
    return Helped(people=both, others=int((weight > 0).sum()) - both, share=float(weight[known].sum() / weight.sum()))
