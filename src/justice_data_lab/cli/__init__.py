"""The command line `jdl`: one sub-command a room, plus `run`, `evaluate`, `demo`, `register`, `feasibility`, `ledger`, `release`, `bulletin` and `library`.

Commands only translate: options in, one call, one exit code out. Imports stand inside them, so that `jdl --help` is quick.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import entry_points
from io import TextIOWrapper
from typing import TYPE_CHECKING

from justice_data_lab.cli import ledgers, libraries, registers, release_desk, release_readers, releases, requests, reviews
from justice_data_lab.cli.options import app
from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.metadata import EntryPoint

    import typer

__all__ = ["ledgers", "libraries", "main", "registers", "release_desk", "release_readers", "releases", "requests", "reviews"]


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


def plug_in(points: Iterable[EntryPoint]) -> tuple[str, ...]:
    """Add the commands that other packages bring (entry points of the group `jdl.commands`), and give their names."""
    found = tuple(points)
    for point in found:
        app.command(name=point.name)(point.load())
    return tuple(point.name for point in found)


# How typer ends when somebody presses Ctrl-C.
_INTERRUPTED = 130
_brought = plug_in(entry_points(group="jdl.commands"))
if "serve" not in _brought:
    _later("serve", app)


def main() -> None:
    """Run `jdl`; every failure ends in one line for people and an exit code for programs."""
    # Two linear-algebra threads on a busy machine are slower than one; it must be said before numpy is imported.
    for library in ("OPENBLAS", "MKL", "OMP"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    # A terminal of another alphabet, or a file name that is no text, must not end what is being done.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app(standalone_mode=True)
    except SystemExit as ended:
        if ended.code != _INTERRUPTED:
            raise
        from justice_data_lab.terminal import end_stopped

        sys.exit(end_stopped())
    except Exception as error:  # noqa: BLE001 -- the last door: nothing may show a foreign exception's text
        from justice_data_lab.terminal import end_with

        sys.exit(end_with(error))
