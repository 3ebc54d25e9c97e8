"""Small designs and outcomes, made by hand for tests of matching and estimation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from justice_data_lab.measures.catalogue import Covariate


@dataclass(frozen=True, kw_only=True)
class SmallMeasures:
    rows: pa.Table
    covariates: tuple[Covariate, ...] = ()
    exact: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SmallOutcomes:
    rows: pa.Table
    specs: tuple


def covariate(name, *, kind="numeric", ordered=()):
    return Covariate(name=name, kind=kind, group=name, ordered=ordered)


def small_measures(
    treated: Sequence[int],
    columns: Mapping[str, Sequence] | None = None,
    *,
    categorical: Sequence[str] = (),
    ordered: Mapping[str, tuple[str, ...]] | None = None,
    exact: tuple[str, ...] = (),
    carried: Mapping[str, Sequence] | None = None,
) -> SmallMeasures:
    """Rows with these covariates; `carried` columns are in the rows without being covariates."""
    columns, ordered = columns or {}, ordered or {}
    rows = pa.table({"row": np.arange(len(treated)), "treated": np.asarray(treated), **columns, **(carried or {})})
    kinds = {name: "categorical" if name in categorical or name in ordered else "numeric" for name in columns}
    covariates = tuple(covariate(name, kind=kinds[name], ordered=ordered.get(name, ())) for name in columns)
    return SmallMeasures(rows=rows, covariates=covariates, exact=exact)


def overlapping(treated: int, pool: int, *, seed: int, shift: float = 0.5):
    """Treatment, an age, a count and a kind that shift with treatment but overlap."""
    rng = np.random.default_rng(seed)
    group = np.repeat([1, 0], [treated, pool])
    age = rng.normal(30 + 4 * shift * group, 8)
    count = rng.poisson(2 + shift * group)
    kind = np.where(rng.random(len(group)) < 0.3 + 0.2 * shift * group, "a", np.where(rng.random(len(group)) < 0.5, "b", "c"))
    return group, {"age": age, "count": count, "kind": kind}
