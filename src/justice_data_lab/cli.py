"""The command line `jdl`: one sub-command a room, plus `run`, `evaluate`, `demo`, `register` and `feasibility`.

Commands only translate: options in, one call, one exit code out. Imports stand inside them, so that `jdl --help` is quick.
"""

from __future__ import annotations

import os
import shlex
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from justice_data_lab.cli_review import review
from justice_data_lab.errors import DataRefused, UsageError

app = typer.Typer(
    help="A justice data lab: does this programme cut reoffending?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="markdown",
)
register = typer.Typer(help="Make, check, map, build and describe registers.", no_args_is_help=True)
cohort = typer.Typer(help="Make invented cohorts with a known effect.", no_args_is_help=True)
app.add_typer(register, name="register")
app.add_typer(cohort, name="cohort")
app.command()(review)

Out = Annotated[Path, typer.Option("--out", help="Folder to write; an unfinished run in it is taken up again.")]
CohortFile = Annotated[Path, typer.Argument(help="The cohort file: .csv, .xlsx or .ods by the template.", metavar="COHORT")]
Snapshot = Annotated[Path, typer.Option("--register", help="A snapshot made by `jdl register build`.", metavar="SNAPSHOT")]
MapFile = Annotated[Path | None, typer.Option("--map", help="TOML file that names your own headings.", metavar="FILE")]
LabFile = Annotated[Path | None, typer.Option("--lab", help="The lab's settings; default: lab.toml beside the study.")]
ExtractDate = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Default: the source's manifest.json.")]
ReviewFiles = Annotated[
    list[Path] | None, typer.Option("--review", help="Decisions made by `jdl review`; may be given again.", metavar="FILE")
]
StudyFile = Annotated[Path, typer.Argument(help="The study file.", metavar="STUDY.toml")]


def _today() -> date:
    return date.today()  # noqa: DTZ011 -- the day on the user's own calendar


def _command() -> str:
    return shlex.join(["jdl", *sys.argv[1:]])


@app.command()
def demo(out: Out = Path("runs/demo"), seed: Annotated[int, typer.Option(help="Another invented world.")] = 20261122) -> None:
    """The whole main job on an invented register and a sample cohort.

    Example: `jdl demo --out runs/demo`
    """
    from justice_data_lab.demo import run_demo
    from justice_data_lab.terminal import out as screen

    for line in run_demo(out, seed=seed, today=_today(), command=_command()):
        screen.print(line, markup=False)


@app.command()
def template(out: Annotated[Path, typer.Argument(help="A file ending in .xlsx, .ods or .csv.")]) -> None:
    """The blank cohort template, with guidance and checks as you type.

    Example: `jdl template cohort.xlsx`
    """
    from justice_data_lab.files import new_file
    from justice_data_lab.intake.template import write_template

    new_file(out)
    write_template(out)
    typer.echo(f"Wrote {out}")


@app.command()
def check(
    file: CohortFile,
    map_file: MapFile = None,
    coverage: Annotated[Path | None, typer.Option(help="The lab's public coverage.json.")] = None,
    errors: Annotated[
        Path | None, typer.Option(help="Write the problems: .json a list; .csv, .xlsx, .ods your file with what to fix.")
    ] = None,
    lab: LabFile = None,
) -> None:
    """Every problem in a cohort file, by row and column, in plain words. Needs no register.

    Example: `jdl check cohort.xlsx --coverage coverage.json --errors to-fix.xlsx`
    """
    from justice_data_lab.files import writable_place
    from justice_data_lab.intake.cohort import check_cohort
    from justice_data_lab.intake.outputs import write_problems
    from justice_data_lab.lab_file import read_lab

    if errors:
        writable_place(errors)
    result = check_cohort(file, column_map=map_file, coverage=coverage, today=_today(), lab=read_lab(lab))
    typer.echo(result.summary())
    if errors:
        write_problems(result, errors, file)
        typer.echo(f"Wrote {errors}")
    if result.refused:
        raise typer.Exit(DataRefused.exit_code)


