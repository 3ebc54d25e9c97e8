"""Reads a cohort file's bytes once, hashes them, and has them taken apart in a limited process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import justice_data_lab
from justice_data_lab.errors import UsageError
from justice_data_lab.files import sha256
from justice_data_lab.intake.guard import HOSTILE, LIMITS, MB, RefusedFileError
from justice_data_lab.intake.sheets import Book, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMORY_MB = 1_100
_PACKAGE_ROOT = Path(justice_data_lab.__file__).resolve().parent.parent
# what was taken apart in this block of `reading_once`, by hash and kind
_taken: ContextVar[dict[tuple[str, str], Book] | None] = ContextVar("taken", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """A file's name (no folder), the hash of the very bytes that were read, and either its sheets or why there are none."""

    name: str
    sha256: str
    book: Book | None = field(repr=False)
    refused: RefusedFileError | None = None


@contextmanager
def reading_once() -> Iterator[None]:
    """Within the block the same bytes are taken apart once, however often they are read; at its end they are forgotten."""
    before = _taken.set({})
    try:
        yield
    finally:
        _taken.reset(before)


def read_file(path: Path) -> FileRead:
    """Read a cohort file: bytes once, hash, then its sheets as text.

    Raises:
        UsageError: there is no such file, or it is a folder or a device.
    """
    if not path.exists():
        message = f"No file {path.name}. Expected a cohort file (.csv, .xlsx or .ods): check the name and the folder."
        raise UsageError(message)
    if not path.is_file():
        what = "a folder" if path.is_dir() else "a device"
        message = f"{path.name}: expected a cohort file (.csv, .xlsx or .ods), found {what}. Give the file itself."
        raise UsageError(message)
    try:
        with path.open("rb") as stream:
            data = stream.read(LIMITS.file + 1)
    except OSError as fault:
        message = f"{path.name} cannot be opened ({fault.strerror}). Close it in other programs, or check who may read it."
        raise UsageError(message) from None
    try:
        return FileRead(name=path.name, sha256=sha256(data), book=_once(data, path.suffix))
    except RefusedFileError as refused:
        return FileRead(name=path.name, sha256=sha256(data), book=None, refused=refused)


def _once(data: bytes, suffix: str) -> Book:
    taken = _taken.get()
    if taken is None:
        return read_apart(data, suffix)
    key = (sha256(data), suffix)
    if key not in taken:
        taken[key] = read_apart(data, suffix)
    return taken[key]


def read_apart(data: bytes, suffix: str, *, memory_mb: int = MEMORY_MB, seconds: int | None = None) -> Book:
    """Have the bytes read in a child process with limits on memory (MB) and processor time (seconds).

    Raises:
        RefusedFileError: the child refused the file, ran out of memory or time, or died.

    Notes:
        The time allowed grows with the size, so a small file that is slow to read is refused within seconds; the wall
        clock gets four times as long, since a busy machine is no fault of the file. The child inherits no environment:
        whatever keys the parent holds, it does not.
    """
    allowed = seconds if seconds is not None else 4 + 2 * (len(data) // MB)
    command = [sys.executable, "-P", "-m", "justice_data_lab.intake.child", suffix.lower(), str(memory_mb), str(allowed)]
    try:
        done = subprocess.run(  # noqa: S603 -- our own interpreter and module
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            timeout=4 * allowed,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RefusedFileError(HOSTILE, "Reading it took far longer than a file of its size should.") from None
    if done.returncode != 0:
        raise RefusedFileError(HOSTILE, "Reading it failed, or took more memory or time than a file of its size should.")
    return _book(done.stdout)


def _environment() -> dict[str, str]:
    """What the child needs to start, and nothing else."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH", "TZ") if name in os.environ}
    return {**kept, "PYTHONPATH": str(_PACKAGE_ROOT), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def _book(output: bytes) -> Book:
    """The child's answer as values."""
    reply = json.loads(output.decode("utf-8", "surrogatepass"))
    if "refused" in reply:
        raise RefusedFileError(*reply["refused"])
    return Book(
        kind=reply["kind"],
        sheets=tuple(Sheet(**sheet) for sheet in reply["sheets"]),
        notes=tuple((rule, detail) for rule, detail in reply["notes"]),
        faults=tuple((rule, row) for rule, row in reply["faults"]),
        date1904=reply["date1904"],
    )
