"""Feasibility: the published table, the promises, and the refusals."""

import json

import numpy as np
import pytest
from scipy.stats import norm

from justice_data_lab.errors import UsageError
from justice_data_lab.estimation.losses import expected_losses
from justice_data_lab.estimation.power import (
    Feasibility,
    Prospect,
    chance_to_show,
    detectable_effect,
    feasibility,
    people_for_effect,
)
from justice_data_lab.estimation.power_words import percent
from justice_data_lab.files import canonical_json
from justice_data_lab.register.coverage import AnalysedShare, PublicRates
from justice_data_lab.reporting.readability import reading_age
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
    assert "too few for an analysis: at least 30 people are needed" in found.summary()
    assert not any(promise.promised for promise in found.promises)


def promised(found):
    return [number for promise in found.promises if promise.promised for number in promise.measures]


def test_only_measures_one_and_two_are_promised_below_150():
    below, from_150 = feasibility(149, 0.45), feasibility(150, 0.45)
    assert promised(below) == [1, 2]
    assert promised(from_150) == list(range(1, 12))
    assert "only measures 1 and 2 can be promised" in below.summary()
    assert "only measures" not in from_150.summary()
    assert "Measure 3, days to first proven reoffence: cannot be promised (over 99%)." in below.summary()


def test_the_lab_says_how_many_reoffenders_are_needed():
    assert feasibility(80, 0.4).expected_reoffenders == pytest.approx(32)
    assert feasibility(80, 0.4, lab=Lab(min_reoffenders=40)).reoffenders_needed == 40


def test_the_value_survives_json_and_lists_this_size_among_the_common_ones():
    losses = expected_losses(200, (AnalysedShare(fields="all", analysed=0.6),))
    rates = (PublicRates(sentence="all", reoffended=0.31), PublicRates(sentence="custody", reoffended=0.48))
    found = feasibility(120, 0.4, prospect=Prospect(losses=losses, rates=rates))
    assert Feasibility.from_dict(json.loads(canonical_json(found.to_dict()))) == found
    table = found.table().to_pydict()
    assert list(table) == ["analysed", "detectable", "chance"]
    assert 120 in table["analysed"]
    assert table["detectable"] == sorted(table["detectable"], reverse=True)
    assert table["chance"] == sorted(table["chance"])
    assert "A fall of 12.3 percentage points or more (from 40% to 28% or lower) would probably show" in found.summary()
    assert "- 120 people analysed: 12.3 percentage points" in found.summary()


def test_the_chance_to_show_a_fall_is_the_inverse_of_the_detectable_one():
    for size in (60, 300, 1000):
        assert chance_to_show(detectable_effect(size, 0.4), size, 0.4) == pytest.approx(0.8)
    assert chance_to_show(0.05, 250, 0.4) == pytest.approx(0.34, abs=0.005)
    assert "The chance to show a fall of 5 points is 34%." in feasibility(250, 0.4).summary()


def test_a_simulated_trial_shows_five_points_as_often_as_said():
    size, base = 400, 0.35
    rng = np.random.default_rng(2)
    first, second = rng.binomial(size, base - 0.05, 20_000) / size, rng.binomial(8 * size, base, 20_000) / (8 * size)
    error = np.sqrt(first * (1 - first) / size + second * (1 - second) / (8 * size))
    shown = ((second - first) / error > 1.96).mean()
    assert chance_to_show(0.05, size, base) == pytest.approx(shown, abs=0.02)


def test_people_to_send_are_people_needed_grossed_up_by_the_losses():
    losses = expected_losses(500, (AnalysedShare(fields="all", analysed=0.62),))
    found = feasibility(losses.expected, 0.4, prospect=Prospect(losses=losses))
    assert found.size == 310
    assert found.people_needed == people_for_effect(0.05, 0.4)
    assert found.people_to_send == int(np.ceil(found.people_needed / 0.62))
    assert "about 810 people would have to be analysed, so about 1,300 would have to be sent" in found.summary()
    assert feasibility(310, 0.4).people_to_send is None


