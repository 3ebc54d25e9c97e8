"""Feasibility: the published table, the promises, and the refusals."""

import json

import numpy as np
import pytest
from scipy.stats import binom, norm

from justice_data_lab.errors import UsageError
from justice_data_lab.estimation.power import Feasibility, detectable_effect, feasibility, people_for_effect
from justice_data_lab.files import canonical_json
from justice_data_lab.study import Lab


@pytest.mark.parametrize(("size", "points"), [(60, 17), (100, 13), (300, 8), (1000, 4.5), (2000, 3)])
def test_the_table_of_the_specification_at_a_base_rate_of_40_percent(size, points):
    assert 100 * detectable_effect(size, 0.4) == pytest.approx(points, abs=0.5)


@pytest.mark.parametrize("size", [60, 1000])
def test_the_effect_solves_the_equation(size):
    effect = detectable_effect(size, 0.35, power=0.9, ratio=4)
    rate = 0.35 - effect
    error = np.sqrt(rate * (1 - rate) / size + 0.35 * 0.65 / (4 * size))
    assert norm.cdf(effect / error - 1.96) == pytest.approx(0.9)


def test_a_simulated_trial_finds_the_effect_as_often_as_promised():
    size, base = 300, 0.4
    effect = detectable_effect(size, base)
    rng = np.random.default_rng(1)
    first, second = rng.binomial(size, base - effect, 20_000) / size, rng.binomial(8 * size, base, 20_000) / (8 * size)
    error = np.sqrt(first * (1 - first) / size + second * (1 - second) / (8 * size))
    assert (np.abs(first - second) / error > 1.96).mean() == pytest.approx(0.8, abs=0.03)


def test_people_for_an_effect_is_the_inverse():
    for size in (100, 700):
        assert people_for_effect(detectable_effect(size, 0.4), 0.4) in {size, size + 1}


def test_some_cohorts_cannot_show_anything():
    assert detectable_effect(5, 0.05) is None
    found = feasibility(10, 0.05)
    assert found.detectable is None
    assert not found.enough
    assert "No reduction" in found.summary()
    assert "Too few" in found.summary()
    assert not any(promise.promised for promise in found.promises)


def test_only_measures_one_and_two_are_promised_below_150():
    below, from_150 = feasibility(149, 0.4), feasibility(150, 0.4)
    assert [promise.promised for promise in below.promises] == [True, True, False]
    assert [promise.promised for promise in from_150.promises] == [True, True, True]
    assert "Measures 3 to 11 (the measures of those who reoffend) cannot be promised" in below.summary()
    assert below.promises[2].measures == tuple(range(3, 12))


def test_the_chance_of_enough_reoffenders_is_binomial():
    found = feasibility(80, 0.4)
    assert found.promises[2].probability == pytest.approx(1 - binom.cdf(29, 80, 0.4))
    assert found.promises[0].probability == pytest.approx(1 - binom.cdf(9, 80, 0.4))
    assert found.expected_reoffenders == pytest.approx(32)
    assert feasibility(80, 0.4, lab=Lab(min_reoffenders=40)).reoffenders_needed == 40


def test_the_value_survives_json_and_lists_this_size_among_the_common_ones():
    found = feasibility(120, 0.4)
    assert Feasibility.from_dict(json.loads(canonical_json(found.to_dict()))) == found
    assert 120 in found.table().column("analysed").to_pylist()
    assert found.table().column("detectable").to_pylist() == sorted(found.table().column("detectable").to_pylist(), reverse=True)
    assert "12.3 percentage points" in found.summary()
    assert "100: 13.3, 120: 12.3, 150: 11.1" in found.summary()


@pytest.mark.parametrize(
    ("size", "rate", "options", "name"),
    [
        (0, 0.4, {}, "size"),
        (60, 40, {}, "base rate"),
        (60, 0.0, {}, "base rate"),
        (60, 0.4, {"power": 0.2}, "power"),
        (60, 0.4, {"ratio": 0.0}, "ratio"),
    ],
)
def test_numbers_out_of_range_are_refused_by_name(size, rate, options, name):
    with pytest.raises(UsageError, match=name):
        feasibility(size, rate, **options)


def test_an_effect_larger_than_the_base_rate_is_refused():
    with pytest.raises(UsageError, match="effect"):
        people_for_effect(0.5, 0.4)


def test_nothing_is_promised_that_is_unlikely_to_be_published():
    assert [promise.promised for promise in feasibility(200, 0.03).promises] == [False, False, False]
    rare, common = feasibility(200, 0.05), feasibility(200, 0.97)
    assert rare.promises[1].probability == pytest.approx(1 - binom.cdf(9, 200, 0.05))
    assert [promise.promised for promise in common.promises] == [False, True, True]
    assert common.promises[0].probability == pytest.approx(binom.cdf(190, 200, 0.97))


@pytest.mark.parametrize("wrong", [{"size": 0}, {"base_rate": 40}, {"base_rate": 1.0}, {"power": 1.0}, {"ratio": 0.0}])
def test_a_number_out_of_range_is_told_with_an_example(wrong):
    given = {"size": 100, "base_rate": 0.4} | wrong
    with pytest.raises(UsageError, match=r"expected .*got"):
        feasibility(**given)
