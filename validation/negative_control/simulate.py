"""One cohort: the negative control by three scores, and what the official comparison would have published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa

from justice_data_lab.estimation.robustness.negative_control import negative_control
from justice_data_lab.matching.matcher import match
from justice_data_lab.measures.design import Measures
from justice_data_lab.study import Method
from negative_control.worlds import draw_cohort

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from justice_data_lab.estimation.robustness.result import NegativeControl
    from justice_data_lab.measures.catalogue import Covariate
    from negative_control.country import Country
    from negative_control.worlds import World

    Real: TypeAlias = "NDArray[np.float64]"
    Whole: TypeAlias = "NDArray[np.int64]"

THEN, OFFICIAL, RESULT = "then", "official", "result"
CHOSEN = "chosen"
# Of the chosen score: what was not known when the control year began.
_LATER = ("index disposal", "region", "time", "since the control year")
SEED = 20261122


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one cohort showed.

    Attributes:
        differences: treated less comparison, by score; `result` is reoffending in the official comparison.
        errors: their standard errors.
        flagged: whether each interval excludes 0.
        future, past: by how much the hidden trait moved the participants' rates.
    """

    differences: dict[str, float]
    errors: dict[str, float]
    flagged: dict[str, bool]
    future: float
    past: float


def scores(country: Country) -> dict[str, tuple[Covariate, ...]]:
    """What each negative control holds alike: the record as the control year began, that and what came after, the official list."""
    then = tuple(item for item in country.control if item.group not in _LATER and item.name != "ogrs3_score")
    return {THEN: then, CHOSEN: country.control, OFFICIAL: country.official}


def simulate(country: Country, world: World, cohort: int, *, size: int = 1000) -> Found:
    """Draw a cohort and compare it. It is a function of the seed, the world and its number alone.

    Args:
        country: everybody.
        world: who takes part.
        cohort: number of the cohort.
        size: of the cohort.
    """
    rng = np.random.default_rng([SEED, *world.name.encode(), cohort])
    drawn = draw_cohort(country, world, size, rng)
    at = np.concatenate([drawn.treated, drawn.pool])
    treated = np.arange(len(at)) < len(drawn.treated)
    left = country.place[at] >= 0
    rows = {name: country.rows if name == OFFICIAL else country.then for name in (THEN, CHOSEN, OFFICIAL)}
    found = {
        name: _compare(
            rows[name], (at if name == OFFICIAL else country.place[at])[left], treated[left], covariates,
            country.offended[country.place[at]][left],
        )
        for name, covariates in scores(country).items()
    }  # fmt: skip
    found[RESULT] = _compare(country.rows, at, treated, country.official, country.events.reoffended[at].astype(np.float64))
    return Found(
        differences={name: float(one.difference or 0.0) for name, one in found.items()},
        errors={name: float(one.se or 0.0) for name, one in found.items()},
        flagged={name: bool(one.flagged) for name, one in found.items()},
        future=drawn.shift.future,
        past=drawn.shift.past or 0.0,
    )


def _compare(
    rows: pa.Table, at: Whole, treated: NDArray[np.bool_], covariates: Iterable[Covariate], outcome: Real
) -> NegativeControl:
    """The official estimator on these rows and covariates."""
    taken = rows.take(pa.array(at))
    taken = taken.set_column(taken.schema.get_field_index("treated"), "treated", pa.array(treated.astype(np.int8)))
    weight = (
        match(Measures(rows=taken, covariates=tuple(covariates), exact=("sex",)), Method()).weights.column("weight").to_numpy()
    )
    first, second = treated & (weight > 0), ~treated & (weight > 0)
    return negative_control(outcome[first], outcome[second], weight[second])
