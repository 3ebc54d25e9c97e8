"""Prepares a snapshot from a source register: once per extract, read by every request."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.coverage import public_groups, public_rates
from justice_data_lab.errors import DataRefused, UsageError
from justice_data_lab.files import alone_in, canonical_json, file_sha256, files_in, sha256, whole_folder, write_json
from justice_data_lab.linkage.build import EarlierLinkage, build_linkage, keys_recipe
from justice_data_lab.linkage.key_index import index_hashes
from justice_data_lab.linkage.labelled import read_past_cohorts
from justice_data_lab.measures.index_events import build_index_events, people_ranges
from justice_data_lab.measures.index_events_refresh import EarlierEvents, events_recipe, refresh_index_events
from justice_data_lab.measures.index_events_spark import build_index_events_on_spark
from justice_data_lab.records import to_json
from justice_data_lab.register.checks import check_source
from justice_data_lab.register.clean import write_clean, write_set_aside
from justice_data_lab.register.connect import attach, connect, identifier, memory_for, parquet
from justice_data_lab.register.content import content_of
from justice_data_lab.register.describe import coverage, national_rates
from justice_data_lab.register.earlier import MARKS, RECIPES, open_earlier, same_content, why_not
from justice_data_lab.register.findings import SourceCheck
from justice_data_lab.register.marks import LIFE, PEOPLE_AT_ONCE, write_marks
from justice_data_lab.register.national_groups import groups_from, national_groups
from justice_data_lab.register.national_kinds import kinds_from, national_kinds
from justice_data_lab.register.refusal import refusal_beside
from justice_data_lab.register.schema import SCHEMA_VERSION, TABLES
from justice_data_lab.register.snapshot import COVERAGE, KEPT, KIND, MANIFEST, WORK, content_hash, open_register
from justice_data_lab.register.source import extract_date_of, id_scheme_of, next_refresh_of, open_source
from justice_data_lab.register.stages import Stages
from justice_data_lab.study import DisclosureRules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    import duckdb

    from justice_data_lab.files import FilePath, Json
    from justice_data_lab.intake.cohort import Cohort
    from justice_data_lab.register.snapshot import Register
    from justice_data_lab.register.spark import Spark

SEED = 20260101
# The date by which the rows of a table are in order of life.
_DATED = {"disposal": "disposal_date", "offence": "offence_date"}
# What the engines put aside in the work folder: a killed one's is of no use, and takes the room that is needed.
_SPILL, _SPARK = _ASIDE = ("spill", "spark")


def prepare(  # noqa: PLR0913 -- each is a choice of whoever holds the register
    source: FilePath,
    out: FilePath,
    *,
    extract_date: date | None = None,
    train_on: Sequence[FilePath] = (),
    seed: int = SEED,
    progress: Callable[[str], None] | None = None,
    spark: Spark | None = None,
    refresh: FilePath | None = None,
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
        refresh: snapshot of an earlier extract, from which what has not changed since is copied; what is made is the same.

    Raises:
        UsageError: nothing is at `source`, no extract date is known, `out` holds something else or another process is at work in it,
            `refresh` is no such snapshot.
        DataRefused: the source or a cohort breaks a rule that it must obey; nothing is left but `OUT.refused.json`, the reasons.

    Notes:
        Each stage appears whole or not at all. Content depends on source, extract date, training cohorts and seed alone.
    """
    out = Path(out).resolve()  # `.` has a name as well, and something beside it
    source, past = Path(source), tuple(map(Path, train_on))
    _look(source, out, past)
    day, scheme = extract_date_of(source, extract_date), id_scheme_of(source)
    next_refresh_of(source, after=day)
    job = _Job(source=source, out=out, extract_date=day, scheme=scheme, train_on=past, seed=seed, spark=spark)
    fingerprint = job.fingerprint()
    if _finished(out, fingerprint):
        return open_register(out)
    job = replace(job, earlier=_earlier(Path(refresh) if refresh else None, job), past=_past(job))
    with alone_in(out):
        return job.build(Stages.begin(out, WORK, fingerprint, progress, aside=_ASIDE), fingerprint)


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
    earlier: Register | None = None
    past: tuple[Cohort, ...] = ()

    def build(self, stages: Stages, fingerprint: str) -> Register:
        """All of it, in the order of the stages."""
        with refusal_beside(self.out):
            check = SourceCheck.from_dict(stages.run("check", self.check))
        stages.run("clean", lambda: self.clean(check))
        marked = stages.run("marks", lambda: self.marks(check))
        events = stages.run("index events", lambda: self.index_events(check, stages.progress))
        linkage = stages.run("linkage", self.linkage)
        content = stages.run("content", lambda: self.content(check, marked))
        _write_coverage(self.out, self.extract_date, next_refresh_of(self.source, after=self.extract_date), content)
        made = {**self.settings(fingerprint, check), **_found(check), **content, **events, "linkage": linkage}
        write_json(self.out / MANIFEST, {**made, "seconds": stages.seconds()})
        shutil.rmtree(self.out / WORK)
        return open_register(self.out)

    def fingerprint(self) -> str:
        """What the build depends on, as a hash: a build with another one is another build."""
        stats = [(str(path.relative_to(self.source)), path.stat()) for path in files_in(self.source)]
        depends: dict[str, Json] = {
            "files": [[name, stat.st_size, stat.st_mtime_ns] for name, stat in stats],
            "extract_date": self.extract_date.isoformat(),
            "train_on": [file_sha256(path) for path in self.train_on],
            "seed": self.seed,
            "versions": [SCHEMA_VERSION, version("justice-data-lab")],
        }
        return sha256(canonical_json(depends))

    def settings(self, fingerprint: str, check: SourceCheck) -> dict[str, Json]:
        """What the manifest says of how the snapshot was made."""
        return {
            RECIPES: {"index_event": events_recipe(_optional(check)), "linkage_index": keys_recipe()},
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

    def marks(self, check: SourceCheck) -> dict[str, Json]:
        """By what a later build sees whose rows are as they were; and the hashes of the tables that are read for it."""
        lives = [table.name for table in check.tables if table.name in LIFE]
        with self._connection(same_files=True) as con, whole_folder(self.out / MARKS) as folder:
            self._views(con, check)
            content = write_marks(con, folder, tables=lives, ranges=people_ranges(con, PEOPLE_AT_ONCE))
        return {name: table.to_dict() for name, table in content.items()}

    def index_events(self, check: SourceCheck, tell: Callable[[str], None]) -> dict[str, Json]:
        """One row for every disposal that can be an index disposal, with covariates and outcomes; what a refresh had to work out."""
        optional = _optional(check)
        with self._connection(same_files=True) as con, whole_folder(self.out / "index_event") as folder:
            self._views(con, check)
            spark = self._spark(*(table.name for table in check.tables))
            if spark:
                build_index_events_on_spark(spark, con, folder, extract_date=self.extract_date, tables=optional)
            elif self.earlier:
                return {"refresh": self._refreshed_events(con, folder, self.earlier, optional, tell)}
            else:
                build_index_events(con, folder, extract_date=self.extract_date, tables=optional)
        return {}

    def _refreshed_events(
        self,
        con: duckdb.DuckDBPyConnection,
        folder: Path,
        earlier: Register,
        optional: frozenset[str],
        tell: Callable[[str], None],
    ) -> dict[str, Json]:
        """The same, copied from the earlier snapshot where that is allowed."""
        why = why_not(earlier, "index_event", events_recipe(optional))
        if not why and "offence_code" in optional and not same_content(earlier, "offence_code", content_of(con, "offence_code")):
            why = f"the table offence_code is not that of {earlier.path.name}"
        if why:
            tell(f"index events, all of them, since {why}")
            build_index_events(con, folder, extract_date=self.extract_date, tables=optional)
            return {"from": earlier.content, "all_since": why}
        done = refresh_index_events(
            con,
            folder,
            earlier=EarlierEvents(events=earlier.path / "index_event", marks=earlier.path / MARKS),
            marks=self.out / MARKS,
            extract_date=self.extract_date,
            tables=optional,
        )
        return {"from": earlier.content, **done.to_dict()}

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
            built = build_linkage(con, **files, train_on=self.past, seed=self.seed, spark=spark, earlier=self._earlier_linkage())
            return built.to_dict()

    def content(self, check: SourceCheck, marked: dict[str, Json]) -> dict[str, Json]:
        """Hashes of everything that was prepared, those that the marks gave among them, and the national rates."""
        with self._connection() as con:
            self._views(con, check)
            con.execute(f"CREATE VIEW index_event AS FROM {parquet(self.out / 'index_event')}")
            attach(con, self.out / "linkage.duckdb", "linkage")
            stored = con.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_catalog = 'linkage' ORDER BY ALL"
            ).fetchall()
            relations = {name: name for name in (*(table.name for table in check.tables), "index_event") if name not in marked}
            relations |= {f"linkage.{name}": f"linkage.{identifier(name)}" for (name,) in stored}
            tables = {**marked, **{name: content_of(con, relation).to_dict() for name, relation in relations.items()}}
            rates = [rate.to_dict() for rate in national_rates(con)]
            kinds, groups = to_json(national_kinds(con)), to_json(national_groups(con))
            spans = _spans(con)
            query = "SELECT min(index_date), max(index_date) FROM index_event WHERE complete_follow_up"
            first, last = con.execute(query).fetchall()[0]
        return {
            "tables": tables,
            "content": content_hash(tables, self.out / "model.json", index_hashes(self.out / "linkage_index")),
            "national_rates": rates,
            "national_kinds": kinds,
            "national_groups": groups,
            "spans": spans,
            "followed_index_dates": [str(first), str(last)] if first else None,
        }

    def _earlier_linkage(self) -> EarlierLinkage | None:
        """Where keys of names that stayed are taken from; None when there is no such place."""
        if self.earlier is None or why_not(self.earlier, "linkage_index", keys_recipe()):
            return None
        return EarlierLinkage(database=self.earlier.linkage_file, index=self.earlier.key_index)

    def _folder(self, table: str) -> Path:
        """Where a clean table stands: names and dates of birth only in the work folder, which the build removes."""
        return self.out / table if table in KEPT else self.out / WORK / table

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

    def _connection(self, *, same_files: bool = False) -> duckdb.DuckDBPyConnection:
        """A new connection for each stage, so that one stage's memory is not the next one's."""
        return connect(memory_limit=memory_for(self.source), scratch=self.out / WORK / _SPILL, same_files=same_files)


