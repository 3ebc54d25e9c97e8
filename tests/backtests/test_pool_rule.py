"""The pool rule makes no difference where there is none, and the tempting rule does.

Cohorts are drawn at random from invented lives: a date at random, then the person's first index event from then on. Nobody was
helped, so the cohort and its pool should reoffend alike. People differ in how often they offend, and much: that is what a rule
that looks ahead trips over.

The longer the programme runs, the later the pool's dates are (an index date comes after the date that was drawn), and the more the
pool is made of people who are released often: over two years the plain rates differ by some tenths of a point for that reason.
History shows who they are, and with history held alike, as matching does, the difference is gone.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pytest

from justice_data_lab.measures.pool import draw_pool
from justice_data_lab.register.connect import connect
from unit.measures_snapshot import FakeRegister

YEAR = 365
HISTORY = 6 * YEAR
FAR = 1 << 14


@dataclass(frozen=True)
class Events:
    """Index events of many people, sorted by person and day."""

    person: np.ndarray
    day: np.ndarray
    reoffended: np.ndarray
    past: np.ndarray  # what the register knows of the time before, one column a covariate
    people: int

    def first(self, who, day, last):
        """Place of each person's first event in [day, last]; -1 without one. The rule of `pool_event.sql`."""
        place = np.searchsorted(self.person * FAR + self.day, who * FAR + day)
        safe = np.minimum(place, len(self.day) - 1)
        found = (place < len(self.day)) & (self.person[safe] == who) & (self.day[safe] <= last)
        return safe[found]

    def any_of(self, rng, first, last, without):
        """One event of each person in [first, last], at random: the tempting rule."""
        places = rng.permutation(np.flatnonzero((self.day >= first) & (self.day <= last) & ~without[self.person]))
        return places[np.unique(self.person[places], return_index=True)[1]]


