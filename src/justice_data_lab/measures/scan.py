"""A connection that sees a snapshot's index events under the name that the queries use."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from justice_data_lab.register.connect import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from justice_data_lab.register.snapshot import Register

VIEW = "index_event"


@contextmanager
def index_events_of(register: Register, con: duckdb.DuckDBPyConnection | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the view `index_event`: the one given, or one of its own that is closed at the end.

    Args:
        register: an opened snapshot.
        con: the caller's connection; the view is taken off it at the end.
    """
    used = con if con is not None else connect()
    used.read_parquet(register.index_event_glob).create_view(VIEW, replace=True)
    try:
        yield used
    finally:
        used.execute(f"DROP VIEW {VIEW}")
        if con is None:
            used.close()


def event_columns_of(register: Register) -> frozenset[str]:
    """Names of the columns that a snapshot's `index_event` has: without an optional table of the source some are absent."""
    with index_events_of(register, None) as con:
        return frozenset(con.table(VIEW).columns)
