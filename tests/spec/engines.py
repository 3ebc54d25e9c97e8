"""The engines that every spec runs on: each turns lives into the rows of `index_event`."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from justice_data_lab.measures import reference
from justice_data_lab.measures.as_at import bars_as_at, covariates_as_at, forget_moments, outcomes_as_at, set_moments
from justice_data_lab.measures.index_events import build_index_events
from justice_data_lab.measures.index_events_spark import build_index_events_on_spark
from justice_data_lab.measures.lives import Disposal, Offence
from justice_data_lab.register.codes import NEEDS
from justice_data_lab.register.connect import connect
from justice_data_lab.register.schema import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import duckdb

    from justice_data_lab.measures.lives import Life
    from justice_data_lab.register.spark import Spark

_ARROW = {"VARCHAR": pa.string(), "DATE": pa.date32(), "BOOLEAN": pa.bool_(), "INTEGER": pa.int32()}
_PERSON = ("person_id", "sex", "date_of_birth", "ethnicity", "uk_national", "date_of_death")
_OPTIONAL = {"offence_code": "ogrs3_groups", "assessment": "assessments", "employment": "spells"}


def on_reference(lives: Iterable[Life], extract_date: date) -> dict[str, list[reference.Row]]:
    """Rows by person, in plain Python."""
    return {life.person_id: reference.index_events(life, extract_date) for life in lives}


def on_duckdb(lives: Iterable[Life], extract_date: date, people_at_once: int = 40) -> dict[str, list[reference.Row]]:
    """Rows by person, from the SQL; people go through in several parts, as a large register's do."""
    lives = list(lives)
    con = connect()
    rows = build_lives(con, lives, extract_date, people_at_once).to_pylist()
    con.close()
    found = defaultdict(list)
    for row in rows:
        found[row["person_id"]].append(row)
    return {life.person_id: found[life.person_id] for life in lives}


def build_lives(con: duckdb.DuckDBPyConnection, lives: list[Life], extract_date: date, people_at_once: int) -> pa.Table:
    """The index events of these lives, built from source tables that stay on the connection."""
    tables = optional_tables(lives)
    for name, table in arrow_tables(lives).items():
        con.register("given", table)
        con.table("given").create(name)
        con.unregister("given")
    con.execute("CREATE TABLE identity AS SELECT person_id, date_of_birth, TRUE AS is_primary FROM person")
    con.execute("INSERT INTO identity SELECT person_id, DATE '1980-01-01', FALSE FROM person")  # everybody has an alias
    with tempfile.TemporaryDirectory() as folder:
        build_index_events(con, Path(folder), extract_date=extract_date, tables=tables, people_at_once=people_at_once)
        return con.sql(f"FROM read_parquet('{folder}/*.parquet') ORDER BY index_date, disposal_id").to_arrow_table()


def on_spark(spark: Spark, lives: Iterable[Life], extract_date: date, people_at_once: int = 40) -> dict[str, list[reference.Row]]:
    """Rows by person, from the SQL as Spark runs it."""
    lives = list(lives)
    for name, table in arrow_tables(lives).items():
        spark.give(name, table)
    with connect() as con, tempfile.TemporaryDirectory() as folder:
        con.register("person", arrow_tables(lives)["person"])
        out = Path(folder) / "out"
        out.mkdir()
        given = {"extract_date": extract_date, "tables": optional_tables(lives), "people_at_once": people_at_once}
        build_index_events_on_spark(spark.at(Path(folder)), con, out, **given)
        rows = con.sql(f"FROM read_parquet('{out}/*.parquet') ORDER BY index_date, disposal_id").to_arrow_table().to_pylist()
    return {life.person_id: [row for row in rows if row["person_id"] == life.person_id] for life in lives}


def optional_tables(lives: list[Life]) -> frozenset[str]:
    """The optional tables that a register of these lives has."""
    return frozenset(name for name, field in _OPTIONAL.items() if getattr(lives[0], field) is not None)


