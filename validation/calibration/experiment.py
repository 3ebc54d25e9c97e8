"""What an experiment is: variants of a simulation, each run cohort by cohort, and the batches they are kept in."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from calibration.rows import write_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from calibration.rows import Row

    # a variant's name and a cohort's number to its rows
    Simulate: TypeAlias = Callable[[str, int], list[Row]]


QUICK_PEOPLE = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """One simulation.

    Attributes:
        name: as printed, and in every row.
        variants: what is run cohort by cohort, e.g. sizes.
        cohorts: of each variant, in the full study.
        quick: of each variant, in the short one.
        batch: cohorts in one file.
        start: given a folder for what is made once (a register) and the people in it, what simulates one cohort; it depends on
            nothing but its arguments.
        people: in the invented register of the full study.
    """

    name: str
    variants: tuple[str, ...]
    cohorts: int
    quick: int
    batch: int
    start: Callable[[Path, int], Simulate]
    people: int = QUICK_PEOPLE

    def short(self) -> Experiment:
        """The same in minutes: a few cohorts, from the one smaller register that all experiments share."""
        return replace(self, cohorts=self.quick, people=min(self.people, QUICK_PEOPLE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some cohorts of one variant, and the file that holds their rows once they are done."""

    variant: str
    first: int
    after: int
    path: Path


def batches(experiment: Experiment, cohorts: int, folder: Path) -> Iterator[Batch]:
    """Every batch, all variants in turn, so that a study that was stopped has some of each."""
    for first in range(0, cohorts, experiment.batch):
        for variant in experiment.variants:
            after = min(first + experiment.batch, cohorts)
            name = f"{_plain(variant)}-{first:05d}-{after:05d}.csv"
            yield Batch(variant=variant, first=first, after=after, path=folder / _plain(experiment.name) / name)


def _plain(name: str) -> str:
    """A name that may be a file's on any system."""
    return re.sub(r"[^\w+.-]+", "-", name)


def run_experiment(experiment: Experiment, cohorts: int, rows: Path, made: Path, tell: Callable[[str], None]) -> None:
    """Simulate every batch whose file is not there yet.

    Args:
        experiment: what to simulate.
        cohorts: of each variant.
        rows: folder of the batches.
        made: folder of what is made once, such as a register.
        tell: called with one line after each batch.
    """
    waiting = [batch for batch in batches(experiment, cohorts, rows) if not batch.path.is_file()]
    if not waiting:
        return
    simulate = experiment.start(made, experiment.people)
    for batch in waiting:
        write_rows(batch.path, [row for cohort in range(batch.first, batch.after) for row in simulate(batch.variant, cohort)])
        tell(f"{experiment.name}: {batch.variant}, {batch.after} of {cohorts}")
