"""The run folder: one numbered folder a room, whole or not at all, and a manifest of what was done to make it."""

from __future__ import annotations

import json
import platform
import shutil
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from time import perf_counter
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, cast

from justice_data_lab.errors import DataRefused, UsageError
from justice_data_lab.files import (
    alone_in,
    canonical_json,
    file_sha256,
    files_in,
    sha256,
    whole_folder,
    writable_place,
    write_bytes,
    write_json,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from justice_data_lab.files import Json

Value = TypeVar("Value")

# What the audit of hidden counts found: secret, beside the rooms, for those who clear a release.
AUDIT = "audit.json"
_OWN = "justice-data-lab"
ROOMS = ("1-intake", "2-linkage", "3-measures", "4-matching", "5-estimation", "6-disclosure", "7-report")
# Of these, the rooms that may be handed over; the others tell of people one by one.
_DISCLOSED = "6-disclosure"
_PUBLIC = (_DISCLOSED, "7-report")
_PACKAGES = (_OWN, "duckdb", "numpy", "polars", "pyarrow", "scipy", "splink", "weasyprint")


class Progress(Protocol):
    """What is told when a room opens: its name, and whether it was finished before."""

    def __call__(self, room: str, *, resumed: bool) -> None:
        """Say that work on a room begins."""


def silent(room: str, *, resumed: bool) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf(Generic[Value]):
    """How a room's value rests on disk: one function writes it into a folder, one reads it back, one counts its rows."""

    save: Callable[[Value, Path], None]
    load: Callable[[Path], Value]
    rows: Callable[[Value], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling(Generic[Value]):
    """How a room is filled by work that writes its files itself, and read back."""

    write: Callable[[Path], Value]
    load: Callable[[Path], Value]
    rows: Callable[[Value], int]


@dataclass(slots=True, kw_only=True)
class RunFolder:
    """A run under way; `room` does the work of a room, or takes it from disk when a run that died had finished it."""

    path: Path
    command: str
    seeds: dict[str, Json]
    fingerprint: dict[str, Json]
    progress: Progress
    stages: dict[str, dict[str, Json]] = field(default_factory=dict)

    def room(self, name: str, shelf: Shelf[Value], work: Callable[[], Value]) -> Value:
        """The value of a room: made now and kept, or read back when an earlier run finished it.

        Args:
            name: one of `ROOMS`.
            shelf: how the value rests on disk.
            work: makes the value.
        """

        def write(folder: Path) -> Value:
            value = work()
            shelf.save(value, folder)
            return value

        return self.fill(name, Filling(write=write, load=shelf.load, rows=shelf.rows))

    def fill(self, name: str, filling: Filling[Value]) -> Value:
        """The value of a room whose work writes the folder itself."""
        folder = self.path / name
        if self._finished(name):
            self.progress(name, resumed=True)
            return filling.load(folder)
        self.progress(name, resumed=False)
        self._forget_from(name)
        begun = perf_counter()
        with whole_folder(folder, private=name not in _PUBLIC) as scratch:
            value = filling.write(scratch)
        seconds, rows = round(perf_counter() - begun, 3), filling.rows(value)
        self.stages[name] = {"seconds": seconds, "rows": rows, "files": hashes(folder), "versions": _versions()}
        self.write_manifest()
        return value

    def refuse(self, problems: Json) -> None:
        """Leave nothing of the refused data but the list of what is wrong with them, for the submitter."""
        self._forget_from(ROOMS[0])
        with whole_folder(self.path / ROOMS[0], private=True) as scratch:
            write_json(scratch / "refused.json", problems)

    def written(self, name: str, file: str) -> tuple[bytes, str]:
        """A finished room's file as it stands now, and its hash as the manifest recorded it."""
        recorded = cast("dict[str, str]", self.stages[name]["files"])
        return (self.path / name / file).read_bytes(), recorded[file]

    def _finished(self, name: str) -> bool:
        """Whether the manifest lists the room with just the files that are there."""
        return name in self.stages and self.stages[name]["files"] == hashes(self.path / name)

    def _forget_from(self, name: str) -> None:
        """A room made anew makes every later room stale."""
        for later in ROOMS[ROOMS.index(name) :]:
            self.stages.pop(later, None)
            shutil.rmtree(self.path / later, ignore_errors=True)
        if ROOMS.index(name) <= ROOMS.index(_DISCLOSED):
            (self.path / AUDIT).unlink(missing_ok=True)
        self.write_manifest()

    def write_manifest(self) -> None:
        """Write down what has been done so far."""
        write_json(
            self.path / "manifest.json",
            {
                "command": self.command,
                "seeds": self.seeds,
                "inputs": self.fingerprint,
                "rooms": cast("Json", self.stages),
            },
            private=True,
        )


def _versions() -> Mapping[str, Json]:
    """What works now, which is what makes a room."""
    return {"python": platform.python_version()} | {name: version(name) for name in _PACKAGES}


@contextmanager
def refusals(folder: RunFolder, file: str = "") -> Iterator[None]:
    """Write down what was wrong with refused data, for the submitter, before the refusal goes on.

    Args:
        folder: of the run.
        file: what the data are called, for a fault that a later room found and that knows only its own table.
    """
    try:
        yield
    except DataRefused as error:
        problems = tuple(replace(problem, file=file or problem.file) for problem in error.problems)
        folder.refuse([problem.to_dict() for problem in problems])
        raise DataRefused(str(error), problems) from None


def hashes(folder: Path) -> dict[str, Json]:
    """SHA-256 of each file of a folder by its path within it."""
    return {path.relative_to(folder).as_posix(): file_sha256(path) for path in files_in(folder)}


@contextmanager
def run_alone(
    path: Path, *, command: str, study: bytes, inputs: Mapping[str, str], progress: Progress, settled: Collection[str] = ()
) -> Iterator[RunFolder]:
    """The same as `open_run`, with every other process kept out of the folder until the block ends.

    Raises:
        UsageError: as there, and when another process is at work in the folder.
    """
    _check_place(path)
    with alone_in(path):
        yield open_run(path, command=command, study=study, inputs=inputs, progress=progress, settled=settled)


def open_run(
    path: Path, *, command: str, study: bytes, inputs: Mapping[str, str], progress: Progress, settled: Collection[str] = ()
) -> RunFolder:
    """Begin a run, or take up one that died.

    Args:
        path: the run folder; made when it is not there.
        command: the exact command, for the manifest.
        study: the frozen study, written to `study.toml`; empty when there is none.
        inputs: name and hash of everything else that the result depends on.
        progress: told when each room opens.
        settled: rooms that are kept whichever version of this program made them.

    Raises:
        UsageError: the folder holds something else, or a run of other inputs.
    """
    fingerprint: dict[str, Json] = {"study": sha256(study), **inputs}
    _check_place(path)
    manifest = path / "manifest.json"
    stages: dict[str, dict[str, Json]] = {}
    if manifest.is_file():
        stages = _stages_of_the_same_run(manifest, fingerprint, settled)
    elif path.is_dir() and any(path.iterdir()):
        message = f"--out {path.name}: the folder is not empty and is not a run. Give a new folder."
        raise UsageError(message)
    path.mkdir(parents=True, exist_ok=True)
    if study:
        write_bytes(path / "study.toml", study)
    seeds = cast("dict[str, Json]", {"study": _seed(study)} if study else {})
    run = RunFolder(path=path, command=command, seeds=seeds, fingerprint=fingerprint, progress=progress, stages=stages)
    run.write_manifest()
    return run


def _check_place(path: Path) -> None:
    """The folder can be made, or is one."""
    if path.exists() and not path.is_dir():
        message = f"--out {path.name}: expected a folder to write, found a file. Give a new folder."
        raise UsageError(message)
    writable_place(path)


def _stages_of_the_same_run(manifest: Path, fingerprint: dict[str, Json], settled: Collection[str]) -> dict[str, dict[str, Json]]:
    found = read_manifest(manifest)
    if found is None:
        message = f"--out {manifest.parent.name}: the folder is not a run. Give a new folder."
        raise UsageError(message)
    inputs, rooms = found["inputs"], found["rooms"]
    changed = sorted(key for key in {*inputs, *fingerprint} if inputs.get(key) != fingerprint.get(key))
    if changed and not rooms:
        return {}
    if changed:
        message = (
            f"--out {manifest.parent.name}: holds a run of other inputs ({', '.join(changed)} changed). "
            "Give a new folder, or delete this one to run again."
        )
        raise UsageError(message)
    stages, own = cast("dict[str, dict[str, Json]]", rooms), version(_OWN)
    # the first room that another version of this program made is made anew, and so is every room after it
    open_to = {name for name in stages if name not in settled}
    other = next((name for name in ROOMS if name in open_to and versions_of(stages[name]).get(_OWN) != own), "")
    return {name: stages[name] for name in ROOMS[: ROOMS.index(other) if other else None] if name in stages}


def versions_of(room: Mapping[str, Json]) -> Mapping[str, str]:
    """By what a room of a manifest was made, each package by its name."""
    return cast("Mapping[str, str]", room["versions"])


def read_manifest(file: Path) -> dict[str, dict[str, Json]] | None:
    """What a run wrote down of itself; None where there is none, or it has no inputs and rooms by name, each with its files.

    Notes:
        Earlier versions of this program wrote the versions down once for all rooms.
    """
    try:
        found = json.loads(file.read_bytes())
        rooms = {name: {"versions": found.get("versions", {}), **room} for name, room in found["rooms"].items()}
        parts = [found["inputs"], *(room[part] for room in rooms.values() for part in ("files", "versions"))]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return found | {"rooms": rooms} if all(isinstance(each, dict) for each in parts) else None


def check_rooms(run: Path) -> None:
    """See that the rooms of a run hold what it wrote there; what was taken away since, as personal data are in time, is not missed.

    Args:
        run: its folder; one without a manifest says nothing of its rooms.

    Raises:
        UsageError: a file of a room was changed, lost or added.

    Notes:
        Whole rooms may be gone, and files of the intake room, which holds names.
    """
    found = read_manifest(run / "manifest.json")
    for name, room in (found["rooms"] if found else {}).items():
        listed, there = cast("dict[str, dict[str, Json]]", room)["files"].items(), hashes(run / name).items()
        if there and (there - listed or (listed - there and name != ROOMS[0])):
            message = (
                f"{run.name}/{name}: expected the files that the run wrote there; they are missing or were changed. "
                "Run the request again, which makes that room anew, or put them back from a backup."
            )
            raise UsageError(message)


def _seed(study: bytes) -> int:
    return cast("int", tomllib.loads(study.decode())["study"]["seed"])


def fingerprint_of(value: Json) -> str:
    """The hash under which a small value stands among a run's inputs."""
    return sha256(canonical_json(value))
