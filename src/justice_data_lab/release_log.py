"""The log of releases on disk: one line of JSON an entry, written through to the disk, never rewritten."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NoReturn

from justice_data_lab.errors import UsageError
from justice_data_lab.publication.audit import Line, first_broken
from justice_data_lab.records import from_json, to_json

if TYPE_CHECKING:
    from pathlib import Path

LOG = "audit.log"


def read_log(folder: Path) -> tuple[Line, ...]:
    """Every line of the log, its chain checked; a last line that a kill left without its end was never acted on.

    Raises:
        UsageError: a line was edited, removed or inserted.
    """
    path = folder / LOG
    texts = path.read_bytes().split(b"\n")[:-1] if path.is_file() else []
    lines: list[Line] = []
    for text in texts:
        try:
            line = from_json(Line, json.loads(text))
        except (ValueError, KeyError, TypeError):
            _broken(len(lines))
        if _written(line) != text:
            _broken(len(lines))
        lines.append(line)
    broken = first_broken(lines)
    if broken is not None:
        _broken(broken)
    return tuple(lines)


def append_line(folder: Path, line: Line) -> None:
    """Add a line and wait until it is on the disk; what a kill left of a line before is cut off."""
    text = _written(line) + b"\n"
    path = folder / LOG
    with path.open("ab") as stream:
        whole = path.read_bytes().rfind(b"\n") + 1
        if whole != stream.tell():
            stream.truncate(whole)
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _written(line: Line) -> bytes:
    """The one way a line is written, so that no byte of it can be another."""
    return json.dumps(to_json(line), ensure_ascii=False, sort_keys=True).encode()


def _broken(number: int) -> NoReturn:
    message = (
        f"{LOG}: line {number + 1} is not the one that was written, or a line is missing before it. Stop releasing, tell the head "
        "of profession, and restore the folder from a backup."
    )
    raise UsageError(message)
