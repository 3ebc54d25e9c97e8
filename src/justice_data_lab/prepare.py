"""Prepares a snapshot from a source register: once per extract, read by every request."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.coverage import public_groups, public_rates
from justice_data_lab.errors import DataRefused, UsageError
from justice_data_lab.files import canonical_json, file_sha256, sha256, whole_folder, write_json
from justice_data_lab.linkage.build import build_linkage
from justice_data_lab.linkage.key_index import index_hashes
from justice_data_lab.measures.index_events import build_index_events
from justice_data_lab.measures.index_events_spark import build_index_events_on_spark
from justice_data_lab.records import to_json
from justice_data_lab.register.checks import check_source
from justice_data_lab.register.clean import write_clean, write_set_aside
from justice_data_lab.register.connect import attach, connect, identifier, parquet
from justice_data_lab.register.content import content_of
from justice_data_lab.register.describe import coverage, national_rates
from justice_data_lab.register.findings import SourceCheck
from justice_data_lab.register.national_groups import groups_from, national_groups
from justice_data_lab.register.national_kinds import kinds_from, national_kinds
from justice_data_lab.register.refusal import refusal_beside
from justice_data_lab.register.schema import SCHEMA_VERSION, TABLES
from justice_data_lab.register.snapshot import COVERAGE, KIND, MANIFEST, WORK, open_register
from justice_data_lab.register.source import extract_date_of, id_scheme_of, next_refresh_of, open_source
from justice_data_lab.register.stages import Stages
from justice_data_lab.study import DisclosureRules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    import duckdb

    from justice_data_lab.files import Json
    from justice_data_lab.register.snapshot import Register
    from justice_data_lab.register.spark import Spark

SEED = 20260101
# With what Python and the Parquet readers hold besides, a build stays under 4 GB.
MEMORY = "2500MB"
_KEPT = ("offence", "disposal")
# What the engines put aside in the work folder: a killed one's is of no use, and takes the room that is needed.
_SPILL, _SPARK = _ASIDE = ("spill", "spark")


def prepare(  # noqa: PLR0913 -- each is a choice of whoever holds the register
    source: Path,
    out: Path,
    *,
    extract_date: date | None = None,
    train_on: tuple[Path, ...] = (),
    seed: int = SEED,
    progress: Callable[[str], None] | None = None,
    spark: Spark | None = None,
) -> Register:
    """Check a source register and prepare the snapshot that every request reuses.

    Args:
        source: folder of Parquet or DuckDB file, as `docs/reference/register-schema.md` says.
        out: folder of the snapshot; an unfinished build of the same source in it is taken up again.
        extract_date: day up to which the register was extracted; default from the source's `manifest.json`.
        train_on: past cohorts with known police numbers, to train linkage on.
        seed: of the sample on which linkage learns how often strangers agree.
        progress: told the name of each stage as it begins.
        spark: works out index events and the linkage tables, where one is given; its workers see `out` at the same path.

    Raises:
        UsageError: nothing is at `source`, no extract date is known, or `out` holds something else.
        DataRefused: the source breaks a rule that it must obey; nothing is left but `OUT.refused.json`, the reasons.

    Notes:
        Each stage appears whole or not at all. Snapshot content depends on the source, the extract date, the training
        cohorts and the seed only; seconds in the manifest are outside that promise.
    """
    _look(source, out, train_on)
    day, refresh = extract_date_of(source, extract_date), next_refresh_of(source)
    job = _Job(source=source, out=out, extract_date=day, scheme=id_scheme_of(source), train_on=train_on, seed=seed, spark=spark)
    fingerprint = job.fingerprint()
    if _finished(out, fingerprint):
        return open_register(out)
    stages = Stages.begin(out, WORK, fingerprint, progress, aside=_ASIDE)
    with refusal_beside(out):
        check = SourceCheck.from_dict(stages.run("check", job.check))
    stages.run("clean", lambda: job.clean(check))
    stages.run("index events", lambda: job.index_events(check))
    linkage = stages.run("linkage", job.linkage)
    content = stages.run("content", lambda: job.content(check))
    rates = public_rates(kinds_from(content["national_kinds"]), DisclosureRules())
    groups = public_groups(groups_from(content["national_groups"]), DisclosureRules())
    write_json(out / COVERAGE, coverage(day, refresh, rates, groups))
    write_json(
        out / MANIFEST, {**job.settings(fingerprint), **_found(check), **content, "linkage": linkage, "seconds": stages.seconds()}
    )
    shutil.rmtree(out / WORK)
    return open_register(out)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """One build: where from, where to, with what; each method is the work of one stage."""

    source: Path
    out: Path
    extract_date: date
    scheme: str
    train_on: tuple[Path, ...]
    seed: int
    spark: Spark | None = None

    def fingerprint(self) -> str:
        """What the build depends on, as a hash: a build with another one is another build."""
        folder = self.source.is_dir()
        files = sorted(path for path in self.source.rglob("*") if path.is_file()) if folder else [self.source]
        stats = [(str(path.relative_to(self.source)), path.stat()) for path in files]
        depends: dict[str, Json] = {
            "files": [[name, stat.st_size, stat.st_mtime_ns] for name, stat in stats],
            "extract_date": self.extract_date.isoformat(),
            "train_on": [file_sha256(path) for path in self.train_on],
            "seed": self.seed,
            "versions": [SCHEMA_VERSION, version("justice-data-lab")],
        }
        return sha256(canonical_json(depends))

    def settings(self, fingerprint: str) -> dict[str, Json]:
        """What the manifest says of how the snapshot was made."""
        return {
            "kind": KIND,
            "schema_version": SCHEMA_VERSION,
            "version": version("justice-data-lab"),
            "extract_date": self.extract_date.isoformat(),
            "id_scheme": self.scheme,
            "seed": self.seed,
            "fingerprint": fingerprint,
        }

    def check(self) -> dict[str, Json]:
        """Test every rule; stop when one says so."""
        try:
            with self._connection() as con:
                check = check_source(self.source, extract_date=self.extract_date, con=con)
            check.refuse()
        except DataRefused:
            shutil.rmtree(self.out)
            raise
        return check.to_dict()

    def clean(self, check: SourceCheck) -> dict[str, Json]:
        """Write the source's good rows, ids as text, and which rows were set aside."""
        with self._connection() as con:
            there = open_source(con, self.source).tables
            for table in TABLES:
                if table.name in there:
                    with whole_folder(self._folder(table.name)) as folder:
                        write_clean(con, table, check, folder)
            with whole_folder(self.out / "set_aside") as folder:
                for table in TABLES:
                    if table.name in there:
                        write_set_aside(con, table, check, folder / f"{table.name}.parquet")
        return {}

    def index_events(self, check: SourceCheck) -> dict[str, Json]:
        """One row for every disposal that can be an index disposal, with covariates and outcomes."""
        optional = frozenset(table.name for table in TABLES if table.optional) - frozenset(check.missing)
        with self._connection() as con, whole_folder(self.out / "index_event") as folder:
            self._views(con, check)
            spark = self._spark(*(table.name for table in check.tables))
            if spark:
                build_index_events_on_spark(spark, con, folder, extract_date=self.extract_date, tables=optional)
            else:
                build_index_events(con, folder, extract_date=self.extract_date, tables=optional)
        return {}

    def linkage(self) -> dict[str, Json]:
        """Cleaned identities, blocking keys and the frozen model."""
        for leaving in self.out.glob(".linkage.duckdb.part*"):
            leaving.unlink()
        spark = self._spark("person", "identity")
        with self._connection() as con:
            for name in ("person", "identity"):
                con.execute(f"CREATE VIEW {name} AS FROM {parquet(self._folder(name))}")
            database, model = self.out / "linkage.duckdb", self.out / "model.json"
            files = {"database": database, "index": self.out / "linkage_index", "model": model}
            return build_linkage(con, **files, train_on=self.train_on, seed=self.seed, spark=spark).to_dict()

    def content(self, check: SourceCheck) -> dict[str, Json]:
        """Hashes of everything that was prepared, and the national rates."""
        with self._connection() as con:
            self._views(con, check)
            con.execute(f"CREATE VIEW index_event AS FROM {parquet(self.out / 'index_event')}")
            attach(con, self.out / "linkage.duckdb", "linkage")
            stored = con.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_catalog = 'linkage' ORDER BY ALL"
            ).fetchall()
            relations = {name: name for name in (*(table.name for table in check.tables), "index_event")}
            relations |= {f"linkage.{name}": f"linkage.{identifier(name)}" for (name,) in stored}
            tables: dict[str, Json] = {name: content_of(con, relation).to_dict() for name, relation in relations.items()}
            rates = [rate.to_dict() for rate in national_rates(con)]
            kinds, groups = to_json(national_kinds(con)), to_json(national_groups(con))
            query = "SELECT min(index_date), max(index_date) FROM index_event WHERE complete_follow_up"
            first, last = con.execute(query).fetchall()[0]
        hashed: dict[str, Json] = {"tables": tables, "model": file_sha256(self.out / "model.json")}
        hashed["index"] = index_hashes(self.out / "linkage_index")
        return {
            "tables": tables,
            "content": sha256(canonical_json(hashed)),
            "national_rates": rates,
            "national_kinds": kinds,
            "national_groups": groups,
            "followed_index_dates": [str(first), str(last)] if first else None,
        }

    def _folder(self, table: str) -> Path:
        """Where a clean table stands: names and dates of birth only in the work folder, which the build removes."""
        return self.out / table if table in _KEPT else self.out / WORK / table

    def _views(self, con: duckdb.DuckDBPyConnection, check: SourceCheck) -> None:
        for table in check.tables:
            con.execute(f"CREATE VIEW {table.name} AS FROM {parquet(self._folder(table.name))}")

    def _spark(self, *tables: str) -> Spark | None:
        """Spark with these clean tables as views, and its own folder for what is on its way; None without one."""
        if self.spark is None:
            return None
        for name in tables:
            self.spark.read(name, self._folder(name))
        return self.spark.at(self.out / WORK / _SPARK)

    def _connection(self) -> duckdb.DuckDBPyConnection:
        """A new connection for each stage, so that one stage's memory is not the next one's."""
        return connect(memory_limit=MEMORY, scratch=self.out / WORK / _SPILL)


