"""Results of the demonstration: invented programmes with known true effects, through the rooms of real ones, kept for the next start."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from justice_data_lab.files import whole_folder
from justice_data_lab.library_demo.analyse import analyse, study_of, write_run
from justice_data_lab.library_demo.people import KINDS, draw, read_people
from justice_data_lab.library_demo.programmes import samples
from justice_data_lab.processes import processors, shared

if TYPE_CHECKING:
    from pathlib import Path

    from justice_data_lab.library_demo.programmes import Sample
    from justice_data_lab.register.snapshot import Register
    from justice_data_lab.study import Lab

# True effects in percentage points that take the place of a programme's own: one that plainly helps, does nothing, does harm.
EFFECTS = {"S-001": -20.0, "S-020": 0.0, "S-008": 20.0}


def programmes() -> dict[str, Sample]:
    """The invented programmes by key."""
    return {each.key: replace(each, effect=EFFECTS.get(each.key, each.effect)) for each in samples()}


def finish_runs(register: Register, keys: tuple[str, ...], folder: Path, *, seed: int, lab: Lab) -> None:
    """Analyse each programme into a run folder of its own, unless it is there; all processors share the work."""
    every, numbers = programmes(), {each.key: number for number, each in enumerate(samples())}
    left = [key for key in keys if not (folder / key / "manifest.json").is_file()]
    kinds = dict.fromkeys(KINDS[every[key].setting] for key in left)
    people = {kind: read_people(register, kind, np.random.default_rng(seed)) for kind in kinds}

    def finish(number: int) -> None:
        sample = every[left[number]]
        linked = draw(people[KINDS[sample.setting]], sample, np.random.default_rng((seed, numbers[sample.key])), {})
        with whole_folder(folder / sample.key) as scratch:
            write_run(analyse(linked, study_of(sample, seed), lab, scratch), lab, scratch, pages=True)

    shared(finish, len(left), processors())
