"""Prediction intervals keep their promise: over invented libraries they hold the true effect of one more programme."""

from datetime import date

import numpy as np
import pytest

from justice_data_lab.library.effects import Effect
from justice_data_lab.library.synthesis import pool

LIBRARIES = 600
DAY = date(2026, 1, 1)
# true average and spread of effects on the reoffending rate, in fractions, as in a library of reoffending programmes
AVERAGE = -0.03


def library(generator, k, tau):
    """The effects of k programmes as they are published: whole points, an interval of whole points around each."""
    true = generator.normal(AVERAGE, tau, k)
    se = 0.45 * np.sqrt(1 / generator.integers(150, 2500, k) + 1 / 4000)
    found = generator.normal(true, se)
    value, low, high = (np.round(100 * each) / 100 for each in (found, found - 1.96 * se, found + 1.96 * se))
    return [
        Effect(key=str(number), value=float(value[number]), se=float(high[number] - low[number]) / 3.92, released=DAY)
        for number in range(k)
    ]


def shares(k, tau, seed):
    """How often the prediction interval holds a new programme's true effect, and the interval of the average the average."""
    generator = np.random.default_rng(seed)
    new, average = 0, 0
    for _ in range(LIBRARIES):
        pooled = pool(library(generator, k, tau))
        new += pooled.pi_low <= generator.normal(AVERAGE, tau) <= pooled.pi_high
        average += pooled.ci_low <= AVERAGE <= pooled.ci_high
    return new / LIBRARIES, average / LIBRARIES


@pytest.mark.parametrize(("k", "tau", "seed"), [(5, 0.04, 1), (5, 0.08, 2), (8, 0.04, 3), (12, 0.03, 4), (25, 0.04, 5)])
def test_a_new_programmes_true_effect_lies_in_the_prediction_interval_as_often_as_promised(k, tau, seed):
    new, average = shares(k, tau, seed)
    assert 0.90 <= new <= 0.98
    assert average >= 0.92


def test_libraries_of_every_size_and_spread_together_keep_the_promise():
    generator = np.random.default_rng(20261122)
    held = 0
    for _ in range(LIBRARIES):
        k, tau = int(generator.integers(5, 40)), float(generator.choice([0.01, 0.02, 0.04, 0.06]))
        pooled = pool(library(generator, k, tau))
        held += pooled.pi_low <= generator.normal(AVERAGE, tau) <= pooled.pi_high
    assert 0.90 <= held / LIBRARIES <= 0.98
