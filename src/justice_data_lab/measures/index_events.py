"""From the source tables to `index_event`: one row for every disposal that can be an index disposal."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, TypeAlias

from justice_data_lab.measures import ogrs3
from justice_data_lab.measures.queries import DIALECT, build_steps, parameters
from justice_data_lab.register.schema import AFTER_EVERY_ID

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    import duckdb

Value: TypeAlias = "str | int | float | date"

# People worked on at once: bounds memory (a few hundred MB) whatever the size of the register.
PEOPLE_AT_ONCE = 125_000
# Ranges of people under way together, each on a thread of its own: to sort and write one keeps one thread busy, whoever helps.
RANGES_AT_ONCE = 2
# Small row groups let a request skip the kinds and dates it does not need.
ROW_GROUP = 20_480


def build_index_events(
    con: duckdb.DuckDBPyConnection,
    out: Path,
    *,
    extract_date: date,
    tables: frozenset[str],
    people_at_once: int = PEOPLE_AT_ONCE,
) -> None:
    """Write one row for every disposal that can be an index disposal, with covariates at the index date and outcomes.

    Args:
        con: has the views person, offence and disposal, and those named in `tables`, which its cursors see: no temporary ones.
        out: an existing folder; gets `part-0000.parquet` and so on, each of a range of person ids, sorted by kind,
            index date, person and disposal.
        extract_date: the day the register was taken; follow-up is complete when index date + 18 months is no later.
        tables: the optional tables there are, of offence_code (OGRS3), assessment (needs) and employment.
        people_at_once: how many people are worked on at a time.

    Notes:
        Definitions: `docs/reference/measures.md`. The same lives give the same rows whatever `people_at_once` is.
    """
    steps = tuple(Step(name, query.sql(dialect=DIALECT), parameters(query)) for name, query in build_steps(tables))
    write_parts(con, out, steps, extract_date=extract_date, people_at_once=people_at_once)


@dataclass(frozen=True, slots=True)
class Step:
    """One step towards `index_event`.

    Attributes:
        name: of the temporary table that it makes.
        sql: its query.
        bound: names of the values to bind.
    """

    name: str
    sql: str
    bound: frozenset[str]


def write_parts(
    con: duckdb.DuckDBPyConnection, out: Path, steps: Sequence[Step], *, extract_date: date, people_at_once: int
) -> None:
    """Take the steps for every range of people, and write the rows of the last as that range's file.

    Notes:
        Cursors of `con`, `RANGES_AT_ONCE` of them and each with temporary tables of its own, share the ranges out; once one
        fails the others begin no further range. A range that is alone uses all threads of the connection.
    """
    ranges = [(out / f"part-{number:04d}.parquet", ends) for number, ends in enumerate(people_ranges(con, people_at_once))]
    bound, stop = bound_values(extract_date), Event()

    def share(mine: Sequence[tuple[Path, tuple[str, str]]]) -> None:
        with con.cursor() as own:
            make_ogrs3_tables(own)
            for file, (low, high) in mine:
                if stop.is_set():
                    return
                _build_part(own, steps, {**bound, "low": low, "high": high}, file)

    with _one_thread_each(con) if len(ranges) > 1 else nullcontext(), ThreadPoolExecutor(RANGES_AT_ONCE) as pool:
        under_way = [pool.submit(share, ranges[first::RANGES_AT_ONCE]) for first in range(RANGES_AT_ONCE)]
        try:
            for done in as_completed(under_way):
                done.result()
        finally:
            stop.set()


@contextmanager
def _one_thread_each(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """No threads but those that ask: helpers of both would be more threads than processors, and slow each other down."""
    [(threads,)] = con.execute("SELECT current_setting('threads')").fetchall()
    con.execute("SET threads = 1")
    try:
        yield
    finally:
        con.execute(f"SET threads = {threads}")


def _build_part(con: duckdb.DuckDBPyConnection, steps: Sequence[Step], values: dict[str, Value], file: Path) -> None:
    *before, last = steps
    for step in before:
        wanted = {name: values[name] for name in step.bound}
        con.execute(f"CREATE OR REPLACE TEMP TABLE {step.name} AS {step.sql}", wanted)
    write_part(con, last.sql, {name: values[name] for name in last.bound}, file)


def bound_values(extract_date: date) -> dict[str, Value]:
    """What the steps ask to be bound, but for the range of people."""
    return {
        "extract_date": extract_date,
        "constant": ogrs3.CONSTANT_ONE_YEAR,
        "first_time": ogrs3.FIRST_TIME,
        "repeat": ogrs3.REPEAT,
        "copas": ogrs3.COPAS,
    }


def write_part(con: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, Value], file: Path) -> None:
    """Write the rows of a query, which are index events in their order, as one file of the snapshot."""
    to_file = f"COPY ({query}) TO $file (FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE {ROW_GROUP})"
    con.execute(to_file, {**values, "file": str(file)})


def people_ranges(con: duckdb.DuckDBPyConnection, people_at_once: int) -> Iterator[tuple[str, str]]:
    """Ranges of person ids, [low, high), together all of them."""
    starts = con.execute(
        "SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM (SELECT CAST(person_id AS VARCHAR) AS id FROM person)) "
        "WHERE (place - 1) % $size = 0 ORDER BY id",
        {"size": people_at_once},
    ).fetchall()
    lows = ["", *(str(row[0]) for row in starts[1:])]
    yield from zip(lows, [*lows[1:], AFTER_EVERY_ID], strict=True)


def make_ogrs3_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables `ogrs3_age` and `ogrs3_offence`: the published coefficients."""
    con.execute("CREATE OR REPLACE TEMP TABLE ogrs3_age (sex VARCHAR, from_age INTEGER, to_age INTEGER, coefficient DOUBLE)")
    con.execute("CREATE OR REPLACE TEMP TABLE ogrs3_offence (ogrs3_group VARCHAR, coefficient DOUBLE)")
    ages = [(sex, low, high, value) for low, high, male, female in ogrs3.AGE for sex, value in (("M", male), ("F", female))]
    con.executemany("INSERT INTO ogrs3_age VALUES (?, ?, ?, ?)", ages)
    con.executemany("INSERT INTO ogrs3_offence VALUES (?, ?)", list(ogrs3.OFFENCE.items()))
