"""Four ways to find a cohort's people in a register: ours, Splink as its tutorial has it, Splink frozen, and SQL by hand.

Each takes the place of a register (see `registers.py`) and a cohort file, and gives for each row of the cohort the person it was linked to.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from benchmark_page.linkage import BY_HAND, FROZEN, NAIVE, OURS
from justice_data_lab.intake.cohort import Cohort, read_cohort
from justice_data_lab.linkage.candidates import linkage_attached, load_cohort, score_cohort, scratch_dropped
from justice_data_lab.linkage.frequencies import request_frequencies
from justice_data_lab.linkage.key_index import open_key_index
from justice_data_lab.linkage.keys import read_sql
from justice_data_lab.linkage.model import read_model, splink_settings
from justice_data_lab.linkage.resolve import resolve
from justice_data_lab.linkage.score import quiet_splink
from justice_data_lab.register.connect import connect
from justice_data_lab.register.snapshot import open_register
from justice_data_lab.study import Lab

Links = dict[int, str]
# What blocks in the peers: the usual handful of rules, as lean as ours.
RULES = (
    "l.pnc_id = r.pnc_id",
    "l.prison_number = r.prison_number",
    "l.surname = r.surname and l.date_of_birth = r.date_of_birth",
    "l.forename = r.forename and l.date_of_birth = r.date_of_birth",
    "l.surname = r.surname and l.forename = r.forename and substr(l.birth, 1, 4) = substr(r.birth, 1, 4)",
    "l.birth = r.birth and substr(l.surname, 1, 3) = substr(r.surname, 1, 3)",
)
SURE = 0.99


def read_rows(file: Path) -> Cohort:
    """The cohort as intake reads it: no peer is charged for reading it."""
    return read_cohort(file, today=date(2026, 11, 22), lab=Lab())


def ours(place: Path, cohort_file: Path) -> Callable[[], Links]:
    """The snapshot's key index and its frozen model, scored by the query written from it, with ties and duplicates settled."""
    register, cohort = open_register(place / "snapshot"), read_rows(cohort_file)
    model = read_model(register.model_file)
    rows = cohort.rows.column("row").to_pylist()

    def work() -> Links:
        with connect() as con, linkage_attached(con, register.linkage_file):
            scored = score_cohort(con, cohort.rows, model, open_key_index(register.key_index))
        made = resolve(scored.candidates, rows, police_numbers=scored.police_numbers, model=model)
        return {row: str(decision.person_id) for row, decision in made.items() if decision.outcome == "linked"}

    return work


def naive_splink(place: Path, cohort_file: Path) -> Callable[[], Links]:
    """Splink as one begins with it: the register is loaded, cleaned, trained on and predicted for every request."""
    cohort = read_rows(cohort_file)

    def work() -> Links:
        import splink.comparison_library as cl  # noqa: PLC0415 -- a request of the peer's pays for it
        from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415

        with connect(memory_limit="12GB", scratch=place / "spill") as con, quiet_splink():
            _load_source(con, place / "source")
            _load_cohort(con, cohort)
            api = DuckDBAPI(con)
            settings = SettingsCreator(
                link_type="link_only",
                blocking_rules_to_generate_predictions=list(RULES),
                comparisons=[
                    cl.NameComparison("forename"),
                    cl.NameComparison("surname"),
                    cl.DateOfBirthComparison("birth", input_is_string=True),
                    cl.ExactMatch("sex"),
                    cl.LevenshteinAtThresholds("pnc_id", 1),
                    cl.LevenshteinAtThresholds("prison_number", 1),
                ],
                additional_columns_to_retain=["person_id"],
            )
            tables = [api.register("submitted", table_name="cohort"), api.register("register", table_name="known")]
            linker = Linker(tables, settings)
            linker.training.estimate_probability_two_random_records_match(
                ["l.pnc_id = r.pnc_id", "l.surname = r.surname and l.forename = r.forename and l.birth = r.birth"], recall=0.8
            )
            linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
            # Splink joins the register with itself to train; a birthday alone makes that grow with the square of its size
            for rule in (block_on("pnc_id"), block_on("surname", "birth")):
                linker.training.estimate_parameters_using_expectation_maximisation(rule)
            found = linker.inference.predict(threshold_match_probability=SURE)
            return _best(con, found.physical_name)

    return work


