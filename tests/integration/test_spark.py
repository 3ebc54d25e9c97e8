"""What Spark gives is what DuckDB gives: the snapshot of 20,000 people, the links of a cohort, every worked life and random lives.

One file, so that all of it runs in one process, in which Spark is started once.
"""

import random
from datetime import date

import pyarrow as pa
import pytest

from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.errors import JDLError
from justice_data_lab.intake.cohort import read_cohort
from justice_data_lab.linkage.candidates import linkage_attached, load_cohort, score_candidates, scratch_dropped
from justice_data_lab.linkage.key_index import open_key_index
from justice_data_lab.linkage.model import read_model
from justice_data_lab.linkage.score_spark import score_cohort_on_spark
from justice_data_lab.prepare import prepare
from justice_data_lab.register.connect import connect
from justice_data_lab.register.snapshot import open_register
from justice_data_lab.study import Lab
from on_spark import NEEDS_SPARK, spark  # noqa: F401  (a fixture)
from run_jdl import said
from spec import engines
from spec.test_random_lives import EXTRACT, random_life
from spec.test_worked_lives import as_expected, found_on
from spec.worked_lives import WORKED_LIVES
from tiny_source import tiny_tables, write_source

pytestmark = NEEDS_SPARK


@pytest.fixture(scope="module")
def built(spark, small_source, tmp_path_factory):  # noqa: F811
    return prepare(small_source, tmp_path_factory.mktemp("built") / "snapshot", spark=spark)


def test_every_table_has_the_same_content(built, small_register):
    assert built.manifest["tables"] == small_register.manifest["tables"]
    assert built.content == small_register.content


def test_the_public_file_and_the_model_are_the_same_bytes(built, small_register):
    assert built.coverage_file.read_bytes() == small_register.coverage_file.read_bytes()
    assert built.model_file.read_bytes() == small_register.model_file.read_bytes()


def test_nothing_is_left_beside_the_snapshot(built, small_register):
    names = [sorted(path.name for path in each.path.iterdir()) for each in (built, small_register)]
    assert names[0] == names[1]


def test_the_command_builds_on_spark_what_it_builds_without(spark, tmp_path):  # noqa: F811
    source = write_source(tmp_path / "source", tiny_tables())
    assert said("register", "build", source, tmp_path / "new" / "snapshot", "--engine", "spark") == 0
    assert open_register(tmp_path / "new" / "snapshot").content == prepare(source, tmp_path / "other").content
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["snapshot"]


# A surname as the cohort has it and as the register has it: one transposition more or less, counted whole by DuckDB (half a
# transposition is none) and by halves by Java, carries the pair over the threshold of .92 on one engine only.
THRESHOLD_CASES = (("Stokeington", "STOKETON"), ("Ivelness", "IVELSONE"), ("Hurstgrave", "RUSHGRAVE"), ("Wilster", "WILERS"))
# A row of the invented cohort whose mistakes came to the same by themselves.
FOUND_CASES = {"c88"}
LEVELS = ("gamma_names", "gamma_date_of_birth", "gamma_sex", "gamma_pnc_id", "gamma_prison_number")


@pytest.fixture(scope="module")
def pairs(spark, small_register, tmp_path_factory):  # noqa: F811
    """Scored pairs of one cohort on either engine, by the ids of their two sides, and which rows are threshold cases."""
    folder = tmp_path_factory.mktemp("linked")
    synthesise_cohort(small_register, folder / "cohort.csv", size=400, effect=0.0, seed=3, errors="hard")
    given = read_cohort(folder / "cohort.csv", today=date.max, lab=Lab()).rows
    model = read_model(small_register.model_file)
    with connect() as con, linkage_attached(con, small_register.linkage_file):
        rows, cases = with_threshold_cases(con, given)
        people = con.execute("SELECT people FROM linkage.register_size").fetchall()[0][0]
        with scratch_dropped(con):
            load_cohort(con, rows, open_key_index(small_register.key_index))
            score_candidates(con, model, people=people)
            on_duckdb = con.sql("FROM scored").to_arrow_table()
        on_spark = score_cohort_on_spark(spark.at(folder / "shared"), con, rows, model)
    assert on_spark.column_names == on_duckdb.column_names
    return by_pair(on_duckdb), by_pair(on_spark), model, cases


