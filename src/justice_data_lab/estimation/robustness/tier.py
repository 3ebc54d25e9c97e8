"""robustness(): whether other ways of comparing, or a trait that nobody could see, would change the official result."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from justice_data_lab.estimation.effects import SIGNIFICANT, outcome_values
from justice_data_lab.estimation.robustness.alternatives import agreement, alternative
from justice_data_lab.estimation.robustness.counts import count_ratio
from justice_data_lab.estimation.robustness.discovery import discoveries
from justice_data_lab.estimation.robustness.equivalence import equivalences
from justice_data_lab.estimation.robustness.hidden_bias import hidden_bias, stratify
from justice_data_lab.estimation.robustness.leave_out import Rematch, leave_one_out, rematch_without_each
from justice_data_lab.estimation.robustness.not_done import why_not
from justice_data_lab.estimation.robustness.ratio import e_value, rate_ratio
from justice_data_lab.estimation.robustness.result import MeasureChecks, Robustness
from justice_data_lab.estimation.robustness.sample import Sample, draw_sample, read_scored
from justice_data_lab.estimation.robustness.schemes import Scheme, schemes
from justice_data_lab.matching.inputs import read_treated
from justice_data_lab.matching.radius import read_strata

if TYPE_CHECKING:
    from collections.abc import Callable

    from justice_data_lab.estimation.effects import OutcomesLike
    from justice_data_lab.estimation.estimates import Estimate, Estimates
    from justice_data_lab.estimation.robustness.result import Agreement, Alternative, HiddenBias
    from justice_data_lab.matching.inputs import Bools, Floats, Ints, MeasuresLike
    from justice_data_lab.matching.result import Match
    from justice_data_lab.study import Method


def robustness(
    measures: MeasuresLike,
    match: Match,
    outcomes: OutcomesLike,
    estimates: Estimates,
    method: Method,
    *,
    passing: Callable[[Estimate], bool] | None = None,
) -> Robustness:
    """Check the official figures of one analysis against other ways of comparing and against what nobody could see.

    Args:
        measures: rows and covariates, as they were matched.
        match: the official weights and scores.
        outcomes: one row a person, in the same order.
        estimates: the official estimates; rows of other analyses are ignored.
        method: the official method.
        passing: whether a reliable row belongs to the family of the false discovery rate, and may be shown (disclosure control knows).

    Notes:
        Nothing here changes an official figure or a verdict. Alternatives are for measures of everybody: a measure of some people
        (those who reoffended) compares groups that the programme may have chosen.
    """
    rows = [row for row in estimates.rows if row.analysis == match.analysis and row.of == "all"]
    specs = {spec.name: spec for spec in outcomes.specs}
    ground = _prepare(measures, match, method)
    found = tuple(
        _checks(ground, row, *outcome_values(outcomes.rows, specs[row.measure]))
        for row in sorted(rows, key=lambda row: row.role != "primary")
    )
    return Robustness(
        analysis=match.analysis,
        design=match.design.design,
        measures=found,
        equivalence=equivalences(estimates, match.analysis),
        discoveries=discoveries(estimates, match.analysis, passing),
        negative_control=None,
        agreement=_overall(found),
        warnings=_warnings(found),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What every measure is checked on: the groups and their weights by each way of comparing; no outcome."""

    treated: Bools
    weights: Floats
    method: Method
    scores: Floats
    exact: Ints
    sample: Sample | None
    schemes: tuple[Scheme, ...]
    rematches: tuple[Rematch, ...]

    @property
    def matched(self) -> bool:
        """Whether a score chose the comparison group; else this is a trial, or nobody was matched."""
        return self.sample is not None and not self.sample.constant_score


def _prepare(measures: MeasuresLike, match: Match, method: Method) -> _Ground:
    treated = read_treated(measures.rows)
    scored = read_scored(measures, match)
    sample = draw_sample(measures, match, scored)
    matched = sample is not None and not sample.constant_score
    return _Ground(
        treated=treated,
        weights=np.asarray(match.weights.column("weight").to_numpy()),
        method=method,
        scores=np.asarray(match.weights.column("score").fill_null(0.0).to_numpy()),
        exact=read_strata(measures.rows, match.design.exact),
        sample=sample,
        schemes=schemes(sample, treated, method.smd_denominator) if sample else (),
        rematches=rematch_without_each(scored, measures, match, method) if matched else (),
    )


def _checks(ground: _Ground, row: Estimate, values: Floats, known: Bools) -> MeasureChecks:
    used = known & (ground.weights > 0)
    first, second = used & ground.treated, used & ~ground.treated
    data = (values[first], values[second], ground.weights[second])
    others = _alternatives(ground, row, values, known)
    ratio = rate_ratio(*data, proportion=row.kind == "proportion")
    found = MeasureChecks(
        measure=row.measure,
        column=row.column,
        kind=row.kind,
        role=row.role,
        difference=row.difference,
        se=row.se,
        alternatives=others,
        rate_ratio=ratio,
        e_value=e_value(ratio) if ratio else None,
        hidden_bias=_hidden_bias(ground, row, values, (first, second)),
        left_out=leave_one_out(ground.rematches, values, known, ground.treated, ground.method),
        counts=count_ratio(*data, se=ground.method.se) if row.kind == "mean" else None,
        agreement=agreement(others),
        not_done=(),
    )
    return replace(found, not_done=why_not(found, randomised=not ground.matched))


def _hidden_bias(ground: _Ground, row: Estimate, values: Floats, sides: tuple[Bools, Bools]) -> HiddenBias | None:
    """None where the official result is not significant: there is nothing that a hidden trait could undo."""
    if not ground.matched or row.kind != "proportion" or row.difference is None:
        return None
    if row.p_value is None or row.p_value > SIGNIFICANT:
        return None
    first, second = ((ground.scores[side], ground.exact[side], values[side]) for side in sides)
    return hidden_bias(stratify(first, second), fewer=row.difference < 0)


def _alternatives(ground: _Ground, row: Estimate, values: Floats, known: Bools) -> tuple[Alternative, ...]:
    """Weights are worked out again only where the measure is not known of somebody."""
    if ground.sample is None:
        return ()
    sample = ground.sample.only(known)
    used = ground.schemes if sample is ground.sample else schemes(sample, ground.treated, ground.method.smd_denominator)
    return tuple(alternative(sample, scheme, values, row) for scheme in used)


def _overall(found: tuple[MeasureChecks, ...]) -> Agreement:
    """Of the primary measures; of all, when no primary one is of everybody."""
    judged = [item.agreement for item in found if item.role == "primary"] or [item.agreement for item in found]
    if "differ" in judged:
        return "differ"
    return "agree" if "agree" in judged else "not_assessed"


_NAMES = {
    "doubly_robust": "doubly robust check",
    "entropy_balancing": "check by entropy balancing",
    "overlap_weights": "check by overlap weights",
}


def _warnings(found: tuple[MeasureChecks, ...]) -> tuple[str, ...]:
    """One sentence a kind of check whose weights leave the groups unlike."""
    checks = dict.fromkeys(row.check for item in found for row in item.alternatives if row.imbalanced)
    return tuple(
        f"The weights of the {_NAMES[check]} leave the groups unlike on some covariate, as one very high score can do: do not rely "
        "on it."
        for check in checks
    )
