"""The only module that opens a database connection."""

from __future__ import annotations

import os
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import duckdb

from justice_data_lab.errors import UsageError
from justice_data_lab.files import files_in, parquet_glob

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection
    from psycopg.rows import TupleRow


# With what Python and the Parquet readers hold besides, a build of a million people stays under 4 GB.
LEAST_MEMORY = 2_500_000_000
MEMORY = "3GB"


def connect(
    *, threads: int = 2, memory_limit: str = MEMORY, scratch: Path | None = None, same_files: bool = False
) -> duckdb.DuckDBPyConnection:
    """An empty in-memory database that reaches nothing outside this machine.

    Args:
        threads: how many cores DuckDB may use.
        memory_limit: above it DuckDB spills to `scratch`.
        scratch: folder for spilled data; without it nothing is spilled.
        same_files: the same Parquet files are asked again and again, and stay as they are: where what stands in them is read once.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": threads,
        "memory_limit": memory_limit,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": False,
    }
    con = duckdb.connect(":memory:", config=config)
    con.execute("SET temp_directory = $folder", {"folder": str(scratch) if scratch else ""})
    if same_files:
        # for its cursors too
        con.execute("SET GLOBAL parquet_metadata_cache = true")
    return con


@contextmanager
def connect_with_scratch(memory_limit: str = MEMORY) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same with a folder of its own for what memory has no room for, which goes when it is closed."""
    with TemporaryDirectory() as scratch, connect(memory_limit=memory_limit, scratch=Path(scratch)) as con:
        yield con


@contextmanager
def connect_postgres(conninfo: str) -> Iterator[Connection[TupleRow]]:
    """A connection to a PostgreSQL database that only reads, and sees everything as at one moment.

    Args:
        conninfo: address or settings as libpq takes them, without a password: that comes from ~/.pgpass or PGPASSWORD.

    Raises:
        UsageError: psycopg is not installed, the settings are wrong or have a password, or the database cannot be read.
    """
    try:
        import psycopg  # noqa: PLC0415 -- an extra
        from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 -- an extra
    except ImportError as fault:
        message = "Expected psycopg to read PostgreSQL, found none. Install it: pip install 'justice-data-lab[postgres]'."
        raise UsageError(message) from fault
    try:
        settings = conninfo_to_dict(conninfo)
    except psycopg.Error:
        # what it says may quote a part of the settings
        message = "Expected an address such as postgresql:SERVICE or postgresql://HOST/DATABASE, got one that cannot be read. Correct it."
        raise UsageError(message) from None
    if {"password", "sslpassword"} & settings.keys():
        message = (
            "Expected an address without a password, got one with it, which stands in lists of processes. "
            "Take it out, change the password, and put it into ~/.pgpass or PGPASSWORD."
        )
        raise UsageError(message)
    try:
        with psycopg.connect(conninfo, client_encoding="UTF8", application_name="jdl register") as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            yield connection
    except psycopg.Error as fault:
        # of the database's own words only those of libpq before anything was read
        said = str(fault).strip().splitlines()[:1] if isinstance(fault, psycopg.OperationalError) and not fault.sqlstate else []
        why = said[0] if said else type(fault).__name__
        message = f"The database cannot be read: {why}. Check the address, ~/.pg_service.conf, and what the account may read."
        raise UsageError(message) from fault


def memory_for(source: Path) -> str:
    """How much DuckDB may hold while it builds from a source: what is joined is in memory then, which takes half as long as on disk.

    Args:
        source: folder or file; it is packed, and unfolds to several times its size.

    Notes:
        2.5 GB and three times the source, but at most half of the machine's memory. Less never fails: what is over is spilled.
    """
    wanted = LEAST_MEMORY + 3 * sum(path.stat().st_size for path in files_in(source))
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{min(wanted, machine // 2) // 10**6}MB"


def attach(con: duckdb.DuckDBPyConnection, file: Path, name: str, *, writable: bool = False) -> None:
    """Attach a DuckDB file as `name`; read-only unless a build says otherwise.

    Raises:
        UsageError: the file is not there and is not to be made.
    """
    if not writable and not file.is_file():
        message = f"Expected a database file {file.name}, found none. Was the snapshot built to the end?"
        raise UsageError(message)
    mode = "" if writable else " (READ_ONLY)"
    con.execute(f"ATTACH {quoted(str(file))} AS {name}{mode}")


def quoted(text: str) -> str:
    """A text as an SQL literal, for the places where nothing can be bound (views, COPY)."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def parquet(place: Path, *, unlike: bool = False) -> str:
    """A table function that reads a Parquet file, or every one of a folder.

    Args:
        place: the file or folder.
        unlike: the files need not have the same columns: each column is read in the widest of its types, and is null where a file lacks
            it. Without it the first file decides for all, which is quicker, and right for what was written in one go.
    """
    pattern = escape(str(place)) if place.is_file() else parquet_glob(place)
    united = ", union_by_name = true" if unlike else ""
    return f"read_parquet({quoted(pattern)}, hive_partitioning = false{united})"
