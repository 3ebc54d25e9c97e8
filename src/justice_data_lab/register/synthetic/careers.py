"""Invented careers: when people offend, what they get for it, and when each case is dealt with.

A career is drawn in time at liberty, where offending follows an age-crime curve; time in custody is then put in, so nobody
offends in prison and a long sentence really does delay the next offence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from justice_data_lab.register.synthetic.offences import (
    BAND_STARTS,
    BREACH_INDEX,
    CAUTION,
    COMMUNITY,
    CUSTODY,
    FINE,
    GROUPS,
    OTHER,
    RECENCY_STARTS,
    SUSPENDED,
    draw_codes,
    draw_rows,
    draw_sentence_days,
    group_mix,
    sentence_table,
)  # fmt: skip
from justice_data_lab.register.synthetic.people import START, YEAR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justice_data_lab.register.synthetic.people import People

    Whole: TypeAlias = "NDArray[np.int64]"
    Real: TypeAlias = "NDArray[np.float64]"

_AGE = np.array((8, 10, 13, 16, 18, 21, 25, 33, 38, 42, 47, 52, 60, 75, 110.0))
_RATE = np.array((0.6, 1.2, 5.6, 4.4, 1.8, 1.4, 1.02, 1.0, 0.76, 0.42, 0.33, 0.24, 0.15, 0.06, 0.03))
_SPELL = 0.57
"""Years at a time for which a person offends more or less than usual."""
_SPELL_SHAPE = 0.40
"""Shape of the gamma weights of those spells: below 1, so activity comes in bursts with quiet years between."""
_TAIL = 0.2
"""Share of the usual rate that is left after the active years: few stop for good."""
_TREND_YEARS = np.array((2000, 2013.5, 2023.0, 2027))
_TREND_ADULT = np.array((1.0, 1.0, 0.85, 0.85))
_TREND_CHILD = np.array((1.0, 1.0, 0.60, 0.60))
_EXTRA = (0.85, 0.8, 0.6, 0.4, 0.45, 0.10, 0.5)
"""Mean number of further offences dealt with at a disposal, by sentence."""
MOST_EVENTS = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposals:
    """Court appearances and cautions, sorted by person and day of the main offence.

    Attributes:
        person: position of the person in the block.
        offended, disposed, released: days; `released` is -1 without a release on record.
        group, sentence: positions in `GROUPS` and `SENTENCES` (main offence).
        days: length of the custodial or suspended sentence or order; 0 if none.
        gap: days at liberty since the offence before, for placing further offences.
        rank: how many disposals the person had before.
    """

    person: Whole
    offended: Whole
    disposed: Whole
    released: Whole
    group: Whole
    sentence: Whole
    days: Whole
    gap: Whole
    rank: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Offences:
    """Proven offences; `disposal` is the position in the `Disposals` of the same block, `code` in `ALL_OFFENCES`."""

    disposal: Whole
    offended: Whole
    code: Whole
    sentence: Whole
    custody_days: Whole


def draw_disposals(people: People, extract: int, rng: np.random.Generator) -> Disposals:
    """Draw every disposal of every person of the block up to the extract day; each person has at least one."""
    person, at = _draw_events(people, extract, rng)
    rank = _rank(person)
    age = (at - people.born[person]) / YEAR
    group = draw_rows(group_mix(), people.profile[person], rng)
    sentence = _draw_sentence(rank, group, age, _recency(at, rank), rng)
    days = _draw_days(sentence, group, rank, rng)
    lag = _draw_lag(sentence, group, rng)
    lag = np.where(rank == 0, np.minimum(lag, extract - 1 - people.entered[person]), lag)
    in_custody = sentence == CUSTODY
    served = np.where(in_custody, _draw_served(days, lag, rng), 0)
    away = np.where(in_custody, lag + served + _draw_quiet(days, rng), 0)
    offended = at + _sum_before(away, rank)
    disposed = offended + lag
    kept = disposed < extract
    released = np.where(in_custody & (disposed + served <= extract), disposed + served, -1)
    gap = np.where(rank == 0, 60, np.diff(at, prepend=0))
    return Disposals(
        person=person[kept], offended=offended[kept], disposed=disposed[kept], released=released[kept], group=group[kept],
        sentence=sentence[kept], days=days[kept], gap=gap[kept], rank=rank[kept],
    )  # fmt: skip


def _draw_events(people: People, extract: int, rng: np.random.Generator) -> tuple[Whole, Whole]:
    """Days of the main offences in time at liberty: entry, then Poisson events in bursts, by age and period."""
    mass = _spell_mass(people, extract, rng)
    total = mass.sum(axis=1)
    count = np.minimum(rng.poisson(total), MOST_EVENTS)
    person = np.repeat(np.arange(len(people)), count)
    spell = draw_rows(mass / np.maximum(total, 1e-12)[:, None], person, rng)
    length = ((extract - people.entered) / YEAR)[person]
    years = spell * _SPELL + np.minimum(length - spell * _SPELL, _SPELL) * rng.random(len(person))
    day = people.entered[person] + 1 + (np.maximum(years, 0) * YEAR).astype(np.int64)
    every = np.concatenate([np.arange(len(people)), person])
    when = np.concatenate([people.entered, day])
    order = np.argsort(every * 100_000 + when, kind="stable")
    return every[order], when[order]


def _spell_mass(people: People, extract: int, rng: np.random.Generator) -> Real:
    """Expected number of disposals in each spell of each career; shape (people, spells)."""
    begin = np.arange(0.0, (extract - START) / YEAR, _SPELL)
    seen = np.clip(((extract - people.entered) / YEAR)[:, None] - begin, 0.0, _SPELL)
    active = np.minimum(seen, np.clip(people.active_years[:, None] - begin, 0.0, _SPELL))
    inside = active + _TAIL * (seen - active)
    age = ((people.entered - people.born) / YEAR)[:, None] + begin + _SPELL / 2
    year = (2000 + (people.entered - START) / YEAR)[:, None] + begin + _SPELL / 2
    trend = np.where(age < 18, np.interp(year, _TREND_YEARS, _TREND_CHILD), np.interp(year, _TREND_YEARS, _TREND_ADULT))
    burst = rng.gamma(_SPELL_SHAPE, 1 / _SPELL_SHAPE, inside.shape)
    found: Real = np.exp(people.log_rate)[:, None] * np.interp(age, _AGE, _RATE) * trend * burst * inside
    return found


def _rank(person: Whole) -> Whole:
    """Position of each row within its person, from 0; rows are sorted by person."""
    first = np.searchsorted(person, person, side="left")
    return np.arange(len(person)) - first


def _sum_before(values: Whole, rank: Whole) -> Whole:
    """Sum of the values of the person's earlier rows."""
    running = np.cumsum(values) - values
    first = np.arange(len(values)) - rank
    found: Whole = running - running[first]
    return found


