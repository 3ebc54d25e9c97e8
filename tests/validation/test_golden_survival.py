"""Survival on the financial aid trial gives R's figures, and Cox, Kaplan-Meier and log-rank agree with other programs."""

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.csv as pv
import pytest
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.datasets import load_lung
from lifelines.statistics import logrank_test
from lifelines.utils import restricted_mean_survival_time
from statsmodels.duration.hazard_regression import PHReg

from justice_data_lab.estimation.effects import estimate
from justice_data_lab.estimation.survival.cox import fit_cox
from justice_data_lab.estimation.survival.estimate_survival import estimate_survival
from justice_data_lab.estimation.survival.kaplan_meier import kaplan_meier, restricted_times
from justice_data_lab.estimation.survival.log_rank import log_rank
from justice_data_lab.estimation.survival.people import People
from justice_data_lab.estimation.survival.proportional import proportional_chi_square
from justice_data_lab.matching.matcher import match
from justice_data_lab.study import Lab, MeasureSpec, Method, SurvivalColumns
from small_measures import SmallOutcomes, small_measures

GOLDEN = Path(__file__).parents[2] / "validation" / "golden"
R = json.loads((GOLDEN / "rossi_survival.json").read_text())
ROSSI = pv.read_csv(GOLDEN / "rossi_data.csv.gz")
TRIAL = Method(design="randomised")
YEAR = SurvivalColumns(time="week", event="arrest", horizon=52, unit="weeks")
COVARIATES = ("age", "race", "wexp", "mar", "paro", "prio")


def tarp():
    measures = small_measures(
        ROSSI.column("fin").to_numpy(),
        {name: ROSSI.column(name) for name in COVARIATES},
        categorical=[name for name in COVARIATES if name not in ("age", "prio")],
    )
    matched = match(measures, TRIAL)
    rate = SmallOutcomes(rows=ROSSI, specs=(MeasureSpec(name="rate", column="arrest", kind="proportion"),))
    estimates = estimate(matched, rate, TRIAL, Lab())
    return estimate_survival(matched, ROSSI, YEAR, TRIAL, Lab(), measures=measures, estimates=estimates)


def tarp_people():
    return People(
        rows=np.arange(432),
        times=ROSSI.column("week").to_numpy().astype(float),
        events=ROSSI.column("arrest").to_numpy() == 1,
        weights=np.ones(432),
        treated=ROSSI.column("fin").to_numpy() == 1,
    )


def test_every_coefficient_and_standard_error_of_the_adjusted_model_is_that_of_r():
    values = [ROSSI.column(name).to_pylist() for name in COVARIATES]
    coded = [
        [float(value in ("other", "yes", "not married")) if isinstance(value, str) else value for value in column]
        for column in values
    ]
    fit = fit_cox(tarp_people(), np.column_stack([ROSSI.column("fin").to_numpy(), *coded]).astype(float))
    np.testing.assert_allclose(fit.coefficients, list(R["cox_efron"]["coef"].values()), rtol=1e-6)
    np.testing.assert_allclose(fit.model_se, list(R["cox_efron"]["se"].values()), rtol=1e-6)


def test_the_log_rank_test_is_that_of_r():
    found = tarp().log_rank
    assert found.chi_square == pytest.approx(R["logrank_chisq"], rel=1e-10)
    assert found.p_value == pytest.approx(R["logrank_p"], rel=1e-10)


def test_the_trial_gives_the_published_hazard_ratios():
    unadjusted, adjusted = tarp().hazards
    assert (unadjusted.model, adjusted.model) == ("unadjusted", "adjusted")
    assert (round(unadjusted.ratio, 3), round(unadjusted.p_value, 3)) == (0.691, 0.052)
    assert (round(adjusted.ratio, 3), round(adjusted.p_value, 3)) == (0.684, 0.047)
    assert adjusted.log_ratio == pytest.approx(R["cox_efron"]["coef"]["fin"], rel=1e-6)
    assert adjusted.se_model == pytest.approx(R["cox_efron"]["se"]["fin"], rel=1e-6)
    assert adjusted.covariates == ("age", "race=other", "wexp=yes", "mar=not married", "paro=yes", "prio")


def test_the_trial_gives_the_published_restricted_means():
    found = tarp().restricted
    assert (round(found.mean_treated, 1), round(found.mean_comparison, 1)) == (46.9, 44.8)
    assert found.difference == pytest.approx(2.0416666667)
    assert found.p_value == pytest.approx(0.0939, abs=5e-5)


