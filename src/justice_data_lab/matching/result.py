"""What matching hands on: the weights, the design that made them, and the balance they reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, cast

import numpy as np
import pyarrow as pa

from justice_data_lab.files import canonical_json, sha256
from justice_data_lab.matching.balance import Balance, Colour
from justice_data_lab.matching.selection import Pruned  # noqa: TC001 -- a field type, read at run time by from_json
from justice_data_lab.matching.support import Dropped, Merged, OffSupport  # noqa: TC001 -- a field type, read at run time by from_json
from justice_data_lab.records import from_json, table_from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justice_data_lab.files import Json

WEIGHTS = pa.schema(
    [("row", pa.int32()), ("treated", pa.int8()), ("score", pa.float64()), ("weight", pa.float64()), ("k", pa.int32())]
)
# One of a design's warnings, by which a report knows it.
TOO_WIDE = (
    "The typical treated person is matched to more than half of those they could be matched to: "
    "the caliper is too wide to choose like with like."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """One coefficient of the fitted score, on the column's own scale."""

    column: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How the comparison group was chosen, without any outcome.

    Attributes:
        version: the method's version.
        design: `matched` or `randomised`.
        analysis: name of the analysis.
        covariates: columns of the fitted score, in order, without the intercept.
        coefficients: intercept first; empty when the scores were given.
        scale: scale of score and caliper.
        caliper_width: widest score difference that counts as a match; None when randomised.
        caliper_sd: in standard deviations of the score, over the rows in the fit; None for an absolute width.
        widened: whether the caliper is wider than the one asked for.
        exact: columns matched exactly.
        merged: levels that were merged because fewer than five treated people have them.
        dropped: columns that are not in the score, and why.
        pruned: covariates pruned by Wald tests, in order.
        off_support: levels that only one side has.
        n_off_support: pool rows that left because of them.
        n_treated_off_support: treated people who did.
        n_treated: treated people.
        n_pool: people in the pool, before any left.
        n_matched: treated people with at least one match.
        n_comparison: people in the pool with a weight above 0.
        n_eff: effective size of the comparison group, (Σw)²/Σw²; 0 when it is empty.
        max_weight_share: largest share of the comparison weight that one person holds; None when there is none.
        median_k: median number of matches of a matched treated person; None when nobody matched.
        steps: Newton steps of the fit on all rows.
        warnings: sentences for the report.
        weights_sha256: hash of the weights table.
        balance: overall colour.
        separated: columns that tell the groups apart without error, so that nobody could be matched; empty when there are none.
    """

    version: str
    design: Literal["matched", "randomised"]
    analysis: str
    covariates: tuple[str, ...]
    coefficients: tuple[Coefficient, ...]
    scale: Literal["logit", "probability"]
    caliper_width: float | None
    caliper_sd: float | None
    widened: bool
    exact: tuple[str, ...]
    merged: tuple[Merged, ...]
    dropped: tuple[Dropped, ...]
    pruned: tuple[Pruned, ...]
    off_support: tuple[OffSupport, ...]
    n_off_support: int
    n_treated: int
    n_pool: int
    n_matched: int
    n_comparison: int
    n_eff: float
    max_weight_share: float | None
    median_k: float | None
    steps: int
    warnings: tuple[str, ...]
    weights_sha256: str
    balance: Colour
    separated: tuple[str, ...] = ()
    n_treated_off_support: int = 0

    def to_dict(self) -> Mapping[str, Json]:
        """Every field by its name: the content of `design.json`."""
        return cast("Mapping[str, Json]", to_json(self))

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Design:
        """The value that `to_dict` wrote."""
        return from_json(cls, data)

    def to_bytes(self) -> bytes:
        """`design.json`, the same bytes on every machine: their hash opens the outcomes."""
        return canonical_json(self.to_dict())


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A matched comparison group.

    Attributes:
        analysis: name of the analysis.
        weights: one row a person, in input order: row, treated, score (on the caliper's scale; null for rows that left
            before the fit), weight, k (treated: matched controls; controls: treated people they are matched to).
        design: how it was made.
        balance: how alike the groups are.
    """

    analysis: str
    weights: pa.Table = field(repr=False)
    design: Design
    balance: Balance

    def summary(self) -> str:
        """Two lines: how many matched, and the balance."""
        design = self.design
        if design.design == "randomised":
            first = f"Randomised: {design.n_treated} people with the intervention and {design.n_pool} without."
        else:
            first = (
                f"{design.n_matched} of {design.n_treated} treated people matched to {design.n_comparison} of {design.n_pool} "
                f"in the pool (effective size {design.n_eff:.1f})."
            )
        return f"{first}\n{self.balance.summary()}"

    def table(self) -> pa.Table:
        """The weights, as in `weights.parquet`."""
        return self.weights

    def to_dict(self) -> Mapping[str, Json]:
        """Every field by its name; the weights as columns."""
        return cast("Mapping[str, Json]", to_json(self))

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Match:
        """The value that `to_dict` wrote."""
        return cls(
            analysis=cast("str", data["analysis"]),
            weights=table_from_json(data["weights"], WEIGHTS),
            design=Design.from_dict(cast("Mapping[str, Json]", data["design"])),
            balance=Balance.from_dict(cast("Mapping[str, Json]", data["balance"])),
        )


def weights_hash(weights: pa.Table) -> str:
    """SHA-256 over the columns' numbers in little-endian order, rows in input order; a null score counts as 0."""
    parts = []
    for item in WEIGHTS:
        values = weights.column(item.name).fill_null(0).to_numpy()
        parts.append(np.ascontiguousarray(values, dtype=np.dtype(item.type.to_pandas_dtype()).newbyteorder("<")).tobytes())
    return sha256(b"".join(parts))
