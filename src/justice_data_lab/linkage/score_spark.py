"""From a cohort to scored pairs on Spark: the same queries and the same frozen model, for cohorts too large for one machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.linkage.build_spark import hand_over
from justice_data_lab.linkage.frequencies import COLUMNS
from justice_data_lab.linkage.keys import read_sql
from justice_data_lab.linkage.model import splink_settings
from justice_data_lab.linkage.score import evidence_columns, quiet_splink
from justice_data_lab.register.spark_sql import to_spark

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

    from justice_data_lab.linkage.model import LinkageModel
    from justice_data_lab.register.spark import Spark

_OF_THE_REGISTER = ("identity", "forename_families", *(f"frequency_{column}" for column in COLUMNS))
# The request's steps in order: the view made, and the query that makes it.
_STEPS = (
    ("cohort_cleaned", "cohort"),
    ("cohort_key", "cohort_keys"),
    ("candidate", "candidates_spark"),
    ("candidate_identity", "candidate_identity_spark"),
    ("cleaned_records", "request_records"),
    ("records", "records"),
    ("candidate_pairs", "request_pairs"),
)


def score_cohort_on_spark(spark: Spark, con: DuckDBPyConnection, rows: pa.Table, model: LinkageModel) -> pa.Table:
    """Score each row of a cohort against the identities that share a blocking key with it, with Splink on Spark.

    Args:
        spark: its shared folder takes the register's names on the way; the caller removes it.
        con: a connection with the snapshot's linkage database attached as `linkage`.
        rows: row, surname, forename, date_of_birth, sex, pnc_id, prison_number.
        model: the frozen model.

    Returns:
        One row a pair, as the table `scored` of `score_candidates`, the pairs of a row with itself among them.

    *Notes*: Java's Jaro-Winkler and DuckDB's differ in rare pairs at a threshold; `docs/explanation/linkage.md` says where.
    """
    people = int(con.execute("SELECT people FROM linkage.register_size").fetchall()[0][0])
    for table in _OF_THE_REGISTER:
        hand_over(spark, con, f"linkage.{table}", table)
    spark.give("cohort_rows", rows)
    spark.keep("identity_for_keys", "SELECT * FROM identity")
    spark.keep("blocking_key", read_sql("register_keys"))
    for view, query in _STEPS:
        spark.keep(view, read_sql(query))
    _shares(spark, people)
    scored = _scored(spark, model)
    kept = ("identity_for_keys", "blocking_key", *(view for view, _ in _STEPS), "records_for_frequencies")
    for view in (*kept, "cohort_rows", *(f"share_of_{column}" for column in COLUMNS), *_OF_THE_REGISTER):
        spark.forget(view)
    return scored


def _shares(spark: Spark, people: int) -> None:
    """What share of the register's people bear each name of the request, for Splink."""
    spark.keep("records_for_frequencies", "SELECT * FROM records")
    for column in COLUMNS:
        spark.keep(f"people_by_{column}", f"SELECT * FROM frequency_{column}")  # noqa: S608 -- names of ours
    for column in COLUMNS:
        spark.keep(f"share_of_{column}", read_sql(f"share_{column}"), {"people": people})
    for column in COLUMNS:
        spark.forget(f"people_by_{column}")


def _scored(spark: Spark, model: LinkageModel) -> pa.Table:
    from splink import Linker  # noqa: PLC0415 -- half a second
    from splink.internals.spark.database_api import SparkAPI  # noqa: PLC0415 -- needs PySpark

    table = spark.session.table
    with quiet_splink():
        api = SparkAPI(spark_session=spark.session, break_lineage_method="persist")
        linker = Linker(
            api.register(table("records"), table_name="people"), _settings(model), log_level=None, validate_settings=False
        )
        for column in model.frequency_columns():
            shares = api.register(table(f"share_of_{column}"), table_name=f"frequency_of_{column}")
            linker.table_management.register_term_frequency_lookup(shares, column)
        linker.table_management.register_blocked_pairs_for_predict(api.register(table("candidate_pairs"), table_name="pairs"))
        scored = linker.inference.predict(warning_mode="never")
        kept = ", ".join(("unique_id_l", "unique_id_r", "match_weight", "match_probability", *evidence_columns(model)))
        found = spark.fetch(f"SELECT {kept} FROM {scored.physical_name}")  # noqa: S608 -- names of the model and of Splink
        api.delete_tables_created_by_splink_from_db()
    return found


def _settings(model: LinkageModel) -> dict[str, object]:
    """The model as Splink settings for Spark: the same levels and chances, the conditions in its dialect."""
    settings = splink_settings(model)
    comparisons = settings["comparisons"]
    assert isinstance(comparisons, list)  # noqa: S101  (narrows the type)
    for comparison in comparisons:
        for level in comparison["comparison_levels"]:
            if level["sql_condition"] != "ELSE":
                level["sql_condition"] = to_spark(level["sql_condition"])
    return settings
