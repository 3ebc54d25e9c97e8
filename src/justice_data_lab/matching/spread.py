"""A match among some of the rows as a match among all of them, and back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from justice_data_lab.matching.result import WEIGHTS, weights_hash

if TYPE_CHECKING:
    from justice_data_lab.matching.inputs import Ints
    from justice_data_lab.matching.result import Match


def spread(match: Match, rows: Ints, treated: Ints) -> Match:
    """The match with a row for everybody of the request; those outside the analysis have weight 0 and no score.

    Args:
        match: made among some rows.
        rows: their places among all rows, in the order of the match.
        treated: 0 or 1 for all rows.
    """
    total = len(treated)
    if len(rows) == total:
        return match
    score = np.full(total, np.nan)
    score[rows] = match.weights.column("score").fill_null(np.nan).to_numpy()
    columns = {"row": np.arange(total), "treated": treated, "score": score}
    for name in ("weight", "k"):
        values = np.zeros(total)
        values[rows] = match.weights.column(name).to_numpy()
        columns[name] = values
    arrays = [pa.array(columns[item.name].astype(item.type.to_pandas_dtype()), item.type, from_pandas=True) for item in WEIGHTS]
    weights = pa.table(arrays, schema=WEIGHTS)
    return replace(match, weights=weights, design=replace(match.design, weights_sha256=weights_hash(weights)))


def narrow(match: Match, rows: Ints) -> Match:
    """The match among these rows alone, numbered from 0 again; it is not written down, so its design stays as it is."""
    taken = match.weights.take(pa.array(rows))
    numbers = pa.array(np.arange(len(rows)), pa.int32())
    return replace(match, weights=taken.set_column(0, WEIGHTS.field("row"), numbers))
