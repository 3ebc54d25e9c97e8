"""One invented cohort from matching on: who takes part, who is in the pool, and outcomes drawn anew with a known effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa

from justice_data_lab.measures.catalogue import MEASURES
from justice_data_lab.measures.design import Measures
from justice_data_lab.measures.outcomes import Outcomes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from calibration.people import People, Real, Whole

    Truth: TypeAlias = "NDArray[np.bool_]"

ELSEWHERE = 3.0  # how much less likely, on the log scale, people outside the programme's regions are to take part
LEANING_TO_LONG = (0.4, 0.1)
SPECS = MEASURES[:2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """How large a cohort is, and in how many regions the programme works."""

    size: int
    regions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A cohort and its pool.

    Attributes:
        at: places among the people, the treated first.
        treated: which of them take part.
        course: `long` or `short`, known when the programme started; nothing for the pool.
    """

    at: Whole
    treated: Truth
    course: pa.ChunkedArray


def draw_cohort(people: People, programme: Programme, rng: np.random.Generator) -> Drawn:
    """Participants by their leaning, in some regions much rather than in others; everybody else is the pool, as in a request.

    Notes:
        Nothing of the outcome bears on who is drawn: taking part depends on the record alone.
    """
    region = people.texts("region")
    works = rng.permutation(np.unique(region))[: programme.regions]
    weight = np.exp(people.leaning - ELSEWHERE * ~np.isin(region, works))
    at = np.argsort(rng.exponential(1.0, len(people)) / weight, kind="stable")
    treated = np.arange(len(at)) < programme.size
    level, slope = LEANING_TO_LONG
    history = np.log1p(people.rows.column("previous_offences").to_numpy()[at])
    long = rng.random(len(at)) < 1 / (1 + np.exp(-(level + slope * (history - 2))))
    course = pa.chunked_array([pa.array(np.where(long, "long", "short"), mask=~treated)])
    return Drawn(at=at, treated=treated, course=course)


def measures_of(people: People, drawn: Drawn) -> Measures:
    """What matching is given: the covariates of everybody drawn."""
    rows = people.rows.take(pa.array(drawn.at))
    rows = rows.append_column("row", pa.array(range(len(drawn.at)), pa.int64()))
    rows = rows.append_column("treated", pa.array(drawn.treated.astype(np.int8)))
    return Measures(rows=rows, covariates=people.covariates, exact=("sex",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lives:
    """What happens to everybody drawn, and what the programme changed for each; one value a row.

    Attributes:
        reoffended: within a year.
        reoffences: how many.
        rate_change: the programme's effect on the person's chance of reoffending; 0 in the pool.
        number_change: its effect on the person's expected number of reoffences; 0 in the pool.
    """

    reoffended: Truth
    reoffences: Real
    rate_change: Real
    number_change: Real

    def outcomes(self, rows: Whole) -> Outcomes:
        """Measures 1 and 2 of these rows."""
        found = {"reoffended": self.reoffended[rows].astype(np.float64), "reoffences": self.reoffences[rows]}
        return Outcomes(rows=pa.table({"row": pa.array(range(len(rows)), pa.int64()), **found}), specs=SPECS)


def live(people: People, drawn: Drawn, risk: Real, effect: float, rng: np.random.Generator) -> Lives:
    """Draw everybody's year: reoffending by risk, and for the treated each reoffender stops with one and the same chance.

    Args:
        people: whom they were drawn from.
        drawn: the cohort.
        risk: of each of the people.
        effect: expected over the treated, as a fraction; 0 or below.
        rng: seeded.

    Notes:
        A reoffender among the treated keeps their reoffences with probability 1 + E/p̄, p̄ the mean risk of the treated,
        and otherwise has none. So the effect on person i is (E/p̄)·p_i, known exactly, and the number of reoffenders is not fixed.
    """
    chance, tenth = risk[drawn.at], people.tenth[drawn.at]
    lost = -effect / float(chance[drawn.treated].mean())
    reoffended = rng.random(len(chance)) < chance
    reoffended &= ~(drawn.treated & (rng.random(len(chance)) < lost))
    typical = np.array([counts.mean() for counts in people.counts])[tenth]
    change = np.where(drawn.treated, -lost * chance, 0.0)
    number = np.zeros(len(chance))
    for place, counts in enumerate(people.counts):
        some = reoffended & (tenth == place)
        number[some] = rng.choice(counts, int(some.sum()))
    return Lives(reoffended=reoffended, reoffences=number, rate_change=change, number_change=change * typical)
