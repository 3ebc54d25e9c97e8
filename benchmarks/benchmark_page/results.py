"""Results as data: one line of JSON for each thing that was measured at each size, joined by those of other days."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one thing cost at one size.

    Attributes:
        work: what was done, or by whom: `build`, `naive Splink`.
        people: in the register, or in the pool.
        cohort: people looked for or treated; 0 where there are none.
        runs: how many were counted; figures are their medians.
        figures: `cpu` and `wall` in seconds, `memory` in GiB, `others` in processors that other work took meanwhile, and the work's own.
        failed: why there are no figures; empty where there are.
        seen: the day, as 2026-11-26.
        load: load average of the last minute when it ended; None where nobody looked.
        machine: in words.
    """

    work: str
    people: int
    cohort: int = 0
    runs: int = 1
    figures: Figures = field(default_factory=dict)
    failed: str = ""
    seen: str
    load: float | None
    machine: str

    @property
    def size(self) -> tuple[str, int, int]:
        """What no two results of a part share."""
        return self.work, self.people, self.cohort


def read_results(file: Path) -> list[Result]:
    """The results of one part, in the order of work and size; none where it never ran."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return sorted((Result(**json.loads(line)) for line in lines), key=lambda result: result.size)


def add_results(file: Path, new: Iterable[Result]) -> None:
    """Write results beside those there are; one of the same work and size takes the place of the older."""
    kept = {result.size: result for result in (*read_results(file), *new)}
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(asdict(kept[size]), ensure_ascii=False) + "\n" for size in sorted(kept))
    file.write_text("".join(lines), encoding="utf-8")
