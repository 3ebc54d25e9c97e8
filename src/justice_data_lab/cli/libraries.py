"""`jdl library`: the library of what works as a static site, for a lab without a web service."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from justice_data_lab.cli import clock
from justice_data_lab.cli.options import LedgerFile, LedgerKey, Seed, app
from justice_data_lab.cli.releases import Folder, LabOption, existing, lab_of
from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from justice_data_lab.ledger_file import Ledger
    from justice_data_lab.library_acts import Built

# What no address of a folder has: a question, a mark, or what stands nowhere in an address.
_NOT_OF_A_PLACE = re.compile(r"[\s?#<>\"\x00-\x1f\x7f]")
_NEAR = re.compile(r"(?:/|\.\./)[^\s?#<>\"\x00-\x1f\x7f]*")

library = typer.Typer(help="The public library of what works.", no_args_is_help=True)
app.add_typer(library, name="library")


@library.callback()
def about() -> None:
    """Everything here is made from results that are public, and from nothing else."""


@library.command()
def build(
    releases: Folder,
    out: Annotated[Path, typer.Option("--out", help="A link to the site; the site itself stands beside it.", metavar="SITE")],
    address: Annotated[
        str,
        typer.Option(
            help="Where the site will stand, e.g. https://lab.example/library/; default: `library/` of the lab's `site`.",
            metavar="URL",
        ),
    ] = "",
    reports: Annotated[
        str,
        typer.Option(help="Where the site of `jdl release publish` stands; then reports are linked, not copied.", metavar="URL"),
    ] = "",
    overlaps: Annotated[
        Path | None, typer.Option(help="Requests that share people: a CSV with the columns first, second, share.", metavar="FILE")
    ] = None,
    ledger: LedgerFile = None,
    ledger_key: LedgerKey = None,
    coverage: Annotated[
        Path | None, typer.Option(help="The register's coverage.json, for national rates.", metavar="FILE")
    ] = None,
    lab: LabOption = None,
) -> None:
    """Write the library's site, of what is public now; it takes the place of the old one in one step.

    Example: `jdl library build releases --out public/library --address https://lab.example/library/ --coverage snapshot/coverage.json`
    """
    from justice_data_lab.library_acts import build_library, earlier_snapshots, read_overlaps
    from justice_data_lab.library_site.desk import Setting
    from justice_data_lab.processes import processors
    from justice_data_lab.register.coverage import read_coverage
    from justice_data_lab.release_folder import opened
    from justice_data_lab.release_site import check_link, switch

    check_link(out)
    asked, settings = _ledger(ledger, ledger_key), lab_of(existing(releases), lab)
    setting = Setting(
        address=_ending(address, "--address") or (f"{settings.site}/library/" if settings.site else ""),
        reports=_ending(reports, "--reports", near=True),
        overlaps=read_overlaps(overlaps) if overlaps else None,
        coverage=read_coverage(coverage) if coverage else None,
        earlier=earlier_snapshots(out),
    )
    with opened(releases) as folder:
        built = build_library(folder, clock.now(), settings, setting, ledger=asked, processes=processors())
    changed = switch(out, built.files)
    typer.echo(f"{built.library.summary()}. {len(built.files)} files in {out.name}{'' if changed else ', as they were'}.")
    _tell(built, checked=overlaps is not None or asked is not None)


@library.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder to write; a register that is there is used again.")] = Path(
        "runs/library-demo"
    ),
    seed: Seed = 20261122,
    pages: Annotated[bool, typer.Option("--reports", help="Also lay out the page of every report.")] = False,  # noqa: FBT002 -- a flag
) -> None:
    """A sample library: 70 invented programmes with known true effects, analysed and released as real ones are.

    Example: `jdl library demo --out runs/library-demo`
    """
    from justice_data_lab.library_demo.demo import run_demo

    for line in run_demo(out, seed=seed, pages=pages):
        typer.echo(line)


def _tell(built: Built, *, checked: bool) -> None:
    """What the lab's editor has to know of a site that was built."""
    for words in built.not_placed:
        typer.echo(f"Not in the taxonomy: {words}. Say where it stands in library.toml.", err=True)
    for words in built.unheard:
        typer.echo(words, err=True)
    if built.not_in_ledger:
        typer.echo(
            f"Not in the ledger, so nobody knows who else is in them: {', '.join(built.not_in_ledger)}. --overlaps FILE can tell.",
            err=True,
        )
    if not checked:
        typer.echo(
            "It was not checked whether people are in more than one result; the pages say so. --ledger FILE or --overlaps FILE tells.",
            err=True,
        )


def _ledger(file: Path | None, key: Path | None) -> Ledger | None:
    """The ledger that was named; None without one.

    Raises:
        UsageError: a key and no ledger, or they do not fit.
    """
    from justice_data_lab.ledger_file import open_ledger
    from justice_data_lab.ledger_key import read_key

    if file is None and key is not None:
        message = "--ledger-key: expected the ledger beside its key, none is given. Name it with --ledger."
        raise UsageError(message)
    return open_ledger(file, read_key(key) if key else None) if file else None


def _ending(address: str, option: str, *, near: bool = False) -> str:
    """An address with a slash at its end; empty when there is none.

    Args:
        address: as it was typed.
        option: what a refusal calls it.
        near: whether it may also be a place on the same site, such as `../`.

    Raises:
        UsageError: it is no address.
    """
    if address and not ((near and _NEAR.fullmatch(address)) or _is_whole(address)):
        more = ", or a place on the same site such as ../releases/" if near else ""
        message = f"{option}: expected an address such as https://lab.example/library/{more}. Give the whole of it, without spaces, ? or #."
        raise UsageError(message)
    return address if not address or address.endswith("/") else f"{address}/"


def _is_whole(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.hostname) and not _NOT_OF_A_PLACE.search(address)
