"""The file of one reviewer's decisions: whole after every decision, and without a name in it."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, cast

from justice_data_lab.errors import UsageError
from justice_data_lab.files import write_json
from justice_data_lab.linkage.review import CANNOT_TELL, NOBODY, Review, ReviewDecision, ReviewKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from justice_data_lab.files import Json
    from justice_data_lab.linkage.review import Choice

VERSION = "jdl-review/1"


def write_review(review: Review, path: Path) -> None:
    """Write the decisions in one piece: row, person_id, choice and day of each, the reviewer, and what they are about."""
    decisions = [
        {
            "row": decision.row,
            "choice": decision.choice,
            "person_id": decision.person_id,
            "decided_at": decision.decided_at.isoformat(),
        }
        for decision in review.decisions
    ]
    key = {name: getattr(review.key, name) for name in ReviewKey.__slots__}
    write_json(path, {"version": VERSION, "key": key, "reviewer": review.reviewer, "decisions": decisions})


def read_review(path: Path) -> Review:
    """The decisions that a file holds.

    Raises:
        UsageError: there is no such file, or it is not one of decisions.
    """
    if not path.is_file():
        message = f"{path.name}: expected a file of decisions made by `jdl review`, found none. Check the path."
        raise UsageError(message)
    try:
        return _parse(json.loads(path.read_bytes()))
    except (ValueError, KeyError, TypeError, AttributeError):
        message = f"{path.name}: is not a file of decisions made by `jdl review` in this version. Give the file it wrote."
        raise UsageError(message) from None


def read_reviews(paths: Iterable[Path]) -> tuple[Review, ...]:
    """The decisions of several reviewers, in the order of their files."""
    return tuple(read_review(path) for path in paths)


def _parse(data: Mapping[str, Json]) -> Review:
    if data["version"] != VERSION:
        raise ValueError
    key = cast("Mapping[str, str]", data["key"])
    rows = cast("list[Mapping[str, Json]]", data["decisions"])
    decisions = tuple(_decision(row) for row in rows)
    if len({decision.row for decision in decisions}) < len(decisions):
        raise ValueError
    return Review(
        key=ReviewKey(cohort=str(key["cohort"]), model=str(key["model"]), register=str(key["register"])),
        reviewer=str(data["reviewer"]),
        decisions=decisions,
    )


def _decision(data: Mapping[str, Json]) -> ReviewDecision:
    choice, person = cast("Choice", data["choice"]), data["person_id"]
    chosen = isinstance(choice, int) and not isinstance(choice, bool)
    if chosen != isinstance(person, str) or not (chosen or choice in (NOBODY, CANNOT_TELL)):
        raise ValueError
    return ReviewDecision(
        row=int(str(data["row"])),
        choice=choice,
        person_id=None if person is None else str(person),
        decided_at=date.fromisoformat(str(data["decided_at"])),
    )