def _write_coverage(out: Path, day: date, refresh: date | None, content: Mapping[str, Json]) -> None:
    """Write what of the snapshot is public."""
    rates = public_rates(kinds_from(content["national_kinds"]), DisclosureRules())
    groups = public_groups(groups_from(content["national_groups"]), DisclosureRules())
    write_json(out / COVERAGE, coverage(day, refresh, rates, groups))


def _optional(check: SourceCheck) -> frozenset[str]:
    """The optional tables that the source has."""
    return frozenset(table.name for table in TABLES if table.optional) - frozenset(check.missing)


def _earlier(refresh: Path | None, job: _Job) -> Register | None:
    """The snapshot to refresh from, where there is one.

    Raises:
        UsageError: it is not fit for that, or Spark is to do the work.
    """
    if refresh is None:
        return None
    if job.spark is not None:
        message = "Expected --refresh on the engine duckdb, got spark, which works everything out anew. Leave one of the two out."
        raise UsageError(message)
    return open_earlier(refresh, out=job.out, extract_date=job.extract_date, id_scheme=job.scheme)


def _past(job: _Job) -> tuple[Cohort, ...]:
    """The cohorts to train on, read before anything is written.

    Raises:
        DataRefused: intake refuses one; the reasons stand beside the snapshot that is not built.
    """
    with refusal_beside(job.out):
        return read_past_cohorts(job.train_on, day=job.extract_date)


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


def _spans(con: duckdb.DuckDBPyConnection) -> list[Json]:
    """First and last date of each dated table as it was prepared: what was set aside may hold any date."""
    spans: list[Json] = []
    for table, column in _DATED.items():
        first, last = con.execute(f"SELECT min({column}), max({column}) FROM {table}").fetchall()[0]  # noqa: S608 -- our own names
        spans += [[table, str(first), str(last)]] if first else []
    return spans


def _found(check: SourceCheck) -> Mapping[str, Json]:
    """What the manifest says of the source's check."""
    left_out = {table.name: table.left_out for table in TABLES}
    aside = [finding for finding in check.findings if finding.severity == "set aside" and finding.rows]
    warned = [finding for finding in check.findings if finding.severity == "warned"]
    return {
        "left_out": [f"{left_out[name]} (no table {name})" for name in check.missing],
        "set_aside": [[finding.table, finding.rule, finding.rows] for finding in aside],
        "warned": [[finding.table, finding.rule, finding.rows] for finding in warned],
        "source_rows": {table.name: table.rows for table in check.tables},
    }
