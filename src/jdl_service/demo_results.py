"""Results of the demonstration: invented programmes with known true effects, through the rooms of real ones, kept for the next start."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from justice_data_lab.files import whole_folder
from justice_data_lab.library_demo.analyse import analyse, study_of, write_run
from justice_data_lab.library_demo.people import KINDS, draw, read_people
from justice_data_lab.library_demo.programmes import samples

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from justice_data_lab.library_demo.programmes import Sample
    from justice_data_lab.register.snapshot import Register
    from justice_data_lab.study import Lab

# True effects in percentage points that take the place of a programme's own: one that plainly helps, does nothing, does harm.
EFFECTS = {"S-001": -20.0, "S-020": 0.0, "S-008": 20.0}


def programmes() -> dict[str, Sample]:
    """The invented programmes by key."""
    return {each.key: replace(each, effect=EFFECTS.get(each.key, each.effect)) for each in samples()}


def finished_runs(register: Register, keys: tuple[str, ...], folder: Path, *, seed: int, lab: Lab) -> Iterator[str]:
    """Analyse each programme into a run folder of its own, unless it is there; give the key of each as it is ready."""
    every, numbers = programmes(), {each.key: number for number, each in enumerate(samples())}
    kinds = dict.fromkeys(KINDS[every[key].setting] for key in keys)
    people = {kind: read_people(register, kind, np.random.default_rng(seed)) for kind in kinds}
    for key in keys:
        sample = every[key]
        if not (folder / key / "manifest.json").is_file():
            linked = draw(people[KINDS[sample.setting]], sample, np.random.default_rng((seed, numbers[key])), {})
            with whole_folder(folder / key) as scratch:
                write_run(analyse(linked, study_of(sample, seed), lab, scratch), lab, scratch, pages=True)
        yield key
