"""Marks: 64 bits for each person that change when any row of the person's does; names are no part of them.

A refresh holds the marks of two extracts against each other, and so knows whose lives are as they were. A mark is made of a date of
birth among other things: it is kept as secret as the rest of the snapshot.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from justice_data_lab.register.connect import quoted
from justice_data_lab.register.content import columns_of, content_from, row_hash

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import duckdb

    from justice_data_lab.register.content import Content

# People whose rows are hashed at once: a few hundred MB whatever the size of the register, and each file is opened seldom.
PEOPLE_AT_ONCE = 1_000_000
# Every table with rows of a person, but the one with names: what index events are worked out from.
LIFE = ("person", "disposal", "offence", "assessment", "employment")


def write_marks(
    con: duckdb.DuckDBPyConnection, folder: Path, *, tables: Iterable[str], ranges: Iterable[tuple[str, str]]
) -> dict[str, Content]:
    """Write everybody's mark, and hash the tables that they are made of on the way.

    Args:
        con: has the tables as views, ids as text.
        folder: an existing folder; gets `part-0000.parquet` and so on (person_id, mark), one for each range of person ids.
        tables: those of `LIFE` that there are.
        ranges: of person ids, [low, high), together all of them.

    Returns:
        The content of each table, as `content_of` would find it.

    Notes:
        A mark is the sum of the hashes of a person's rows, modulo 2^64: free of the order of rows, and two equal rows are not one.
    """
    columns = {name: columns_of(con, name) for name in tables}
    rows: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    for number, (low, high) in enumerate(ranges):
        con.execute(f"CREATE OR REPLACE TEMP TABLE hashed AS {_hashed(columns)}", {"low": low, "high": high})
        _write(con, folder / f"part-{number:04d}.parquet")
        for name, count, total in con.execute("SELECT source, count(*), sum(hash) FROM hashed GROUP BY source").fetchall():
            rows[name] += count
            totals[name] += total
    con.execute("DROP TABLE IF EXISTS temp.hashed")
    return {name: content_from(columns[name], rows[name], totals[name]) for name in columns}


def _hashed(columns: dict[str, tuple[str, ...]]) -> str:
    """The hash of every row of a range: written down before it is summed in two ways, it is worked out once."""
    within = "person_id >= $low AND person_id < $high"
    sides = (
        f"SELECT {quoted(name)} AS source, person_id, {row_hash(names)} AS hash FROM {name} WHERE {within}"  # noqa: S608 -- our own names
        for name, names in columns.items()
    )
    return " UNION ALL ".join(sides)


def _write(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    query = "SELECT person_id, CAST(sum(hash) % 18446744073709551616 AS UBIGINT) AS mark FROM hashed GROUP BY person_id ORDER BY person_id"
    con.execute(f"COPY ({query}) TO $file (FORMAT parquet, COMPRESSION lz4_raw)", {"file": str(file)})
