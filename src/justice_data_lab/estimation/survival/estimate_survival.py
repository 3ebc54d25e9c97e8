"""estimate_survival(): when the first event came, in both groups, and what is known of the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from justice_data_lab.estimation.difference import weighted_difference
from justice_data_lab.estimation.evidence import gather_evidence
from justice_data_lab.estimation.survival.agreement import agree, official_row
from justice_data_lab.estimation.survival.hazards import hazard_ratios
from justice_data_lab.estimation.survival.kaplan_meier import kaplan_meier, restricted_times
from justice_data_lab.estimation.survival.log_rank import log_rank
from justice_data_lab.estimation.survival.people import read_people
from justice_data_lab.estimation.survival.periods import count_periods, period_ends
from justice_data_lab.estimation.survival.result import Survival, TimeEvidence

if TYPE_CHECKING:
    import pyarrow as pa

    from justice_data_lab.estimation.difference import Difference
    from justice_data_lab.estimation.estimates import Estimates
    from justice_data_lab.estimation.survival.people import People
    from justice_data_lab.estimation.survival.result import Hazard, LogRank, Period
    from justice_data_lab.matching.inputs import Floats, MeasuresLike
    from justice_data_lab.matching.result import Match
    from justice_data_lab.study import Lab, Method, SurvivalColumns


def estimate_survival(  # noqa: PLR0913 -- one value a room
    match: Match,
    outcomes: pa.Table,
    columns: SurvivalColumns,
    method: Method,
    lab: Lab,
    *,
    measures: MeasuresLike | None = None,
    estimates: Estimates | None = None,
) -> Survival:
    """Compare how long the treated and their weighted comparison group stay free of the event.

    Args:
        match: the weights.
        outcomes: one row a person, in the same order: the time (null: the horizon, without the event) and the event.
        columns: where they stand, and the horizon.
        method: `se` chooses the standard error of the restricted means, as for the official effect.
        lab: least number of events among the treated.
        measures: their covariates make the adjusted model of a randomised design; a matched one has no use for them.
        estimates: the effect on the share with the event is among them, to set the tests beside; nothing here changes it.

    Notes:
        Restricted means: the official estimator (rule 6 of `jdl/1`: effective size, Welch) on each person's restricted time,
        `restricted_times`. Cox: interval and test by the robust standard error where people are weighted, by the model's in a
        randomised design, where everybody counts once.
    """
    people = read_people(match, outcomes, columns)
    first, second = people.only(people.treated), people.only(~people.treated)
    curves = kaplan_meier(first), kaplan_meier(second)
    periods = count_periods((first, curves[0]), (second, curves[1]), period_ends(columns.horizon, columns.unit))
    restricted = _restricted(first, second, columns.horizon, method)
    ranks, hazards = _tests(people, match, measures)
    reason = _why_not_reliable(restricted, periods, int(first.events.sum()), lab)
    official = official_row(columns.event, match.analysis, estimates.rows if estimates else ())
    return Survival(
        analysis=match.analysis,
        design=match.design.design,
        name=official.measure if official else columns.event,
        columns=columns,
        restricted=restricted,
        hazards=hazards,
        log_rank=ranks,
        agreement=agree(official, restricted, ranks, hazards),
        treated=curves[0],
        comparison=curves[1],
        periods=periods,
        reliable=not reason,
        reason=reason,
        evidence=_evidence(first, second, columns.horizon),
    )


def _restricted(first: People, second: People, horizon: float, method: Method) -> Difference:
    """The official estimator on restricted times."""
    times = [restricted_times(group, horizon) for group in (first, second)]
    return weighted_difference(times[0], times[1], second.weights, se=method.se)


def _tests(people: People, match: Match, measures: MeasuresLike | None) -> tuple[LogRank | None, tuple[Hazard, ...]]:
    if match.design.design == "randomised":
        return log_rank(people), hazard_ratios(people, measures, robust=False)
    return None, hazard_ratios(people, None, robust=True)


def _evidence(first: People, second: People, horizon: float) -> TimeEvidence:
    """Unweighted counts behind the share with the event, the mean time lost and the mean time of those with the event."""
    came: list[Floats] = [group.events.astype(np.float64) for group in (first, second)]
    lost: list[Floats] = [np.where(group.events, horizon - group.times, 0.0) for group in (first, second)]
    times = [group.times[group.events] for group in (first, second)]
    weights = second.weights[second.events]
    return TimeEvidence(
        came=gather_evidence(came[0], came[1], second.weights, proportion=True),
        lost=gather_evidence(lost[0], lost[1], second.weights, proportion=False),
        times=gather_evidence(times[0], times[1], weights, proportion=False),
        n_eff=float(weights.sum() ** 2 / (weights**2).sum()) if len(weights) else 0.0,
    )


def _why_not_reliable(restricted: Difference, periods: tuple[Period, ...], events: int, lab: Lab) -> str:
    """The first gate that fails, in words; empty when all are passed."""
    last = periods[-1]
    if restricted.n_treated == 0 or restricted.n_comparison == 0:
        return "nobody to compare"
    if events < lab.min_np:
        return f"fewer than {lab.min_np:g} treated people had the event"
    if any(side.left == 0 and side.free > 0 for side in (last.treated, last.comparison)):
        return "nobody in one of the groups was followed to the horizon"
    if restricted.p_value is None:
        return "the times do not vary enough for a standard error"
    return ""