@app.command()
def link(file: CohortFile, snapshot: Snapshot, out: Out, map_file: MapFile = None, decisions: ReviewFiles = None) -> None:
    """Find a cohort's people in the register, with a quality report; no outcome is read.

    Example: `jdl link cohort.csv --register snapshot --out runs/link`
    """
    from justice_data_lab.pipeline import link_only
    from justice_data_lab.register.snapshot import open_register
    from justice_data_lab.request import Request
    from justice_data_lab.terminal import room_progress

    request = Request(
        cohort=file,
        register=open_register(snapshot),
        column_map=map_file,
        review=tuple(decisions or ()),
        today=_today(),
        command=_command(),
    )
    with room_progress() as progress:
        linkage = link_only(request, out, progress=progress)
    typer.echo(linkage.summary())


def _no_batch(folder: Path | None) -> None:
    if folder:
        message = "--batch: not in this version. Run one study at a time."
        raise UsageError(message)


@app.command()
def run(
    study: StudyFile,
    file: Annotated[Path, typer.Option("--cohort", help="The cohort file.", metavar="FILE")],
    snapshot: Snapshot,
    out: Out,
    map_file: MapFile = None,
    lab: LabFile = None,
    batch: Annotated[Path | None, typer.Option(hidden=True, is_eager=True, callback=_no_batch)] = None,  # noqa: ARG001
    earlier: Annotated[
        list[Path] | None, typer.Option(help="Earlier runs of the same programme; may be given again.", metavar="RUN")
    ] = None,
    decisions: ReviewFiles = None,
) -> None:
    """The whole job: a cohort file in, a tailored report out.

    Example: `jdl run study.toml --cohort cohort.csv --register snapshot --out runs/2026-01`
    """
    from justice_data_lab.pipeline import run as run_pipeline
    from justice_data_lab.register.snapshot import open_register
    from justice_data_lab.request import Request
    from justice_data_lab.terminal import room_progress, show_report, show_warnings

    request = Request(
        cohort=file,
        register=open_register(snapshot),
        column_map=map_file,
        earlier=tuple(earlier or ()),
        review=tuple(decisions or ()),
        today=_today(),
        command=_command(),
    )
    try:
        with room_progress() as progress:
            report = run_pipeline(study, request, out, lab_file=_lab_beside(lab, study), progress=progress)
    finally:
        show_warnings(out)
        show_report(out)
    typer.echo(report.summary())


@app.command()
def evaluate(
    study: StudyFile,
    data: Annotated[Path, typer.Option("--data", help="CSV or Parquet, one row a person.", metavar="FILE")],
    out: Out,
    lab: LabFile = None,
) -> None:
    """The same from matching on, for data that are already linked or randomised.

    Example: `jdl evaluate examples/tarp/study.toml --data tarp.csv --out runs/tarp`
    """
    from justice_data_lab.pipeline import evaluate as evaluate_data
    from justice_data_lab.request import Linked
    from justice_data_lab.terminal import room_progress, show_report

    request = Linked(data=data, today=_today(), command=_command())
    try:
        with room_progress() as progress:
            report = evaluate_data(study, request, out, lab_file=_lab_beside(lab, study), progress=progress)
    finally:
        show_report(out)
    typer.echo(report.summary())


def _lab_beside(lab: Path | None, study: Path) -> Path | None:
    beside = study.with_name("lab.toml")
    return lab or (beside if beside.is_file() else None)


@app.command()
def feasibility(
    size: Annotated[int, typer.Option(min=1, max=100_000_000, help="People you expect to be analysed.")],
    base_rate: Annotated[float, typer.Option(help="Reoffending rate without the programme, a fraction such as 0.40.")],
    ratio: Annotated[float, typer.Option(help="Effective comparison people for each person analysed.")] = 8.0,
    power: Annotated[float, typer.Option(help="Chance of showing a true effect of that size.")] = 0.8,
) -> None:
    """What effect such a cohort could detect, before anyone sends data.

    Example: `jdl feasibility --size 300 --base-rate 0.40`
    """
    from justice_data_lab.estimation.power import feasibility as work_out

    typer.echo(work_out(size, base_rate, ratio=ratio, power=power).summary())


