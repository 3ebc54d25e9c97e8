"""Tables whose rows are numbered from 0, and what is drawn for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from justice_data_lab.cohorts.risk import BLOCK

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb
    from numpy.typing import NDArray


def rows_of(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """How many rows a table has."""
    [(rows,)] = con.execute(f"SELECT count(*) FROM {table}").fetchall()  # noqa: S608 -- our own names
    return int(rows)


def give_each(con: duckdb.DuckDBPyConnection, table: str, rows: int, draw: Callable[[int], NDArray[np.generic]]) -> None:
    """Make a table of so many rows: `number`, and `drawn`, which is drawn in the order of the numbers.

    Args:
        con: the connection.
        table: its name.
        rows: how many.
        draw: so many values at a time; they come out the same however many that are.
    """
    way = f"CREATE OR REPLACE TEMP TABLE {table} AS"
    for first in range(0, max(rows, 1), BLOCK):
        number = np.arange(first, min(first + BLOCK, rows))
        con.register("block", pa.table({"number": number, "drawn": draw(len(number))}))
        con.execute(f"{way} FROM block")
        con.unregister("block")
        way = f"INSERT INTO {table}"