def _recency(at: Whole, rank: Whole) -> Whole:
    """How long ago the offence before was: position in `RECENCY_STARTS`; the first offence of all counts as the middle."""
    gap = np.diff(at, prepend=0)
    return np.where(rank == 0, 1, np.searchsorted(np.array(RECENCY_STARTS), gap, side="right") - 1)


def _draw_sentence(rank: Whole, group: Whole, age: Real, recency: Whole, rng: np.random.Generator) -> Whole:
    """Sentence by history, recency and offence group; children are seldom locked up or fined."""
    table = sentence_table()
    band = np.searchsorted(np.array(BAND_STARTS), rank, side="right") - 1
    row = (band * len(RECENCY_STARTS) + recency) * len(GROUPS) + group
    sentence = draw_rows(table.reshape(-1, table.shape[-1]), row, rng)
    u = rng.random(len(rank))
    child = age < 18
    sentence = np.where(child & np.isin(sentence, (CUSTODY, SUSPENDED)) & (u < 0.85), COMMUNITY, sentence)
    return np.where(child & (sentence == FINE) & (u < 0.8), np.where(rank == 0, CAUTION, OTHER), sentence)


def _draw_days(sentence: Whole, group: Whole, rank: Whole, rng: np.random.Generator) -> Whole:
    """Length of the sentence or order in days; 0 for what has no length."""
    custody = draw_sentence_days(group, np.searchsorted(np.array(BAND_STARTS), rank, side="right") - 1, rng)
    order = rng.choice((182, 274, 365, 365, 548, 730), len(group))
    return np.select([sentence == CUSTODY, np.isin(sentence, (SUSPENDED, COMMUNITY))], [custody, order], 0)


def _draw_lag(sentence: Whole, group: Whole, rng: np.random.Generator) -> Whole:
    """Days from offence to disposal: cautions in weeks, courts mostly within six months, with a long tail."""
    slow = np.array((1.0, 3.0, 1.2, 0.8, 1.1, 0.9, 0.9, 1.0, 2.6, 1.0, 0.9))[group]
    court = np.where(sentence == CUSTODY, 45, 78) * slow * np.exp(0.85 * rng.standard_normal(len(group)))
    caution = rng.exponential(16.0, len(group))
    return np.clip(np.where(sentence == CAUTION, caution, court), 0, 1800).astype(np.int64)


