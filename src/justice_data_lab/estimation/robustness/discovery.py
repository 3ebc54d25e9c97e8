"""Many measures, many tests: the false discovery rate at which each would be called significant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from justice_data_lab.estimation.robustness.result import Discovery

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from justice_data_lab.estimation.estimates import Estimate, Estimates
    from justice_data_lab.matching.inputs import Floats


def discoveries(estimates: Estimates, analysis: str, passing: Callable[[Estimate], bool] | None = None) -> tuple[Discovery, ...]:
    """q-values of one analysis's measures, without its single primary one.

    Args:
        estimates: the official rows.
        analysis: which analysis.
        passing: whether a reliable row belongs to the family, and may be shown, which disclosure control knows; by default every one.

    Notes:
        One primary measure is the test that was declared, and is not adjusted. When several are primary none of them is
        that test, and all are adjusted. Rows without a p-value never count.
    """
    rows = [row for row in estimates.rows if row.analysis == analysis]
    alone = sum(row.role == "primary" for row in rows) == 1
    tested = [(row, row.p_value) for row in rows if row.p_value is not None and not (alone and row.role == "primary")]
    kept = [(row, p_value) for row, p_value in tested if row.reliable and (passing is None or passing(row))]
    values = q_values([p_value for _, p_value in kept])
    return tuple(
        Discovery(measure=row.measure, column=row.column, p_value=p_value, q_value=float(value))
        for (row, p_value), value in zip(kept, values, strict=True)
    )


def q_values(p_values: Sequence[float]) -> Floats:
    """The least, over j with p_j ≥ p_i of n·p_j/rank(j), and at most 1 (Benjamini and Hochberg 1995), in the order given."""
    ordered = np.argsort(p_values, kind="stable")
    count = len(ordered)
    scaled = np.asarray(p_values, dtype=np.float64)[ordered] * count / np.arange(1, count + 1)
    values = np.empty(count)
    values[ordered] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return values