def _look(source: Path, out: Path, train_on: tuple[Path, ...]) -> None:
    """See that what the build needs is there, before anything is done."""
    absent = [path.name for path in (source, *train_on) if not path.exists()]
    if absent:
        message = f"Expected {', '.join(absent)}, found nothing there. Check the path."
        raise UsageError(message)
    if out.resolve().is_relative_to(source.resolve()):
        message = (
            f"Expected a folder outside the source register {source.name}, got one in it. Choose another folder for the snapshot."
        )
        raise UsageError(message)


def _finished(out: Path, fingerprint: str) -> bool:
    """Whether the very same build is already there.

    Raises:
        UsageError: something else is.
    """
    if out.exists() and not out.is_dir():
        message = f"Expected a folder at {out.name}, found a file. Choose another name for the snapshot."
        raise UsageError(message)
    if not out.exists() or not any(out.iterdir()):
        return False
    if not (out / MANIFEST).is_file():
        if (out / WORK).is_dir():
            return False
        message = f"Expected a new folder at {out.name}, found one with other files. Choose another folder for the snapshot."
        raise UsageError(message)
    if open_register(out).manifest["fingerprint"] != fingerprint:
        message = f"{out.name} already holds a snapshot of another source or extract. Choose another folder, or remove that one."
        raise UsageError(message)
    shutil.rmtree(out / WORK, ignore_errors=True)
    return True


def _found(check: SourceCheck) -> Mapping[str, Json]:
    """What the manifest says of the source's check."""
    left_out = {table.name: table.left_out for table in TABLES}
    aside = [finding for finding in check.findings if finding.severity == "set aside" and finding.rows]
    warned = [finding for finding in check.findings if finding.severity == "warned"]
    dated = {"offence": "offence_date", "disposal": "disposal_date"}
    columns = ((table.name, column) for table in check.tables for column in table.columns if dated.get(table.name) == column.name)
    return {
        "left_out": [f"{left_out[name]} (no table {name})" for name in check.missing],
        "set_aside": [[finding.table, finding.rule, finding.rows] for finding in aside],
        "warned": [[finding.table, finding.rule, finding.rows] for finding in warned],
        "source_rows": {table.name: table.rows for table in check.tables},
        "spans": [[name, str(column.first), str(column.last)] for name, column in columns],
    }