def _draw_served(days: Whole, lag: Whole, rng: np.random.Generator) -> Whole:
    """Days from disposal to release: half the sentence (two thirds of long ones), less time on remand for 45%."""
    share = np.where(days >= 2555, 0.64, 0.5)
    remand = np.where(rng.random(len(days)) < 0.45, lag, 0)
    return np.maximum((days * share).astype(np.int64) - remand, 3)


def _draw_quiet(days: Whole, rng: np.random.Generator) -> Whole:
    """Days after a long sentence in which licence conditions hold people back."""
    mean = np.select([days < 365, days < 730, days < 1460], [0.0, 150.0, 180.0], 200.0)
    found: Whole = (rng.exponential(1.0, len(days)) * mean).astype(np.int64)
    return found


def upto_death(disposals: Disposals, died: Whole) -> Disposals:
    """The disposals without those after the person's death, and without releases of people who died before."""
    day = np.where(died < 0, np.iinfo(np.int64).max, died)[disposals.person]
    kept = disposals.disposed < day
    released = np.where(disposals.released < day, disposals.released, -1)[kept]
    return replace(
        disposals, person=disposals.person[kept], offended=disposals.offended[kept], disposed=disposals.disposed[kept],
        released=released, group=disposals.group[kept], sentence=disposals.sentence[kept], days=disposals.days[kept],
        gap=disposals.gap[kept], rank=disposals.rank[kept],
    )  # fmt: skip


def draw_offences(disposals: Disposals, people: People, rng: np.random.Generator) -> Offences:
    """Draw the offences dealt with at each disposal: the main one first, then others of its kind, and breaches of orders."""
    main = np.arange(len(disposals.person))
    extra = np.repeat(main, _draw_extra(disposals, people, rng))
    breach = main[_draw_breach(disposals, rng)]
    before = np.minimum(rng.exponential(18.0, len(extra)), 0.8 * disposals.gap[extra]).astype(np.int64)
    usual = draw_rows(group_mix(), people.profile[disposals.person[extra]], rng)
    group = np.where((rng.random(len(extra)) < 0.55) | np.isin(usual, (1, 2)), disposals.group[extra], usual)
    code = np.concatenate([draw_codes(disposals.group, rng), draw_codes(group, rng), np.full(len(breach), BREACH_INDEX)])
    disposal = np.concatenate([main, extra, breach])
    offended = np.concatenate([disposals.offended, disposals.offended[extra] - before, disposals.offended[breach]])
    sentence = np.concatenate(
        [disposals.sentence, _lesser(disposals.sentence[extra], rng), _lesser(disposals.sentence[breach], rng)]
    )
    share = np.concatenate([np.ones(len(main)), rng.uniform(0.2, 1.0, len(extra) + len(breach))])
    length = np.maximum((disposals.days[disposal] * share).astype(np.int64), 1)
    order = np.argsort(disposal, kind="stable")
    custody_days = np.where(sentence == CUSTODY, length, 0)
    return Offences(
        disposal=disposal[order], offended=offended[order], code=code[order], sentence=sentence[order],
        custody_days=custody_days[order],
    )  # fmt: skip


def _draw_extra(disposals: Disposals, people: People, rng: np.random.Generator) -> Whole:
    """How many further offences are dealt with at the same disposal; fewer for children."""
    child = disposals.offended - people.born[disposals.person] < 18 * YEAR
    mean = np.array(_EXTRA)[disposals.sentence] * np.where(child, 0.4, 1.0)
    return np.minimum(rng.geometric(1 / (1 + mean)) - 1, 20)


def _draw_breach(disposals: Disposals, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Whether a breach of an earlier order is dealt with too: after an order or a release, if the next case comes soon."""
    earlier = np.concatenate([[False], np.isin(disposals.sentence[:-1], (CUSTODY, SUSPENDED, COMMUNITY))])
    soon = (disposals.rank > 0) & (disposals.gap < 500) & (disposals.sentence != CAUTION)
    found: NDArray[np.bool_] = earlier & soon & (rng.random(len(soon)) < 0.28)
    return found


def _lesser(sentence: Whole, rng: np.random.Generator) -> Whole:
    """Sentence for an offence that is not the main one: often the same, else no separate penalty."""
    same = (sentence == CAUTION) | (rng.random(len(sentence)) < 0.65)
    return np.where(same, sentence, OTHER)
