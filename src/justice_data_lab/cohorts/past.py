"""What people did in their control year, beside what their record led one to expect: where a hidden trait may have shown."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa

from justice_data_lab.cohorts.risk import WORDS, fit_risk, in_blocks
from justice_data_lab.measures.as_at import covariates_as_at, forget_moments, outcomes_as_at, set_bounds
from justice_data_lab.measures.negative_control import make_control_years
from justice_data_lab.measures.scan import index_events_of, lives_of

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

    from justice_data_lab.cohorts.events import Events
    from justice_data_lab.register.snapshot import Register

    Real: TypeAlias = "NDArray[np.float64]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The control year of each candidate.

    Attributes:
        known: whether it can be looked at.
        offended: 1 with a proven offence in it; 0 where it is not known.
        less_than_expected: the chance that the record showed when it began, less `offended`; 0 where it is not known.
    """

    known: NDArray[np.bool_]
    offended: Real
    less_than_expected: Real


def read_past(con: duckdb.DuckDBPyConnection, register: Register, events: Events) -> Past:
    """The control years of these events.

    Args:
        con: a connection of the caller's.
        register: the snapshot.
        events: one a person.
    """
    rows = pa.table(
        {"person_id": events.person_id, "disposal_id": events.disposal_id, "treated": np.zeros(len(events), dtype=np.int8)}
    )
    query = files("justice_data_lab.cohorts").joinpath("past.sql").read_text(encoding="utf-8")
    with index_events_of(register, con) as used, lives_of(register, used):
        make_control_years(used, rows)
        set_bounds(used, extract_date=register.extract_date)
        covariates_as_at(used)
        outcomes_as_at(used)
        forget_moments(used)
        found: pa.Table = used.sql(query).to_arrow_table()
    column = {name: found.column(name).to_numpy(zero_copy_only=False) for name in found.column_names}
    place, offended = column["place"], column["reoffended"].astype(np.bool_)
    known, did, less = np.zeros(len(events), np.bool_), np.zeros(len(events)), np.zeros(len(events))
    known[place], did[place] = True, offended
    words = {name: np.unique(column[name], return_inverse=True) for name in WORDS}
    column |= {name: numbers for name, (_, numbers) in words.items()}
    risk = fit_risk(lambda: in_blocks(column), {name: range(1, len(levels)) for name, (levels, _) in words.items()})
    less[place] = 1 / (1 + np.exp(-risk.logits(column))) - offended
    return Past(known=known, offended=did, less_than_expected=less)