def test_the_tests_of_the_trial_stand_on_both_sides_of_the_line():
    agreement = tarp().agreement
    assert agreement.sides == "both sides"
    assert [(test.name, round(test.p_value, 4), test.significant) for test in agreement.tests] == [
        ("official", 0.0496, True),
        ("restricted mean", 0.0939, False),
        ("log-rank", 0.0501, False),
        ("Cox", 0.0517, False),
        ("adjusted Cox", 0.0474, True),
    ]
    assert {test.direction for test in agreement.tests if test.significant} == {"longer"}


def sample(*, ties, weighted, seed=1, people=300):
    """Some are lost before the horizon; with ties, times are whole weeks."""
    rng = np.random.default_rng(seed)
    columns = np.column_stack([rng.random(people) < 0.5, rng.normal(size=people)]).astype(float)
    times = rng.exponential(40 / np.exp(0.5 * columns[:, 0] - 0.3 * columns[:, 1]))
    times = np.minimum(np.ceil(times) if ties else times, 52.0)
    events = (times < 52) & (rng.random(people) > 0.2)
    weights = rng.exponential(size=people) + 0.1 if weighted else np.ones(people)
    found = People(rows=np.arange(people), times=times, events=events, weights=weights, treated=columns[:, 0] == 1)
    return found, columns


def frame(people, columns):
    return pd.DataFrame(
        {"time": people.times, "event": people.events, "w": people.weights, "a": columns[:, 0], "b": columns[:, 1]}
    )


@pytest.mark.parametrize("ties", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_cox_agrees_with_lifelines(ties, weighted):
    people, columns = sample(ties=ties, weighted=weighted)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that weights make its own standard errors wrong
        theirs = CoxPHFitter().fit(frame(people, columns), "time", "event", weights_col="w", fit_options={"precision": 1e-12})
    ours = fit_cox(people, columns)
    np.testing.assert_allclose(ours.coefficients, theirs.params_, atol=1e-6)  # it stops a step earlier
    np.testing.assert_allclose(ours.model_se, theirs.standard_errors_, rtol=1e-6)


@pytest.mark.parametrize("ties", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_the_curve_and_the_area_under_it_agree_with_lifelines(ties, weighted):
    people, _ = sample(ties=ties, weighted=weighted)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns about weights that are not whole numbers
        theirs = KaplanMeierFitter().fit(people.times, people.events, weights=people.weights)
    curve = kaplan_meier(people)
    np.testing.assert_allclose(curve.free, theirs.survival_function_at_times(curve.times).to_numpy(), atol=1e-12)
    mean = np.average(restricted_times(people, 52.0), weights=people.weights)
    assert mean == pytest.approx(restricted_mean_survival_time(theirs, t=52.0), rel=1e-9)


@pytest.mark.parametrize("ties", [True, False])
def test_the_log_rank_test_agrees_with_lifelines(ties):
    people, _ = sample(ties=ties, weighted=False)
    first, second = people.only(people.treated), people.only(~people.treated)
    theirs = logrank_test(first.times, second.times, first.events, second.events)
    assert log_rank(people).chi_square == pytest.approx(theirs.test_statistic, rel=1e-9)


def test_robust_standard_errors_agree_with_statsmodels():
    people, columns = sample(ties=False, weighted=False)
    theirs = PHReg(people.times, columns, status=people.events.astype(int)).fit(groups=np.arange(len(people.times)))
    ours = fit_cox(people, columns)
    np.testing.assert_allclose(ours.coefficients, theirs.params, atol=1e-10)
    np.testing.assert_allclose(ours.robust_se, theirs.bse, rtol=1e-10)


@pytest.mark.parametrize(("name", "published"), [("age", 0.5077), ("sex", 2.5489), ("wt.loss", 0.0144)])
def test_the_check_of_proportional_hazards_gives_the_published_figures_of_r(name, published):
    """`cox.zph` of R's survival, from version 3 on, prints these for its lung cancer data; each is of one column beside the others."""
    data = load_lung()[["time", "status", "age", "sex", "wt.loss"]].dropna()
    count = len(data)
    found = People(
        rows=np.arange(count),
        times=data["time"].to_numpy(float),
        events=data["status"].to_numpy() == 1,
        weights=np.ones(count),
        treated=data["sex"].to_numpy() == 1,
    )
    columns = data[[name, *(other for other in ("age", "sex", "wt.loss") if other != name)]].to_numpy(float)
    statistic = proportional_chi_square(found, columns, fit_cox(found, columns), robust=False)
    assert round(statistic, 4) == published


def test_the_ratios_of_the_trial_do_not_change_during_the_year():
    assert [round(hazard.change_p_value, 2) for hazard in tarp().hazards] == [0.86, 0.80]
