"""Takes a finished run: the files of its report and what was disclosed, just as the run's manifest lists them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, cast

from justice_data_lab.disclosure.disclosed import Disclosed, content_of
from justice_data_lab.disclosure.nothing_told import let_nothing_out
from justice_data_lab.errors import UsageError
from justice_data_lab.files import sha256
from justice_data_lab.ledger_people import people_of_run
from justice_data_lab.publication.manifest import manifest
from justice_data_lab.run_folder import AUDIT, hashes
from justice_data_lab.study_frozen import read_headline, read_supersedes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from justice_data_lab.disclosure.published import Content
    from justice_data_lab.ledger_people import People

DISCLOSED = "disclosed.json"
_ROOMS = ("6-disclosure", "7-report")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a run has to release.

    Attributes:
        files: by name, the report's and `disclosed.json`.
        content: what was disclosed.
        people: of whom it tells, by register id, for the ledger; None where its data came linked. Secret.
        supersedes: the release that its study names as the one it takes the place of; empty when it is none.
    """

    files: Mapping[str, bytes]
    content: Content
    people: People | None = None
    supersedes: str = ""


def take_run(run: Path) -> Taken:
    """The files of a finished run.

    Args:
        run: its folder.

    Raises:
        UsageError: it is no run, is not finished, or a file is not the one that the manifest lists.
    """
    listed = _listed(run)
    for room in _ROOMS:
        if not listed.get(room) or listed[room] != hashes(run / room):
            _refuse(run, f"expected in {room} the files that its manifest.json lists; they are missing or were changed")
    # earlier versions left their audit beside what may leave
    files = {path.name: path.read_bytes() for room in _ROOMS for path in sorted((run / room).iterdir()) if path.name != AUDIT}
    content = read_content(files)
    people = people_of_run(run) if content.rules.profile != "none" else None
    if people and let_nothing_out(content):
        people = people.only(read_headline(run / "study.toml"))
    return Taken(files=files, content=content, people=people, supersedes=read_supersedes(run / "study.toml"))


def read_content(files: Mapping[str, bytes]) -> Content:
    """What was disclosed, from the files of a run or a release, to look at."""
    return content_of(files[DISCLOSED])


def read_disclosed(files: Mapping[str, bytes], frozen: str) -> Disclosed:
    """The same as the value that alone may be published.

    Args:
        files: of a release, by name.
        frozen: SHA-256 of the release's manifest, as its book keeps it.

    Raises:
        UsageError: the files are not those of that manifest.
    """
    listed = manifest(files)
    known = json.loads(listed) if sha256(listed) == frozen else {}
    return Disclosed.from_bytes(files[DISCLOSED], known)


def _listed(run: Path) -> dict[str, dict[str, str]]:
    try:
        rooms = json.loads((run / "manifest.json").read_bytes())["rooms"]
        return {room: cast("dict[str, str]", rooms[room]["files"]) for room in _ROOMS}
    except (OSError, ValueError, KeyError, TypeError):
        _refuse(run, "expected a finished run with a disclosed result and a report")


def _refuse(run: Path, why: str) -> NoReturn:
    message = f"{run.name}: {why}. Run it again with `jdl run` or `jdl evaluate`."
    raise UsageError(message)
