"""Content hashes of tables: the same rows give the same hash, in whatever order and files they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.files import canonical_json, sha256
from justice_data_lab.register.connect import identifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from justice_data_lab.files import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """How many rows a table has, and the hash of their content as 64 hex digits."""

    rows: int
    sha256: str

    def to_dict(self) -> dict[str, Json]:
        """Both fields by their names."""
        return {"rows": self.rows, "sha256": self.sha256}


def content_of(con: duckdb.DuckDBPyConnection, relation: str) -> Content:
    """Hash of a table's column names and rows, free of row order.

    Args:
        con: where the table is.
        relation: SQL that may stand after FROM.

    Notes:
        Each row is written as text and hashed with MD5; the lower 64 bits of all rows are summed as integers, so that
        neither order nor threads matter and nothing is sorted; SHA-256 of columns, rows and sum is the hash.
    """
    columns = columns_of(con, relation)
    rows, total = con.execute(f"SELECT count(*), sum({row_hash(columns)}) FROM {relation}").fetchall()[0]  # noqa: S608 -- our own names
    return content_from(columns, rows, total or 0)


def columns_of(con: duckdb.DuckDBPyConnection, relation: str) -> tuple[str, ...]:
    """A table's column names, in its order."""
    return tuple(str(row[0]) for row in con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall())  # noqa: S608 -- our own names


def row_hash(columns: Sequence[str]) -> str:
    """SQL for the hash of one row, 64 bits that no engine's version changes: the lower half of the MD5 of its columns as text."""
    # Two characters that no register text holds keep ("ab", "c") apart from ("a", "bc"), and null from empty.
    parts = ", ".join(f"coalesce(CAST({identifier(name)} AS VARCHAR), chr(30))" for name in columns)
    return f"md5_number_lower(concat_ws(chr(31), {parts}))"


def content_from(columns: Sequence[str], rows: int, total: int) -> Content:
    """The hash of a table whose rows were hashed already, from how many there are and the sum of their hashes."""
    summed: dict[str, Json] = {"columns": list(columns), "rows": rows, "sum": str(total)}
    return Content(rows=rows, sha256=sha256(canonical_json(summed)))
