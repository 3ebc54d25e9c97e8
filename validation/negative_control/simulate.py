"""One cohort: the negative control by three scores, and what the official comparison would have published."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa

from calibration.experiment import Experiment
from calibration.people import open_or_make
from calibration.rows import Row
from justice_data_lab.estimation.robustness.negative_control import negative_control
from justice_data_lab.matching.matcher import match
from justice_data_lab.matching.propensity import Separated
from justice_data_lab.measures.design import Measures
from justice_data_lab.study import Method
from negative_control.country import read_country
from negative_control.worlds import WORLDS, draw_cohort

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from calibration.experiment import Simulate
    from justice_data_lab.estimation.robustness.result import NegativeControl
    from justice_data_lab.measures.catalogue import Covariate
    from negative_control.country import Country
    from negative_control.worlds import World

    Real: TypeAlias = "NDArray[np.float64]"
    Whole: TypeAlias = "NDArray[np.int64]"

NAME = "negative control"
PEOPLE = 200_000  # in the invented register
SIZE = 1000
CHOSEN, WITH_OGRS3, OFFICIAL, RESULT = "chosen", "with the OGRS3 score", "official covariates", "the official result"
SEED = 20261122


def scores(country: Country) -> dict[str, tuple[Covariate, ...]]:
    """What each negative control holds alike: what the lab does, the same with the OGRS3 score, and the official list."""
    ogrs3 = tuple(item for item in country.official if item.name == "ogrs3_score")
    return {CHOSEN: country.control, WITH_OGRS3: (*country.control, *ogrs3), OFFICIAL: country.official}


def start(folder: Path, people: int) -> Simulate:
    """Everybody of the register, read once."""
    country = read_country(open_or_make(folder, people), people)
    worlds = {world.name: world for world in WORLDS}

    def simulate_one(variant: str, cohort: int) -> list[Row]:
        return simulate(country, worlds[variant], cohort)

    return simulate_one


EXPERIMENT = Experiment(
    name=NAME, variants=tuple(world.name for world in WORLDS), cohorts=200, quick=5, batch=5, start=start, people=PEOPLE
)


def simulate(country: Country, world: World, cohort: int, *, size: int = SIZE) -> list[Row]:
    """Draw a cohort and compare it: a row for each score on the control year, and one for what the report would publish.

    Args:
        country: everybody.
        world: who takes part.
        cohort: number of the cohort; with the seed and the world's name it decides everything.
        size: of the cohort.

    Returns:
        `truth` is by how much the hidden trait moved the participants' rate, of the control year or of the year after; none
        where no trait beyond the record was planted.
    """
    rng = np.random.default_rng([SEED, *world.name.encode(), cohort])
    drawn = draw_cohort(country, world, size, rng)
    at = np.concatenate([drawn.treated, drawn.pool])
    treated = np.arange(len(at)) < len(drawn.treated)
    left = country.place[at] >= 0
    then, offended = country.place[at][left], country.offended[country.place[at]][left]
    found = {
        name: _compare(country.rows, at[left], treated[left], covariates, offended)
        if name == OFFICIAL
        else _compare(country.then, then, treated[left], covariates, offended)
        for name, covariates in scores(country).items()
    }
    found[RESULT] = _compare(country.rows, at, treated, country.official, country.events.reoffended[at].astype(np.float64))
    row = Row(experiment=NAME, analysis=world.name, size=size, effect=0.0, measure=0, cohort=cohort)
    shift = {name: drawn.shift.future if name == RESULT else drawn.shift.past or 0.0 for name in found}
    return [
        _with_control(replace(row, experiment=name, truth=shift[name] if world.trait else None), control)
        for name, control in found.items()
    ]


def _with_control(row: Row, found: NegativeControl | None) -> Row:
    if found is None:
        return replace(row, status="separated")
    return replace(
        row,
        difference=found.difference,
        se=found.se,
        ci_low=found.ci_low,
        ci_high=found.ci_high,
        p_value=found.p_value,
        n_treated=found.n_treated,
        n_eff=found.n_eff,
    )


def _compare(
    rows: pa.Table, at: Whole, treated: NDArray[np.bool_], covariates: Iterable[Covariate], outcome: Real
) -> NegativeControl | None:
    """The official estimator on these rows and covariates; None when they tell the groups apart."""
    taken = rows.take(pa.array(at))
    taken = taken.set_column(taken.schema.get_field_index("treated"), "treated", pa.array(treated.astype(np.int8)))
    try:
        matched = match(Measures(rows=taken, covariates=tuple(covariates), exact=("sex",)), Method())
    except Separated:
        return None
    weight = matched.weights.column("weight").to_numpy()
    first, second = treated & (weight > 0), ~treated & (weight > 0)
    return negative_control(outcome[first], outcome[second], weight[second])
