"""The linkage side of a snapshot: cleaned identities, blocking keys, term frequencies and the frozen model."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from justice_data_lab.files import sha256, write_json
from justice_data_lab.linkage.build_spark import rows_by_spark
from justice_data_lab.linkage.frequencies import write_families, write_frequencies
from justice_data_lab.linkage.key_index import EarlierKeys, open_key_index, write_key_index
from justice_data_lab.linkage.keys import read_sql
from justice_data_lab.linkage.labelled import train_on_cohorts
from justice_data_lab.linkage.model import LinkageModel, shipped_model
from justice_data_lab.linkage.train import estimate_u, level_counts
from justice_data_lab.register.connect import attach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from justice_data_lab.files import Json
    from justice_data_lab.intake.cohort import Cohort
    from justice_data_lab.register.spark import Spark

# Below this many people the register is too small to say how often strangers agree.
LEAST_PEOPLE = 10_000
# All pairs of so many people are compared for u: a million pairs, two or three seconds.
SAMPLE = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageBuild:
    """What was built, for the snapshot's manifest; nothing in it is about a person.

    Attributes:
        people: people in the register.
        identities: distinct cleaned names, aliases too.
        keys: blocking keys stored.
        model_sha256: hash of the frozen model.
        u_from: `register` or `shipped`.
        u_shipped_levels: levels whose u is the shipped one although the others were estimated.
        m_from: `shipped`, or `cohorts` with known police numbers.
        trained_on: hashes of the cohort files.
    """

    people: int
    identities: int
    keys: int
    model_sha256: str
    u_from: str
    u_shipped_levels: tuple[str, ...]
    m_from: str
    trained_on: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Json]:
        """Every field by its name."""
        return {
            "people": self.people,
            "identities": self.identities,
            "keys": self.keys,
            "model_sha256": self.model_sha256,
            "u_from": self.u_from,
            "u_shipped_levels": list(self.u_shipped_levels),
            "m_from": self.m_from,
            "trained_on": list(self.trained_on),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierLinkage:
    """The linkage side of an earlier extract's snapshot, whose keys are those of `keys_recipe`.

    Attributes:
        database: file with its cleaned identities.
        index: folder of its key index.
    """

    database: Path
    index: Path


def keys_recipe() -> str:
    """What makes keys out of cleaned identities, as a hash: only keys of one recipe may stand in one index."""
    return sha256(read_sql("register_keys").encode())


def build_linkage(  # noqa: PLR0913 -- three files, and what they depend on
    con: DuckDBPyConnection,
    *,
    database: Path,
    index: Path,
    model: Path,
    train_on: tuple[Cohort, ...],
    seed: int,
    spark: Spark | None = None,
    earlier: EarlierLinkage | None = None,
) -> LinkageBuild:
    """Write a snapshot's linkage database, its key index and its frozen model; each appears whole or not at all.

    Args:
        con: a connection with the views `identity` and `person` of the source register.
        database: file to write: `identity` (one row a distinct name), `frequency_*`, `forename_families`.
        index: folder to write, see `key_index`.
        model: file to write, see `LinkageModel`.
        train_on: past cohorts with police numbers, from which m is estimated; without any the shipped m stands.
        seed: of the sample from which u is estimated.
        spark: works out the tables, where one is given; it has the same two views.
        earlier: where keys of identities that stayed are taken from; what is written is the same with it and without.

    Raises:
        UsageError: the training cohorts cannot train every level.
    """
    part = database.with_name(f".{database.name}.part")
    part.unlink(missing_ok=True)
    attach(con, part, "linkage", writable=True)
    try:
        counts = _write_tables(con, index, rows_by_spark(spark, con) if spark else read_sql, earlier)
        trained, build = _train(con, counts, index, train_on, seed)
        con.execute("CHECKPOINT linkage")
    finally:
        con.execute("DETACH linkage")
    part.replace(database)
    write_json(model, trained.to_dict())
    return build


def _write_tables(
    con: DuckDBPyConnection, index: Path, rows: Callable[[str], str], earlier: EarlierLinkage | None
) -> tuple[int, int, int]:
    con.execute(f"CREATE TABLE linkage.identity AS {rows('identity')}")
    with _attached(con, earlier) as taken_from:
        keys = write_key_index(con, index, identities="linkage.identity", rows=rows, earlier=taken_from)
    write_frequencies(con, identities="linkage.identity", schema="linkage", rows=rows)
    write_families(con, "linkage.forename_families")
    con.execute("CREATE TABLE linkage.register_size AS SELECT count(DISTINCT CAST(person_id AS VARCHAR)) AS people FROM person")
    people, names = "SELECT people FROM linkage.register_size", "SELECT count(*) FROM linkage.identity"
    counts = [int(con.execute(query).fetchall()[0][0]) for query in (people, names)]
    return counts[0], counts[1], keys


@contextmanager
def _attached(con: DuckDBPyConnection, earlier: EarlierLinkage | None) -> Iterator[EarlierKeys | None]:
    if earlier is None:
        yield None
        return
    attach(con, earlier.database, "earlier")
    try:
        yield EarlierKeys(index=open_key_index(earlier.index), identities="earlier.identity")
    finally:
        con.execute("DETACH earlier")


def _train(
    con: DuckDBPyConnection, counts: tuple[int, int, int], index: Path, train_on: tuple[Cohort, ...], seed: int
) -> tuple[LinkageModel, LinkageBuild]:
    people, identities, keys = counts
    model = replace(shipped_model(), prior=1.0 / max(people, LEAST_PEOPLE))
    u_from = "shipped"
    kept: tuple[str, ...] = ()
    if people >= LEAST_PEOPLE:
        model, kept = _train_u(con, model, seed)
        u_from = "register"
    if train_on:
        model = train_on_cohorts(con, model, train_on, index=open_key_index(index), people=people)
    build = LinkageBuild(
        people=people,
        identities=identities,
        keys=keys,
        model_sha256=model.sha256(),
        u_from=u_from,
        u_shipped_levels=kept,
        m_from="cohorts" if train_on else "shipped",
        trained_on=tuple(cohort.file_sha256 for cohort in train_on),
    )
    return model, build


def _train_u(con: DuckDBPyConnection, model: LinkageModel, seed: int) -> tuple[LinkageModel, tuple[str, ...]]:
    con.execute(f"CREATE OR REPLACE TABLE cleaned_records AS {read_sql('sample')}", {"seed": str(seed), "size": SAMPLE})
    con.execute("CREATE OR REPLACE VIEW forename_families AS FROM linkage.forename_families")
    con.execute(f"CREATE OR REPLACE TABLE sample_records AS {read_sql('records')}")
    con.execute(f"CREATE OR REPLACE TABLE sample_pairs AS {read_sql('all_pairs')}")
    counts = level_counts(con, model, records="sample_records", pairs="sample_pairs")
    for table in ("sample_pairs", "sample_records", "cleaned_records"):
        con.execute(f"DROP TABLE {table}")
    con.execute("DROP VIEW forename_families")
    trained = estimate_u(model.comparisons, counts)
    note = f"u from all pairs of {SAMPLE} people of this register, seed {seed}; shipped u for {', '.join(trained.kept) or 'no level'}"
    return model.with_comparisons(trained.comparisons, (note,)), trained.kept
