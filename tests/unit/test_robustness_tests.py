"""Equivalence, false discovery rate and negative control: the tests that are made from official figures."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import ttost_ind

from justice_data_lab.estimation.effects import estimate
from justice_data_lab.estimation.robustness.discovery import discoveries, q_values
from justice_data_lab.estimation.robustness.equivalence import equivalence, equivalences
from justice_data_lab.estimation.robustness.negative_control import MARGIN, negative_control
from justice_data_lab.matching.matcher import match
from justice_data_lab.study import Lab, MeasureSpec, Method
from small_measures import SmallOutcomes, small_measures

TRIAL = Method(design="randomised")


def estimates(specs, first, second, **columns):
    matched = match(small_measures([1] * first + [0] * second), TRIAL)
    return estimate(matched, SmallOutcomes(rows=pa.table(columns), specs=tuple(specs)), TRIAL, Lab())


def events(first, out_of_first, second, out_of_second):
    return [1] * first + [0] * (out_of_first - first) + [1] * second + [0] * (out_of_second - second)


def rate(name="rate", column="event", **options):
    return MeasureSpec(name=name, column=column, kind="proportion", **options)


@pytest.mark.parametrize("margin", [0.02, 0.05, 0.1])
def test_equivalence_is_two_one_sided_welch_tests(margin):
    values = events(80, 200, 170, 400)
    row = estimates([rate()], 200, 400, event=values).rows[0]
    expected, _, _ = ttost_ind(np.array(values[:200]), np.array(values[200:]), -margin, margin, usevar="unequal")
    assert equivalence(row, margins=(margin,)).tests[0].p_value == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("first", "second", "people", "margin"), [(400, 400, 10_000, 0.02), (430, 400, 2000, 0.05), (40, 40, 100, None)]
)
def test_the_smallest_margin_that_passes_is_given_and_agrees_with_the_90_percent_interval(first, second, people, margin):
    row = estimates([rate()], people, people, event=events(first, people, second, people)).rows[0]
    found = equivalence(row)
    assert found.margin == margin
    reach = student.ppf(0.95, row.df) * row.se
    assert (found.ci90_low, found.ci90_high) == (pytest.approx(row.difference - reach), pytest.approx(row.difference + reach))
    for test in found.tests:
        assert test.passed == (-test.margin <= found.ci90_low and found.ci90_high <= test.margin)


def test_equivalence_is_for_primary_proportions_and_for_measures_1_and_10_of_the_catalogue():
    specs = [
        rate("one", role="primary"),
        rate("two"),
        rate("three", "custody_for_first_reoffence"),
        rate("four", "reoffended"),
        MeasureSpec(name="five", column="event", kind="mean", role="primary"),
    ]
    columns = dict.fromkeys(("event", "custody_for_first_reoffence", "reoffended"), events(30, 60, 30, 60))
    found = estimates(specs, 60, 60, **columns)
    assert [row.measure for row in equivalences(found, "national")] == ["one", "three", "four"]
    assert equivalences(found, "regional") == ()


def test_without_a_standard_error_there_is_no_equivalence_to_test():
    found = equivalence(estimates([rate()], 5, 5, event=[1] * 10).rows[0])
    assert (found.ci90_low, found.ci90_high, found.tests, found.margin) == (None, None, (), None)


@given(st.lists(st.floats(0, 1), max_size=12))
def test_q_values_are_those_of_benjamini_and_hochberg(p_values):
    expected = multipletests(p_values, method="fdr_bh")[1] if p_values else []
    assert q_values(p_values) == pytest.approx(expected, abs=1e-12)


def many(*roles, days=None):
    rng = np.random.default_rng(2)
    columns = {f"y{place}": (rng.random(400) < 0.3 + 0.05 * place * (np.arange(400) < 200)).astype(float) for place in range(4)}
    specs = [rate(f"m{place}", f"y{place}", role=role) for place, role in enumerate(roles)]
    return estimates(specs, 200, 200, **columns)


def test_the_single_primary_measure_is_not_adjusted():
    found = many("primary", "secondary", "secondary", "secondary")
    adjusted = discoveries(found, "national")
    assert [row.measure for row in adjusted] == ["m1", "m2", "m3"]
    assert [row.q_value for row in adjusted] == pytest.approx(
        multipletests([row.p_value for row in found.rows[1:]], method="fdr_bh")[1]
    )
    assert [row.p_value for row in adjusted] == [row.p_value for row in found.rows[1:]]


def test_when_several_measures_are_primary_all_are_adjusted():
    assert len(discoveries(many("primary", "primary", "secondary", "secondary"), "national")) == 4


def test_only_measures_that_pass_every_gate_are_counted():
    found = many("primary", "secondary", "secondary", "secondary")
    shown = discoveries(found, "national", passing=lambda row: row.measure != "m2")
    assert [row.measure for row in shown] == ["m1", "m3"]
    few = estimates([rate("a"), rate("b", "rare")], 60, 60, event=events(30, 60, 40, 60), rare=events(5, 60, 20, 60))
    assert [row.measure for row in discoveries(few, "national", passing=lambda row: True)] == ["a"]
    assert discoveries(found, "another") == ()


@pytest.mark.parametrize(("first", "second", "flagged"), [(120, 80, True), (80, 120, True), (100, 100, False), (90, 100, False)])
def test_a_negative_control_is_flagged_when_its_interval_excludes_zero(first, second, flagged):
    treated, comparison = (np.r_[np.ones(count), np.zeros(300 - count)] for count in (first, second))
    found = negative_control(treated, comparison, np.ones(300))
    assert found.flagged is flagged
    assert found.flagged == (found.ci_low > 0 or found.ci_high < 0)
    assert found.difference == pytest.approx((first - second) / 300)
    assert (found.n_treated, found.n_comparison, found.evidence.events_treated) == (300, 300, first)


@pytest.mark.parametrize("margin", [0.0, 0.04, 0.1])
@pytest.mark.parametrize("side", [1, -1])
def test_a_negative_control_is_flagged_only_when_its_interval_lies_wholly_beyond_the_margin(side, margin):
    """Half of the comparison people, so many more or fewer of the treated: 1.96 standard errors are 4.4 points for 1,000 people."""

    def flagged(difference):
        first = round(1000 * (0.5 + side * difference))
        treated, comparison = (np.r_[np.ones(count), np.zeros(1000 - count)] for count in (first, 500))
        return negative_control(treated, comparison, np.ones(1000), margin=margin).flagged

    assert not flagged(margin + 0.04)
    assert flagged(margin + 0.047)


def a_million_people(share, odds_ratio):
    """Whoever offended in the control year takes part with odds so many times as large: nothing else chooses, and nothing is hidden."""
    odds = share / (1 - share) * odds_ratio
    treated, comparison = (np.arange(1_000_000) < 1e6 * each for each in (odds / (1 + odds), share))
    return negative_control(treated.astype(float), comparison.astype(float), np.ones(1_000_000), margin=MARGIN)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.48, 0.52, 0.8])
@pytest.mark.parametrize("odds_ratio", [1 / 1.17, 1.17])
def test_choosing_by_the_control_year_with_odds_of_at_most_1_17_is_never_beyond_the_margin(share, odds_ratio):
    found = a_million_people(share, odds_ratio)
    assert abs(found.difference) <= (1.17**0.5 - 1) / (1.17**0.5 + 1) + 1e-6 < MARGIN
    assert found.ci_low > 0 or found.ci_high < 0
    assert found.flagged is False


@pytest.mark.parametrize("odds_ratio", [0.8, 1.25])
def test_choosing_by_the_control_year_more_strongly_is_flagged(odds_ratio):
    assert a_million_people(1 / (1 + odds_ratio**0.5), odds_ratio).flagged is True


def test_weights_widen_a_negative_controls_interval():
    treated, comparison = np.r_[np.ones(60), np.zeros(240)], np.r_[np.ones(100), np.zeros(200)]
    even = negative_control(treated, comparison, np.ones(300))
    uneven = negative_control(treated, comparison, np.tile([1.9, 0.1], 150))
    assert uneven.n_eff < even.n_eff
    assert uneven.se > even.se
    assert negative_control(treated, comparison, np.tile([1.9, 0.1], 150), se="lechner").se != uneven.se


def test_a_negative_control_without_an_interval_is_not_judged():
    assert negative_control(np.zeros(30), np.zeros(30), np.ones(30)).flagged is None
