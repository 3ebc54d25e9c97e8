"""`jdl release`: reports on their way to the public, in a folder of the lab's own."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from justice_data_lab.cli import clock
from justice_data_lab.cli.options import IdMap, LedgerFile, LedgerKey, app, ledger_named
from justice_data_lab.publication.states import TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from justice_data_lab.publication.book import Book
    from justice_data_lab.publication.release import Step
    from justice_data_lab.publication.states import Transition
    from justice_data_lab.release_folder import ReleaseFolder
    from justice_data_lab.release_ledger import Keeper
    from justice_data_lab.study import Lab

release = typer.Typer(help="Release reports as official statistics: check, freeze, announce, publish.", no_args_is_help=True)
app.add_typer(release, name="release")

Role: TypeAlias = Literal["analyst", "reviewer", "head_of_profession"]
Purpose: TypeAlias = Literal["production", "pre_release", "quality_assurance"]
Folder = Annotated[Path, typer.Argument(help="The folder of releases.", metavar="RELEASES")]
Key = Annotated[str, typer.Argument(help="Stable name of the request, part of its public address.", metavar="KEY")]
By = Annotated[str, typer.Option("--by", help="Who does it.", metavar="NAME")]
As = Annotated[Role, typer.Option("--as", help="In which role.")]
Reason = Annotated[str, typer.Option(help="Why, in words; it is public.")]
Version = Annotated[int | None, typer.Option(min=1, help="Default: the latest version.")]
LabOption = Annotated[Path | None, typer.Option("--lab", help="The lab's settings; default: RELEASES/lab.toml.")]


def lab_of(releases: Path, lab: Path | None) -> Lab:
    """The lab file given, else the one in the folder of releases."""
    from justice_data_lab.lab_file import read_lab

    return read_lab(lab_file_of(releases, lab))


def lab_file_of(releases: Path, lab: Path | None) -> Path | None:
    """The lab file given, else the one in the folder of releases where there is one."""
    inside = releases / "lab.toml"
    return lab or (inside if inside.is_file() else None)


def existing(releases: Path) -> Path:
    """The folder, which all but `request` and `add` expect to be there: a mistyped name must not make a new one.

    Raises:
        UsageError: it is not.
    """
    from justice_data_lab.release_folder import existing as there

    return there(releases)


@contextmanager
def opened_or_made(releases: Path) -> Iterator[ReleaseFolder]:
    """The folder for an act that a lab may begin with: made when it is not there, which is said in case the name was mistyped."""
    from justice_data_lab.release_folder import opened

    new = not releases.exists()
    with opened(releases) as folder:
        yield folder
        if new:
            typer.echo(f"{releases} is a new folder of releases.")


def say(book: Book) -> None:
    """Print the state that a release is in now."""
    typer.echo(f"{book.subject} is {book.release.state}.")


@release.command()
def add(
    releases: Folder,
    key: Key,
    run: Annotated[Path, typer.Option("--run", help="A finished run.", metavar="RUN")],
    by: By,
    role: As,
    requested: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day the request came.")] = None,
    sector: Annotated[str, typer.Option(help="Sector of the organisation, e.g. charity.")] = "",
    first_time: Annotated[bool | None, typer.Option(help="Whether it never used the lab before.")] = None,
    ledger: LedgerFile = None,
    ledger_key: LedgerKey = None,
    id_map: IdMap = None,
    reason: Annotated[str, typer.Option(help="For a later version: why there is one, in words; it is public.")] = "",
) -> None:
    """Take in a finished run as the draft of a release, or of its next version: a correction, or a planned revision.

    Example: `jdl release add releases 2026-014 --run runs/2026-014 --by Ana --as analyst --ledger ledger.sqlite --ledger-key ledger.key`
    """
    from justice_data_lab.publication.release import Person
    from justice_data_lab.release_acts import About
    from justice_data_lab.release_acts import add as add_to

    about = About(requested=requested.date() if requested else None, sector=sector, first_time=first_time, reason=reason)
    with opened_or_made(releases) as folder:
        keeper = keeper_of(releases, None, ledger, ledger_key, id_map)
        book = add_to(folder, key, run, by=Person(name=by, role=role), at=clock.now(), about=about, keeper=keeper)
    say(book)


def keeper_of(
    releases: Path, lab: Path | None, ledger: Path | None, key: Path | None = None, id_map: Path | None = None
) -> Keeper | None:
    """Whoever keeps the ledger that was named, or that the lab's settings name; None when none is."""
    from justice_data_lab.release_ledger import Keeper

    file, own = ledger_named(lab_file_of(releases, lab), ledger, key)
    return Keeper(file=file, key=own, id_map=id_map) if file else None