def with_threshold_cases(con, given):
    """The cohort with a row more for each threshold case: somebody of the register with that surname, given as the other."""
    columns = ["forename", "date_of_birth", "sex", "pnc_id", "prison_number"]
    made = []
    for number, (surname, held) in enumerate(THRESHOLD_CASES, start=90_001):
        query = f"SELECT {', '.join(columns)} FROM linkage.identity WHERE surname = ? AND pnc_id IS NOT NULL AND forename IS NOT NULL ORDER BY identity LIMIT 1"  # noqa: S608
        found = con.execute(query, [held]).fetchall()[0]
        made.append({"row": number, "surname": surname, **dict(zip(columns, found, strict=True))})
    wanted = given.select(["row", "surname", *columns])
    return pa.concat_tables([wanted, pa.Table.from_pylist(made, schema=wanted.schema)]), FOUND_CASES | {
        f"c{row['row']}" for row in made
    }


def by_pair(scored):
    rows = (row for row in scored.to_pylist() if not row["unique_id_r"].startswith("s"))
    return {(row["unique_id_l"], row["unique_id_r"]): row for row in rows}


def levels(row):
    return [row[name] for name in LEVELS]


def test_both_engines_find_the_same_pairs(pairs):
    on_duckdb, on_spark, _, _ = pairs
    assert len(on_duckdb) > 250
    assert on_spark.keys() == on_duckdb.keys()


def test_pairs_agree_but_for_the_listed_threshold_cases(pairs):
    on_duckdb, on_spark, model, cases = pairs
    differ = {left for (left, right), row in on_duckdb.items() if levels(row) != levels(on_spark[left, right])}
    assert differ == cases
    for pair, row in on_duckdb.items():
        if pair[0] not in cases:
            assert on_spark[pair]["match_weight"] == pytest.approx(row["match_weight"], abs=1e-9)
            assert [on_spark[pair]["match_weight"] >= band for band in (model.accept, model.review)] == [
                row["match_weight"] >= band for band in (model.accept, model.review)
            ]


def test_a_threshold_case_is_one_level_weaker_on_spark(pairs):
    on_duckdb, on_spark, model, cases = pairs
    names = model.comparisons[0]
    for pair, row in on_duckdb.items():
        if pair[0] in cases and levels(row) != levels(on_spark[pair]):
            assert names.level_name(on_spark[pair]["gamma_names"]) != names.level_name(row["gamma_names"])
            assert on_spark[pair]["gamma_names"] < row["gamma_names"]
            assert levels(row)[1:] == levels(on_spark[pair])[1:]


def test_java_counts_half_a_transposition_where_duckdb_counts_none(spark):  # noqa: F811
    from splink.internals.spark.database_api import SparkAPI  # noqa: PLC0415 -- needs PySpark

    SparkAPI(spark_session=spark.session)  # gives the session Splink's functions
    names = pa.table({"a": ["OAKHAM", "LORLOCK", "MARTHA"], "b": ["OKHAM", "LRLOCK", "MARHTA"]})
    spark.give("names_compared", names)
    query = "SELECT round(jaro_winkler_similarity(a, b), 4) AS alike FROM names_compared"
    with connect() as con:
        con.register("names_compared", names)
        here = con.sql(query).to_arrow_table()["alike"].to_pylist()
    assert here == pytest.approx([0.89, 0.9071, 0.9611])
    assert sorted(spark.fetch(query)["alike"].to_pylist()) == pytest.approx(sorted([0.86, 0.8821, 0.9611]))
    spark.forget("names_compared")


def test_a_value_that_spark_cannot_read_reaches_nobody(spark, capfd, caplog):  # noqa: F811
    with pytest.raises(JDLError) as told:
        spark.write("refused", "SELECT CAST('Yardley' AS DATE) AS day")
    said = capfd.readouterr()
    assert "Yardley" not in str(told.value) + said.out + said.err + caplog.text


# Lives, by the plain reference and by DuckDB ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def worked(spark):  # noqa: F811
    return found_on(lambda lives, day: engines.on_spark(spark, lives, day))


@pytest.mark.parametrize("number", range(len(WORKED_LIVES)), ids=[life.claim for life in WORKED_LIVES])
def test_worked_life(worked, number):
    as_expected(worked[number], WORKED_LIVES[number].expected)


def test_random_lives_are_the_same_rows_to_the_last_bit(spark):  # noqa: F811
    rng = random.Random(20261122)  # noqa: S311  (invented lives)
    lives = [random_life(rng, number) for number in range(600)]
    rows = engines.on_duckdb(lives, EXTRACT, people_at_once=250)
    assert engines.on_spark(spark, lives, EXTRACT, people_at_once=250) == rows
