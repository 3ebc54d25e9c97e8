"""`jdl ledger`: make the ledger and its key, look at what it holds, enter what is public already."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from justice_data_lab.cli.options import IdMap, ledger

File = Annotated[Path, typer.Argument(help="The ledger.", metavar="LEDGER")]
KeyFile = Annotated[Path, typer.Option("--key", help="The ledger's key; keep it apart from the ledger.", metavar="FILE")]


@ledger.command()
def create(file: File, key: KeyFile) -> None:
    """Make an empty ledger, and its key of 32 random bytes, which only you can read.

    Example: `jdl ledger create /srv/lab/ledger.sqlite --key /srv/keys/ledger.key`
    """
    from justice_data_lab.ledger_file import create_ledger

    made = create_ledger(file, key)
    typer.echo(f"Wrote {file} and its key {key} (key {made.mark[:12]}).")
    typer.echo(
        "Keep the two apart, each with a backup of its own: whoever has both can tell who was in a cohort, and without the"
    )
    typer.echo("key nobody in the ledger is known again.")


@ledger.command()
def describe(file: File) -> None:
    """Which releases a ledger holds, and by which register ids it knows people; nobody can be told from it.

    Example: `jdl ledger describe ledger.sqlite`
    """
    from justice_data_lab.ledger_file import open_ledger

    opened = open_ledger(file)
    names = sorted(opened.names())
    typer.echo(f"{file}: {len(names)} cleared, key {opened.mark[:12]}, people known by {opened.scheme() or 'no register yet'}.")
    for name in names:
        typer.echo(f"  {name}")


@ledger.command()
def record(
    file: File,
    releases: Annotated[Path, typer.Argument(help="The folder of releases.", metavar="RELEASES")],
    name: Annotated[str, typer.Argument(help="Stable name of the request.", metavar="KEY")],
    key: KeyFile,
    run: Annotated[Path, typer.Option("--run", help="The run that was released.", metavar="RUN")],
    version: Annotated[int | None, typer.Option(min=1, help="Default: the latest version.")] = None,
    id_map: IdMap = None,
) -> None:
    """Enter a release that is cleared or public already and that the ledger lacks, from its run: for one that was restored or made anew.

    Example: `jdl ledger record ledger.sqlite releases 2026-014 --key ledger.key --run runs/2026-014`
    """
    from justice_data_lab.release_folder import existing, opened
    from justice_data_lab.release_ledger import Keeper, record_run

    with opened(existing(releases)) as folder:
        book = folder.book(name, version)
        record_run(Keeper(file=file, key=key, id_map=id_map), book, run)
    typer.echo(f"{book.subject} is in the ledger.")
