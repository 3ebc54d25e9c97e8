"""Participants who start after their index date: those who had reoffended by then never start, and are missing from the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from justice_data_lab.measures.clock import make_outcomes_at_start, make_startable
from justice_data_lab.measures.scan import index_events_of

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

    from justice_data_lab.register.snapshot import Register


def started(
    con: duckdb.DuckDBPyConnection, register: Register, events: pa.Table, lag: NDArray[np.int64]
) -> tuple[pa.Table, NDArray[np.int64]]:
    """The events whose person could start so many days after the index date, with `reoffended` in the year from the start.

    Args:
        con: a connection of the caller's.
        register: the snapshot.
        events: as `events.sql` gives them, sorted.
        lag: days from each index date to the start.

    Returns:
        The events that are left, in the same order, and their lags.

    Notes:
        Lags are drawn without looking at anybody. Who reoffended before the start, was sentenced or released again by then or was
        in custody on that day is out, by the queries that measuring uses.
    """
    place = np.arange(events.num_rows)
    given = pa.table(
        {"place": place, "lag_days": lag.astype(np.int32), **{n: events.column(n) for n in ("person_id", "disposal_id")}}
    )
    with index_events_of(register, con) as used:
        used.register("given_arrow", given)
        used.execute("CREATE OR REPLACE TEMP TABLE given AS FROM given_arrow")
        used.unregister("given_arrow")
        used.execute(
            "CREATE OR REPLACE TEMP TABLE starting AS SELECT g.*, e.kind, e.index_date, e.complete_follow_up "
            "FROM given AS g JOIN index_event AS e USING (person_id, disposal_id)"
        )
        make_startable(used, "starting", "intervention", register)
        used.execute(
            "CREATE OR REPLACE TEMP TABLE study_row AS SELECT s.* FROM starting AS s JOIN startable AS t USING (person_id, disposal_id) "
            "WHERE t.complete_follow_up AND NOT t.is_superseded AND NOT t.has_reoffended"
        )
        make_outcomes_at_start(used, register)
        found = used.sql(
            "SELECT g.place, o.reoffended FROM given AS g JOIN outcome_as_at AS o USING (person_id, disposal_id) ORDER BY g.place"
        ).to_arrow_table()
    left = found.column("place")
    reoffended = events.schema.get_field_index("reoffended")
    events = events.take(left).set_column(reoffended, "reoffended", found.column("reoffended"))
    return events, lag[left.to_numpy()]
