"""Rate ratios and E-values: closed forms, other people's programs, and what has no ratio."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import Table2x2

from justice_data_lab.estimation.robustness.ratio import e_value, rate_ratio
from justice_data_lab.estimation.robustness.result import RateRatio


def share(events, people):
    return np.r_[np.ones(events), np.zeros(people - events)]


def test_with_equal_weights_the_risk_ratio_is_the_textbook_one():
    found = rate_ratio(share(30, 100), share(90, 200), np.full(200, 0.5), proportion=True)
    table = Table2x2([[30, 70], [90, 110]])
    assert found.ratio == pytest.approx(table.riskratio)
    assert found.se_log == pytest.approx(table.log_riskratio_se)
    assert found.ci_low == pytest.approx(table.riskratio * np.exp(-1.96 * table.log_riskratio_se))
    assert found.ci_high == pytest.approx(table.riskratio * np.exp(1.96 * table.log_riskratio_se))


def test_unequal_weights_count_as_the_effective_number_of_people():
    values, weights = np.array([1.0, 0, 0, 1, 0]), np.array([4.0, 1, 1, 2, 2])
    found = rate_ratio(share(3, 10), values, weights, proportion=True)
    second, size = 6 / 10, 100 / 26
    assert found.ratio == pytest.approx(0.3 / second)
    assert found.se_log == pytest.approx(np.sqrt(0.7 / (10 * 0.3) + (1 - second) / (size * second)))


def test_a_ratio_of_means_has_the_variances_of_the_official_difference():
    treated, values, weights = np.array([1.0, 4, 2, 5]), np.array([3.0, 0, 6, 2]), np.array([2.0, 1, 1, 4])
    found = rate_ratio(treated, values, weights, proportion=False)
    mean, size = np.average(values, weights=weights), 64 / 22
    spread = np.average((values - mean) ** 2, weights=weights) * size / (size - 1)
    assert found.se_log == pytest.approx(np.sqrt(treated.var(ddof=1) / (4 * 9) + spread / (size * mean**2)))


@pytest.mark.parametrize(
    ("treated", "comparison"),
    [
        (share(0, 20), share(5, 20)),
        (share(5, 20), share(0, 20)),
        (share(20, 20), share(20, 20)),
        (share(1, 1), share(5, 20)),
        (share(5, 20), share(1, 1)),
        (-share(5, 20), share(5, 20)),
        (share(5, 20), np.empty(0)),
    ],
)
def test_without_two_means_above_zero_that_vary_there_is_no_ratio(treated, comparison):
    assert rate_ratio(treated, comparison, np.ones(len(comparison)), proportion=True) is None


def ratio(value, low, high):
    return RateRatio(ratio=value, se_log=0.1, ci_low=low, ci_high=high)


@pytest.mark.parametrize(
    ("found", "point", "interval"),
    [
        (ratio(2.0, 1.5, 2.7), 2 + np.sqrt(2), 1.5 + np.sqrt(0.75)),
        (ratio(0.5, 0.4, 2 / 3), 2 + np.sqrt(2), 1.5 + np.sqrt(0.75)),
        (ratio(3.9, 1.8, 8.7), 7.263, 3.0),
        (ratio(0.8, 0.6, 1.1), 1.25 + np.sqrt(1.25 * 0.25), 1.0),
        (ratio(1.0, 0.9, 1.1), 1.0, 1.0),
        (ratio(1.2, 1.0, 1.4), 1.2 + np.sqrt(1.2 * 0.2), 1.0),
    ],
)
def test_e_values_of_known_ratios(found, point, interval):
    """The third is VanderWeele and Ding's own example, of infants' feeding: 3.9 (1.8 to 8.7)."""
    value = e_value(found)
    assert value.point == pytest.approx(point, abs=1e-3)
    assert value.interval == pytest.approx(interval, abs=1e-3)


@given(st.floats(0.05, 20), st.floats(1.01, 3))
def test_an_e_value_is_the_same_for_a_ratio_and_its_inverse(value, reach):
    one = e_value(ratio(value, value / reach, value * reach))
    other = e_value(ratio(1 / value, 1 / (value * reach), reach / value))
    assert one.point == pytest.approx(other.point)
    assert one.interval == pytest.approx(other.interval)
    assert one.point >= one.interval >= 1
