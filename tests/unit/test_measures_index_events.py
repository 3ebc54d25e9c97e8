"""The files of `index_event`: columns, order, parts, and the same rows however people are divided."""

from datetime import date

import duckdb
import pyarrow as pa
import pytest

from justice_data_lab.measures.columns import event_columns
from justice_data_lab.measures.index_events import Step, build_index_events, write_parts
from justice_data_lab.measures.queries import build_steps, parameters, read_query
from justice_data_lab.register.connect import connect
from justice_data_lab.tables import table_from_dict, table_to_dict
from spec.engines import on_duckdb
from spec.worked_lives import INDEX, life, offence

EXTRACT = date(2024, 6, 30)
ALL = frozenset({"offence_code", "assessment", "employment"})


def source(con):
    con.execute(
        "CREATE TABLE person AS SELECT i AS person_id, 'M' AS sex, DATE '1990-01-01' AS date_of_birth, "
        "'white' AS ethnicity, TRUE AS uk_national, NULL::DATE AS date_of_death FROM range(10) t(i)"
    )
    con.execute(
        "CREATE TABLE disposal AS SELECT i AS disposal_id, i % 10 AS person_id, DATE '2020-01-01' + i::INTEGER AS disposal_date, "
        "CASE WHEN i % 2 = 0 THEN 'caution' ELSE 'other' END AS kind, NULL::INTEGER AS sentence_days, "
        "NULL::DATE AS release_date, 'North' AS region FROM range(40) t(i)"
    )
    con.execute(
        "CREATE TABLE offence (offence_id BIGINT, person_id BIGINT, offence_date DATE, disposal_date DATE, offence_code VARCHAR, "
        "offence_group VARCHAR, court_outcome VARCHAR, disposal VARCHAR, sentence VARCHAR, custody_days INTEGER, "
        "is_breach BOOLEAN, is_recordable BOOLEAN, disposal_id BIGINT)"
    )


def test_ids_that_are_numbers_become_text_and_every_part_is_sorted(tmp_path):
    con = connect()
    source(con)
    build_index_events(con, tmp_path, extract_date=EXTRACT, tables=frozenset(), people_at_once=4)
    parts = sorted(tmp_path.iterdir())
    assert [part.name for part in parts] == ["part-0000.parquet", "part-0001.parquet", "part-0002.parquet"]
    for part in parts:
        rows = con.read_parquet(str(part)).select("kind, index_date, person_id, disposal_id").fetchall()
        assert rows == sorted(rows)
    written = con.read_parquet(str(tmp_path / "*.parquet"))
    wanted = [(column.name, column.sql_type) for column in event_columns(frozenset())]
    assert list(zip(written.columns, map(str, written.types), strict=True)) == wanted
    assert written.count("*").fetchall() == [(40,)]
    con.close()


def test_nothing_is_left_behind_on_the_connection(tmp_path):
    con = connect()
    source(con)
    threads = con.sql("SELECT current_setting('threads')").fetchall()
    for people_at_once in (4, 10):
        build_index_events(con, tmp_path, extract_date=EXTRACT, tables=frozenset(), people_at_once=people_at_once)
        assert con.sql("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall() == []
        assert con.sql("SELECT current_setting('threads')").fetchall() == threads
    con.close()


def test_a_range_that_fails_is_told_and_no_other_is_begun(tmp_path):
    con = connect()
    source(con)
    sql = "SELECT CASE WHEN $low = '' THEN error('no') ELSE $low END AS low, count(*) AS n FROM range(3000000) WHERE md5(range::VARCHAR) > $high"
    with pytest.raises(duckdb.Error, match="no"):
        write_parts(con, tmp_path, [Step("last", sql, frozenset({"low", "high"}))], extract_date=EXTRACT, people_at_once=1)
    assert len(list(tmp_path.iterdir())) < 5
    con.close()


@pytest.mark.parametrize("people_at_once", [1, 2, 1000])
def test_rows_do_not_depend_on_how_people_are_divided(people_at_once):
    lives = [
        life(person_id=name, disposals=(INDEX,), offences=(offence("O1", "2020-04-01", "2020-05-01"),))
        for name in ("P1", "Z9", "a", "é")
    ]
    found = on_duckdb(lives, EXTRACT, people_at_once)
    assert {name: [row["reoffences"] for row in rows] for name, rows in found.items()} == {
        "P1": [1],
        "Z9": [1],
        "a": [1],
        "é": [1],
    }


CONTROL = ("control_year", "since_control_year", "control_row", "control_outcome")


def test_every_query_is_in_the_subset_that_spark_runs_too():
    for name, query in (*build_steps(ALL), *((name, read_query(name)) for name in CONTROL)):
        spark = query.sql(dialect="spark")
        assert all(f":{value}" in spark for value in parameters(query)), name
        assert not any(word in spark.upper() for word in ("ASOF", "ARG_MIN", "LIST(", "STRUCT")), name


def test_a_table_comes_back_from_json_with_its_types():
    table = pa.table(
        {
            "d": pa.array([date(2020, 2, 29), None], pa.date32()),
            "i": pa.array([1, None], pa.int8()),
            "b": pa.array([True, None]),
            "s": pa.array(["x", None]),
            "f": pa.array([0.5, None]),
        }
    )
    back = table_from_dict(table_to_dict(table))
    assert back.equals(table)
    assert back.schema == table.schema
