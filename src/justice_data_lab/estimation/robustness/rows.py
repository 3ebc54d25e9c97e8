"""A robustness value as lines of text and as one row a figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator

    from justice_data_lab.estimation.robustness.result import CountRatio, Equivalence, MeasureChecks, Robustness

SCHEMA = pa.schema(
    [
        ("analysis", pa.string()),
        ("measure", pa.string()),
        ("check", pa.string()),
        ("detail", pa.string()),
        ("estimate", pa.float64()),
        ("se", pa.float64()),
        ("ci_low", pa.float64()),
        ("ci_high", pa.float64()),
        ("p_value", pa.float64()),
        ("flagged", pa.bool_()),
    ]
)

_WORDS = {
    "agree": "the alternatives agree",
    "differ": "an alternative differs by more than one standard error",
    "not_assessed": "no alternative could be worked out",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One figure; `measure` is None for a check that is of no measure."""

    check: str
    measure: str | None = None
    detail: str = ""
    estimate: float | None = None
    se: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_value: float | None = None
    flagged: bool | None = None


def table_of(found: Robustness) -> pa.Table:
    """One row a figure; a ratio's standard error is that of its logarithm, an equivalence's interval is the 90% one."""
    rows = list(_rows(found))
    columns = [[found.analysis] * len(rows), *([getattr(row, name) for row in rows] for name in SCHEMA.names[1:])]
    return pa.table([pa.array(data, item.type) for data, item in zip(columns, SCHEMA, strict=True)], schema=SCHEMA)


def lines(found: Robustness) -> Iterator[str]:
    """What the checks say, in short."""
    for item in found.measures:
        value = item.e_value
        more = f"; E-value {value.point:.2f}, for the interval {value.interval:.2f}" if value else ""
        yield f"{item.measure}: {_WORDS[item.agreement]}{more}"
    for row in found.equivalence:
        yield f"{row.measure}: " + ("not shown to be small" if row.margin is None else f"smaller than {row.margin:g}")
    if found.negative_control:
        flagged = found.negative_control.flagged
        yield "Negative control: " + ("not available" if flagged is None else "flagged" if flagged else "not flagged")


def _rows(found: Robustness) -> Iterator[_Row]:
    for item in found.measures:
        yield from _measure_rows(item)
    for equivalence in found.equivalence:
        yield from _equivalence_rows(equivalence)
    for discovery in found.discoveries:
        yield _Row(check="false_discovery_rate", measure=discovery.measure, estimate=discovery.q_value, p_value=discovery.p_value)
    if found.negative_control:
        control = found.negative_control
        yield _Row(
            check="negative_control",
            estimate=control.difference,
            se=control.se,
            ci_low=control.ci_low,
            ci_high=control.ci_high,
            p_value=control.p_value,
            flagged=control.flagged,
        )


def _measure_rows(item: MeasureChecks) -> Iterator[_Row]:
    for row in item.alternatives:
        yield _Row(
            check=row.check,
            measure=item.measure,
            detail="a different population" if row.population == "different" else "",
            estimate=row.difference,
            se=row.se,
            ci_low=row.ci_low,
            ci_high=row.ci_high,
            p_value=row.p_value,
            flagged=row.flagged,
        )
    if item.rate_ratio:
        ratio = item.rate_ratio
        yield _Row(
            check="rate_ratio",
            measure=item.measure,
            estimate=ratio.ratio,
            se=ratio.se_log,
            ci_low=ratio.ci_low,
            ci_high=ratio.ci_high,
        )
    if item.e_value:
        yield _Row(check="e_value", measure=item.measure, detail="difference", estimate=item.e_value.point)
        yield _Row(check="e_value", measure=item.measure, detail="interval", estimate=item.e_value.interval)
    if item.hidden_bias:
        yield _Row(check="hidden_bias", measure=item.measure, estimate=item.hidden_bias.gamma, p_value=item.hidden_bias.p_value)
    if item.left_out:
        for left in item.left_out.rows:
            yield _Row(check="left_out", measure=item.measure, detail=left.group, estimate=left.difference, se=left.se)
    if item.counts:
        yield from _count_rows(item.measure, item.counts)


def _count_rows(measure: str, found: CountRatio) -> Iterator[_Row]:
    yield _Row(
        check="count_ratio",
        measure=measure,
        estimate=found.ratio,
        se=found.se_log,
        ci_low=found.ci_low,
        ci_high=found.ci_high,
        p_value=found.p_value,
    )
    yield _Row(
        check="capped",
        measure=measure,
        estimate=found.capped.difference,
        se=found.capped.se,
        ci_low=found.capped.ci_low,
        ci_high=found.capped.ci_high,
        p_value=found.capped.p_value,
    )


def _equivalence_rows(found: Equivalence) -> Iterator[_Row]:
    for test in found.tests:
        yield _Row(
            check="equivalence",
            measure=found.measure,
            detail=f"within {test.margin:g}",
            ci_low=found.ci90_low,
            ci_high=found.ci90_high,
            p_value=test.p_value,
        )
