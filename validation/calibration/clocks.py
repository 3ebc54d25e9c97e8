"""Programmes that start after the index date: the same cohort files by the index clock and by the intervention clock."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from calibration.end_to_end import PEOPLE, TODAY, compare, finished, study_of
from calibration.experiment import Experiment
from calibration.people import open_or_make
from calibration.rows import Row
from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.intake.cohort import read_cohort
from justice_data_lab.linkage.linker import link
from justice_data_lab.study import CohortSettings, Lab

if TYPE_CHECKING:
    from calibration.experiment import Simulate
    from justice_data_lab.register.snapshot import Register

NAME = "clocks"
SIZE = 1000
LONGEST = 182  # days from the index date to the start
CLOCKS = {
    "index clock": CohortSettings(clock="index", clock_reason="A. Reviewer: to show what it does"),
    "intervention clock": CohortSettings(clock="auto"),
}
VARIANTS = {"no effect": (0.0, 100_000), "8 points fewer": (-0.08, 110_000)}  # effect, and the first seed


def start(folder: Path, people: int) -> Simulate:
    """The register, opened once."""
    register = open_or_make(folder, people)

    def simulate(variant: str, cohort: int) -> list[Row]:
        effect, seed = VARIANTS[variant]
        return simulate_cohort(register, effect, seed, cohort)

    return simulate


EXPERIMENT = Experiment(name=NAME, variants=tuple(VARIANTS), cohorts=100, quick=5, batch=5, start=start, people=PEOPLE)


def simulate_cohort(register: Register, effect: float, seed: int, cohort: int) -> list[Row]:
    """One file of late starters, from which those who reoffended before they could start are missing; a row a clock."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cohort.csv"
        synthesise_cohort(register, path, size=SIZE, effect=effect, seed=seed + cohort, errors="none", max_lag_days=LONGEST)
        linkage = link(read_cohort(path, today=TODAY, lab=Lab()), register)
    rows = []
    for name, settings in CLOCKS.items():
        row = Row(experiment=NAME, analysis=name, size=SIZE, effect=effect, measure=1, cohort=cohort)
        rows.append(finished(row, compare(linkage, register, study_of(seed + cohort, settings))))
    return rows
