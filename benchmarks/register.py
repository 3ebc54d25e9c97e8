"""How synthesis and build grow with the register: each size and step in a process of its own."""

import json
import shutil
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from earlier_extract import earlier_extract
from justice_data_lab.prepare import prepare
from justice_data_lab.register.months import add_months
from justice_data_lab.register.source import extract_date_of
from justice_data_lab.register.synthetic.source import synthesise
from measured import GIB, Meter, in_a_process, medians, processor
from part import Part, Sizes, parser_of, part_of
from registers import SEED, content_of, place_of

USUAL = Sizes(people=(100_000, 1_200_000, 5_000_000, 12_000_000), runs=1)
QUICK = Sizes(people=(5_000, 20_000), runs=1)
WRITTEN = {"synthesise": "source", "build": "snapshot", "refresh": "refreshed"}
# A refresh adds this many months to an earlier extract.
MONTHS = 3


class StageMeter:
    """What each stage of a build took: from its beginning to that of the next."""

    def __init__(self) -> None:
        self._begun: list[tuple[str, float, float]] = []

    def begins(self, stage: str) -> None:
        """Told as a stage begins."""
        self._begun.append((stage, processor(), time.perf_counter()))

    def read(self) -> dict[str, float]:
        """`STAGE/cpu` and `STAGE/wall`, the seconds of every stage, the last of which ends now."""
        found: dict[str, float] = {}
        ends = [*self._begun[1:], ("", processor(), time.perf_counter())]
        for (stage, cpu, begun), (_, cpu_end, end) in zip(self._begun, ends, strict=True):
            found |= {f"{stage}/cpu": cpu_end - cpu, f"{stage}/wall": end - begun}
        return found


def synthesised(place: Path, people: int) -> dict[str, float]:
    """Invent the source register; it has no stages."""
    synthesise(place / "source", people=people, seed=SEED)
    return {}


def built(place: Path, _people: int) -> dict[str, float]:
    """Build the snapshot, and what each stage took."""
    return _prepared(place, "snapshot", None)


def refreshed(place: Path, _people: int) -> dict[str, float]:
    """Build it from the snapshot of the earlier extract, and what each stage took."""
    return _prepared(place, "refreshed", place / "earlier" / "snapshot")


def _prepared(place: Path, name: str, earlier: Path | None) -> dict[str, float]:
    meter = StageMeter()
    prepare(place / "source", place / name, progress=meter.begins, refresh=earlier)
    return meter.read()


def earlier(place: Path, _people: int) -> dict[str, float]:
    """The source as it stood some months before, and its snapshot."""
    shutil.rmtree(place / "earlier", ignore_errors=True)
    day = add_months(extract_date_of(place / "source", None), -MONTHS)
    prepare(earlier_extract(place / "source", place / "earlier" / "source", day), place / "earlier" / "snapshot")
    return {}


STEPS: dict[str, Callable[[Path, int], dict[str, float]]] = {
    "synthesise": synthesised,
    "build": built,
    "earlier": earlier,
    "refresh": refreshed,
}


def one_step(step: str, place: Path, people: int) -> None:
    """Do one step in this process; print what it and each of its stages took, as JSON."""
    meter = Meter()
    stages = STEPS[step](place, people)
    # from the beginning of the program, as on the command line
    print(json.dumps(meter.read() | {"cpu": processor()} | stages))


def measure_size(part: Part, people: int) -> None:
    """Measure every step at one size."""
    place = place_of(part.folder, people)
    place.mkdir(parents=True, exist_ok=True)
    for step, name in WRITTEN.items():
        part.measure(step, people, partial(medians, partial(measured, step, place / name, people), part.runs))


def measured(step: str, made: Path, people: int) -> dict[str, float]:
    """One step in a process of its own; what stood at its place is made anew, and of a refresh nothing stays."""
    place = made.parent
    _cleared(made)
    if step == "refresh":
        # in a process of its own too: the system counts the most memory of whoever starts a process as that process's own
        in_a_process(Path(__file__), "--step", "earlier", str(place), str(people))
    found = in_a_process(Path(__file__), "--step", step, str(place), str(people)) | {"written": size_of(made)}
    if step == "refresh":
        same = float(content_of(made) == content_of(place / "snapshot"))
        shutil.rmtree(made)
        shutil.rmtree(place / "earlier")
        return found | {"same": same}
    return found


def _cleared(made: Path) -> None:
    """Away with what stood there; of what was put there by a link, the link alone."""
    if made.is_symlink():
        made.unlink()
    elif made.exists():
        shutil.rmtree(made)


def size_of(folder: Path) -> float:
    """GiB of all files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / GIB


def main() -> None:
    """Synthesise and build every size."""
    if sys.argv[1:2] == ["--step"]:
        one_step(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
        return
    part = part_of("register", parser_of(__doc__).parse_args(), USUAL, QUICK)
    for people in part.people:
        measure_size(part, people)


if __name__ == "__main__":
    main()
