"""Holds a snapshot against what its build wrote down: every row, the linkage model and the key index."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import duckdb
import pyarrow as pa

from justice_data_lab.errors import UsageError
from justice_data_lab.linkage.key_index import IDENTITIES, index_hashes, same_identities
from justice_data_lab.register.connect import attach, connect, identifier, parquet
from justice_data_lab.register.content import content_of
from justice_data_lab.register.snapshot import AGAIN, HELD, content_hash

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from justice_data_lab.files import Json
    from justice_data_lab.register.snapshot import Register

_LINKAGE = "linkage"


def check_content(register: Register) -> None:
    """See that a snapshot holds what `jdl register build` put there, row by row.

    Args:
        register: an opened snapshot.

    Raises:
        UsageError: a table, the model or the key index is not as it was built.

    Notes:
        The hash of each table's content is worked out again, whatever the engine that built it. Packed columns carry no check sums of
        their own: a byte that a disk or a copy changed most often gives another figure and no error, and is found here alone.
    """
    changed = list(_changed(register))
    if changed:
        message = f"{register.path.name}: {', '.join(changed)} {'is' if len(changed) == 1 else 'are'} not as built. {AGAIN}"
        raise UsageError(message)


def _changed(register: Register) -> Iterator[str]:
    """Everything that is not as the manifest says, by name."""
    tables = cast("Mapping[str, Json]", register.manifest["tables"])
    with connect() as con:
        for name in HELD:
            if not _holds(con, parquet(register.path / name), tables[name]):
                yield name
        if not _linkage_holds(con, register, tables):
            yield register.linkage_file.name
        elif not _identities_hold(con, register):
            yield f"{register.key_index.name}/{IDENTITIES}"
    if content_hash(tables, register.model_file, index_hashes(register.key_index)) != register.content:
        yield f"{register.model_file.name} or {register.key_index.name}"


def _holds(con: duckdb.DuckDBPyConnection, relation: str, built: Json) -> bool:
    try:
        return content_of(con, relation).to_dict() == built
    except duckdb.Error:  # it cannot even be read
        return False


def _linkage_holds(con: duckdb.DuckDBPyConnection, register: Register, tables: Mapping[str, Json]) -> bool:
    """Whether the database has every table that the manifest lists, as it was built."""
    try:
        attach(con, register.linkage_file, _LINKAGE)
    except duckdb.Error:
        return False
    names = [name.partition(".")[2] for name in tables if name.startswith(f"{_LINKAGE}.")]
    return all(_holds(con, f"{_LINKAGE}.{identifier(name)}", tables[f"{_LINKAGE}.{name}"]) for name in names)


def _identities_hold(con: duckdb.DuckDBPyConnection, register: Register) -> bool:
    try:
        return same_identities(con, register.key_index, f"{_LINKAGE}.identity")
    except (OSError, pa.ArrowException):
        return False
