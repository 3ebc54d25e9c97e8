"""Cohorts from matching on: national, regional and subgroup analyses of people whose true effect is known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from calibration.draw import Programme, draw_cohort, live, measures_of
from calibration.experiment import Experiment
from calibration.people import SEED, open_or_make, read_people
from calibration.rows import Row, with_figure
from justice_data_lab.estimation.effects import estimate
from justice_data_lab.matching.matcher import match
from justice_data_lab.matching.propensity import Separated
from justice_data_lab.measures.analyses import restrict
from justice_data_lab.study import Analysis, Lab, Method

if TYPE_CHECKING:
    from pathlib import Path

    from calibration.draw import Lives
    from calibration.experiment import Simulate
    from calibration.people import People, Real, Whole
    from justice_data_lab.matching.result import Match
    from justice_data_lab.measures.design import Measures

NAME = "from matching on"
EFFECTS = (0.0, -0.05, -0.08)
PROGRAMMES = {
    "60": Programme(size=60, regions=3),
    "300": Programme(size=300, regions=5),
    "1000": Programme(size=1000, regions=10),
}
PEOPLE = 1_000_000  # in the invented register
WANTED = 13_000  # people released from custody in its last years
LAB = Lab()
ANALYSES = (
    Analysis(name="national"),
    Analysis(name="regional", headline=False, exact=("region",)),
    Analysis(name="subgroup", headline=False, where=(("course", "long"),)),
)
WEAK = 0.5  # share of the log odds that the record shows, where it shows little


def start(folder: Path, people: int) -> Simulate:
    """The register and its people, read once."""
    everybody = read_people(open_or_make(folder, people), WANTED)

    def simulate(variant: str, cohort: int) -> list[Row]:
        return simulate_cohort(everybody, PROGRAMMES[variant], cohort)

    return simulate


EXPERIMENT = Experiment(name=NAME, variants=tuple(PROGRAMMES), cohorts=2000, quick=20, batch=20, start=start, people=PEOPLE)


def simulate_cohort(people: People, programme: Programme, cohort: int) -> list[Row]:
    """One cohort: three analyses, each matched once, and for each effect outcomes drawn anew.

    Notes:
        Matching never sees an outcome, so one match serves every effect. A cohort is a function of the seed, its size and its
        number alone.
    """
    rng = np.random.default_rng([SEED, programme.size, cohort])
    drawn = draw_cohort(people, programme, rng)
    everybody = measures_of(people, drawn)
    found = []
    for analysis in ANALYSES:
        measures = restrict(everybody, analysis, {"course": drawn.course})
        matched = _match(measures, Method(exact=analysis.exact))
        for label, risk in _risks(people, analysis.name).items():
            for effect in EFFECTS:
                row = Row(experiment=NAME, analysis=label, size=programme.size, effect=effect, measure=0, cohort=cohort)
                found += _rows(row, measures, matched, live(people, drawn, risk, effect, rng))
    return found


def _risks(people: People, analysis: str) -> dict[str, Real]:
    """The register's own risk, and for the national analysis one that the record says less of."""
    risks = {analysis: people.risk}
    return risks | {f"{analysis}, weak record": weakened(people.risk)} if analysis == "national" else risks


def weakened(risk: Real) -> Real:
    """Risks with half the log odds apart from their middle: a record that says less of what people will do."""
    logit = np.log(risk / (1 - risk))
    middle = np.median(logit)
    weak: Real = 1 / (1 + np.exp(-(middle + WEAK * (logit - middle))))
    return weak


def _match(measures: Measures, method: Method) -> Match | str:
    """The match, or why there is none: the floors on people are those of the pipeline."""
    if int(np.sum(measures.rows.column("treated").to_numpy())) < LAB.min_matched:
        return "too_few"
    try:
        matched = match(measures, method)
    except Separated:
        return "separated"
    return matched if matched.design.n_matched >= LAB.min_matched else "too_few"


def _rows(row: Row, measures: Measures, matched: Match | str, lives: Lives) -> list[Row]:
    """Measures 1 and 2, unconditional on balance, gates and disclosure."""
    if isinstance(matched, str):
        return [replace(row, measure=number, status=matched) for number in (1, 2)]
    at: Whole = measures.rows.column("row").to_numpy()
    used = (matched.weights.column("weight").to_numpy() > 0) & (matched.weights.column("treated").to_numpy() == 1)
    truths = [float(change[at][used].mean()) for change in (lives.rate_change, lives.number_change)]
    figures = estimate(matched, lives.outcomes(at), Method(), LAB).rows
    return [
        with_figure(replace(row, measure=number), figure, truth=truth, balance=matched.design.balance)
        for number, figure, truth in zip((1, 2), figures, truths, strict=True)
    ]
