"""Balance: how alike the groups are on every covariate, before and after matching, and whether that is enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import pyarrow as pa

from justice_data_lab.matching.inputs import Categorical, Column, Floats, Numeric, side_by_side
from justice_data_lab.matching.moments import (
    Placed,
    Weights,
    bernoulli,
    blocks,
    kolmogorov_smirnov,
    place,
    pooled_variance,
    standardised_difference,
    two_values,
    weighted_mean,
    weighted_variance,
)
from justice_data_lab.records import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justice_data_lab.files import Json
    from justice_data_lab.matching.inputs import Bools, Codes, Ints, Numbers
    from justice_data_lab.study import Method

Colour: TypeAlias = Literal["green", "amber", "red"]

GREEN = 0.05
AMBER = 0.10
AMBER_IF_FEW = 0.15
FEW = 100
AMBER_SHARE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRow:
    """One numeric covariate, or one level of a categorical one (after merging, the reference level too).

    Attributes:
        covariate: name.
        level: None for a numeric covariate.
        label: as printed.
        before: standardised difference of all treated and the whole pool; None when it cannot be worked out.
        after: the same for matched treated and the weighted comparison group; None when there was no matching.
        variance_ratio_before: treated over pool; None for a covariate with two values.
        variance_ratio: the same after matching.
        ks_before: Kolmogorov-Smirnov distance before matching.
        ks: the same after matching, weighted.
        mean_treated_before: mean or share of all treated.
        mean_comparison_before: mean or share of the whole pool.
        mean_treated: mean or share of matched treated.
        mean_comparison: weighted mean or share of the comparison group.
        n_treated_in: treated people counted (matched ones after matching) at this level; all with a known value if numeric.
        n_treated_out: the other ones.
        colour: of `after`, or of `before` where there was no matching.
    """

    covariate: str
    level: str | None
    label: str
    before: float | None
    after: float | None
    variance_ratio_before: float | None
    variance_ratio: float | None
    ks_before: float | None
    ks: float | None
    mean_treated_before: float | None
    mean_comparison_before: float | None
    mean_treated: float | None
    mean_comparison: float | None
    n_treated_in: int
    n_treated_out: int
    colour: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Balance of one analysis.

    Attributes:
        rows: one a numeric covariate or level.
        overall: green: no red and at most 5% of rows amber; amber: no red; red: any red, or nobody matched.
        green: number of rows.
        amber: number of rows.
        red: number of rows.
        amber_limit: |d| above which a row is red: 0.10, or 0.15 with fewer than 100 treated, matched or not.
        denominator: whose standard deviation divides the difference.
        design: `randomised` is a baseline table that stops nothing.
        largest: largest |d| after matching (before, in a baseline table); None when none could be worked out.
    """

    rows: tuple[BalanceRow, ...]
    overall: Colour
    green: int
    amber: int
    red: int
    amber_limit: float
    denominator: Literal["pooled", "treated"]
    design: Literal["matched", "randomised"]
    largest: float | None

    @property
    def stops(self) -> bool:
        """Whether the analysis must stop here unless a named reviewer overrides: red, in a matched design."""
        return self.design == "matched" and self.overall == "red"

    def summary(self) -> str:
        """One line on how many rows have which colour."""
        largest = "not available" if self.largest is None else f"{self.largest:.3f}"
        return f"Balance {self.overall}: {self.green} green, {self.amber} amber, {self.red} red; largest difference {largest}."

    def table(self) -> pa.Table:
        """One row a numeric covariate or level, as in `balance.csv`."""
        names = tuple(BalanceRow.__slots__)
        schema = pa.schema([(name, _arrow_type(name)) for name in names])
        return pa.table(
            [pa.array([getattr(row, name) for row in self.rows], schema.field(name).type) for name in names], schema=schema
        )

    def to_dict(self) -> Mapping[str, Json]:
        """Every field by its name."""
        return to_json(self)  # type: ignore[return-value]

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Balance:
        """The value that `to_dict` wrote."""
        return from_json(cls, data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Who is compared, before and after.

    Attributes:
        treated: which rows had the intervention.
        weights: one a row; None when there was no matching.
    """

    treated: Bools
    weights: Floats | None = None


def compare(columns: tuple[Column, ...], groups: Groups, method: Method) -> Balance:
    """Standardised differences, variance ratios and Kolmogorov-Smirnov distances of every covariate and level.

    Args:
        columns: covariates after merging.
        groups: who is treated, and the matching weights.
        method: `smd_denominator` chooses whose standard deviation divides.

    Notes:
        d = (mean₁ - mean₀)/√((s₁² + s₀²)/2) with standard deviations of all treated and the whole pool before matching, so that
        a difference cannot look smaller because matching changed its unit. A column with two values has variance p(1 - p),
        any other n - 1. Rows whose value is unknown do not enter a numeric row; their share has a row of its own.
    """
    counted = groups.treated if groups.weights is None else groups.treated & (groups.weights > 0)
    limit = AMBER_IF_FEW if groups.treated.sum() < FEW else AMBER
    sides = _sides(groups)
    rows: list[BalanceRow] = []
    for column in columns:
        if isinstance(column, Numeric):
            rows.append(_numeric_row(column, sides, method, limit))
        else:
            rows.extend(_level_rows(column, sides, method, limit))
    return _judge(tuple(rows), limit, method, matched=bool(counted.any()))


def _judge(rows: tuple[BalanceRow, ...], limit: float, method: Method, *, matched: bool) -> Balance:
    count = {colour: sum(row.colour == colour for row in rows) for colour in ("green", "amber", "red")}
    few_amber = count["amber"] <= AMBER_SHARE * len(rows)
    overall: Colour = "red" if count["red"] or not matched else "green" if few_amber else "amber"
    shown = [row.after if row.after is not None else row.before for row in rows]
    return Balance(
        rows=rows,
        overall=overall,
        green=count["green"],
        amber=count["amber"],
        red=count["red"],
        amber_limit=limit,
        denominator=method.smd_denominator,
        design=method.design,
        largest=max((abs(value) for value in shown if value is not None), default=None),
    )


_Side: TypeAlias = tuple[Weights, Weights]  # of every treated person and of everybody in the pool, at one moment


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    """Who is on each side, and their weights before and after matching."""

    people: tuple[Ints | slice, Ints | slice]
    before: _Side
    after: _Side | None


def _sides(groups: Groups) -> _Sides:
    people = (side_by_side(np.flatnonzero(groups.treated)), side_by_side(np.flatnonzero(~groups.treated)))
    treated = int(groups.treated.sum())
    before = (Weights.of(np.ones(treated)), Weights.of(np.ones(len(groups.treated) - treated)))
    if groups.weights is None:
        return _Sides(people=people, before=before, after=None)
    after = (Weights.of(groups.weights[people[0]]), Weights.of(groups.weights[people[1]]))
    return _Sides(people=people, before=before, after=after)


def _numeric_row(column: Numeric, sides: _Sides, method: Method, limit: float) -> BalanceRow:
    values = (column.values[sides.people[0]], column.values[sides.people[1]])
    known = None if column.known is None else (column.known[sides.people[0]], column.known[sides.people[1]])
    distinct = two_values(*values) if known is None else two_values(values[0][known[0]], values[1][known[1]])
    placed = place(*values)
    before = _Moments.of(values, _among(sides.before, known), placed, distinct)
    after = None if sides.after is None else _Moments.of(values, _among(sides.after, known), placed, distinct)
    variance = pooled_variance(before.variances, method.smd_denominator)
    d_before = standardised_difference(*before.means, variance)
    d_after = None if after is None else standardised_difference(*after.means, variance)
    counted = (sides.after or sides.before)[0].each > 0
    inside = int(counted.sum() if known is None else (counted & known[0]).sum())
    return BalanceRow(
        covariate=column.name,
        level=None,
        label=column.label,
        before=d_before,
        after=d_after,
        variance_ratio_before=None if distinct else _ratio(before.variances),
        variance_ratio=None if distinct or after is None else _ratio(after.variances),
        ks_before=before.ks,
        ks=None if after is None else after.ks,
        mean_treated_before=before.means[0],
        mean_comparison_before=before.means[1],
        mean_treated=None if after is None else after.means[0],
        mean_comparison=None if after is None else after.means[1],
        n_treated_in=inside,
        n_treated_out=int(counted.sum()) - inside,
        colour=_colour(d_before if after is None else d_after, limit),
    )


def _among(side: _Side, known: tuple[Bools, Bools] | None) -> _Side:
    """Weights of 0 for those whose value is not known."""
    return side if known is None else (Weights.of(side[0].each * known[0]), Weights.of(side[1].each * known[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moments:
    """Means, variances and distance of the two groups at one moment."""

    means: tuple[float | None, float | None]
    variances: tuple[float | None, float | None]
    ks: float | None

    @classmethod
    def of(
        cls, values: tuple[Numbers, Numbers], weights: _Side, placed: Placed, distinct: tuple[float, float] | None
    ) -> _Moments:
        means = (weighted_mean(values[0], weights[0]), weighted_mean(values[1], weights[1]))
        if distinct is None:
            variances = (weighted_variance(values[0], weights[0], means[0]), weighted_variance(values[1], weights[1], means[1]))
        else:
            variances = (bernoulli(means[0], *distinct), bernoulli(means[1], *distinct))
        return cls(means=means, variances=variances, ks=kolmogorov_smirnov(placed, *weights))


def _level_rows(column: Categorical, sides: _Sides, method: Method, limit: float) -> list[BalanceRow]:
    codes = (column.codes[sides.people[0]], column.codes[sides.people[1]])
    before = _shares(codes, sides.before, len(column.levels))
    after = None if sides.after is None else _shares(codes, sides.after, len(column.levels))
    counted = (sides.after or sides.before)[0].each > 0
    inside = np.bincount(codes[0][counted].astype(np.intp) + 1, minlength=len(column.levels) + 1)[1:]
    rows = []
    for code, level in enumerate(column.levels):
        first, second = before[0][code], before[1][code]
        variance = pooled_variance((bernoulli(first, 0, 1), bernoulli(second, 0, 1)), method.smd_denominator)
        d_before = standardised_difference(first, second, variance)
        share = (None, None) if after is None else (after[0][code], after[1][code])
        d_after = standardised_difference(*share, variance)
        rows.append(
            BalanceRow(
                covariate=column.name,
                level=level,
                label=f"{column.label}: {level}",
                before=d_before,
                after=d_after,
                variance_ratio_before=None,
                variance_ratio=None,
                ks_before=_distance(first, second),
                ks=_distance(*share),
                mean_treated_before=first,
                mean_comparison_before=second,
                mean_treated=share[0],
                mean_comparison=share[1],
                n_treated_in=int(inside[code]),
                n_treated_out=int(counted.sum()) - int(inside[code]),
                colour=_colour(d_before if after is None else d_after, limit),
            )
        )
    return rows


def _shares(codes: tuple[Codes, Codes], side: _Side, levels: int) -> tuple[list[float | None], list[float | None]]:
    """Weighted share of each level in each group; None without weight."""
    shares: list[list[float | None]] = []
    for places, weights in zip(codes, side, strict=True):
        counts = np.zeros(levels + 1)
        for block in blocks(len(places)):
            counts += np.bincount(places[block].astype(np.intp) + 1, weights=weights.each[block], minlength=levels + 1)
        shares.append([float(count) / weights.total if weights.total > 0 else None for count in counts[1:]])
    return shares[0], shares[1]


def _distance(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else abs(first - second)


def _ratio(variances: tuple[float | None, float | None]) -> float | None:
    first, second = variances
    return first / second if first is not None and second is not None and second > 0 else None


def _colour(difference: float | None, limit: float) -> Colour:
    if difference is None or abs(difference) > limit:
        return "red"
    return "green" if abs(difference) <= GREEN else "amber"


def _arrow_type(name: str) -> pa.DataType:
    if name in ("covariate", "level", "label", "colour"):
        return pa.string()
    return pa.int32() if name.startswith("n_") else pa.float64()
