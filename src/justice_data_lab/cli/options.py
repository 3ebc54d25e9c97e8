"""What the commands share: the applications that they hang on, their options, the clock and the command as typed."""

from __future__ import annotations

import shlex
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="A justice data lab: does this programme cut reoffending?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="markdown",
)
register = typer.Typer(help="Make, check, map, build and describe registers.", no_args_is_help=True)
cohort = typer.Typer(help="Make invented cohorts with a known effect.", no_args_is_help=True)
ledger = typer.Typer(
    help="The people behind all that is public, so that no difference of two releases tells of a few.", no_args_is_help=True
)
app.add_typer(register, name="register")
app.add_typer(cohort, name="cohort")
app.add_typer(ledger, name="ledger")


def named(path: Path | None) -> Path | None:
    """A path by a name that can be told: `.` and `..` stand for the folder that they mean."""
    return path.resolve() if path is not None and path.name in ("", "..") else path


Out = Annotated[Path, typer.Option("--out", help="Folder to write; an unfinished run in it is taken up again.", callback=named)]
CohortFile = Annotated[
    Path, typer.Argument(help="The cohort file: .csv, .xlsx or .ods by the template.", metavar="COHORT", callback=named)
]
Snapshot = Annotated[
    Path, typer.Option("--register", help="A snapshot made by `jdl register build`.", metavar="SNAPSHOT", callback=named)
]
MapFile = Annotated[Path | None, typer.Option("--map", help="TOML file that names your own headings.", metavar="FILE")]
LabFile = Annotated[Path | None, typer.Option("--lab", help="The lab's settings; default: lab.toml beside the study.")]
ExtractDate = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Default: the source's manifest.json.")]
ProtocolFile = Annotated[Path | None, typer.Option("--protocol", help="What `jdl protocol` froze before.", metavar="FILE")]
ReviewFiles = Annotated[
    list[Path] | None, typer.Option("--review", help="Decisions made by `jdl review`; may be given again.", metavar="FILE")
]
LedgerFile = Annotated[
    Path | None,
    typer.Option("--ledger", help="The people behind all that is public; `jdl ledger create` makes one.", metavar="FILE"),
]
LedgerKey = Annotated[Path | None, typer.Option("--ledger-key", help="The ledger's key.", metavar="FILE")]
IdMap = Annotated[
    Path | None,
    typer.Option("--id-map", help="CSV of person_id and known_as, where the ledger knows people by other ids.", metavar="FILE"),
]
StudyFile = Annotated[Path, typer.Argument(help="The study file.", metavar="STUDY.toml")]
# Generators of random numbers take no negative seed.
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same invented world.")]
# The most people, and the most days, that anybody can mean.
MOST_PEOPLE, CENTURY = 1_000_000_000, 36_525


def today() -> date:
    """The day on the user's own calendar."""
    return date.today()  # noqa: DTZ011


def command() -> str:
    """The command as it was typed, for the manifest."""
    return shlex.join(["jdl", *sys.argv[1:]])


def ledger_named(lab: Path | None, ledger: Path | None, key: Path | None) -> tuple[Path | None, Path | None]:
    """The ledger and the key given, else those that the lab file names."""
    from justice_data_lab.lab_file import read_ledger_files

    file, own = read_ledger_files(lab)
    return ledger or file, key or (None if ledger else own)


def lab_beside(lab: Path | None, study: Path) -> Path | None:
    """The lab file given, else the one beside the study."""
    beside = study.parent / "lab.toml"
    return lab or (beside if beside.is_file() else None)
