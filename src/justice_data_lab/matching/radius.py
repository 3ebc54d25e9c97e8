"""Radius matching with replacement: every control near enough counts, each equally, for each treated person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justice_data_lab.matching.inputs import read_levels, side_by_side
from justice_data_lab.matching.moments import Grid

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
        No list of pairs, and not even a sort of the controls: the ends of the treated people's intervals are sorted, each
        control is placed among them, and a difference array summed along the ends gives the weight of every place. Nothing
        depends on the order of rows or on ties.
    """
    scores = np.asarray(scores, dtype=np.float64)
    treated = np.asarray(treated, dtype=np.bool_)
    weights, k, crowded = np.zeros(len(scores)), np.zeros(len(scores), dtype=np.int64), np.zeros(len(scores))
    groups = np.zeros(len(scores), dtype=np.int64) if strata is None else np.asarray(strata)
    for code in np.unique(groups[treated]):
        people = np.flatnonzero(treated & (groups == code))
        controls = side_by_side(np.flatnonzero(~treated & (groups == code)))
        near = scores[controls]
        if len(near) == 0:
            continue
        count, weights[controls], k[controls] = _intervals(scores[people], near, width + CLOSED)
        weights[people], k[people], crowded[people] = count > 0, count, count / len(near)
    return Radius(weights=weights, k=k, crowded=crowded[treated])


def _intervals(people: Floats, controls: Floats, reach: float) -> tuple[Ints, Floats, Ints]:
    """Number of controls within reach of each person, and for each control its weight and number of people."""
    grid = Grid(np.unique(np.concatenate([people - reach, people + reach])))
    first, last, at = grid.places(people - reach), grid.places(people + reach), grid.places(controls)
    below = np.concatenate([[0], np.cumsum(np.bincount(at, minlength=grid.size))])
    count = below[last + 1] - below[first]
    matched = count > 0
    each = 1.0 / count[matched]
    share, times = np.zeros(grid.size + 1), np.zeros(grid.size + 1, dtype=np.int64)
    for total, step in ((share, each), (times, np.ones(len(each), dtype=np.int64))):
        np.add.at(total, first[matched], step)
        np.subtract.at(total, last[matched] + 1, step)
    times = np.cumsum(times)
    share = np.where(times > 0, np.cumsum(share), 0.0)
    return count, share[at], times[at]


def read_strata(rows: pa.Table, exact: tuple[str, ...]) -> Ints:
    """One code a row for each combination of the exact columns' values; null is a value of its own."""
    code = np.zeros(rows.num_rows, dtype=np.int64)
    for name in exact:
        levels, places = read_levels(rows.column(name))
        code = code * len(levels) + places
    return code
