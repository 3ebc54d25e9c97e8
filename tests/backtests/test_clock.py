"""Immortal time: leaving out those who reoffended before they could start looks like an effect; the intervention clock shows none.

First on invented lives in plain numpy, many and simple: people differ in how often they offend (a gamma rate, 43% reoffend within a
year), the programme starts some days after the index date, evenly up to the longest lag, and whoever has offended by then never
starts. Then from a cohort file to the estimate, on an invented register.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from calibration.clocks import simulate_cohort

pytestmark = pytest.mark.slow

YEAR = 365
BASE = 0.43
SHAPE = 0.8  # of the gamma that rates of offending follow
DRAWS = 60
PEOPLE = 200_000


@dataclass(frozen=True)
class Lives:
    """People from their index date on: who takes part, offences of five years before, days to the first offence after."""

    part: np.ndarray
    history: np.ndarray
    first: np.ndarray


def invent(rng):
    yearly = rng.gamma(SHAPE, (1 - BASE) ** (-1 / SHAPE) - 1, PEOPLE)
    return Lives(part=rng.random(PEOPLE) < 0.25, history=rng.poisson(5 * yearly), first=rng.exponential(YEAR / yearly))


@dataclass(frozen=True)
class Found:
    """Differences in points, means over the draws, each with its Monte Carlo error."""

    index: float
    plain: float
    alike: float
    error: float
    base: float


@cache
def simulate(longest, effect, seed=1):
    rng = np.random.default_rng([seed, longest])
    rows = np.array([one(rng, longest, effect) for _ in range(DRAWS)])
    means = 100 * rows.mean(axis=0)
    print(f"lags to {longest}, effect {100 * effect:.0f}: index {means[0]:.2f}, plain {means[1]:.2f}, alike {means[2]:.2f}")  # noqa: T201
    return Found(index=means[0], plain=means[1], alike=means[2], error=100 * rows[:, 2].std() / DRAWS**0.5, base=means[3])


def one(rng, longest, effect):
    """One draw of everybody: the two clocks on the same cohort."""
    lives = invent(rng)
    lag = rng.integers(1, longest + 1, PEOPLE)
    cohort, pool = lives.part & (lives.first >= lag), ~lives.part
    helped = cohort & (lives.first < lag + YEAR)
    helped &= rng.random(PEOPLE) < -effect / helped[cohort].mean()
    from_index, from_start = lives.first < YEAR, lives.first < lag + YEAR
    index = (from_index & ~helped)[cohort].mean() - from_index[pool].mean()
    treated = (from_start & ~helped)[cohort]
    drawn = rng.choice(lag[cohort], pool.sum())
    could = lives.first[pool] >= drawn
    others = (lives.first[pool] < drawn + YEAR)[could]
    known = (history_of(lag[cohort], lives.history[cohort]), history_of(drawn[could], lives.history[pool][could]))
    return index, treated.mean() - others.mean(), held_alike(treated, others, known), from_index[pool].mean()


def history_of(lag, history):
    return np.column_stack([np.ones(len(lag)), lag, np.log1p(history), np.log1p(history) ** 2])


def held_alike(treated, others, known):
    """The difference once lag and history are held alike, by a regression fitted in the pool."""
    slopes = np.linalg.lstsq(known[1], others, rcond=None)[0]
    return (treated - known[0] @ slopes).mean()


@pytest.mark.parametrize(("longest", "bias"), [(182, -10.6), (91, -5.5)])
def test_dropping_those_who_reoffended_before_they_could_start_looks_like_an_effect(longest, bias):
    found = simulate(longest, 0.0)
    assert found.base == pytest.approx(100 * BASE, abs=0.1)
    assert found.index == pytest.approx(bias, abs=0.3)


@pytest.mark.parametrize("longest", [182, 91])
@pytest.mark.parametrize("effect", [0.0, -0.08])
def test_the_intervention_clock_shows_what_is_there_and_no_more(longest, effect):
    found = simulate(longest, effect)
    assert found.error < 0.05
    assert abs(found.alike - 100 * effect) <= 0.15
    assert abs(found.plain - 100 * effect) <= 0.4


def test_waits_of_those_who_started_are_short_already_so_the_wait_is_held_alike():
    found = simulate(182, 0.0, seed=2)
    assert found.plain < -0.1
    assert abs(found.alike) < abs(found.plain)


# From the file to the estimate: the small version of the study's part "clocks" -------------------------------------------------

COHORTS = 5


@pytest.mark.parametrize(("effect", "seed"), [(0.0, 300), (-0.08, 400)])
def test_from_file_to_estimate_only_the_intervention_clock_finds_the_truth(large_register, effect, seed):
    index, moved = zip(*(simulate_cohort(large_register, effect, seed, cohort) for cohort in range(COHORTS)), strict=True)
    means = [np.mean([row.difference for row in rows]) for rows in (index, moved)]
    assert means[0] < effect - 0.05
    assert abs(means[1] - effect) < max(0.003, 3 * moved[0].se / COHORTS**0.5)
    assert sum(row.ci_low <= effect <= row.ci_high for row in moved) >= COHORTS - 1
