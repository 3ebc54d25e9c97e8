"""Checks for counts: quasi-Poisson regression as others fit it, and what a few very large counts do."""

import numpy as np
import pytest
import statsmodels.api as sm

from justice_data_lab.estimation.difference import weighted_difference
from justice_data_lab.estimation.robustness.counts import capped, count_ratio


def draw(seed=3):
    rng = np.random.default_rng(seed)
    return (
        rng.negative_binomial(1, 0.4, 120).astype(float),
        rng.negative_binomial(1, 0.3, 300).astype(float),
        rng.gamma(1, 1, 300),
    )


def test_the_ratio_is_that_of_a_quasi_poisson_regression_with_weights_that_add_up_to_the_effective_size():
    treated, comparison, weights = draw()
    found = count_ratio(treated, comparison, weights, se="kish")
    scaled = weights * weights.sum() / (weights**2).sum()
    model = sm.GLM(
        np.r_[treated, comparison],
        sm.add_constant(np.r_[np.ones(120), np.zeros(300)]),
        family=sm.families.Poisson(),
        freq_weights=np.r_[np.ones(120), scaled],
    ).fit(scale="X2", tol=1e-12)
    assert np.log(found.ratio) == pytest.approx(model.params[1], rel=1e-8)
    assert found.se_log == pytest.approx(model.bse[1], rel=1e-8)
    assert found.dispersion == pytest.approx(model.scale, rel=1e-8)
    assert found.p_value == pytest.approx(model.pvalues[1], rel=1e-6)
    assert found.ci_low == pytest.approx(np.exp(model.params[1] - 1.96 * model.bse[1]))
    assert found.ci_high == pytest.approx(np.exp(model.params[1] + 1.96 * model.bse[1]))


def test_large_counts_are_set_to_the_99th_centile_of_both_groups():
    treated, comparison = np.r_[np.zeros(50), np.ones(49), 500.0], np.r_[np.zeros(60), np.ones(38), 2.0, 900.0]
    found = capped(treated, comparison, np.ones(100), se="kish")
    assert found.cap == 2.0
    assert (found.above_treated, found.above_comparison) == (1, 1)
    expected = weighted_difference(np.minimum(treated, 2), np.minimum(comparison, 2), np.ones(100), se="kish")
    assert (found.difference, found.se, found.p_value) == (expected.difference, expected.se, expected.p_value)
    assert (found.ci_low, found.ci_high) == (expected.ci_low, expected.ci_high)


def test_the_centile_weighs_the_groups_alike_whatever_their_sizes():
    treated, comparison = np.r_[np.zeros(29), 7.0], np.zeros(10_000)
    assert capped(treated, comparison, np.ones(10_000), se="kish").cap == 7.0
    assert capped(treated, np.r_[comparison, 50.0], np.r_[np.ones(10_000), 0.01], se="kish").cap == 7.0


@pytest.mark.parametrize(
    ("treated", "comparison"),
    [
        ([0.5, 1.0, 2.0], [1.0, 2.0, 3.0]),
        ([-1.0, 1.0, 2.0], [1.0, 2.0, 3.0]),
        ([0.0, 0.0, 0.0], [1.0, 2.0, 3.0]),
        ([1.0, 2.0, 3.0], [0.0, 0.0, 0.0]),
        ([2.0, 2.0, 2.0], [2.0, 2.0, 2.0]),
        ([2.0], [2.0]),
        ([1.0, 2.0], []),
    ],
)
def test_what_are_no_counts_or_do_not_vary_have_no_ratio(treated, comparison):
    assert count_ratio(np.array(treated), np.array(comparison), np.ones(len(comparison)), se="kish") is None
