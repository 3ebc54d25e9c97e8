"""From the source tables to `index_event` on Spark: the same steps, all people at once, and the same files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.measures.index_events import (
    PEOPLE_AT_ONCE,
    bound_values,
    make_ogrs3_tables,
    people_ranges,
    write_part,
)
from justice_data_lab.measures.queries import DIALECT, build_steps, parameters
from justice_data_lab.register.connect import connect
from justice_data_lab.register.schema import AFTER_EVERY_ID

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    import duckdb

    from justice_data_lab.register.spark import Spark

_COEFFICIENTS = ("ogrs3_age", "ogrs3_offence")


def build_index_events_on_spark(
    spark: Spark,
    con: duckdb.DuckDBPyConnection,
    out: Path,
    *,
    extract_date: date,
    tables: frozenset[str],
    people_at_once: int = PEOPLE_AT_ONCE,
) -> None:
    """Write what `build_index_events` writes, worked out by Spark.

    Args:
        spark: writes `index_event` in its shared folder; has the views person, offence and disposal, and those named in `tables`.
        con: has the view person, by which the files are divided; writes them.
        out: as in `build_index_events`.
        extract_date: as there.
        tables: as there.
        people_at_once: how many people are in a file.

    Notes:
        Spark writes its rows in an order of its own, so each file is read back by its range of people and sorted; nothing is
        worked out a second time.
    """
    with connect() as own:
        make_ogrs3_tables(own)
        for name in _COEFFICIENTS:
            spark.give(name, own.sql(f"FROM {name}").to_arrow_table())
    values = {**bound_values(extract_date), "low": "", "high": AFTER_EVERY_ID}
    *before, (last, wide) = build_steps(tables)
    for name, query in before:
        spark.keep(name, query, {key: values[key] for key in parameters(query)})
    order = wide.args.pop("order").sql(dialect=DIALECT)
    built = spark.write(last, wide)
    for name in (*(name for name, _ in before), *_COEFFICIENTS):
        spark.forget(name)
    sorted_part = f"SELECT * FROM {built} WHERE person_id >= $low AND person_id < $high {order}"  # noqa: S608 -- our own names
    for number, (low, high) in enumerate(people_ranges(con, people_at_once)):
        write_part(con, sorted_part, {"low": low, "high": high}, out / f"part-{number:04d}.parquet")
