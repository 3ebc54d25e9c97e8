"""The only module that opens a database connection."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import duckdb

from justice_data_lab.errors import UsageError
from justice_data_lab.files import files_in

if TYPE_CHECKING:
    from pathlib import Path


# With what Python and the Parquet readers hold besides, a build of a million people stays under 4 GB.
LEAST_MEMORY = 2_500_000_000


def connect(
    *, threads: int = 2, memory_limit: str = "3GB", scratch: Path | None = None, same_files: bool = False
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


def parquet(folder: Path) -> str:
    """A table function that reads every Parquet file of a folder."""
    return f"read_parquet({quoted(str(folder / '*.parquet'))}, hive_partitioning = false)"
