"""Whether a hazard ratio stays the same: the test against a plain double loop, and what must hold whatever the data."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2

from justice_data_lab.estimation.survival.cox import fit_cox
from justice_data_lab.estimation.survival.hazards import hazard_ratios
from justice_data_lab.estimation.survival.proportional import proportional_chi_square
from sample_survival import people


def sample(*, ties=False, weighted=True, count=80, seed=4):
    """Two columns; the first works early and not late."""
    rng = np.random.default_rng(seed)
    columns = np.column_stack([rng.random(count) < 0.5, rng.normal(size=count)]).astype(float)
    times = rng.exponential(40 * np.where((columns[:, 0] == 1) & (rng.random(count) < 0.5), 2.0, 1.0))
    times = np.minimum(np.ceil(times / 5) if ties else times, 52.0)
    events = (times < 52) & (rng.random(count) > 0.2)
    weights = rng.exponential(size=count) + 0.1 if weighted else None
    return people(times, events, weights, columns[:, 0] == 1), columns


def statistic_of(found, columns, *, robust):
    return proportional_chi_square(found, columns, fit_cox(found, columns), robust=robust)


def by_hand(found, columns, robust):
    """The same without ties, by loops over people and events: score and variance of g(t)·x beside the fitted columns."""
    fit = fit_cox(found, columns)
    risk = found.weights * np.exp(columns @ fit.coefficients)
    order = np.argsort(found.times)
    free, wide = 1.0, []
    steps = []
    for one in order:
        if not found.events[one]:
            continue
        inside = found.times >= found.times[one]
        steps.append((one, inside, 1 - free))
        free *= 1 - found.weights[one] / found.weights[inside].sum()
    mean_g = np.average([g for _, _, g in steps], weights=[found.weights[one] for one, _, _ in steps])
    wide = [np.column_stack([columns, (g - mean_g) * columns[:, 0]]) for _, _, g in steps]
    score, information = np.zeros(3), np.zeros((3, 3))
    residuals = np.zeros((len(columns), 3))
    for (one, inside, _), x in zip(steps, wide, strict=True):
        share = np.where(inside, risk, 0) / risk[inside].sum()
        mean = share @ x
        score += found.weights[one] * (x[one] - mean)
        information += found.weights[one] * ((share[:, None] * x).T @ x - np.outer(mean, mean))
        residuals[one] += x[one] - mean
        residuals -= (found.weights[one] * share / found.weights)[:, None] * (x - mean)
    explained = np.linalg.solve(information[:2, :2], information[:2, 2])
    if robust:
        return score[2] ** 2 / ((found.weights * (residuals[:, 2] - residuals[:, :2] @ explained)) ** 2).sum()
    return score[2] ** 2 / (information[2, 2] - information[2, :2] @ explained)


@pytest.mark.parametrize("robust", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_the_statistic_is_that_of_a_double_loop(robust, weighted):
    found, columns = sample(weighted=weighted)
    assert statistic_of(found, columns, robust=robust) == pytest.approx(by_hand(found, columns, robust), rel=1e-9)
    assert statistic_of(found, columns, robust=robust) > 0.1


def test_the_size_of_all_weights_does_not_move_the_robust_test_and_moves_the_models():
    found, columns = sample(ties=True)
    double = replace(found, weights=2 * found.weights)
    assert statistic_of(double, columns, robust=True) == pytest.approx(statistic_of(found, columns, robust=True))
    assert statistic_of(double, columns, robust=False) == pytest.approx(2 * statistic_of(found, columns, robust=False))


def test_the_scale_of_time_does_not_matter():
    found, columns = sample(ties=True)
    later = replace(found, times=np.exp(found.times / 10))
    assert statistic_of(later, columns, robust=True) == pytest.approx(statistic_of(found, columns, robust=True))


def test_events_at_one_time_only_give_no_answer():
    found = people([5, 5, 5, 5, 9, 9], [1, 1, 1, 1, 0, 0], treated=[1, 0, 0, 1, 1, 0])
    assert statistic_of(found, found.treated.astype(float)[:, None], robust=False) is None
    (hazard,) = hazard_ratios(found, None, robust=False)
    assert hazard.change_p_value is None


def test_a_hazard_ratio_carries_the_test_of_its_own_variance():
    found, _ = sample()
    for robust in (True, False):
        (hazard,) = hazard_ratios(found, None, robust=robust)
        statistic = statistic_of(found, found.treated.astype(float)[:, None], robust=robust)
        assert hazard.change_p_value == pytest.approx(chi2.sf(statistic, 1))


def test_a_ratio_that_turns_round_is_found_and_one_that_stays_is_not():
    rng = np.random.default_rng(5)
    treated = np.repeat([True, False], 400)
    waits = rng.exponential(size=800)
    early, late = np.where(treated, 0.4, 1.0), np.where(treated, 1.6, 1.0)
    turning = np.where(waits < early, waits / early, 1 + (waits - early) / late)
    column = treated.astype(float)[:, None]
    assert chi2.sf(statistic_of(people(turning, np.ones(800), treated=treated), column, robust=True), 1) < 1e-4
    steady = people(waits / early, np.ones(800), treated=treated)
    assert chi2.sf(statistic_of(steady, column, robust=True), 1) > 0.05
