"""The analyses of a cohort: everybody, region by region, and a stream that was known when the programme started."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from justice_data_lab.measures.design import Measures

TREATED_A_REGION = 10


def regional(measures: Measures) -> Measures:
    """The regions with ten or more treated people, matched within each."""
    region, treated = measures.rows.column("region"), pc.equal(measures.rows.column("treated"), 1)
    found = region.filter(treated).value_counts().to_pylist()
    kept = [item["values"] for item in found if item["counts"] >= TREATED_A_REGION]
    rows = measures.rows.filter(pc.is_in(region, value_set=pa.array(kept, pa.string())))
    return replace(measures, rows=rows, exact=tuple(dict.fromkeys((*measures.exact, "region"))))


def subgroup(measures: Measures, belongs: NDArray[np.bool_]) -> Measures:
    """The treated who belong to the stream, against the whole pool."""
    treated = measures.rows.column("treated").to_numpy() == 1
    return replace(measures, rows=measures.rows.filter(pa.array(belongs | ~treated)))