def _keeper_for(action: str, releases: Path, lab: Path | None, ledger: Path | None) -> Keeper | None:
    """The ledger for the steps that take one; for the others only one that was named by hand, which they refuse."""
    return keeper_of(releases, lab, ledger) if ledger or action in ("clear", "cancel") else None


def _do(
    releases: Path, key: str, step: Step, lab: Lab, *, version: int | None, run: Path | None = None, keeper: Keeper | None = None
) -> None:
    from justice_data_lab.publication.book import to_be_told
    from justice_data_lab.release_acts import take_step
    from justice_data_lab.release_folder import opened

    with opened(existing(releases)) as folder:
        before = folder.book(key, version)
        book = take_step(folder, before, step, lab, run=run, keeper=keeper)
    say(book)
    for line in to_be_told(before, book, step.action, lab):
        typer.echo(line)


def _step_command(known: Transition) -> None:
    """The command of an action of the table that needs no more than a reason."""
    more = " --reason TEXT" if known.reason else ""
    more += " --ledger FILE" if known.action == "clear" else ""
    role = "analyst" if known.role == "lab" else known.role
    example = f"jdl release {known.command} releases 2026-014 --by NAME --as {role}{more}"

    def step(
        releases: Folder,
        key: Key,
        by: By,
        role: As,
        reason: Reason = "",
        version: Version = None,
        ledger: LedgerFile = None,
        lab: LabOption = None,
    ) -> None:
        from justice_data_lab.publication.release import Person, Step

        taken = Step(action=known.action, by=Person(name=by, role=role), at=clock.now(), reason=reason)
        _do(releases, key, taken, lab_of(releases, lab), version=version, keeper=_keeper_for(known.action, releases, lab, ledger))

    step.__doc__ = f"{known.meaning[0].upper()}{known.meaning[1:]}.\n\nExample: `{example}`"
    release.command(name=known.command)(step)


_OWN_COMMAND = ("schedule", "expedite", "change", "release", "supersede")
for _known in {each.action: each for each in TRANSITIONS if each.action not in _OWN_COMMAND}.values():
    _step_command(_known)


@release.command()
def schedule(
    releases: Folder,
    key: Key,
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day; the lab's hour is added.")],
    by: By,
    role: As,
    provisional: Annotated[bool, typer.Option("--provisional", help="The day may still move.")] = False,  # noqa: FBT002 -- a flag
    lab: LabOption = None,
) -> None:
    """Announce the day and hour of release, at least four weeks ahead, on a working day.

    Example: `jdl release schedule releases 2026-014 --on 2026-12-03 --by Hope --as head_of_profession`
    """
    from justice_data_lab.publication.calendar import release_moment
    from justice_data_lab.publication.release import Person, Step

    settings = lab_of(releases, lab)
    due = release_moment(on.date(), settings.release_time, settings.release_zone)
    step = Step(action="schedule", by=Person(name=by, role=role), at=clock.now(), due=due, provisional=provisional)
    _do(releases, key, step, settings, version=None)


@release.command()
def expedite(
    releases: Folder,
    key: Key,
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day; the lab's hour is added.")],
    by: By,
    role: As,
    reason: Reason,
    lab: LabOption = None,
) -> None:
    """Announce an urgent correction for a working day less than four weeks ahead.

    Example: `jdl release expedite releases 2026-014 --on 2026-12-08 --by Hope --as head_of_profession --reason "A table was wrong."`
    """
    from justice_data_lab.publication.calendar import release_moment
    from justice_data_lab.publication.release import Person, Step

    settings = lab_of(releases, lab)
    due = release_moment(on.date(), settings.release_time, settings.release_zone)
    step = Step(action="expedite", by=Person(name=by, role=role), at=clock.now(), due=due, reason=reason)
    _do(releases, key, step, settings, version=None)


@release.command()
def change(
    releases: Folder,
    key: Key,
    by: By,
    role: As,
    reason: Reason,
    run: Annotated[Path | None, typer.Option("--run", help="The run that takes the place of the old.", metavar="RUN")] = None,
    ledger: LedgerFile = None,
    ledger_key: LedgerKey = None,
    id_map: IdMap = None,
    lab: LabOption = None,
) -> None:
    """Back to draft, with another run or the same: every check begins again, and an announced date is taken back.

    Example: `jdl release change releases 2026-014 --run runs/new --by Ana --as analyst --reason "A typing error."`
    """
    from justice_data_lab.publication.release import Person, Step

    step = Step(action="change", by=Person(name=by, role=role), at=clock.now(), reason=reason)
    keeper = keeper_of(releases, lab, ledger, ledger_key, id_map)
    _do(releases, key, step, lab_of(releases, lab), version=None, run=run, keeper=keeper)
