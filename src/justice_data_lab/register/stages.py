"""The stages of a build: each is done once, whole, and not again when a killed build is taken up."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, cast

from justice_data_lab.files import take_away, write_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from justice_data_lab.files import Json


@dataclass(frozen=True, slots=True)
class Stages:
    """A folder with one small file for every finished stage.

    Attributes:
        folder: where those files are.
        progress: told the name of each stage as it begins.
    """

    folder: Path
    progress: Callable[[str], None]

    @classmethod
    def begin(
        cls, out: Path, name: str, fingerprint: str, progress: Callable[[str], None] | None = None, *, aside: tuple[str, ...] = ()
    ) -> Stages:
        """Take up the build of that fingerprint in `out`, or begin it; what another build left there is cleared away.

        Args:
            out: folder of the build.
            name: of its work folder.
            fingerprint: of everything that the build depends on.
            progress: told the name of each stage as it begins.
            aside: folders in the work folder that a killed build may have filled to no use.
        """
        folder = out / name
        mark = folder / "build.json"
        if _read(mark) != fingerprint:
            # its mark goes first: with half of what it did gone, nobody may take it up
            mark.unlink(missing_ok=True)
            _clear(out, folder)
            folder.mkdir(parents=True, exist_ok=True)
            write_json(mark, fingerprint)
        for left in aside:
            shutil.rmtree(folder / left, ignore_errors=True)
        return cls(folder, progress or (lambda _name: None))

    def run(self, name: str, work: Callable[[], dict[str, Json]]) -> dict[str, Json]:
        """What the stage found: from its file when it was finished before, else by doing the work now.

        The work must leave its output whole before it returns: only then is the stage written down.
        """
        file = self.folder / f"{name}.json"
        done = _read(file)
        if not isinstance(done, dict) or not isinstance(done.get("found"), dict):
            self.progress(name)
            start = monotonic()
            found = work()
            write_json(file, {"found": found, "seconds": round(monotonic() - start, 1)})
            done = _read(file)
        return cast("dict[str, dict[str, Json]]", done)["found"]

    def seconds(self) -> dict[str, float]:
        """How long each finished stage took."""
        files = sorted(self.folder.glob("*.json"), key=lambda file: file.stat().st_mtime_ns)
        return {file.stem: json.loads(file.read_text(encoding="utf-8"))["seconds"] for file in files if file.stem != "build"}


def _read(file: Path) -> Json:
    """What a file of the work folder says; None where there is none, or it was damaged, so that nothing is known to be done."""
    try:
        return cast("Json", json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def _clear(out: Path, folder: Path) -> None:
    """Take away what another build left, its work folder last: by that folder a build is known to be unfinished."""
    for left in sorted(out.iterdir() if out.is_dir() else (), key=lambda path: path == folder):
        take_away(left)
