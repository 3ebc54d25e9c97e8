"""What the command line shows: progress, refusals, and the way an error ends the program."""

from __future__ import annotations

import json
import sys
import traceback
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from justice_data_lab.errors import DataRefused, JDLError, NothingDisclosable, NotPossible, UsageError, stopped
from justice_data_lab.files import damaged, no_room, out_of_reach
from justice_data_lab.run_folder import ROOMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from justice_data_lab.errors import Problem
    from justice_data_lab.run_folder import Progress as RoomProgress

_SHOWN = 20

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def _bar() -> Progress:
    return Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=err, transient=True
    )


@contextmanager
def room_progress() -> Iterator[RoomProgress]:
    """A bar that moves on as each room opens; on a pipe, one line a room."""
    with _bar() as bar:
        task = bar.add_task("starting", total=len(ROOMS))

        def tell(room: str, *, resumed: bool) -> None:
            done = " (finished earlier)" if resumed else ""
            bar.update(task, completed=ROOMS.index(room), description=f"{room}{done}")
            if not err.is_terminal:
                err.print(f"{room}{done}")

        yield tell


@contextmanager
def run_progress(run: Path) -> Iterator[RoomProgress]:
    """The same of a run that ends with a report, whose place is told; a command that was refused made none, whatever stands there."""
    ended: JDLError | None = None
    try:
        with room_progress() as tell:
            yield tell
    except (NotPossible, NothingDisclosable) as error:
        ended = error
    show_warnings(run)
    show_report(run)
    if ended:
        raise ended


@contextmanager
def batch_progress(name: str) -> Iterator[RoomProgress]:
    """The same of one request of several, which is named first."""
    err.print(name, markup=False)
    with room_progress() as tell:
        yield tell


@contextmanager
def share_progress(what: str) -> Iterator[Callable[[float], None]]:
    """A bar for one long step, told the share done (0 to 1)."""
    with _bar() as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share: bar.update(task, completed=share)


@contextmanager
def stage_progress(what: str) -> Iterator[Callable[[str], None]]:
    """A spinner that names the stage under way; on a pipe, one line a stage."""
    with _bar() as bar:
        task = bar.add_task(what, total=None)

        def tell(stage: str) -> None:
            bar.update(task, description=f"{what}: {stage}")
            if not err.is_terminal:
                err.print(f"{what}: {stage}")

        yield tell


def show_refusal(problems: tuple[Problem, ...]) -> None:
    """The first faults of a refused file, without a value."""
    for problem in problems[:_SHOWN]:
        place = [problem.file]
        place += [f"row {problem.row}"] if problem.row else []
        place += [f"column {problem.column}"] if problem.column else []
        err.print(f"  {', '.join(place)} [{problem.rule}]: {problem.message} {problem.remedy}", markup=False)
    if len(problems) > _SHOWN:
        err.print(f"  … and {len(problems) - _SHOWN} more.")


def show_warnings(run: Path) -> None:
    """What was noted in a run's cohort file, one line a rule, without a value."""
    try:
        warnings = json.loads((run / ROOMS[0] / "cohort.json").read_bytes())["warnings"]
        told = [(warning["rule"], warning["message"]) for warning in warnings]
    except (OSError, ValueError, KeyError, TypeError):
        # it did not get as far, or RUN is none; what was wrong is told already
        return
    messages = dict(reversed(told))
    for rule, count in Counter(rule for rule, _ in told).items():
        times = f" ({count} times)" if count > 1 else ""
        err.print(f"Noted{times} [{rule}]: {messages[rule]}", markup=False)


def show_report(run: Path) -> None:
    """Where the report of a run is, when there is one."""
    written = run / ROOMS[-1] / "report.html"
    if written.is_file():
        out.print(f"Report: {written}", markup=False)


def end_with(error: BaseException) -> int:
    """Say what went wrong and give the exit code; a foreign exception's text is never shown, for it may hold a name."""
    if isinstance(error, JDLError):
        told = {problem.message for problem in error.problems} if isinstance(error, DataRefused) else set()
        err.print("Refused:" if str(error) in told else f"Error: {error}", markup=False)
        if isinstance(error, DataRefused):
            show_refusal(error.problems)
        return error.exit_code
    if stopped(error):
        return end_stopped()
    if no_room(error):
        err.print("Error: there is no room left on the disk (or a file may not grow so large). Make room and try again.")
        _say_what_is_kept(sys.argv[1:3])
        return JDLError.exit_code
    file = out_of_reach(error)
    if file:
        err.print(f"Error: {file}. Check the path, and who may read and write there, and try again.", markup=False)
        _say_what_is_kept(sys.argv[1:3])
        return UsageError.exit_code
    if damaged(error):
        err.print(
            "Error: a file that is read here is damaged. `jdl register describe SNAPSHOT --verify` says whether it is one of the "
            "snapshot's; copy it again, or make it anew."
        )
        _say_what_is_kept(sys.argv[1:3])
        return UsageError.exit_code
    place = traceback.extract_tb(sys.exc_info()[2])[-1]
    err.print(
        f"Error: {type(error).__name__} in {place.name} (line {place.lineno}). This is a fault of the program, not of your data."
    )
    _say_what_is_kept(sys.argv[1:3])
    err.print("Please report the line above.")
    return JDLError.exit_code


def end_stopped() -> int:
    """Say that the program was stopped from the keyboard, and give the exit code."""
    err.print("\nStopped before the end.")
    _say_what_is_kept(sys.argv[1:3])
    return JDLError.exit_code


def _say_what_is_kept(command: list[str]) -> None:
    if command[:1] in (["run"], ["evaluate"], ["link"], ["demo"]):
        err.print("Finished rooms are kept; the same command goes on from there.")
    if command == ["register", "build"]:
        err.print("Finished stages are kept; the same command goes on from there.")
