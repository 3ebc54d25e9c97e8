"""Participants who start after their index date: those who had reoffended by then never start, and are missing from the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.cohorts.numbered import give_each, rows_of
from justice_data_lab.measures.clock import make_outcomes_at_start, make_startable
from justice_data_lab.measures.scan import Span, index_events_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb
    import numpy as np
    from numpy.typing import NDArray

    from justice_data_lab.register.snapshot import Register

_STARTING = """
    CREATE OR REPLACE TEMP TABLE starting AS
    SELECT
      d.number, d.person_id, d.disposal_id, $kind AS kind, DATE '1970-01-01' + CAST(d.index AS INTEGER) AS index_date,
      CAST(g.drawn AS INTEGER) AS lag_days, TRUE AS complete_follow_up
    FROM drawable AS d JOIN lag_drawn AS g USING (number)"""
_STUDY_ROW = """
    CREATE OR REPLACE TEMP TABLE study_row AS
    SELECT s.* FROM starting AS s JOIN startable AS t USING (person_id, disposal_id)
    WHERE t.complete_follow_up AND NOT t.is_superseded AND NOT t.has_reoffended"""
_LEFT = """
    CREATE OR REPLACE TEMP TABLE drawable AS
    SELECT d.* REPLACE (row_number() OVER (ORDER BY d.number) - 1 AS number, s.lag_days AS lag, o.reoffended AS reoffended)
    FROM drawable AS d JOIN study_row AS s ON s.number = d.number
    JOIN outcome_as_at AS o ON o.person_id = d.person_id AND o.disposal_id = d.disposal_id"""


def leave_starters(
    con: duckdb.DuckDBPyConnection, register: Register, kind: str, draw: Callable[[int], NDArray[np.int64]]
) -> None:
    """Leave in `drawable` the events whose person could start so many days after the index date, with `reoffended` from the start.

    Args:
        con: has the table `drawable`.
        register: the snapshot.
        kind: of the disposals.
        draw: days from the index date to the start, of so many events.

    Notes:
        Lags are drawn without looking at anybody. Who reoffended before the start, was sentenced or released again by then or was
        in custody on that day is out, by the queries that measuring uses.
    """
    give_each(con, "lag_drawn", rows_of(con, "drawable"), draw)
    con.execute(_STARTING, {"kind": kind})
    [(first, last)] = con.execute("SELECT min(index_date), max(index_date) FROM starting").fetchall()
    with index_events_of(register, con, span=Span(first=first, last=last, kinds=(kind,)) if first else None) as used:
        make_startable(used, "starting", "intervention", register)
        used.execute(_STUDY_ROW)
        make_outcomes_at_start(used, register)
    con.execute(_LEFT)
    for table in ("lag_drawn", "starting", "startable", "study_row", "outcome_as_at"):
        con.execute(f"DROP TABLE {table}")