def frozen_splink(place: Path, cohort_file: Path) -> Callable[[], Links]:
    """Our frozen model in Splink's own `predict_between`, on a register cleaned beforehand."""
    register, cohort = open_register(place / "snapshot"), read_rows(cohort_file)
    model = read_model(register.model_file)
    prepared = place / "frozen.duckdb"
    if not prepared.exists():
        _prepare_records(register.linkage_file, prepared)

    def work() -> Links:
        from splink import DuckDBAPI, Linker  # noqa: PLC0415

        with connect(memory_limit="8GB", scratch=place / "spill") as con, linkage_attached(con, register.linkage_file):
            con.execute(f"ATTACH '{prepared}' AS prepared (READ_ONLY)")
            with scratch_dropped(con), quiet_splink():
                load_cohort(con, cohort.rows, open_key_index(register.key_index))
                _records(con, "SELECT concat('c', row) AS unique_id, * FROM cohort_cleaned", "submitted")
                con.execute("CREATE VIEW known AS FROM prepared.records")
                people = int(con.execute("SELECT people FROM linkage.register_size").fetchall()[0][0])
                shares = request_frequencies(con, records="submitted", schema="linkage", people=people)
                api = DuckDBAPI(con.cursor())
                left, right = api.register("submitted", table_name="left_side"), api.register("known", table_name="right_side")
                settings = splink_settings(model) | {"link_type": "link_only"}
                linker = Linker([left, right], settings, log_level=None, validate_settings=False)
                for column in model.frequency_columns():
                    linker.table_management.register_term_frequency_lookup(
                        api.register(shares[column], table_name=f"f_{column}"), column
                    )
                rules = [rule.replace("date_of_birth", "birth") for rule in RULES]
                found = linker.inference.predict_between(
                    left, right, blocking_rules_to_generate_predictions=rules, threshold_match_weight=model.accept
                )
                return _best_of_frozen(con, found.physical_name)

    return work


def hand_sql(place: Path, cohort_file: Path) -> Callable[[], Links]:
    """What one writes by hand: the same cleaned register, exact keys, then names that are nearly the same on the same birthday."""
    register, cohort = open_register(place / "snapshot"), read_rows(cohort_file)

    def work() -> Links:
        with connect(memory_limit="8GB", scratch=place / "spill") as con, linkage_attached(con, register.linkage_file):
            _load_cohort(con, cohort)
            return dict(con.execute(_BY_HAND).fetchall())

    return work


PEERS: dict[str, Callable[[Path, Path], Callable[[], Links]]] = {
    OURS: ours,
    NAIVE: naive_splink,
    FROZEN: frozen_splink,
    BY_HAND: hand_sql,
}

_BY_HAND = """
WITH pairs AS (
    SELECT c.row, i.person_id, 3 AS points FROM submitted c JOIN linkage.identity i ON i.pnc_id = c.pnc_id
    UNION ALL
    SELECT c.row, i.person_id, 3 FROM submitted c JOIN linkage.identity i ON i.prison_number = c.prison_number
    UNION ALL
    SELECT c.row, i.person_id, 2 FROM submitted c
    JOIN linkage.identity i ON i.surname = c.surname AND i.forename = c.forename AND i.date_of_birth = c.date_of_birth
    UNION ALL
    SELECT c.row, i.person_id, 1 FROM submitted c
    JOIN linkage.identity i ON i.date_of_birth = c.date_of_birth
    WHERE jaro_winkler_similarity(i.surname, c.surname) >= 0.88 AND jaro_winkler_similarity(i.forename, c.forename) >= 0.85
    UNION ALL
    SELECT c.row, i.person_id, 1 FROM submitted c
    JOIN linkage.identity i ON i.surname = c.surname AND i.forename = c.forename
    WHERE damerau_levenshtein(CAST(i.date_of_birth AS VARCHAR), c.birth) <= 1
),
best AS (SELECT row, person_id, max(points) AS points FROM pairs GROUP BY ALL),
ahead AS (SELECT row, person_id FROM best QUALIFY points = max(points) OVER (PARTITION BY row))
SELECT row, min(person_id) FROM ahead GROUP BY row HAVING count(*) = 1
"""