def invent(people, seed):
    """Offences at a rate of each person's own, constant over time; four in ten of them lead to a release some months later."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(0.6, 0.5, people) / YEAR
    total = HISTORY + 4 * YEAR
    person = np.repeat(np.arange(people), rng.poisson(rate * total))
    offence = np.sort(person * FAR + rng.integers(0, total, len(person)))
    person, day = offence // FAR, offence % FAR
    chosen = rng.random(len(day)) < 0.4
    release = np.sort(person[chosen] * FAR + day[chosen] + rng.integers(30, 300, chosen.sum()))
    release = release[(release % FAR >= HISTORY) & (release % FAR < HISTORY + 2 * YEAR)]
    seen, person = np.unique(release // FAR, return_inverse=True)  # people without an event can be in neither group
    after = np.searchsorted(offence, release + YEAR) > np.searchsorted(offence, release)
    return Events(person=person, day=release % FAR, reoffended=after, past=history(offence, release), people=len(seen))


def history(offence, release):
    """Offences before each release, in all and lately, in some forms, after a column of ones."""
    person, day = release // FAR, release % FAR
    until = np.searchsorted(offence, release)
    counts = [
        until - np.searchsorted(offence, person * FAR + np.maximum(day - back, 0)) for back in (FAR, 3 * YEAR, YEAR, YEAR // 2)
    ]
    return np.column_stack([np.ones(len(day)), np.log1p(counts[0]), *counts, counts[0] / day]).astype(float)


@dataclass(frozen=True)
class Null:
    """Mean difference, cohort less pool, in points, over many draws."""

    plain: float
    alike: float
    error: float


def null_test(events, *, window, draws, size, rule="first", seed=1):
    rng = np.random.default_rng(seed)
    opened, closed = HISTORY, HISTORY + window - 1
    plain, alike = [], []
    for _ in range(draws):
        dates = rng.integers(opened, closed + 1, events.people)
        cohort = rng.permutation(events.first(np.arange(events.people), dates, closed))[:size]
        pool = draw(events, cohort, rng, rule)
        plain.append(events.reoffended[cohort].mean() - events.reoffended[pool].mean())
        alike.append(held_alike(events, cohort, pool))
    return Null(plain=100 * np.mean(plain), alike=100 * np.mean(alike), error=100 * np.std(alike) / np.sqrt(draws))


def draw(events, cohort, rng, rule):
    inside = np.zeros(events.people, dtype=bool)
    inside[events.person[cohort]] = True
    days = events.day[cohort]
    if rule == "any":
        return events.any_of(rng, days.min(), days.max(), inside)
    others = np.flatnonzero(~inside)
    return events.first(others, rng.choice(days, len(others)), days.max())


def held_alike(events, cohort, pool):
    """The difference once history is held alike, by a regression fitted in the pool."""
    known = events.past[pool]
    slopes = np.linalg.solve(known.T @ known, known.T @ events.reoffended[pool])
    return (events.reoffended[cohort] - events.past[cohort] @ slopes).mean()


@pytest.fixture(scope="module")
def events():
    return invent(120_000, seed=20261122)


@pytest.mark.slow
def test_the_pool_rule_shows_nothing_where_there_is_nothing(events):
    quarter = null_test(events, window=91, draws=2000, size=150)
    assert abs(quarter.alike) <= 0.3
    assert abs(quarter.plain) <= 0.3
    two_years = null_test(events, window=2 * YEAR, draws=2000, size=150)
    assert abs(two_years.alike) <= 0.3
    assert two_years.error < 0.1


@pytest.mark.slow
def test_one_event_at_random_looks_ahead_and_shows_a_difference(events):
    wrong = null_test(events, window=2 * YEAR, draws=200, size=150, rule="any")
    assert wrong.plain > 2
    assert wrong.alike > 1


KINDS = ("caution", "community_order", "custody")
START = date(2020, 1, 1)


def register_with(con, seed):
    """Index events of 1,500 people on `con`, and the first event of each of the first 60 people as the treated."""
    rng = np.random.default_rng(seed)
    rows = [
        (f"P{person:04d}", f"P{person:04d}-{place}", str(rng.choice(KINDS)), START + timedelta(days=int(rng.integers(300))))
        for person in range(1500)
        for place in range(rng.integers(1, 7))
    ]
    con.execute("CREATE TABLE index_event (person_id VARCHAR, disposal_id VARCHAR, kind VARCHAR, index_date DATE)")
    con.executemany("INSERT INTO index_event VALUES (?, ?, ?, ?)", rows)
    con.execute("ALTER TABLE index_event ADD COLUMN complete_follow_up BOOLEAN DEFAULT TRUE")
    con.execute("ALTER TABLE index_event ADD COLUMN age_at_index INTEGER DEFAULT 30")
    con.execute(
        "CREATE TABLE treated_event AS SELECT *, 0 AS lag_days FROM index_event WHERE disposal_id LIKE '%-0' AND person_id < 'P0060'"
    )
    return rows, [row for row in rows if row[0] < "P0060" and row[1].endswith("-0")]


def drawn_place(text, treated):
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:7], 16) % treated


def expected_pool(rows, treated, seed):
    """The pool by the rule of the backtest: drawn by hash, first of the drawn kind on or after the drawn date."""
    treated = sorted(treated, key=lambda row: (row[2], row[3], row[0]))
    pool = set()
    for kind in KINDS:
        own = sorted((int(row[0][1:]), (row[3] - START).days) for row in rows if row[2] == kind)
        person, day = (np.array(column) for column in zip(*own, strict=True))
        drawn = {who: treated[drawn_place(f"{seed}P{who:04d}", len(treated))] for who in range(60, 1500)}
        who = np.array([w for w, row in drawn.items() if row[2] == kind])
        since = np.array([(drawn[w][3] - START).days for w in who])
        last = max((row[3] - START).days for row in treated if row[2] == kind)
        events = Events(person=person, day=day, reoffended=day, past=day, people=1500)
        pool |= {
            (f"P{person[place]:04d}", kind, START + timedelta(days=int(day[place]))) for place in events.first(who, since, last)
        }
    return pool


@pytest.mark.parametrize("seed", [1, 20261122])
def test_the_sql_draws_the_pool_by_the_rule_of_this_backtest(seed):
    con = connect()
    rows, treated = register_with(con, seed)
    steps = draw_pool(con, FakeRegister(), seed=seed, cohort=(row[0] for row in treated), earlier=())
    found = set(con.execute("SELECT person_id, kind, index_date FROM pool_event").fetchall())
    assert found == expected_pool(rows, treated, seed)
    assert 300 < len(found) == steps[-1].left < 1440
    con.close()