def arrow_tables(lives: list[Life]) -> dict[str, pa.Table]:
    """The source tables that hold these lives, those that are there."""
    there = {name: rows for name, rows in source_tables(lives).items() if name not in _OPTIONAL or name in optional_tables(lives)}
    schemas = {name: pa.schema([(c.name, _ARROW[c.sql_type]) for c in BY_NAME[name].columns]) for name in there}
    return {name: pa.Table.from_pylist(rows, schema=schemas[name]) for name, rows in there.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An index disposal of a life, and the date as at which it is asked about."""

    life: Life
    disposal_id: str
    as_at: date


def moved_on_reference(asked: Iterable[Asked], extract_date: date) -> list[reference.Row]:
    """What is known and follows as at each date, in plain Python."""
    rows = []
    for item in asked:
        disposal = next(disposal for disposal in item.life.disposals if disposal.disposal_id == item.disposal_id)
        row = reference.as_at(item.life, disposal, item.as_at, extract_date)
        row["early_reoffence"] = reference.early_reoffence(item.life, disposal, item.as_at)
        row["superseded"] = reference.superseded(item.life, disposal, item.as_at)
        rows.append(row)
    return rows


def moved_on_duckdb(asked: Iterable[Asked], extract_date: date) -> list[reference.Row]:
    """What is known and follows as at each date, from the SQL."""
    asked = list(asked)
    con = connect()
    con.register(
        "built", build_lives(con, list({item.life.person_id: item.life for item in asked}.values()), extract_date, 10_000)
    )
    con.table("built").create("index_event")
    con.execute("CREATE TABLE as_at (place INTEGER, person_id VARCHAR, disposal_id VARCHAR, as_at DATE)")
    rows = [(place, item.life.person_id, item.disposal_id, item.as_at) for place, item in enumerate(asked)]
    con.executemany("INSERT INTO as_at VALUES (?, ?, ?, ?)", rows)
    set_moments(con, extract_date=extract_date)
    covariates_as_at(con)
    outcomes_as_at(con)
    bars_as_at(con)
    forget_moments(con)
    found = con.sql(
        """
        SELECT c.*, o.* EXCLUDE (person_id, disposal_id), e.disposal_id IS NOT NULL AS early_reoffence,
          s.disposal_id IS NOT NULL AS superseded
        FROM as_at AS a
        JOIN covariate_as_at AS c USING (person_id, disposal_id)
        JOIN outcome_as_at AS o USING (person_id, disposal_id)
        LEFT JOIN early_reoffence AS e USING (person_id, disposal_id)
        LEFT JOIN superseded AS s USING (person_id, disposal_id)
        ORDER BY a.place
        """
    ).to_arrow_table()
    con.close()
    return found.to_pylist()


ENGINES = {"reference": on_reference, "duckdb": on_duckdb}
MOVED_ENGINES = {"reference": moved_on_reference, "duckdb": moved_on_duckdb}


def source_tables(lives: Iterable[Life]) -> dict[str, list[dict[str, object]]]:
    """The source tables that hold these lives."""
    tables = {name: [] for name in ("person", "offence", "disposal", "offence_code", "assessment", "employment")}
    codes = {}
    for life in lives:
        own = {"person_id": life.person_id}
        tables["person"].append({name: getattr(life, name) for name in _PERSON})
        tables["offence"] += [own | _row(offence, Offence) for offence in life.offences]
        tables["disposal"] += [own | _row(disposal, Disposal) for disposal in life.disposals]
        codes |= dict(life.ogrs3_groups or ())
        for assessment in life.assessments or ():
            needs = dict(zip(NEEDS, assessment.needs, strict=True))
            tables["assessment"].append(own | {"assessed_on": assessment.assessed_on} | needs)
        for spell in life.spells or ():
            tables["employment"].append(own | {"kind": spell.kind, "start_date": spell.start_date, "end_date": spell.end_date})
    tables["offence_code"] = [{"offence_code": code, "ogrs3_group": group} for code, group in sorted(codes.items())]
    return tables


def _row(value: Offence | Disposal, kind: type) -> dict[str, object]:
    return {field.name: getattr(value, field.name) for field in fields(kind)}
