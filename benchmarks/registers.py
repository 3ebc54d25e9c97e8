"""Registers and cohorts that the parts share: `FOLDER/PEOPLE/source`, `snapshot` and `cohort-SIZE.csv`, each made when first asked for."""

import json
import subprocess
import sys
from pathlib import Path

from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.prepare import prepare
from justice_data_lab.register.snapshot import open_register
from justice_data_lab.register.synthetic.source import synthesise

SEED = 1
COHORT_SEED = 3


def place_of(folder: Path, people: int) -> Path:
    """Where the register of that size stands."""
    return folder / str(people)


def register_of(folder: Path, people: int) -> Path:
    """The same, once its source and its snapshot are there."""
    place = place_of(folder, people)
    if not (place / "source" / "manifest.json").is_file():
        print(f"      inventing a register of {people:,} people", flush=True)
        synthesise(place / "source", people=people, seed=SEED)
    if not (place / "snapshot" / "manifest.json").is_file():
        print("      building its snapshot", flush=True)
        prepare(place / "source", place / "snapshot")
    return place


def cohort_of(folder: Path, people: int, size: int) -> Path:
    """A cohort of that size with its truth beside it, who come from that register."""
    file = place_of(folder, people) / f"cohort-{size}.csv"
    if not file.is_file():
        # in a process that ends: the system counts the most memory of whoever starts a process as that process's own
        subprocess.run([sys.executable, __file__, str(folder), str(people), str(size)], check=True)
    return file


def make_cohort(folder: Path, people: int, size: int) -> None:
    """Write that cohort, and the register first if it is not there."""
    place = register_of(folder, people)
    synthesise_cohort(open_register(place / "snapshot"), place / f"cohort-{size}.csv", size=size, effect=0.0, seed=COHORT_SEED)


def content_of(snapshot: Path) -> str:
    """The hash of all that a snapshot holds."""
    return str(json.loads((snapshot / "manifest.json").read_bytes())["content"])


if __name__ == "__main__":
    make_cohort(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
