"""From a cohort to scored candidates: clean, look up, score. Nothing of it outlives the request."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from justice_data_lab.linkage.frequencies import request_frequencies
from justice_data_lab.linkage.keys import read_sql
from justice_data_lab.linkage.resolve import Candidate
from justice_data_lab.linkage.score_sql import score_by_query
from justice_data_lab.register.connect import attach, connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from justice_data_lab.linkage.key_index import KeyIndex
    from justice_data_lab.linkage.model import LinkageModel

_SCRATCH = (
    "cohort_cleaned",
    "cohort_rows",
    "candidate",
    "candidate_identity",
    "cleaned_records",
    "records",
    "candidate_pairs",
    "scored",
    "own_weight",
    "share_of_surname",
    "share_of_forename",
    "share_of_full_name",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """How a row agrees with its best candidate: names of the model's levels; empty where a comparison says nothing."""

    names: str = ""
    date_of_birth: str = ""
    sex: str = ""
    pnc_id: str = ""
    prison_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What scoring found.

    Attributes:
        candidates: by cohort row, every person who shares a blocking key, with the weight of the best of their names.
        police_numbers: cleaned, of the cohort rows that gave one.
        levels: by cohort row, how it agrees with its best candidate.
        own_weight: by cohort row, its match weight against a record that says just what it says: the most it could have.
    """

    candidates: dict[int, list[Candidate]]
    police_numbers: dict[int, str]
    levels: dict[int, Levels]
    own_weight: dict[int, float]


@contextmanager
def connection(con: DuckDBPyConnection | None) -> Iterator[DuckDBPyConnection]:
    """The connection given, or one of its own for the length of the block."""
    if con is not None:
        yield con
        return
    own = connect()
    try:
        yield own
    finally:
        own.close()


@contextmanager
def linkage_attached(con: DuckDBPyConnection, file: Path) -> Iterator[None]:
    """Attach a snapshot's linkage database read-only as `linkage` for the length of the block."""
    attach(con, file, "linkage")
    try:
        yield
    finally:
        con.execute("DETACH linkage")


@contextmanager
def scored_cohort(con: DuckDBPyConnection, rows: pa.Table, model: LinkageModel, index: KeyIndex) -> Iterator[Scored]:
    """Score each row of a cohort against the few identities that share a blocking key with it.

    Args:
        con: a connection with the snapshot's linkage database attached as `linkage`.
        rows: row, surname, forename, date_of_birth, sex, pnc_id, prison_number.
        model: the frozen model.
        index: the snapshot's key index.

    *Notes*: the request's tables stand for the length of the block, for whoever wants to show how a pair was scored.
    """
    people = int(con.execute("SELECT people FROM linkage.register_size").fetchall()[0][0])
    with scratch_dropped(con):
        load_cohort(con, rows, index)
        score_candidates(con, model, people=people)
        yield Scored(
            candidates=_candidates(con),
            police_numbers=_police_numbers(con),
            levels=_levels(con, model),
            own_weight=dict(con.execute("FROM own_weight").fetchall()),
        )


def score_cohort(con: DuckDBPyConnection, rows: pa.Table, model: LinkageModel, index: KeyIndex) -> Scored:
    """The same, for whoever wants no more than what was found."""
    with scored_cohort(con, rows, model, index) as scored:
        return scored


@contextmanager
def scratch_dropped(con: DuckDBPyConnection) -> Iterator[None]:
    """Leave no table of the request behind, whatever happens in the block: they hold names."""
    try:
        yield
    finally:
        for table in _SCRATCH:
            con.execute(f"DROP TABLE IF EXISTS {table}")
        con.execute("DROP VIEW IF EXISTS forename_families")


def load_cohort(con: DuckDBPyConnection, rows: pa.Table, index: KeyIndex) -> None:
    """Make `cohort_cleaned`, each row numbered as in the spreadsheet, `candidate` (row, identity) and `candidate_identity`.

    Args:
        con: the connection.
        rows: as in `scored_cohort`.
        index: the snapshot's key index.
    """
    _copied(con, "cohort_rows", rows)
    con.execute(f"CREATE OR REPLACE TABLE cohort_cleaned AS {read_sql('cohort')}")
    con.execute("DROP TABLE cohort_rows")
    keys = con.sql(read_sql("cohort_keys")).to_arrow_table()
    places, found = index.find(keys.column("key").to_numpy())
    # A row and an identity may share several keys: each pair once, in order.
    pairs = np.unique(np.stack([keys.column("row").to_numpy()[places], found], axis=1), axis=0)
    _copied(con, "candidate", pa.table({"row": pairs[:, 0], "identity": pairs[:, 1]}))
    _copied(con, "candidate_identity", index.identities(np.unique(found)))


def _copied(con: DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    """Arrow as a table of the engine's own: a sibling cursor does not see registered Arrow."""
    con.register("rows_given", rows)
    con.execute(f"CREATE OR REPLACE TABLE {name} AS FROM rows_given")
    con.unregister("rows_given")


def score_candidates(con: DuckDBPyConnection, model: LinkageModel, *, people: int) -> None:
    """Make `scored` (one row a candidate pair, with Splink's weights) and `own_weight` (each row against itself).

    Args:
        con: a connection with the linkage database attached and the cohort loaded.
        model: the frozen model.
        people: people in the register, the denominator of name frequencies.
    """
    con.execute("CREATE OR REPLACE VIEW forename_families AS FROM linkage.forename_families")
    con.execute(f"CREATE OR REPLACE TABLE cleaned_records AS {read_sql('request_records')}")
    con.execute(f"CREATE OR REPLACE TABLE records AS {read_sql('records')}")
    con.execute(f"CREATE OR REPLACE TABLE candidate_pairs AS {read_sql('request_pairs')}")
    frequencies = request_frequencies(con, records="records", schema="linkage", people=people)
    score_by_query(con, model, records="records", pairs="candidate_pairs", frequencies=frequencies, into="scored")
    con.execute(f"CREATE OR REPLACE TABLE own_weight AS {read_sql('own_weight')}")
    con.execute("DELETE FROM scored WHERE starts_with(unique_id_r, 's')")


def _candidates(con: DuckDBPyConnection) -> dict[int, list[Candidate]]:
    found: dict[int, list[Candidate]] = {}
    for row, person_id, weight in con.execute(read_sql("people")).fetchall():
        found.setdefault(row, []).append(Candidate(person_id=person_id, weight=weight))
    return found


def _police_numbers(con: DuckDBPyConnection) -> dict[int, str]:
    return dict(con.execute("SELECT row, pnc_id FROM cohort_cleaned WHERE pnc_id IS NOT NULL").fetchall())


def _levels(con: DuckDBPyConnection, model: LinkageModel) -> dict[int, Levels]:
    level = {comparison.name: comparison.level_name for comparison in model.comparisons}
    found = con.sql(read_sql("best_levels")).to_arrow_table().to_pylist()
    return {line["row"]: Levels(**{name: level[name](line[name]) for name in Levels.__slots__}) for line in found}
