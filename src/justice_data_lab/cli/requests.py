"""Commands of a request: check a file, link it, run it, evaluate linked data, freeze a protocol, plan ahead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from justice_data_lab.cli.options import (
    CohortFile,
    IdMap,
    LabFile,
    LedgerFile,
    LedgerKey,
    MapFile,
    Out,
    ProtocolFile,
    ReviewFiles,
    Seed,
    Snapshot,
    StudyFile,
    app,
    command,
    lab_beside,
    ledger_named,
    named,
    today,
)
from justice_data_lab.errors import DataRefused, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justice_data_lab.batch import Entry
    from justice_data_lab.request import Request


@app.command()
def demo(out: Out = Path("runs/demo"), seed: Seed = 20261122) -> None:
    """The whole main job on an invented register and a sample cohort.

    Example: `jdl demo --out runs/demo`
    """
    from justice_data_lab.demo import run_demo
    from justice_data_lab.terminal import out as screen

    for line in run_demo(out, seed=seed, today=today(), command=command()):
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
    from justice_data_lab.files import keep_apart, writable_place
    from justice_data_lab.intake.cohort import check_cohort
    from justice_data_lab.intake.outputs import write_problems
    from justice_data_lab.lab_file import read_lab

    if errors:
        keep_apart(errors, file, map_file, coverage, lab)
        writable_place(errors)
    result = check_cohort(file, column_map=map_file, coverage=coverage, today=today(), lab=read_lab(lab))
    typer.echo(result.summary())
    if errors:
        write_problems(result, errors, file)
        typer.echo(f"Wrote {errors}")
    if result.refused:
        raise typer.Exit(DataRefused.exit_code)


@app.command()
def split(
    file: CohortFile,
    by: Annotated[str, typer.Option("--by", help="Heading of the column that names the programme.", metavar="HEADING")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for a file of each value; without it they are only counted.")
    ] = None,
    map_file: MapFile = None,
) -> None:
    """One file with several programmes: how many people each has, and a file for each, in which rows keep their numbers.

    Example: `jdl split cohort.xlsx --by programme --out parts`
    """
    from justice_data_lab.intake.parts import group_rows, write_parts

    found = group_rows(file, by, today=today(), column_map=map_file)
    typer.echo(found.summary())
    if out:
        for path in write_parts(found, file, out, column_map=map_file):
            typer.echo(f"Wrote {path}")


@app.command()
def link(file: CohortFile, snapshot: Snapshot, out: Out, map_file: MapFile = None, reviews: ReviewFiles = None) -> None:
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
        review=tuple(reviews or ()),
        today=today(),
        command=command(),
    )
    with room_progress() as progress:
        linkage = link_only(request, out, progress=progress)
    typer.echo(linkage.summary())


Earlier = Annotated[
    list[Path] | None,
    typer.Option(help="Earlier runs of the same programme: kept out of the pool, and counted as told.", metavar="RUN"),
]
Similar = Annotated[
    list[Path] | None,
    typer.Option(help="Runs of other programmes of the same kind, for the share of the comparison group that had such help."),
]


@app.command()
def run(
    study: Annotated[Path | None, typer.Argument(help="The study file.", metavar="STUDY.toml")] = None,
    file: Annotated[Path | None, typer.Option("--cohort", help="The cohort file.", metavar="FILE")] = None,
    *,
    snapshot: Snapshot,
    out: Out,
    map_file: MapFile = None,
    lab: LabFile = None,
    batch: Annotated[
        Path | None, typer.Option(help="A folder for each request, in place of STUDY.toml and --cohort.", metavar="FOLDER")
    ] = None,
    earlier: Earlier = None,
    similar: Similar = None,
    protocol_file: ProtocolFile = None,
    reviews: ReviewFiles = None,
    ledger: LedgerFile = None,
    ledger_key: LedgerKey = None,
    id_map: IdMap = None,
) -> None:
    """The whole job: a cohort file in, a tailored report out; with --batch, of many requests.

    Example: `jdl run study.toml --cohort cohort.csv --register snapshot --out runs/2026-01`
    """
    from justice_data_lab.register.snapshot import open_register
    from justice_data_lab.request import Request

    one = {"STUDY.toml": study, "--cohort": file, "--map": map_file, "--protocol": protocol_file, "--review": reviews}
    one |= {"--earlier": earlier, "--similar": similar}
    if batch:
        _not_with_batch(one)
        raise typer.Exit(_run_batch(batch, snapshot, out, lab, ledger, ledger_key, id_map))
    if study is None or file is None:
        message = "jdl run: expected STUDY.toml and --cohort FILE, or --batch FOLDER. `jdl run --help` has an example."
        raise UsageError(message)
    kept, key = ledger_named(lab_beside(lab, study), ledger, ledger_key)
    request = Request(
        cohort=file,
        register=open_register(snapshot),
        column_map=map_file,
        earlier=tuple(earlier or ()),
        similar=tuple(similar or ()),
        review=tuple(reviews or ()),
        protocol=protocol_file,
        ledger=kept,
        ledger_key=key,
        id_map=id_map,
        today=today(),
        command=command(),
    )
    _run_one(study, request, out, lab_beside(lab, study))


def _run_one(study: Path, request: Request, out: Path, lab: Path | None) -> None:
    """One request with its progress, and where its report is however it ends."""
    from justice_data_lab.pipeline import run as run_pipeline
    from justice_data_lab.terminal import run_progress

    with run_progress(out) as progress:
        report = run_pipeline(study, request, out, lab_file=lab, progress=progress)
    typer.echo(report.summary())


def _not_with_batch(given: Mapping[str, object]) -> None:
    said = [name for name, value in given.items() if value]
    if said:
        message = f"--batch: {', '.join(said)} cannot be given with it; each request's folder holds its own files. Take it out."
        raise UsageError(message)


def _run_batch(
    batch: Path, snapshot: Path, out: Path, lab: Path | None, ledger: Path | None, ledger_key: Path | None, id_map: Path | None
) -> int:
    """Every request of a folder, one line for each, and the exit code of the whole."""
    from justice_data_lab.batch import SUMMARY, entries, exit_code, run_batch
    from justice_data_lab.files import writable_place
    from justice_data_lab.register.snapshot import open_register
    from justice_data_lab.request import Request
    from justice_data_lab.terminal import batch_progress

    found, opened = entries(batch, lab), open_register(snapshot)
    writable_place(out)
    out.mkdir(parents=True, exist_ok=True)

    def request(entry: Entry) -> Request:
        kept, key = ledger_named(entry.lab, ledger, ledger_key)
        return Request(
            cohort=entry.cohort, register=opened, column_map=entry.column_map, protocol=entry.protocol,
            ledger=kept, ledger_key=key, id_map=id_map, today=today(), command=command(),
        )  # fmt: skip

    ended = run_batch(found, out, request=request, progress=batch_progress)
    for each in ended:
        typer.echo(f"{each.name}: {'done' if each.exit_code == 0 else f'ended with exit code {each.exit_code}'}. {each.words}")
    typer.echo(f"Summary: {out / SUMMARY}")
    return exit_code(ended)


@app.command()
def evaluate(
    study: StudyFile,
    data: Annotated[Path, typer.Option("--data", help="CSV or Parquet, one row a person.", metavar="FILE")],
    out: Out,
    lab: LabFile = None,
    protocol_file: ProtocolFile = None,
) -> None:
    """The same from matching on, for data that are already linked or randomised.

    Example: `jdl evaluate examples/tarp/study.toml --data tarp.csv --out runs/tarp`
    """
    from justice_data_lab.pipeline import evaluate as evaluate_data
    from justice_data_lab.request import Linked
    from justice_data_lab.terminal import run_progress

    request = Linked(data=data, today=today(), command=command(), protocol=protocol_file)
    with run_progress(out) as progress:
        report = evaluate_data(study, request, out, lab_file=lab_beside(lab, study), progress=progress)
    typer.echo(report.summary())


@app.command()
def protocol(
    study: StudyFile,
    out: Annotated[Path, typer.Option("--out", help="The protocol file to write (.json).", metavar="FILE")],
    snapshot: Annotated[
        Path | None,
        typer.Option("--register", help="The snapshot of a `jdl run`; without it the study is one for `jdl evaluate`."),
    ] = None,
    lab: LabFile = None,
) -> None:
    """Freeze what a study will do, with a fingerprint, before any outcome is read.

    Example: `jdl protocol study.toml --register snapshot --out protocol.json`
    """
    from justice_data_lab.files import new_file
    from justice_data_lab.lab_file import read_lab
    from justice_data_lab.protocol import write_protocol
    from justice_data_lab.register.snapshot import open_register
    from justice_data_lab.rooms.plan import plan
    from justice_data_lab.study_file import read_study

    new_file(out, ".json")
    read = read_study(study, command="run" if snapshot else "evaluate", today=today())
    made = plan(read, read_lab(lab_beside(lab, study)), open_register(snapshot) if snapshot else None, today=today())
    write_protocol(made, out)
    typer.echo(f"{made.summary()} Wrote {out}")


@app.command()
def feasibility(
    size: Annotated[int | None, typer.Option(min=1, max=100_000_000, help="People you expect to be analysed.")] = None,
    submitted: Annotated[
        int | None, typer.Option(min=1, max=100_000_000, help="People you would send, in place of --size.")
    ] = None,
    base_rate: Annotated[
        float | None,
        typer.Option(help="Reoffending rate without the programme, a fraction such as 0.40; default: the national rate."),
    ] = None,
    coverage: Annotated[Path | None, typer.Option(help="The lab's public coverage.json.")] = None,
    fields: Annotated[
        str | None,
        typer.Option(help="What the people you send come with: both numbers, police number, prison number or no number."),
    ] = None,
    sentence: Annotated[str, typer.Option(help="Kind of sentence whose national rates are taken, e.g. custody.")] = "all",
    effect: Annotated[float, typer.Option(help="The fall whose chance to show you want to know, a fraction.")] = 0.05,
    ratio: Annotated[float, typer.Option(help="Effective comparison people for each person analysed.")] = 8.0,
    power: Annotated[float, typer.Option(help="Chance of showing a true effect of that size.")] = 0.8,
    out: Annotated[
        Path | None, typer.Option(help="Also write .svg the chart, .html text and chart, .json everything, .csv by size.")
    ] = None,
    lab: LabFile = None,
) -> None:
    """What such a cohort could show and which measures could be published, before anyone sends data.

    Example: `jdl feasibility --size 300 --base-rate 0.40`
    """
    from justice_data_lab.estimation.power import feasibility as work_out
    from justice_data_lab.feasibility_question import Question, answerable
    from justice_data_lab.files import new_file, write_bytes
    from justice_data_lab.lab_file import read_lab
    from justice_data_lab.reporting.feasibility_page import feasibility_file

    if out:
        new_file(out)
    question = Question(
        size=size, submitted=submitted, base_rate=base_rate, coverage=coverage, fields=fields, sentence=sentence, effect=effect
    )
    people, rate, prospect = answerable(question)
    settings = read_lab(lab)
    found = work_out(people, rate, ratio=ratio, power=power, lab=settings, prospect=prospect)
    content = feasibility_file(found, out.suffix, settings) if out else b""
    typer.echo(found.summary())
    if out:
        write_bytes(out, content)
        typer.echo(f"\nWrote {out}")


@app.command()
def diff(
    first: Annotated[Path, typer.Argument(help="A run folder.", metavar="RUN_A", callback=named)],
    second: Annotated[Path, typer.Argument(help="Another.", metavar="RUN_B", callback=named)],
    out: Annotated[Path | None, typer.Option(help="Also write it as JSON (.json).", metavar="FILE")] = None,
) -> None:
    """What differs between two runs: people, balance, estimates, verdicts, and why. For the lab: it counts people.

    Example: `jdl diff runs/2026-01 runs/2026-01-again`
    """
    from justice_data_lab.files import new_file, write_json
    from justice_data_lab.records import to_json
    from justice_data_lab.run_difference import difference
    from justice_data_lab.run_facts import read_facts

    if out:
        new_file(out, ".json")
    found = difference(read_facts(first), read_facts(second))
    for line in found.lines():
        typer.echo(line)
    if out:
        write_json(out, to_json(found))
        typer.echo(f"Wrote {out}")
