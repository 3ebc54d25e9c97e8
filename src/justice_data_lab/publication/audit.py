"""The log of everything done to releases and of every look at unreleased figures: append-only, each line tied to the one before."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime  # noqa: TC003 -- a field type
from typing import TYPE_CHECKING

from justice_data_lab.files import canonical_json, sha256

if TYPE_CHECKING:
    from collections.abc import Sequence

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What happened.

    Attributes:
        at: by the server's clock, in UTC.
        by: who; `clock` for what happened by itself.
        action: what.
        subject: which release and version, e.g. `2026-014 v1`.
        detail: what else has to be known; never a figure, never anybody of a cohort.
    """

    at: datetime
    by: str
    action: str
    subject: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry in its place: its number, the hash of the line before, and its own."""

    number: int
    entry: Entry
    before: str
    sha256: str


def append(lines: Sequence[Line], entry: Entry) -> Line:
    """The next line of the log."""
    return following(lines[-1] if lines else None, entry)


def following(last: Line | None, entry: Entry) -> Line:
    """The line after the last one; the first when there is none."""
    number, before = (last.number + 1, last.sha256) if last else (0, GENESIS)
    return Line(number=number, entry=entry, before=before, sha256=_hash(number, entry, before))


def first_broken(lines: Sequence[Line], head: str | None = None) -> int | None:
    """The number of the first line that was edited, or that something was removed or inserted before; None when all stand.

    Args:
        lines: the log.
        head: hash of the last line as it was published; a log that ends before it has lost lines at its end.
    """
    before = GENESIS
    for place, line in enumerate(lines):
        if line.number != place or line.before != before or line.sha256 != _hash(line.number, line.entry, line.before):
            return place
        before = line.sha256
    if head is not None and head != GENESIS and head not in {line.sha256 for line in lines}:
        return len(lines)
    return None


def _hash(number: int, entry: Entry, before: str) -> str:
    texts = {field.name: str(getattr(entry, field.name)) for field in fields(entry)}
    return sha256(canonical_json({"number": number, "before": before, **texts, "at": entry.at.isoformat()}))
