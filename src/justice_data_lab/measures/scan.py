"""A connection that sees a snapshot's tables under the names that the queries use."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from justice_data_lab.register.connect import connect, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import duckdb
    import pyarrow as pa

    from justice_data_lab.register.snapshot import Register

VIEW = "index_event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Between which days, and of which kinds, all the index events lie that a request can be about.

    Attributes:
        first: first index date.
        last: last index date.
        kinds: of the disposals, in order.
    """

    first: date
    last: date
    kinds: tuple[str, ...]

    def condition(self) -> str:
        """As SQL on the columns of `index_event`, by which an engine skips what a file holds of other kinds and years."""
        kinds = ", ".join(quoted(kind) for kind in self.kinds)
        return f"kind IN ({kinds}) AND index_date >= DATE '{self.first}' AND index_date <= DATE '{self.last}'"


def span_of(rows: pa.Table) -> Span | None:
    """The span of the rows' `kind` and `index_date`; None when these columns do not say, so that everything must be looked at.

    Args:
        rows: rows where both are null are about nobody.
    """
    if not {"kind", "index_date"} <= set(rows.column_names):
        return None
    dates = pc.min_max(rows.column("index_date")).as_py()
    kinds = tuple(sorted(pc.drop_null(rows.column("kind").unique()).to_pylist()))
    return Span(first=dates["min"], last=dates["max"], kinds=kinds) if kinds and dates["min"] else None


@contextmanager
def index_events_of(
    register: Register, con: duckdb.DuckDBPyConnection | None, *, span: Span | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the view `index_event`: the one given, or one of its own that is closed at the end.

    Args:
        register: an opened snapshot.
        con: the caller's connection; the view is taken off it at the end.
        span: which of its index events can matter; the view has no others. None: it has all.

    Notes:
        Each file of the snapshot is sorted by kind and index date in small row groups, and says of each group from what to what
        it reaches: with a span, only the groups within it are read.
    """
    used = con if con is not None else connect()
    try:
        with _view(used, VIEW, register.index_event_glob, span):
            yield used
    finally:
        if con is None:
            used.close()


@contextmanager
def lives_of(register: Register, con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """The views `offence` and `disposal` on a connection, as long as they are needed.

    Args:
        register: an opened snapshot.
        con: the connection; offences that were read of this register stay on it, and those of another leave.
    """
    _keep_offences_of(register, con)
    with _view(con, "offence", register.offence_glob), _view(con, "disposal", register.disposal_glob):
        yield


def _keep_offences_of(register: Register, con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE TEMP TABLE IF NOT EXISTS offences_from (place VARCHAR)")
    if con.execute("FROM offences_from").fetchall() != [(register.offence_glob,)]:
        con.execute("CREATE OR REPLACE TEMP TABLE offences_from AS SELECT $place AS place", {"place": register.offence_glob})
        con.execute("CREATE OR REPLACE TEMP TABLE offences_read (person_id VARCHAR)")
        con.execute("DROP TABLE IF EXISTS temp.proven_offence")


@contextmanager
def _view(con: duckdb.DuckDBPyConnection, name: str, glob: str, span: Span | None = None) -> Iterator[None]:
    rows = con.read_parquet(glob, hive_partitioning=False)
    (rows.filter(span.condition()) if span else rows).create_view(name, replace=True)
    try:
        yield
    finally:
        con.execute(f"DROP VIEW {name}")


def event_columns_of(register: Register, con: duckdb.DuckDBPyConnection | None = None) -> frozenset[str]:
    """Names of the columns that a snapshot's `index_event` has: without an optional table of the source some are absent."""
    with index_events_of(register, con) as used:
        return frozenset(used.table(VIEW).columns)
