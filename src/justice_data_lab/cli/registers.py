"""Commands of a register, real or invented, and of invented cohorts."""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import datetime
from glob import escape
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from justice_data_lab.cli.options import CENTURY, MOST_PEOPLE, ExtractDate, Seed, Snapshot, cohort, named, register
from justice_data_lab.errors import DataRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from justice_data_lab.register.spark import Spark


@register.command()
def synthesise(
    out: Annotated[Path, typer.Argument(help="Folder to write.", callback=named)],
    people: Annotated[int, typer.Option(min=1, max=MOST_PEOPLE, help="How many people.")],
    seed: Seed,
) -> None:
    """Write an invented source register, calibrated to published figures.

    Example: `jdl register synthesise runs/register --people 200000 --seed 1`
    """
    from justice_data_lab.register.synthetic.source import synthesise as make
    from justice_data_lab.terminal import share_progress

    with share_progress(f"inventing {people:,} people") as progress:
        make(out, people=people, seed=seed, progress=progress)
    typer.echo(f"Wrote {out}")


@register.command()
def build(
    source: Annotated[
        str, typer.Argument(help="A source register: a folder of Parquet, a DuckDB file, or a database as postgresql:SERVICE.")
    ],
    out: Annotated[
        Path, typer.Argument(help="Folder of the snapshot; an unfinished build in it is taken up again.", callback=named)
    ],
    extract_date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Default: the source's manifest.json.")
    ] = None,
    train_on: Annotated[
        list[Path] | None, typer.Option(help="Past cohorts with PNC ids to train linkage on.", metavar="COHORT")
    ] = None,
    engine: Annotated[
        Literal["duckdb", "spark"],
        typer.Option(help="What does the work: this machine alone, or Spark (docs/how-to/run-on-spark.md)."),
    ] = "duckdb",
    refresh: Annotated[
        Path | None,
        typer.Option(help="The snapshot of an earlier extract: what has not changed since is copied from it.", metavar="OLD"),
    ] = None,
) -> None:
    """Check a source register and prepare the snapshot that every request reuses.

    Example: `jdl register build runs/register runs/snapshot`
    """
    from justice_data_lab.prepare import prepare
    from justice_data_lab.register.postgres import source_folder
    from justice_data_lab.terminal import stage_progress

    day = extract_date.date() if extract_date else None
    with (
        source_folder(source, extract_date=day, beside=out) as folder,
        stage_progress("building") as progress,
        _engine(engine, out) as spark,
    ):
        cohorts = tuple(train_on or ())
        made = prepare(folder, out, extract_date=day, train_on=cohorts, progress=progress, spark=spark, refresh=refresh)
    typer.echo(made.summary())


@contextmanager
def _engine(name: str, out: Path) -> Iterator[Spark | None]:
    """Spark where it is asked for: where `spark-submit` says, else on this machine alone."""
    # what Spark puts aside may hold personal data: it stays beside the snapshot, and goes with the session, or, when that was
    # killed, as soon as the build is taken up on either engine
    home, prefix = out.resolve().parent, f".{out.name}.spark-"
    for left in home.glob(f"{escape(prefix)}*"):
        rmtree(left, ignore_errors=True)
    if name == "duckdb":
        yield None
        return
    from justice_data_lab.register.spark import LOCAL, open_spark

    home.mkdir(parents=True, exist_ok=True)
    master = None if "PYSPARK_GATEWAY_PORT" in os.environ else LOCAL
    with (
        TemporaryDirectory(prefix=prefix, dir=home) as scratch,
        open_spark(master=master, scratch=Path(scratch)) as spark,
    ):
        yield spark


@register.command(name="check")
def check_register(
    source: Annotated[str, typer.Argument(help="A source register, as for `build`.")], extract_date: ExtractDate = None
) -> None:
    """Dry run of the build's rules, with a profile of the extract.

    Example: `jdl register check runs/register`
    """
    from justice_data_lab.register.checks import check_source
    from justice_data_lab.register.postgres import source_folder

    day = extract_date.date() if extract_date else None
    with source_folder(source, extract_date=day) as folder:
        result = check_source(folder, extract_date=day)
    typer.echo(result.summary())
    if result.refused:
        raise typer.Exit(DataRefused.exit_code)


