"""What else the invented register knows of people: deaths, assessed needs, spells of work and of out-of-work benefit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from justice_data_lab.register.synthetic.offences import COMMUNITY, CUSTODY, PROFILES, SUSPENDED
from justice_data_lab.register.synthetic.people import RATE_MEAN, RATE_SPREAD, YEAR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justice_data_lab.register.synthetic.careers import Disposals
    from justice_data_lab.register.synthetic.people import People

    Whole: TypeAlias = "NDArray[np.int64]"

NEVER = -1
_NEED_LEVEL = (-0.9, -0.6, -1.1, -0.5, -0.7, -1.3, -1.3, -0.9, -0.1, -0.8)
_NEED_SLOPE = (0.55, 0.60, 0.45, 0.15, 0.75, 0.85, 0.20, 0.30, 0.45, 0.55)
_FIRST_ASSESSED = 13149  # 2006-01-01
_FIRST_SPELL = 13879  # 2008-01-01


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessments:
    """Needs assessments: person (position in the block), day, and needs of shape (rows, 10): 0, 1, or -1 for not assessed."""

    person: Whole
    day: Whole
    needs: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Spells:
    """Spells that do not overlap within a person; `end` is NEVER while going on. `works` tells work from benefit."""

    person: Whole
    works: NDArray[np.bool_]
    start: Whole
    end: Whole


def draw_deaths(people: People, first_disposed: Whole, extract: int, rng: np.random.Generator) -> Whole:
    """Day of death after the first disposal, NEVER when alive at the extract.

    Notes:
        Gompertz mortality, about twice that of the general population: 0.3% a year at 30, 6% at 70.
    """
    slope, level = 0.080, 2.6e-4
    age = (first_disposed - people.born) / YEAR
    at = np.log(np.exp(slope * age) + rng.exponential(1.0, len(people)) * slope / level) / slope
    day = np.maximum(people.born + (at * YEAR).astype(np.int64), first_disposed + 1)
    return np.where(day <= extract, day, NEVER)


def draw_assessments(people: People, disposals: Disposals, rng: np.random.Generator) -> Assessments:
    """Assessments before an order or within three weeks of going to prison, for 65% of those since 2006."""
    custody = disposals.sentence == CUSTODY
    listed = custody | np.isin(disposals.sentence, (SUSPENDED, COMMUNITY))
    at = np.flatnonzero(listed & (disposals.disposed >= _FIRST_ASSESSED) & (rng.random(len(listed)) < 0.65))
    person = disposals.person[at]
    shift = np.where(custody[at], rng.integers(0, 20, len(at)), -rng.integers(1, 30, len(at)))
    day = disposals.disposed[at] + shift
    released = disposals.released[at]
    day = np.where(released >= 0, np.minimum(day, released - 1), np.minimum(day, disposals.disposed[at]))
    lasting = rng.standard_normal((len(people), 10))  # a need seen once is likely to be seen again
    standard = (people.log_rate - RATE_MEAN) / RATE_SPREAD
    drugs = np.zeros(10)
    drugs[5] = 1.0
    level = np.array(_NEED_LEVEL) + np.outer(standard, _NEED_SLOPE) + np.outer(people.profile == PROFILES.index("drugs"), drugs)
    level = 0.6 * lasting + 0.7 * level
    found = (level[person] + 0.5 * rng.standard_normal((len(at), 10)) > 0).astype(np.int64)
    needs = np.where(rng.random(found.shape) < 0.05, -1, found)
    once = np.unique(person * 100_000 + day, return_index=True)[1]  # one assessment a day serves for two cases
    return Assessments(person=person[once], day=day[once], needs=needs[once])


def draw_spells(people: People, died: Whole, extract: int, rng: np.random.Generator) -> Spells:
    """Spells of work and benefit since 2008; the more people offend, the less they work."""
    grown = people.born + int(16 * YEAR)
    low = np.maximum(grown, _FIRST_SPELL)
    high = np.minimum(np.where(died == NEVER, extract, died), people.born + int(66 * YEAR))
    count = rng.poisson(np.clip((high - low) / YEAR * 0.17, 0, None))
    person = np.repeat(np.arange(len(people)), count)
    start = low[person] + ((high - low)[person] * rng.random(len(person))).astype(np.int64)
    order = np.argsort(person * 100_000 + start, kind="stable")
    person, start = person[order], start[order]
    fresh = np.concatenate([[True], (person[1:] != person[:-1]) | (start[1:] > start[:-1])])[: len(person)]
    person, start = person[fresh], start[fresh]
    standard = (people.log_rate - RATE_MEAN) / RATE_SPREAD
    works = rng.random(len(person)) < 1 / (1 + np.exp(-(0.9 - 0.75 * standard[person])))
    end = start + 1 + (rng.exponential(1.0, len(person)) * np.where(works, 620, 420)).astype(np.int64)
    return Spells(person=person, works=works, start=start, end=_close(person, start, end, high))


def _close(person: Whole, start: Whole, end: Whole, high: Whole) -> Whole:
    """End each spell by the start of the next one; NEVER when it goes on at the extract."""
    following = np.concatenate([np.where(person[1:] == person[:-1], start[1:], np.iinfo(np.int64).max), [np.iinfo(np.int64).max]])
    end = np.minimum(end, following[: len(end)])
    return np.where(end > high[person], NEVER, end)
