"""Registers and cohorts that the parts share: `FOLDER/PEOPLE/source`, `snapshot` and `cohort-SIZE.csv`, each made when first asked for."""

import json
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
    place = register_of(folder, people)
    file = place / f"cohort-{size}.csv"
    if not file.is_file():
        synthesise_cohort(open_register(place / "snapshot"), file, size=size, effect=0.0, seed=COHORT_SEED)
    return file


def content_of(snapshot: Path) -> str:
    """The hash of all that a snapshot holds."""
    return str(json.loads((snapshot / "manifest.json").read_bytes())["content"])
