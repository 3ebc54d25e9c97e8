"""The robustness tier over many invented cohorts: right when one of its two models is, with intervals that cover."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pytest
from scipy.special import expit

from justice_data_lab.estimation.effects import estimate
from justice_data_lab.estimation.robustness.outcome_model import expected_outcome
from justice_data_lab.estimation.robustness.sample import draw_sample, read_scored
from justice_data_lab.estimation.robustness.tier import robustness
from justice_data_lab.estimation.robustness.weighting import weighted_contrast
from justice_data_lab.matching.matcher import match
from justice_data_lab.study import Lab, MeasureSpec, Method
from small_measures import SmallOutcomes, small_measures

pytestmark = pytest.mark.slow

REPEATS = 200
KEPT = 0.8  # of the treated people's events


@dataclass(frozen=True)
class Truth:
    """Which of the two models is right: the one left out of the covariates is the square of the first."""

    score: bool
    outcome: bool
    rate: bool = True


SCORE_WRONG, OUTCOME_WRONG = Truth(score=False, outcome=True), Truth(score=True, outcome=False)
LINEAR_OUTCOME = Truth(score=False, outcome=True, rate=False)


def cohort(rng, truth):
    """2,500 people, about 340 of them treated; events of the treated are thinned, a number rises by 0.3."""
    first, second = rng.normal(size=(2, 2500))
    bend = 0.5 * (first**2 - 1)
    treated = rng.random(2500) < expit(-2 + 0.5 * first + 0.4 * second + (0 if truth.score else bend))
    level = 0.7 * first + 0.5 * second + (0 if truth.outcome else 1.2 * bend)
    measures = small_measures(treated.astype(int), {"first": first, "second": second})
    if not truth.rate:
        return measures, level + rng.normal(size=2500) + 0.3 * treated, np.full(2500, 0.3)
    risk = expit(level - 0.4)
    return measures, ((rng.random(2500) < risk) & (~treated | (rng.random(2500) < KEPT))).astype(float), (KEPT - 1) * risk


def one(rng, truth):
    """Error, standard error and whether the interval covers: of the alternatives, of each model alone, and of the ratio."""
    measures, values, effects = cohort(rng, truth)
    spec = MeasureSpec(name="y", column="y", kind="proportion" if truth.rate else "mean", role="primary")
    outcomes = SmallOutcomes(rows=pa.table({"y": values}), specs=(spec,))
    matched = match(measures, Method())
    item = robustness(measures, matched, outcomes, estimate(matched, outcomes, Method(), Lab()), Method()).measures[0]
    sample = draw_sample(measures, matched, read_scored(measures, matched))
    effect = effects[sample.treated].mean()
    found = {
        row.check: (row.difference - effect, row.se, row.ci_low <= effect <= row.ci_high)
        for row in item.alternatives
        if row.population == "same"
    }
    here = values[sample.treated]
    found["outcome model alone"] = ((here - expected_outcome(sample, values, proportion=truth.rate)[0]).mean() - effect, 0, 0)
    alone = weighted_contrast((here, np.ones(len(here))), (values[sample.pool], sample.odds))
    found["score alone"] = (alone.difference - effect, 0, 0)
    if truth.rate:
        ratio = item.rate_ratio
        found["ratio"] = (np.log(ratio.ratio / KEPT), ratio.se_log, ratio.ci_low <= KEPT <= ratio.ci_high)
    return found


@cache
def simulate(truth, repeats=REPEATS):
    """For each check: mean error, its Monte Carlo error, mean standard error over standard deviation, coverage."""
    rows = [one(np.random.default_rng([7, repeat]), truth) for repeat in range(repeats)]
    found = {}
    for check in rows[0]:
        error, se, covered = np.array([row[check] for row in rows], dtype=float).T
        spread = error.std(ddof=1)
        found[check] = (error.mean(), spread / np.sqrt(repeats), se.mean() / spread, covered.mean())
    return found


@pytest.mark.parametrize(("truth", "wrong"), [(SCORE_WRONG, "score alone"), (OUTCOME_WRONG, "outcome model alone")])
def test_the_doubly_robust_check_is_right_when_one_of_its_models_is(truth, wrong):
    found = simulate(truth)
    bias, noise, width, covered = found["doubly_robust"]
    assert abs(bias) <= max(0.003, 3 * noise)
    assert 0.9 <= width <= 1.2
    assert covered >= 0.91
    assert abs(found[wrong][0]) > 5 * found[wrong][1]


@pytest.mark.parametrize("truth", [LINEAR_OUTCOME, OUTCOME_WRONG])
def test_entropy_balancing_is_right_when_the_outcome_is_linear_or_the_score_is(truth):
    bias, noise, width, covered = simulate(truth)["entropy_balancing"]
    assert abs(bias) <= max(0.003, 3 * noise)
    assert width >= 0.95
    assert covered >= 0.92


@pytest.mark.parametrize("truth", [SCORE_WRONG, OUTCOME_WRONG])
def test_the_rate_ratios_interval_covers(truth):
    bias, noise, width, covered = simulate(truth)["ratio"]
    assert abs(bias) <= max(0.01, 3 * noise)
    assert 0.95 <= width <= 1.3
    assert covered >= 0.92
