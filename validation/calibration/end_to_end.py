"""Cohorts from the file to the estimate: invented, submitted, read, linked, measured, matched, compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from calibration.experiment import Experiment
from calibration.people import open_or_make
from calibration.rows import Row, with_figure
from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.estimation.effects import estimate
from justice_data_lab.files import sha256
from justice_data_lab.intake.cohort import read_cohort
from justice_data_lab.linkage.linker import link
from justice_data_lab.matching.matcher import match
from justice_data_lab.matching.propensity import Separated
from justice_data_lab.measures.catalogue import MEASURES
from justice_data_lab.measures.design import measure
from justice_data_lab.measures.outcomes import outcomes
from justice_data_lab.study import CohortSettings, Lab, Method, Study

if TYPE_CHECKING:
    from calibration.experiment import Simulate
    from justice_data_lab.estimation.estimates import Estimate
    from justice_data_lab.linkage.linkage import Linkage
    from justice_data_lab.matching.result import Match
    from justice_data_lab.register.snapshot import Register

NAME = "end to end"
PEOPLE = 400_000  # in the invented register
TODAY = date(2026, 11, 22)
MOST = 10_000  # cohorts of a variant, so that no two have one seed


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Size, planted effect, and the first seed of its cohorts."""

    size: int
    effect: float
    seed: int


VARIANTS = {
    f"{size} at {100 * effect:+.0f}": Variant(size=size, effect=effect, seed=(1 + place) * MOST)
    for place, (size, effect) in enumerate((size, effect) for size in (300, 1000) for effect in (0.0, -0.08))
}


def start(folder: Path, people: int) -> Simulate:
    """The register, opened once."""
    register = open_or_make(folder, people)

    def simulate(variant: str, cohort: int) -> list[Row]:
        return [simulate_cohort(register, VARIANTS[variant], cohort)]

    return simulate


EXPERIMENT = Experiment(name=NAME, variants=tuple(VARIANTS), cohorts=200, quick=5, batch=5, start=start, people=PEOPLE)


def simulate_cohort(register: Register, variant: Variant, cohort: int) -> Row:
    """One cohort file through every room but the report; measure 1."""
    size, effect, seed = variant.size, variant.effect, variant.seed + cohort
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cohort.csv"
        synthesise_cohort(register, path, size=size, effect=effect, seed=seed)
        linkage = link(read_cohort(path, today=TODAY, lab=Lab()), register)
    row = Row(experiment=NAME, analysis="national", size=size, effect=effect, measure=1, cohort=cohort)
    return finished(row, compare(linkage, register, study_of(seed)))


def study_of(seed: int, cohort: CohortSettings | None = None) -> Study:
    """A request with nothing but its seed and its clock."""
    return Study(
        name="calibration", organisation="invented", programme_name="invented", intervention_type="mentoring", setting="custody",
        seed=seed, report_date=TODAY, cohort=cohort or CohortSettings(),
    )  # fmt: skip


def compare(linkage: Linkage, register: Register, study: Study) -> tuple[Match, Estimate] | str:
    """The rooms from measures to estimation, in order; the floor on people is that of the pipeline."""
    measures = measure(linkage, register, study, Lab())
    try:
        matched = match(measures, Method())
    except Separated:
        return "separated"
    if matched.design.n_matched < Lab().min_matched:
        return "too_few"
    design = matched.design.to_bytes()
    read = outcomes(measures, register, design=design, design_hash=sha256(design), specs=MEASURES[:1])
    return matched, estimate(matched, read, Method(), Lab()).rows[0]


def finished(row: Row, found: tuple[Match, Estimate] | str) -> Row:
    """The row with what was found, its truth the planted effect; or with why nothing was."""
    if isinstance(found, str):
        return replace(row, status=found)
    matched, figure = found
    return with_figure(row, figure, truth=row.effect, balance=matched.design.balance)
