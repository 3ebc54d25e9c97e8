"""Runs the core's rooms in a child process for a job: laid out in scratch, sealed room by room, wiped at the end."""

from __future__ import annotations

import errno
import json
import selectors
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from django.conf import settings

from jdl_service import clock
from jdl_service.analysis.archive import restore, seal_finished
from justice_data_lab.errors import UsageError
from justice_data_lab.run_folder import ROOMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jdl_service.analysis.child import Work
    from jdl_service.analysis.models import Run
    from jdl_service.jobs.lease import Lease

WORDS = {
    "1-intake": "Reading the file",
    "2-linkage": "Looking for people in the register",
    "3-measures": "Working out histories and the pool",
    "4-matching": "Building the comparison group",
    "5-estimation": "Comparing outcomes",
    "6-disclosure": "Protecting people",
    "7-report": "Writing the report",
}
_LOOK_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How the child ended.

    Attributes:
        how: `report`, `stopped`, `refused` or `not_possible`.
        words: the core's own, without a value.
    """

    how: str
    words: str = ""


def run_rooms(lease: Lease, run: Run, work: Work, folder: Path) -> Ended:
    """Run the rooms of a run from the last sealed one on.

    Args:
        lease: of the job.
        run: whose rooms they are.
        work: what the child does; `work.out` is `folder`.
        folder: the run folder in scratch.

    Raises:
        UsageError: the study, the register or the settings are wrong, in the core's words.
        ChildProcessError: the child died; the job is tried again.
        OSError: a disk is full; the job waits for room.
    """
    restore(run, folder)
    for said in _child(lease, work):
        if "end" in said:
            return _ended(lease, run, folder, said)
        seal_finished(lease, run, folder, at=clock.now())
        lease.step(WORDS[said["room"]], done=ROOMS.index(said["room"]))
    message = "the process of the rooms died"
    raise ChildProcessError(message)


def ask_child(lease: Lease, work: Work) -> None:
    """Have the child work something out of a run that lies there, into `work.answer`.

    Raises:
        UsageError: the core refuses, in its words.
        ChildProcessError: the child died; the job is tried again.
    """
    for said in _child(lease, work):
        if said.get("end") == "report":
            return
        raise UsageError(said.get("words", "the work ended too soon"))
    message = "the process of the rooms died"
    raise ChildProcessError(message)


def _ended(lease: Lease, run: Run, folder: Path, said: dict[str, str]) -> Ended:
    if said["end"] == "usage":
        raise UsageError(said["words"])
    if said["end"] != "refused":
        # what was refused holds the refused values; nothing of it is kept
        seal_finished(lease, run, folder, at=clock.now())
    return Ended(how=said["end"], words=said.get("words", ""))


def _child(lease: Lease, work: Work) -> Iterator[dict[str, str]]:
    """What the child says; it is ended when nobody listens any more, whatever the reason."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "jdl_service.analysis.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(work),
        cwd=Path(work.out).parent,
        text=True,
    )
    if process.stdin is None or process.stdout is None:
        _no_pipes()
    try:
        process.stdin.write(json.dumps(asdict(work)) + "\n")
        process.stdin.flush()
        with selectors.DefaultSelector() as waiting:
            waiting.register(process.stdout, selectors.EVENT_READ)
            while True:
                if not waiting.select(_LOOK_SECONDS):
                    _still_ours(lease)
                    continue
                line = process.stdout.readline()
                if not line:
                    return
                said = json.loads(line)
                if said.get("end") == "no_room":
                    raise OSError(errno.ENOSPC, "the process of the rooms found no room on the disk")
                yield said
    finally:
        process.kill()
        process.stdin.close()
        process.stdout.close()
        process.wait()


def _still_ours(lease: Lease) -> None:
    """Raise as soon as the job is cancelled or somebody else's."""
    lease.step(lease.row().step)


def _environment(work: Work) -> dict[str, str]:
    # As `jdl` itself does: on a busy machine two linear-algebra threads are slower than one.
    found: dict[str, str] = settings.CHILD_ENVIRONMENT
    # Whatever a library spills goes where it is wiped.
    return (
        found | {"TMPDIR": str(Path(work.out).parent)} | {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "MKL", "OMP")}
    )


def _no_pipes() -> NoReturn:
    message = "no pipes to the process of the rooms"
    raise ChildProcessError(message)