def test_a_poor_and_a_good_case_of_losses_bracket_what_would_show():
    losses = expected_losses(500)
    found = feasibility(losses.expected, 0.4, prospect=Prospect(losses=losses))
    assert (found.fewest.analysed, found.size, found.most.analysed) == (70, 250, 445)
    assert found.fewest.detectable > found.detectable > found.most.detectable
    assert (
        "What would probably show with 70 people analysed: a fall of 15.5 points; with 445: a fall of 6.7 points."
        in found.summary()
    )
    few = expected_losses(20)
    hopeless = feasibility(few.expected, 0.05, prospect=Prospect(losses=few)).summary()
    assert "with 3 people analysed: no fall would be sure enough to show" in hopeless
    assert "The lab asks for at least 60 people." in hopeless


def test_each_sentence_has_its_own_rate():
    rates = (PublicRates(sentence="custody", reoffended=0.48), PublicRates(sentence="caution", reoffended=0.02))
    found = feasibility(300, 0.4, prospect=Prospect(rates=(*rates, PublicRates(sentence="other", reoffended=0.0))))
    assert [row.sentence for row in found.by_sentence] == ["custody", "caution"]
    assert found.by_sentence[0].chance == pytest.approx(chance_to_show(0.05, 300, 0.48))
    assert found.by_sentence[0].people_needed == people_for_effect(0.05, 0.48)
    assert "After custody, 48% reoffend: the chance to show a fall of 5 points is" in found.summary()
    assert "After a caution, 2% reoffend: too few for a fall of 5 points." in found.summary()


def test_a_fall_larger_than_the_rate_cannot_happen():
    found = feasibility(300, 0.04)
    assert (found.chance, found.people_needed) == (None, None)
    assert "A fall of 5 points cannot happen, because only 4% would reoffend anyway." in found.summary()
    one = feasibility(300, 0.04, prospect=Prospect(effect=0.01))
    assert "a fall of 1 point is" in one.summary()


def test_people_who_are_sent_are_told_what_is_known_of_losses():
    shares = (AnalysedShare(fields="all", analysed=0.6), AnalysedShare(fields="both numbers", analysed=0.8, low=0.7, high=0.9))
    recorded = expected_losses(100, shares, fields="both numbers")
    text = feasibility(recorded.expected, 0.4, prospect=Prospect(losses=recorded)).summary()
    assert "Of 100 people sent, about 80 can be expected to be analysed." in text
    assert "In past submissions to the lab, 80% of the people with both a police and a prison number were analysed." in text
    assert "as few as 70 or as many as 90. Eight in ten of the lab's past submissions lie between." in text
    unknown = expected_losses(100)
    text = feasibility(unknown.expected, 0.4, prospect=Prospect(losses=unknown)).summary()
    assert "half is the middle of the cases that are known" in text
    assert "as few as 14 or as many as 89. In known cases, between 14% and 89% of the people sent were analysed." in text


def test_a_chance_never_says_never_and_never_says_always():
    assert [percent(chance) for chance in (0.0, 0.004, 0.012, 0.5, 0.9899, 0.991, 1.0)] == [
        "under 1%", "under 1%", "1%", "50%", "99%", "over 99%", "over 99%",
    ]  # fmt: skip


@pytest.mark.parametrize("size", [40, 60, 150, 300, 1000])
def test_the_summary_can_be_read_by_somebody_who_left_school_at_sixteen(size):
    assert reading_age(feasibility(size, 0.4).summary()) < 16


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
    with pytest.raises(UsageError, match="effect"):
        chance_to_show(0.5, 100, 0.4)
    with pytest.raises(UsageError, match=r"such as 0\.05 for 5 points"):
        feasibility(100, 0.4, prospect=Prospect(effect=5))


def test_nothing_is_promised_that_is_unlikely_to_be_published():
    assert promised(feasibility(200, 0.03)) == []
    common = feasibility(200, 0.97)
    assert 1 not in promised(common)
    assert {2, 3, 6} <= set(promised(common))


@pytest.mark.parametrize("wrong", [{"size": 0}, {"base_rate": 40}, {"base_rate": 1.0}, {"power": 1.0}, {"ratio": 0.0}])
def test_a_number_out_of_range_is_told_with_an_example(wrong):
    given = {"size": 100, "base_rate": 0.4} | wrong
    with pytest.raises(UsageError, match=r"expected .*got"):
        feasibility(**given)
