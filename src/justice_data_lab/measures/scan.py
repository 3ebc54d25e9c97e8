"""A connection that sees a snapshot's tables under the names that the queries use."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from justice_data_lab.register.connect import connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    try:
        with _views(used, {VIEW: register.index_event_glob}):
            yield used
    finally:
        if con is None:
            used.close()


@contextmanager
def lives_of(register: Register, con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """The views `offence` and `disposal` on a connection, as long as they are needed.

    Args:
        register: an opened snapshot.
        con: the connection.
    """
    with _views(con, {"offence": register.offence_glob, "disposal": register.disposal_glob}):
        yield


@contextmanager
def _views(con: duckdb.DuckDBPyConnection, globs: Mapping[str, str]) -> Iterator[None]:
    for name, glob in globs.items():
        con.read_parquet(glob).create_view(name, replace=True)
    try:
        yield
    finally:
        for name in globs:
            con.execute(f"DROP VIEW {name}")


def event_columns_of(register: Register) -> frozenset[str]:
    """Names of the columns that a snapshot's `index_event` has: without an optional table of the source some are absent."""
    with index_events_of(register, None) as con:
        return frozenset(con.table(VIEW).columns)
