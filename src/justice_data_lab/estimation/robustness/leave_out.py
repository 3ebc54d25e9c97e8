"""The official comparison again, without one group of covariates at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from justice_data_lab.estimation.difference import weighted_difference
from justice_data_lab.estimation.evidence import gather_evidence
from justice_data_lab.estimation.robustness.refit import refit
from justice_data_lab.estimation.robustness.result import LeaveOneOut, LeftOut
from justice_data_lab.matching.inputs import read_treated
from justice_data_lab.matching.matcher import match_scores
from justice_data_lab.matching.radius import read_strata

if TYPE_CHECKING:
    from justice_data_lab.estimation.robustness.sample import Scored
    from justice_data_lab.matching.inputs import Bools, Column, Floats, MeasuresLike
    from justice_data_lab.matching.result import Match
    from justice_data_lab.study import Method

NOBODY = "nobody could be matched without it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rematch:
    """Weights without one group of covariates.

    Attributes:
        group: what was left out.
        weights: one a row of the data; all 0 when nobody could be matched.
        reason: why nobody could be matched; empty when somebody was.
    """

    group: str
    weights: Floats
    reason: str


def rematch_without_each(scored: Scored, measures: MeasuresLike, match: Match, method: Method) -> tuple[Rematch, ...]:
    """For each group of covariates: the score refitted without it, everybody rematched.

    Args:
        scored: rows and columns of the official fit.
        measures: rows, covariates and their groups.
        match: the official match: what it matched exactly, and what it pruned.
        method: caliper and scale.

    Notes:
        The pool is that of the official design. A group that is matched exactly is not, when it is left out.
    """
    treated = read_treated(measures.rows)
    groups = _groups(measures, scored, match)
    rows = np.flatnonzero(scored.inside)
    scores = refit(groups, rows, treated, {item.column: item.value for item in match.design.coefficients})
    strata = read_strata(measures.rows, match.design.exact)
    found = []
    for name in groups:
        exact = tuple(column for column in match.design.exact if column not in _names(measures, name))
        codes = strata if exact == match.design.exact else read_strata(measures.rows, exact)
        weights = np.zeros(len(treated))
        if name in scores:
            whole = np.zeros(len(treated))
            whole[rows] = scores[name] if match.design.scale == "logit" else expit(scores[name])
            weights = match_scores((whole, scored.inside), treated, codes, method).radius.weights
        found.append(Rematch(group=name, weights=weights, reason="" if weights.any() else NOBODY))
    return tuple(found)


def leave_one_out(
    rematches: tuple[Rematch, ...], values: Floats, known: Bools, treated: Bools, method: Method
) -> LeaveOneOut | None:
    """The range of one measure's difference over the rematches; None when there is no difference at all."""
    rows = tuple(_difference(rematch, values, known, treated, method) for rematch in rematches)
    there = [(row.difference, row.group) for row in rows if row.difference is not None]
    if not there:
        return None
    lowest, highest = min(there, key=lambda item: item[0]), max(there, key=lambda item: item[0])
    return LeaveOneOut(lowest=lowest[0], lowest_group=lowest[1], highest=highest[0], highest_group=highest[1], rows=rows)


def _difference(rematch: Rematch, values: Floats, known: Bools, treated: Bools, method: Method) -> LeftOut:
    used = known & (rematch.weights > 0)
    first, second = used & treated, used & ~treated
    weights = rematch.weights[second]
    data = (values[first], values[second], weights)
    found = weighted_difference(*data, se=method.se)
    there = found.difference is not None
    return LeftOut(
        group=rematch.group,
        difference=found.difference,
        se=found.se,
        n_treated=found.n_treated,
        n_comparison=found.n_comparison,
        n_eff=found.n_eff,
        max_weight_share=float(weights.max() / weights.sum()) if len(weights) else None,
        evidence=gather_evidence(*data, proportion=False) if there else None,
        reason=rematch.reason,
    )


def _names(measures: MeasuresLike, group: str) -> set[str]:
    """Covariates of a group; a covariate without a group is one of its own."""
    return {item.name for item in measures.covariates if (item.group or item.name) == group}


def _groups(measures: MeasuresLike, scored: Scored, match: Match) -> dict[str, tuple[Column, ...]]:
    """For each group of the score's covariates, the columns of all the others."""
    pruned = {item.covariate for item in match.design.pruned}
    home: dict[str, str] = {}
    for item in measures.covariates:
        if item.name not in pruned:
            home |= dict.fromkeys((item.name, f"{item.name}_missing"), item.group or item.name)
    columns = [column for column in scored.columns if column.name in home]
    groups = dict.fromkeys(home[column.name] for column in columns)
    return {group: tuple(column for column in columns if home[column.name] != group) for group in groups}