@register.command(name="map")
def map_register(
    map_file: Annotated[Path, typer.Argument(help="TOML file: your columns and codes.", metavar="MAP.toml")],
    source: Annotated[Path, typer.Argument(help="Your own tables.")],
    out: Annotated[Path, typer.Argument(help="Folder of the mapped source register.", callback=named)],
) -> None:
    """Bring your own columns, code lists and offence table to the schema.

    Example: `jdl register map map.toml extract/ register/`
    """
    from justice_data_lab.register.mapping import map_source

    typer.echo(map_source(map_file, source, out).summary())


@register.command()
def describe(
    snapshot: Annotated[Path, typer.Argument(help="A snapshot made by `jdl register build`.", callback=named)],
    verify: Annotated[bool, typer.Option("--verify", help="First hold every row against what the build wrote down.")] = False,  # noqa: FBT002 -- a flag
) -> None:
    """What is in a snapshot, from when to when, and national reoffending rates by group.

    Example: `jdl register describe runs/snapshot`
    """
    from justice_data_lab.register.describe import describe as say
    from justice_data_lab.register.snapshot import open_register
    from justice_data_lab.snapshot_check import check_content

    opened = open_register(snapshot)
    if verify:
        check_content(opened)
        typer.echo(f"Every row of {snapshot.name} is as it was built: content {opened.content[:12]}.\n")
    typer.echo(say(opened))
    typer.echo(f"What of this is public, for `jdl check` and `jdl feasibility`: {opened.coverage_file}")


@register.command()
def compare(
    old: Annotated[Path, typer.Argument(help="The snapshot before.", callback=named)],
    new: Annotated[Path, typer.Argument(help="The snapshot of the new extract.", callback=named)],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,  # noqa: FBT002 -- an option of the command line
) -> None:
    """What a new extract changed: dates, rows, people, index events, reoffending rates. For the lab: it counts people.

    Example: `jdl register compare snapshots/2026-03 snapshots/2026-06`
    """
    from justice_data_lab.files import canonical_json
    from justice_data_lab.register.compare import compare as held_against
    from justice_data_lab.register.snapshot import open_register

    change = held_against(open_register(old), open_register(new))
    typer.echo(canonical_json(change.to_dict()).decode() if as_json else change.summary(), nl=not as_json)


@register.command()
def coverage(
    snapshot: Annotated[Path, typer.Argument(help="A snapshot made by `jdl register build`.", callback=named)],
    run: Annotated[list[Path], typer.Option(help="A finished run; may be given again.", metavar="RUN")],
    after: Annotated[Path | None, typer.Option(help="The snapshot before this one, whose record is taken over.")] = None,
) -> None:
    """Record finished runs, so that the public coverage.json says what share of past submissions was analysed.

    Example: `jdl register coverage snapshot --run runs/2026-01 --run runs/2026-02`
    """
    from justice_data_lab.past_submissions import record_runs

    typer.echo(record_runs(snapshot, run, after=after).summary())


@cohort.command(name="synthesise")
def synthesise_cohort(
    out: Annotated[Path, typer.Argument(help="The cohort file to write (.csv); a truth file is written beside it.")],
    snapshot: Snapshot,
    size: Annotated[
        int, typer.Option(min=1, max=MOST_PEOPLE, help="How many people; an invented register 30 times as large is large enough.")
    ],
    effect: Annotated[float, typer.Option(min=-1, max=1, help="True effect as a fraction: -0.08 is 8 points fewer.")],
    seed: Seed,
    errors: Annotated[Literal["none", "normal", "hard"], typer.Option(help="How many mistakes the file has.")] = "normal",
    max_lag_days: Annotated[
        int, typer.Option(min=0, max=CENTURY, help="Start 1 to so many days after the index date; 0 for before it.")
    ] = 0,
    hidden: Annotated[
        float, typer.Option(min=0, max=10, help="How strongly a trait that no record shows bears on taking part; try 0.4.")
    ] = 0.0,
    kind: Annotated[
        Literal["custody", "suspended_sentence_order", "community_order", "caution", "other"],
        typer.Option(help="Kind of disposal that they were under."),
    ] = "custody",
) -> None:
    """An invented cohort file with realistic errors and a chosen true effect.

    Example: `jdl cohort synthesise cohort.csv --register snapshot --size 1000 --effect -0.08 --seed 1`
    """
    from justice_data_lab.cohorts.cohort import synthesise_cohort as make
    from justice_data_lab.files import new_file
    from justice_data_lab.register.snapshot import open_register

    new_file(out)
    source = open_register(snapshot)
    make(source, out, size=size, effect=effect, seed=seed, errors=errors, hidden=hidden, kind=kind, max_lag_days=max_lag_days)
    typer.echo(f"Wrote {out}")