def _load_cohort(con: duckdb.DuckDBPyConnection, cohort: Cohort) -> None:
    """The cohort, cleaned as the register is, as the table `submitted`."""
    con.register("cohort_arrow", cohort.rows)
    con.execute("CREATE TABLE cohort_rows AS FROM cohort_arrow")
    con.unregister("cohort_arrow")
    con.execute(
        "CREATE TABLE submitted AS SELECT concat('c', row) AS unique_id, row, NULL::VARCHAR AS person_id, "  # noqa: S608 -- queries of ours
        f"replace(surname, ' ', '') AS surname, replace(forename, ' ', '') AS forename, * EXCLUDE (row, surname, forename), "
        f"CAST(date_of_birth AS VARCHAR) AS birth FROM ({read_sql('cohort')})"
    )


def _load_source(con: duckdb.DuckDBPyConnection, source: Path) -> None:
    """The register's names, cleaned anew, as the table `register`."""
    for name in ("person", "identity"):
        con.execute(f"CREATE VIEW {name} AS FROM read_parquet('{source}/{name}/*.parquet')")
    con.execute(
        "CREATE TABLE register AS SELECT concat('i', identity) AS unique_id, CAST(NULL AS INTEGER) AS row, person_id, "  # noqa: S608 -- queries of ours
        "replace(surname, ' ', '') AS surname, replace(forename, ' ', '') AS forename, "
        "* EXCLUDE (identity, person_id, surname, forename, is_primary), CAST(date_of_birth AS VARCHAR) AS birth "
        f"FROM ({read_sql('identity')})"
    )


def _prepare_records(linkage: Path, out: Path) -> None:
    """The whole register as the frozen model compares it, once."""
    with connect(memory_limit="8GB", scratch=out.parent / "spill") as con:
        con.execute(f"ATTACH '{linkage}' AS linkage (READ_ONLY)")
        con.execute(f"ATTACH '{out}' AS prepared")
        _records(con, "SELECT concat('i', identity) AS unique_id, * FROM linkage.identity", "prepared.records")


def _records(con: duckdb.DuckDBPyConnection, cleaned: str, into: str) -> None:
    """Cleaned names as the model compares them."""
    con.execute(f"CREATE OR REPLACE VIEW cleaned_records AS {cleaned}")
    con.execute("CREATE OR REPLACE VIEW forename_families AS FROM linkage.forename_families")
    con.execute(f"CREATE TABLE {into} AS {read_sql('records')}")
    con.execute("DROP VIEW cleaned_records")


def _best(con: duckdb.DuckDBPyConnection, table: str) -> Links:
    """For each row of the cohort the person who fits best; nobody where two people fit equally."""
    query = f"""
        WITH people AS (
            SELECT CAST(substr(unique_id_l, 2) AS INTEGER) AS row, person_id_r AS person_id, max(match_weight) AS weight
            FROM {table} GROUP BY ALL
        ), ahead AS (SELECT row, person_id FROM people QUALIFY weight = max(weight) OVER (PARTITION BY row))
        SELECT row, min(person_id) FROM ahead GROUP BY row HAVING count(*) = 1"""  # noqa: S608 -- a name of Splink's
    return dict(con.execute(query).fetchall())


def _best_of_frozen(con: duckdb.DuckDBPyConnection, table: str) -> Links:
    joined = (
        "(SELECT s.unique_id_l, i.person_id AS person_id_r, s.match_weight "  # noqa: S608 -- a name of Splink's
        f"FROM {table} s JOIN linkage.identity i ON concat('i', i.identity) = s.unique_id_r)"
    )
    return _best(con, joined)
