"""The linkage side of a snapshot on Spark: names are cleaned, keys hashed and people counted there, by the same queries."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

from justice_data_lab.linkage.keys import read_sql
from justice_data_lab.register.connect import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from duckdb import DuckDBPyConnection

    from justice_data_lab.register.spark import Spark

_DIALECT = "duckdb"
# The step of `identity.sql` before its rows are numbered.
_NAMES = "distinct_names"


def rows_by_spark(spark: Spark, con: DuckDBPyConnection) -> Callable[[str], str]:
    """For a query's name, SQL by which DuckDB reads what Spark has worked out.

    Args:
        spark: has the views identity and person of the source register.
        con: the connection of the build, on which the queries' tables are.

    Notes:
        Spark's rows come in no order, so the query's own order is put on them here. Numbering the identities needs one order of all
        of them, which no cluster makes faster: it is done here too, once the names are clean and distinct.
    """
    return partial(_rows, spark, con)


def _rows(spark: Spark, con: DuckDBPyConnection, name: str) -> str:
    query = parse_one(read_sql(name), read=_DIALECT)
    if name == "identity":
        return _numbered(spark, query)
    if name == "register_keys":
        hand_over(spark, con, "identity_for_keys", "identity_for_keys")
    order = query.args.pop("order", None)
    rows = spark.write(name, query)
    return f"SELECT * FROM {rows} {order.sql(dialect=_DIALECT) if order else ''}"  # noqa: S608 -- our own names


def _numbered(spark: Spark, query: exp.Expr) -> str:
    """Distinct names from Spark, numbered by the query's last step."""
    steps = query.args.pop("with_")
    names = exp.select("*").from_(_NAMES)
    names.set("with_", steps)
    rows = spark.write(_NAMES, names)
    spark.read("identity_for_frequencies", spark.shared / _NAMES)
    return f"WITH {_NAMES} AS (FROM {rows}) {query.sql(dialect=_DIALECT)}"


def hand_over(spark: Spark, con: DuckDBPyConnection, table: str, view: str) -> None:
    """Make a table of ours a view on Spark, by way of the shared folder."""
    folder = spark.shared / view
    folder.mkdir(parents=True, exist_ok=True)
    con.execute(f"COPY (FROM {table}) TO {quoted(str(folder / 'part-0.parquet'))} (FORMAT parquet, COMPRESSION zstd)")
    spark.read(view, folder)
