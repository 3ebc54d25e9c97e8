"""estimate(): the effect on every measure, with its uncertainty and whether it is sound."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from justice_data_lab.estimation.difference import Difference, weighted_difference
from justice_data_lab.estimation.estimates import Estimate, Estimates, Verdict
from justice_data_lab.estimation.evidence import gather_evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.matching.inputs import Bools, Floats
    from justice_data_lab.matching.result import Match
    from justice_data_lab.study import Lab, MeasureSpec, Method

SIGNIFICANT = 0.05
POINTS = 0.05
NORMAL_REACH = 2.802  # 1.960 + 0.842: 95% confidence and 80% power


class OutcomesLike(Protocol):
    """Outcomes, row by row as matched; `justice_data_lab.measures.outcomes.Outcomes` is one."""

    @property
    def rows(self) -> pa.Table:
        """One row a person, in the order of the weights: a column a measure, null where not defined, and the `of` columns."""

    @property
    def specs(self) -> Sequence[MeasureSpec]:
        """The measures, in study order."""


def estimate(match: Match, outcomes: OutcomesLike, method: Method, lab: Lab, *, submitted: int | None = None) -> Estimates:
    """Compare the treated with their weighted comparison group on every measure.

    Args:
        match: the weights.
        outcomes: one row a person, in the same order.
        method: `se` chooses the standard error.
        lab: least numbers below which a figure is not reliable.
        submitted: people submitted, for `people_needed_submitted`.

    Returns:
        One row a measure, in the order of the specs; no gate drops a row.

    Notes:
        Rules 6 and 7 of `jdl/1`. A measure `of` some people compares those among the matched treated with those among the
        comparison group, keeping their weights, with N₁ and n_eff worked out again. People whose value is null are left out
        of that measure. A randomised design has weight 1 for everybody, which makes this Welch's test.

    Example:
        >>> from justice_data_lab import Lab, Measures, MeasureSpec, Method, match
        >>> from justice_data_lab.measures.outcomes import Outcomes
        >>> method, people = Method(design="randomised"), {"row": range(80), "treated": [1] * 40 + [0] * 40}
        >>> found = match(Measures(rows=pa.table(people), covariates=()), method)
        >>> events = pa.table({"row": range(80), "reoffended": [1] * 10 + [0] * 30 + [1] * 20 + [0] * 20})
        >>> rate = MeasureSpec(name="rate", column="reoffended", kind="proportion")
        >>> print(estimate(found, Outcomes(rows=events, specs=(rate,)), method, Lab()).summary())
        rate: -0.25 (-0.4609 to -0.03907), reduction
    """
    weights = np.asarray(match.weights.column("weight").to_numpy())
    treated = np.asarray(match.weights.column("treated").to_numpy()) == 1
    rows = []
    for spec in outcomes.specs:
        values, defined = outcome_values(outcomes.rows, spec)
        used = defined & (weights > 0)
        first, second = used & treated, used & ~treated
        data = (values[first], values[second], weights[second])
        rows.append(_estimate(match.analysis, spec, data, method, lab, submitted))
    return Estimates(rows=tuple(rows))


def outcome_values(rows: pa.Table, spec: MeasureSpec) -> tuple[Floats, Bools]:
    """A measure's numbers, one a row, and for whom it is defined: those it is about whose value is known."""
    values = _numbers(rows.column(spec.column))
    defined = np.isfinite(values)
    if spec.of != "all":
        defined &= _numbers(rows.column(spec.of)) == 1
    return values, defined


def _numbers(column: pa.ChunkedArray) -> Floats:
    numeric = pc.cast(column, pa.int8()) if pa.types.is_boolean(column.type) else column
    return np.asarray(pc.cast(numeric, pa.float64()).to_numpy(), dtype=np.float64)


def _estimate(
    analysis: str, spec: MeasureSpec, data: tuple[Floats, Floats, Floats], method: Method, lab: Lab, submitted: int | None
) -> Estimate:
    proportion = spec.kind == "proportion"
    found = weighted_difference(*data, se=method.se)
    events = float(data[0].sum()) if proportion else None
    reason = _why_not_reliable(spec, found, events, lab)
    scale = None if found.se is None else (NORMAL_REACH * found.se / POINTS) ** 2
    return Estimate(
        analysis=analysis,
        measure=spec.name,
        column=spec.column,
        kind=spec.kind,
        of=spec.of,
        role=spec.role,
        better=spec.better,
        unit=spec.unit,
        n_treated=found.n_treated,
        n_comparison=found.n_comparison,
        n_eff=found.n_eff,
        mean_treated=found.mean_treated,
        mean_comparison=found.mean_comparison,
        difference=found.difference,
        se=found.se,
        df=found.df,
        ci_low=found.ci_low,
        ci_high=found.ci_high,
        p_value=found.p_value,
        n_times_p=events,
        detectable=found.detectable,
        people_needed=None if scale is None else ceil(found.n_treated * scale),
        people_needed_submitted=None if scale is None or submitted is None else ceil(submitted * scale),
        verdict=_verdict(found, reason),
        reliable=not reason,
        reason=reason,
        evidence=gather_evidence(*data, proportion=proportion),
    )


def _why_not_reliable(spec: MeasureSpec, found: Difference, events: float | None, lab: Lab) -> str:
    """The first gate that fails, in words; empty when all are passed."""
    if found.n_treated == 0 or found.n_comparison == 0:
        return "nobody to compare"
    if spec.of != "all" and found.n_treated < lab.min_reoffenders:
        return f"fewer than {lab.min_reoffenders} treated people are counted in this measure"
    if events is not None and events < lab.min_np:
        return f"fewer than {lab.min_np:g} treated people had the event"
    if found.p_value is None:
        return "the values do not vary enough for a standard error"
    return ""


def _verdict(found: Difference, reason: str) -> Verdict:
    if reason or found.p_value is None or found.difference is None:
        return "not_reliable"
    if found.p_value > SIGNIFICANT:
        return "inconclusive"
    return "reduction" if found.difference < 0 else "increase"
