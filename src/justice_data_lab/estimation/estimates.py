"""What estimation hands on: one row an analysis and measure, as in `estimates.json`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

import pyarrow as pa

from justice_data_lab.errors import UsageError
from justice_data_lab.estimation.evidence import Evidence  # noqa: TC001 -- a field type, read at run time by from_json
from justice_data_lab.records import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justice_data_lab.files import Json

Verdict: TypeAlias = Literal["reduction", "increase", "inconclusive", "not_reliable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The effect on one measure; fractions, not points. What cannot be worked out is None.

    Attributes:
        analysis: name of the analysis.
        measure: name of the measure.
        column: the outcome's column.
        kind: `proportion` or `mean`.
        of: `all`, or the 0/1 column that says who counts.
        role: `primary` or `secondary`.
        better: which direction is good; the verdict speaks of direction only.
        unit: of a mean.
        n_treated: matched treated people counted.
        n_comparison: comparison people counted (weight above 0).
        n_eff: effective size of the comparison group.
        mean_treated: mean or share.
        mean_comparison: weighted mean or share.
        difference: treated minus comparison.
        se: standard error of the difference.
        df: degrees of freedom.
        ci_low: lower bound of the 95% interval.
        ci_high: upper bound of the 95% interval.
        p_value: two-sided.
        n_times_p: treated people with the event (reliable from 10); None for a mean.
        detectable: difference that this design finds with a probability of 80%.
        people_needed: people of this measure's kind, analysed, to find a difference of 0.05 (5 points for a proportion) with a
            probability of 80%; for a mean 0.05 of its unit, which reports do not print.
        people_needed_submitted: the same grossed up by the losses seen between submission and this figure; None when the
            number submitted was not given.
        verdict: reduction, increase, inconclusive or not_reliable.
        reliable: whether every gate is passed.
        reason: why not; empty when reliable.
        evidence: unweighted counts for disclosure control.
    """

    analysis: str
    measure: str
    column: str
    kind: Literal["proportion", "mean"]
    of: str
    role: Literal["primary", "secondary"]
    better: Literal["lower", "higher"]
    unit: str
    n_treated: int
    n_comparison: int
    n_eff: float
    mean_treated: float | None
    mean_comparison: float | None
    difference: float | None
    se: float | None
    df: float | None
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    n_times_p: float | None
    detectable: float | None
    people_needed: int | None
    people_needed_submitted: int | None
    verdict: Verdict
    reliable: bool
    reason: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """Every effect of one or more analyses, in study order.

    Attributes:
        rows: one an analysis and measure.
    """

    rows: tuple[Estimate, ...]

    def summary(self) -> str:
        """One line a measure: the difference, its interval, and the verdict."""
        return "\n".join(_line(row) for row in self.rows)

    def table(self) -> pa.Table:
        """One row a figure, without the evidence."""
        names = [name for name in Estimate.__slots__ if name != "evidence"]
        columns = [pa.array([getattr(row, name) for row in self.rows], _arrow_type(name)) for name in names]
        return pa.table(columns, names=names)

    def to_dict(self) -> Mapping[str, Json]:
        """Every field: `{"estimates": [row, …]}`; a run keeps the promised ones in `estimates.json`, the others in `evidence.json`."""
        return {"estimates": to_json(self.rows)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Estimates:
        """The value that `to_dict` wrote.

        Raises:
            UsageError: the rows are those of a run's `estimates.json`, which lack what is in its `evidence.json`.
        """
        rows = cast("list[Mapping[str, Json]]", data["estimates"])
        if any("evidence" not in row for row in rows):
            message = (
                "estimates: expected what to_dict gives, found rows without their evidence. A run keeps that beside "
                "estimates.json, in evidence.json: join the two row by row."
            )
            raise UsageError(message)
        return cls(rows=tuple(from_json(Estimate, row) for row in rows))


def _line(row: Estimate) -> str:
    if row.difference is None or row.ci_low is None or row.ci_high is None:
        return f"{row.measure}: {row.verdict.replace('_', ' ')} ({row.reason})"
    return f"{row.measure}: {row.difference:+.4g} ({row.ci_low:+.4g} to {row.ci_high:+.4g}), {row.verdict.replace('_', ' ')}"


def _arrow_type(name: str) -> pa.DataType:
    if name in ("n_treated", "n_comparison", "people_needed", "people_needed_submitted"):
        return pa.int64()
    if name == "reliable":
        return pa.bool_()
    text = ("analysis", "measure", "column", "kind", "of", "role", "better", "unit", "verdict", "reason")
    return pa.string() if name in text else pa.float64()
