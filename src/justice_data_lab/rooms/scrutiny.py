"""What asks whether the headline can be believed: other ways of comparing, placebo groups, time, and help from others."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from justice_data_lab.disclosure.checks import check_side
from justice_data_lab.disclosure.request_estimates import estimate_evidence
from justice_data_lab.estimation.effects import outcome_values
from justice_data_lab.estimation.estimates import Estimates
from justice_data_lab.estimation.interactions import Interaction, interactions
from justice_data_lab.estimation.linkage_threshold import STRICTER, ThresholdRow, threshold_effect
from justice_data_lab.estimation.robustness.discovery import discoveries
from justice_data_lab.estimation.robustness.negative_control import MARGIN, negative_control
from justice_data_lab.estimation.robustness.result import Discovery, NegativeControl, Robustness  # noqa: TC001 -- field types, read at run time by from_json
from justice_data_lab.estimation.robustness.tier import robustness
from justice_data_lab.estimation.survival.estimate_survival import estimate_survival
from justice_data_lab.estimation.survival.result import Survival  # noqa: TC001 -- a field type, read at run time by from_json
from justice_data_lab.matching.radius import read_strata
from justice_data_lab.matching.spread import narrow
from justice_data_lab.rooms.measured import CONTROL, PLACEBO

if TYPE_CHECKING:
    from justice_data_lab.estimation.estimates import Estimate
    from justice_data_lab.matching.inputs import Ints
    from justice_data_lab.matching.result import Match
    from justice_data_lab.measures.design import Measures
    from justice_data_lab.measures.outcomes import Outcomes
    from justice_data_lab.rooms.work import Work


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
class Discoveries:
    """Measures of one further analysis, adjusted for how many were tested."""

    analysis: str
    rows: tuple[Discovery, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrutiny:
    """The tests of a study's headline, and of its analyses beside each other.

    Attributes:
        interactions: whether effects differ between subgroups.
        robustness: of the headline; None when the study leaves the tier out.
        survival: of the headline; None when there are no times, or the tier is left out.
        discoveries: of the further analyses.
        placebos: effects on people who were sent along and not served.
        thresholds: the headline's first measure with stricter links; empty for data that came linked.
        helped: None when the lab knows of nobody.
    """

    interactions: tuple[Interaction, ...] = ()
    robustness: Robustness | None = None
    survival: Survival | None = None
    discoveries: tuple[Discoveries, ...] = ()
    placebos: Estimates = field(default_factory=lambda: Estimates(rows=()))
    thresholds: tuple[ThresholdRow, ...] = ()
    helped: Helped | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """The headline by itself: its rows, its match among them and what happened afterwards to them."""

    measures: Measures
    match: Match
    outcomes: Outcomes


def scrutinise(work: Work, estimates: Estimates, seen: Outcomes) -> Scrutiny:
    """Put the headline to every test that the study and its data allow.

    Args:
        work: the rooms before.
        estimates: every official effect.
        seen: outcomes of everybody, with the headline's measures.
    """
    between = interactions(estimates, work.study.analyses)
    if not work.study.method.robustness:
        return Scrutiny(interactions=between)
    head = _headline(work, seen)
    others = (designed.name for designed in work.designs.analyses if designed.usable and designed.role != "headline")
    return Scrutiny(
        interactions=between,
        robustness=replace(
            robustness(
                head.measures,
                head.match,
                head.outcomes,
                estimates,
                work.study.method,
                passing=lambda row: _is_adjusted(work, row),
            ),
            negative_control=_control(work),
        ),
        survival=_survival(work, head, estimates),
        discoveries=tuple(
            Discoveries(analysis=name, rows=discoveries(estimates, name, lambda row: _is_adjusted(work, row))) for name in others
        ),
        placebos=_placebos(work, seen),
        thresholds=_thresholds(work, head),
        helped=_helped(work),
    )


def _headline(work: Work, seen: Outcomes) -> _Head:
    designed = work.designs.headline
    assert designed.match is not None  # noqa: S101 -- outcomes were read with its design
    measures = work.source.among(work.measured.main, work.analysis(designed))
    rows: Ints = np.asarray(measures.rows.column("row").to_numpy())
    return _Head(
        measures=measures, match=narrow(designed.match, rows), outcomes=replace(seen, rows=seen.rows.take(pa.array(rows)))
    )


def _is_adjusted(work: Work, row: Estimate) -> bool:
    """Whether a measure is adjusted with the others: it is one of theirs, and it may be shown."""
    return row.column not in work.source.apart and _may_be_shown(work, row)


def _may_be_shown(work: Work, row: Estimate) -> bool:
    evidence, rules = estimate_evidence(row, (row,)), work.study.rules(work.lab)
    return check_side(evidence.treated, rules).safe and check_side(evidence.comparison, rules).safe


def _survival(work: Work, head: _Head, estimates: Estimates) -> Survival | None:
    times = work.source.times
    if times is None or not {times.time, times.event} <= {*head.outcomes.rows.column_names}:
        return None
    return estimate_survival(
        head.match, head.outcomes.rows, times, work.study.method, work.lab, measures=head.measures, estimates=estimates
    )


def _control(work: Work) -> NegativeControl | None:
    """The groups compared on the control year; None where its people could not be matched, or the data have no history."""
    designed = next((each for each in work.designs.all if each.name == CONTROL), None)
    match = designed.usable if designed else None
    if designed is None or match is None:
        return None
    design, known = work.written(designed)
    seen = work.source.control(work.measured.side(CONTROL), design=design, design_hash=known)
    values, defined = outcome_values(seen.rows, seen.specs[0])
    weights, treated = (np.asarray(match.weights.column(name).to_numpy()) for name in ("weight", "treated"))
    used = defined & (weights > 0)
    first, second = used & (treated == 1), used & (treated == 0)
    return negative_control(values[first], values[second], weights[second], se=work.study.method.se, margin=MARGIN)


def _thresholds(work: Work, head: _Head) -> tuple[ThresholdRow, ...]:
    """The first measure, had only links been accepted that are some bits stronger than the least accepted one must be."""
    bits = work.source.link_weights(head.measures)
    if bits is None:
        return ()
    strata = read_strata(head.measures.rows, head.match.design.exact)
    least = [bits.accept + more for more in STRICTER]
    return threshold_effect(head.match, head.outcomes, bits.weights, least, strata=strata, se=work.study.method.se)


def _placebos(work: Work, seen: Outcomes) -> Estimates:
    """The primary measures of people who were not served: their true difference is none, so what shows is who they are."""
    primary = tuple(spec for spec in seen.specs if spec.role == "primary")
    sides = [(each, match) for each in work.designs.all if each.name.startswith(PLACEBO) and (match := each.usable)]
    found = (work.estimates(match, work.outcomes(each, work.measured.side(each.name), primary)) for each, match in sides)
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
