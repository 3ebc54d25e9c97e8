"""Radius matching with replacement: every control near enough counts, each equally, for each treated person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justice_data_lab.matching.inputs import read_levels

if TYPE_CHECKING:
    import pyarrow as pa

    from justice_data_lab.matching.inputs import Bools, Floats, Ints

CLOSED = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Radius:
    """Matching weights.

    Attributes:
        weights: one a row: 1 for a matched treated person, Σ_i 1{j ∈ M_i}/k_i for control j, else 0.
        k: one a row: number of controls matched to a treated person; number of treated people a control is matched to.
        crowded: for each treated person, the share of the controls of the same stratum that are matched to them.
    """

    weights: Floats
    k: Ints
    crowded: Floats


def radius_weights(scores: Floats, treated: Bools, width: float, strata: Ints | None = None) -> Radius:
    """Weights of the controls within `width` of each treated person, in the same stratum: M_i = {j: |s_j - s_i| ≤ width}.

    Args:
        scores: one a row, on the caliper's scale.
        treated: which rows had the intervention.
        width: the caliper, closed, with an absolute tolerance of 1e-12.
        strata: one code a row; controls match only within the same code.

    Notes:
        O((n + m) log m) and no list of pairs: controls are sorted once, two binary searches give each treated person's
        interval, and a difference array summed along the sorted controls gives their weights. Nothing depends on how ties
        break.
    """
    scores = np.asarray(scores, dtype=np.float64)
    treated = np.asarray(treated, dtype=np.bool_)
    weights, k, crowded = np.zeros(len(scores)), np.zeros(len(scores), dtype=np.int64), np.zeros(len(scores))
    groups = np.zeros(len(scores), dtype=np.int64) if strata is None else np.asarray(strata)
    for code in np.unique(groups[treated]):
        people = np.flatnonzero(treated & (groups == code))
        controls = np.flatnonzero(~treated & (groups == code))
        if len(controls) == 0:
            continue
        controls = controls[np.argsort(scores[controls], kind="stable")]
        count, share, times = _intervals(scores[people], scores[controls], width + CLOSED)
        weights[people], k[people], crowded[people] = count > 0, count, count / len(controls)
        weights[controls], k[controls] = share, times
    return Radius(weights=weights, k=k, crowded=crowded[treated])


def _intervals(people: Floats, controls: Floats, reach: float) -> tuple[Ints, Floats, Ints]:
    """Number of controls within reach of each person, and for each (sorted) control its weight and number of people."""
    first = np.searchsorted(controls, people - reach, side="left")
    after = np.searchsorted(controls, people + reach, side="right")
    count = after - first
    matched = count > 0
    each = 1.0 / count[matched]
    share = np.zeros(len(controls) + 1)
    np.add.at(share, first[matched], each)
    np.subtract.at(share, after[matched], each)
    times = np.zeros(len(controls) + 1, dtype=np.int64)
    np.add.at(times, first[matched], 1)
    np.subtract.at(times, after[matched], 1)
    times = np.cumsum(times)[:-1]
    return count, np.where(times > 0, np.cumsum(share)[:-1], 0.0), times


def read_strata(rows: pa.Table, exact: tuple[str, ...]) -> Ints:
    """One code a row for each combination of the exact columns' values; null is a value of its own."""
    code = np.zeros(rows.num_rows, dtype=np.int64)
    for name in exact:
        levels, places = read_levels(rows.column(name))
        code = code * len(levels) + places
    return code
