"""Builds by processes that are killed, and what has to be the same however often they were."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from justice_data_lab.register.snapshot import MANIFEST, WORK, open_register

ROOT = Path(__file__).parents[1]
# So few that a build takes seconds.
PEOPLE = int(os.environ.get("JDL_KILLED_PEOPLE", "1500"))
KILLED = -signal.SIGKILL
STAGES = ("check", "clean", "marks", "index events", "linkage", "content")
# The step before which a stage begins: what came before it is written down as done.
BEGINS = {stage: f"os.rename snap/{WORK}/.{before}.json.part" for before, stage in zip(("build", *STAGES), STAGES, strict=False)}
# The step before a build that was killed goes on with the stage in which it was: what came before is not written down again.
GOES_ON = f"shutil.rmtree snap/{WORK}/spark"
ENDS = {stage: f"open snap/{WORK}/.{stage}.json.part" for stage in STAGES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a process ended: its code (negative: the signal), what it said, and the steps that it took."""

    code: int
    said: str
    steps: tuple[str, ...]


def jdl(place, *words, since="", seconds=0.0, until="", largest_file=0):
    """Run `jdl` in a process of its own, to its end or to the step where it is killed.

    Args:
        place: folder whose files are watched; it also gets the log of steps, beside it.
        words: of the command.
        since: see `dying_jdl`.
        seconds: see there.
        until: see there.
        largest_file: bytes that a file may have, as on a disk that is full; 0 for any number.
    """
    log = place.with_name(f"{place.name}.steps")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])}
    command = [sys.executable, "-m", "dying_jdl", place, log, since, seconds, until, largest_file, *words]
    done = subprocess.run(
        [str(word) for word in command],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    steps = tuple(log.read_text().splitlines())
    log.unlink()
    return Ended(code=done.returncode, said=done.stdout + done.stderr, steps=steps)


def stages_done(place):
    """Stages of the snapshot in a place that are written down as done."""
    return {path.stem for path in (place / "snap" / WORK).glob("*.json")} - {"build"}


def same(snapshot):
    """Everything that has to be the same of two builds of one source: the bytes of files, what the database holds, the manifest but for the seconds."""
    register = open_register(snapshot)
    files = sorted(path.relative_to(snapshot) for path in snapshot.rglob("*") if path.is_file())
    apart = {Path(MANIFEST), Path("linkage.duckdb")}
    found = {str(file): None if file in apart else contents(snapshot / file) for file in files}
    return found, {name: value for name, value in register.manifest.items() if name != "seconds"}


def contents(file):
    """Bytes; of Parquet the rows in their order, since what is noted of a column that is never null depends on the engine."""
    return pq.read_table(file).to_pydict() if file.suffix == ".parquet" else file.read_bytes()
