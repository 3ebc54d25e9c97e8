"""Sums over blocks and places on a grid are those of the plain definitions."""

import numpy as np
import pytest

from justice_data_lab.matching.moments import (
    BLOCK,
    Grid,
    Weights,
    kolmogorov_smirnov,
    place,
    two_values,
    weighted_mean,
    weighted_variance,
)

ROWS = 2 * BLOCK + 17
RNG = np.random.default_rng(1)
VALUES = {
    "counts": RNG.poisson(2, ROWS).astype(np.float32),
    "normal": RNG.normal(30, 8, ROWS),
    "far from zero": RNG.normal(0, 1, ROWS) + 1e9,
    "one wild value": np.r_[RNG.normal(0, 1, ROWS - 1), 1e12],
    "single precision": RNG.exponential(3, ROWS).astype(np.float32),
    "all alike": np.full(ROWS, 4.5),
}


@pytest.mark.parametrize("name", VALUES)
def test_mean_and_variance_are_numpys(name):
    values, weights = VALUES[name], RNG.random(ROWS)
    exact = values.astype(np.float64)
    mean = weighted_mean(values, Weights.of(weights))
    assert mean == pytest.approx(np.average(exact, weights=weights), rel=1e-12)
    expected = np.cov(exact, aweights=weights, ddof=1)
    assert weighted_variance(values, Weights.of(weights), mean) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    ones = Weights.of(np.ones(ROWS))
    assert weighted_variance(values, ones, weighted_mean(values, ones)) == pytest.approx(exact.var(ddof=1), rel=1e-9, abs=1e-9)


def test_without_weight_there_is_no_mean_and_with_one_person_no_variance():
    nobody, one = Weights.of(np.zeros(3)), Weights.of(np.array([0.0, 2.0, 0.0]))
    assert weighted_mean(np.arange(3.0), nobody) is None
    assert weighted_variance(np.arange(3.0), nobody, None) is None
    assert weighted_variance(np.arange(3.0), one, 1.0) is None


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("some", [1, 7, 3000])
def test_places_are_those_of_a_binary_search(name, some):
    values = VALUES[name]
    distinct = np.unique(values[:some])
    below = np.searchsorted(distinct, values)
    expected = 2 * below + np.isin(values, distinct)
    assert np.array_equal(Grid(distinct).places(values), expected)


def test_places_next_to_a_value_are_not_taken_for_it():
    distinct = np.array([-1.0, 0.0, 1e-300, 1.0, np.nextafter(1.0, 2.0), 3.0])
    values = np.concatenate([distinct, np.nextafter(distinct, 9.0), np.nextafter(distinct, -9.0), [-1e308, 1e308]])
    expected = 2 * np.searchsorted(distinct, values) + np.isin(values, distinct)
    assert np.array_equal(Grid(distinct).places(values), expected)


def test_nobody_in_the_first_group_leaves_one_place():
    placed = place(np.zeros(0), np.arange(4.0))
    assert (placed.size, placed.second.tolist()) == (1, [0, 0, 0, 0])
    assert kolmogorov_smirnov(placed, Weights.of(np.zeros(0)), Weights.of(np.ones(4))) is None


def test_a_third_value_late_in_a_column_is_seen():
    values = np.zeros(5_000)
    values[::2] = 1.0
    assert two_values(values[:10], values) == (0.0, 1.0)
    values[-1] = 2.0
    assert two_values(values[:10], values) is None