@register.command()
def synthesise(
    out: Annotated[Path, typer.Argument(help="Folder to write.")],
    people: Annotated[int, typer.Option(min=1, help="How many people.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same register.")],
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
    source: Annotated[Path, typer.Argument(help="A source register: a folder of Parquet, or a DuckDB file.")],
    out: Annotated[Path, typer.Argument(help="Folder of the snapshot; an unfinished build in it is taken up again.")],
    extract_date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Default: the source's manifest.json.")
    ] = None,
    train_on: Annotated[
        list[Path] | None, typer.Option(help="Past cohorts with PNC ids to train linkage on.", metavar="COHORT")
    ] = None,
    engine: Annotated[str, typer.Option(help="duckdb; spark comes with a later version.")] = "duckdb",
) -> None:
    """Check a source register and prepare the snapshot that every request reuses.

    Example: `jdl register build runs/register runs/snapshot`
    """
    from justice_data_lab.prepare import prepare
    from justice_data_lab.terminal import stage_progress

    if engine != "duckdb":
        message = f"--engine {engine}: not in this version. Use duckdb."
        raise UsageError(message)
    with stage_progress("building") as progress:
        made = prepare(
            source,
            out,
            extract_date=extract_date.date() if extract_date else None,
            train_on=tuple(train_on or ()),
            progress=progress,
        )
    typer.echo(made.summary())


@register.command(name="check")
def check_register(source: Annotated[Path, typer.Argument(help="A source register.")], extract_date: ExtractDate = None) -> None:
    """Dry run of the build's rules, with a profile of the extract.

    Example: `jdl register check runs/register`
    """
    from justice_data_lab.register.checks import check_source

    result = check_source(source, extract_date=extract_date.date() if extract_date else None)
    typer.echo(result.summary())
    if result.refused:
        raise typer.Exit(DataRefused.exit_code)


@register.command(name="map")
def map_register(
    map_file: Annotated[Path, typer.Argument(help="TOML file: your columns and codes.", metavar="MAP.toml")],
    source: Annotated[Path, typer.Argument(help="Your own tables.")],
    out: Annotated[Path, typer.Argument(help="Folder of the mapped source register.")],
) -> None:
    """Bring your own columns, code lists and offence table to the schema.

    Example: `jdl register map map.toml extract/ register/`
    """
    from justice_data_lab.register.mapping import map_source

    typer.echo(map_source(map_file, source, out).summary())


@register.command()
def describe(snapshot: Annotated[Path, typer.Argument(help="A snapshot made by `jdl register build`.")]) -> None:
    """What is in a snapshot, from when to when, and national reoffending rates by group.

    Example: `jdl register describe runs/snapshot`
    """
    from justice_data_lab.register.describe import describe as say
    from justice_data_lab.register.snapshot import open_register

    typer.echo(say(open_register(snapshot)))


@cohort.command(name="synthesise")
def synthesise_cohort(
    out: Annotated[Path, typer.Argument(help="The cohort file to write (.csv); a truth file is written beside it.")],
    snapshot: Snapshot,
    size: Annotated[int, typer.Option(min=1, help="How many people.")],
    effect: Annotated[float, typer.Option(min=-1, max=1, help="True effect as a fraction: -0.08 is 8 points fewer.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same cohort.")],
    errors: Annotated[Literal["none", "normal", "hard"], typer.Option(help="How many mistakes the file has.")] = "normal",
) -> None:
    """An invented cohort file with realistic errors and a chosen true effect.

    Example: `jdl cohort synthesise cohort.csv --register snapshot --size 1000 --effect -0.08 --seed 1`
    """
    from justice_data_lab.cohorts.cohort import synthesise_cohort as make
    from justice_data_lab.files import new_file
    from justice_data_lab.register.snapshot import open_register

    new_file(out)
    make(open_register(snapshot), out, size=size, effect=effect, seed=seed, errors=errors)
    typer.echo(f"Wrote {out}")


def _later(words: str, group: typer.Typer) -> None:
    """A command that a later version brings: refused by its name, not as a typing error."""

    def refuse() -> None:
        message = f"jdl {words}: not in this version. `jdl --help` lists what is."
        raise UsageError(message)

    group.command(
        name=words.rsplit(" ", maxsplit=1)[-1],
        hidden=True,
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )(refuse)


for _name in ("diff", "protocol", "release", "bulletin", "serve", "library"):
    _later(_name, app)
_later("register compare", register)


def main() -> None:
    """Run `jdl`; every failure ends in one line for people and an exit code for programs."""
    # Two linear-algebra threads on a busy machine are slower than one; it must be said before numpy is imported.
    for library in ("OPENBLAS", "MKL", "OMP"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    try:
        app(standalone_mode=True)
    except Exception as error:  # noqa: BLE001 -- the last door: nothing may show a foreign exception's text
        from justice_data_lab.terminal import end_with

        sys.exit(end_with(error))
