"""Quantiles of the number of unequal chances that come true, against enumeration and known distributions."""

from itertools import product
from math import prod

import numpy as np
import pytest
from scipy.stats import binom, poisson

from justice_data_lab.linkage.chance import count_quantile, shifted


def enumerated(chances, share):
    total = np.zeros(len(chances) + 1)
    for came in product((0, 1), repeat=len(chances)):
        total[sum(came)] += prod(chance if true else 1 - chance for chance, true in zip(chances, came, strict=True))
    return int(np.searchsorted(np.cumsum(total), share))


@pytest.mark.parametrize("share", [0.025, 0.5, 0.975])
def test_unequal_chances_agree_with_enumeration(share):
    chances = [0.9, 0.5, 0.31, 0.02, 0.7, 0.7, 0.11]
    assert count_quantile(np.array(chances), share) == enumerated(chances, share)


@pytest.mark.parametrize("share", [0.025, 0.5, 0.975])
@pytest.mark.parametrize(("size", "chance"), [(40, 0.3), (500, 0.02), (3_000, 0.4)])
def test_equal_chances_are_binomial(size, chance, share):
    assert count_quantile(np.full(size, chance), share) == binom.ppf(share, size, chance)


@pytest.mark.parametrize("share", [0.025, 0.5, 0.975])
def test_very_many_chances_are_right_to_within_one(share):
    assert count_quantile(np.full(9_000, 0.4), share) == pytest.approx(binom.ppf(share, 9_000, 0.4), abs=1)


@pytest.mark.parametrize("share", [0.025, 0.5, 0.975])
def test_rare_chances_are_a_poisson_number_and_join_the_others(share):
    assert count_quantile(np.full(4_000, 0.0005), share) == poisson.ppf(share, 2.0)
    assert count_quantile(np.full(4_000, 0.0005), share, rare=3.0) == poisson.ppf(share, 5.0)


def test_no_chance_gives_nobody_and_certain_ones_give_all():
    assert count_quantile(np.zeros(0), 0.975) == 0
    assert count_quantile(np.zeros(50), 0.975) == 0
    assert count_quantile(np.ones(50), 0.025) == 50


def test_chances_are_moved_on_the_scale_of_odds():
    moved = shifted(np.array([0.0, 0.2, 0.5, 1.0]), 2.0)
    assert moved.tolist() == pytest.approx([0.0, 0.5, 0.8, 1.0])
    assert shifted(moved, -2.0).tolist() == pytest.approx([0.0, 0.2, 0.5, 1.0])
