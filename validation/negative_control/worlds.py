"""How people come to take part: by what the record shows, and by traits that it does not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from justice_data_lab.cohorts.draw import Wish, draw_participants
from justice_data_lab.cohorts.events import CANDIDATES_A_PLACE, WINDOWS, YEAR
from justice_data_lab.cohorts.past import Past
from justice_data_lab.cohorts.risk import draw_pull, leaning_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justice_data_lab.cohorts.draw import Shift
    from justice_data_lab.cohorts.events import Events
    from negative_control.country import Country

    Real: TypeAlias = "NDArray[np.float64]"
    Whole: TypeAlias = "NDArray[np.int64]"

COLUMNS = ("age_at_index", "previous_offences", "region", "sentence_band", "sex")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Who takes part.

    Attributes:
        name: as printed.
        bar: how often cohorts may be flagged (`few`) or have to be (`most`); empty where nothing is asked.
        usual: weight of the usual leaning: rather older, less history, time to serve, some regions.
        risk: weight of the OGRS3 score, a fraction.
        length: weight of the log of previous offences.
        lately: weight of the log of offences in the last three years.
        trait: weight of a trait with which people reoffend less than their record says.
        showed: whether that trait showed in the control year too, beyond what the record then said.
        persistent: weight of the trait by which lives were invented: offending little, always.
    """

    name: str
    bar: Literal["few", "most", ""] = "few"
    usual: float = 1.0
    risk: float = 0.0
    length: float = 0.0
    lately: float = 0.0
    trait: float = 0.0
    showed: bool = True
    persistent: float = 0.0


WORLDS = (
    World(name="nobody hidden: at random", usual=0.0),
    World(name="nobody hidden: as invented cohorts are drawn"),
    World(name="nobody hidden: by high risk score", risk=2.0),
    World(name="nobody hidden: by short history, strongly", length=-0.4),
    World(name="nobody hidden: by offences of the last three years", lately=0.4),
    World(name="a trait that showed beyond the record", bar="most", trait=0.55),
    World(name="a trait that never showed before", bar="", trait=0.55, showed=False),
    World(name="a lasting trait, 8 points before matching", bar="", persistent=0.5),
    World(name="a lasting trait, 8 points after matching", bar="most", persistent=2.0),
    World(name="a trait that showed, and long histories", bar="most", trait=0.55, length=0.4),
    World(name="nobody hidden: by high risk score, twice as strongly", bar="", risk=4.0),
    World(name="nobody hidden: by short history, twice as strongly", bar="", length=-0.8),
    World(name="nobody hidden: by offences of the last three years, twice as strongly", bar="", lately=0.8),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """A cohort and its pool, as places among the country's events; the treated first."""

    treated: Whole
    pool: Whole
    shift: Shift


def draw_cohort(country: Country, world: World, size: int, rng: np.random.Generator) -> Cohort:
    """Participants as an invented cohort draws them, and the pool by the rule of a request.

    Notes:
        The pool: each person who does not take part draws one of the treated index dates, and is there with the first event from
        then on, up to the last of those dates.
    """
    events = replace(country.events, leaning=_leaning(country, world, rng))
    # Events carry no place of their own: the day of the disposal is lent to it, since nothing here asks for that day.
    numbered = replace(events, begun=np.arange(len(events)))
    candidates, reach = first_of_each(numbered, country.person, size, rng)
    past = _past(country.past, candidates.begun) if world.showed else None
    found = draw_participants((candidates, reach), size, Wish(effect=0.0, hidden=world.trait), rng, past=past)
    treated = found.events.begun
    return Cohort(treated=treated, pool=_pool(country, treated, rng), shift=found.shift)


def first_of_each(events: Events, person: Whole, size: int, rng: np.random.Generator) -> tuple[Events, int]:
    """As `one_event_a_person` draws in a database; here everybody is in memory, since many cohorts are drawn.

    Args:
        events: sorted by person and date.
        person: number of each event's person, from 0.
        size: places in the programme.
        rng: seeded.
    """
    drawn = rng.random(person.max() + 1)
    at, reach = np.zeros(0, np.int64), 0
    for years in WINDOWS:
        first = events.index.max() - years * YEAR
        reach = len(np.unique(person[events.index >= first]))
        later = np.flatnonzero(events.index >= first + (drawn * years * YEAR)[person])
        at = later[np.unique(person[later], return_index=True)[1]]
        if len(at) >= CANDIDATES_A_PLACE * size:
            break
    return events.take(at), reach


def _leaning(country: Country, world: World, rng: np.random.Generator) -> Real:
    column = {name: country.column(name) for name in COLUMNS}
    standard = (country.rate - country.rate.mean()) / country.rate.std()
    leaning: Real = (
        world.usual * leaning_of(column, draw_pull(set(column["region"]), rng))
        + world.risk * np.nan_to_num(country.number("ogrs3_score"))
        + world.length * np.log1p(country.number("previous_offences"))
        + world.lately * np.log1p(country.number("offences_last_three_years"))
        - world.persistent * standard
    )
    return leaning


def _past(past: Past, at: Whole) -> Past:
    return Past(known=past.known[at], offended=past.offended[at], less_than_expected=past.less_than_expected[at])


def _pool(country: Country, treated: Whole, rng: np.random.Generator) -> Whole:
    days: Whole = country.events.index
    inside = np.zeros(country.person.max() + 1, dtype=np.bool_)
    inside[country.person[treated]] = True
    drawn = rng.choice(days[treated], len(inside))
    later = np.flatnonzero((days >= drawn[country.person]) & (days <= days[treated].max()) & ~inside[country.person])
    return later[np.unique(country.person[later], return_index=True)[1]]
