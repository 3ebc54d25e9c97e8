"""Doubly robust, entropy balancing and overlap weights against plain formulas, and what each does at its limits."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize
from scipy.special import expit

from justice_data_lab.estimation.effects import estimate, outcome_values
from justice_data_lab.estimation.robustness import outcome_model
from justice_data_lab.estimation.robustness.alternatives import agreement, alternative
from justice_data_lab.estimation.robustness.entropy import entropy_weights
from justice_data_lab.estimation.robustness.imbalance import largest_imbalances
from justice_data_lab.estimation.robustness.sample import draw_sample, read_scored
from justice_data_lab.estimation.robustness.schemes import schemes
from justice_data_lab.matching.balance import Groups, compare
from justice_data_lab.matching.inputs import read_treated
from justice_data_lab.matching.matcher import match
from justice_data_lab.study import Caliper, Lab, MeasureSpec, Method
from small_measures import SmallOutcomes, overlapping, small_measures

EVERYBODY = Method(caliper=Caliper(sd=None, width=50.0), widen=())
TRIAL = Method(design="randomised")
RATE = MeasureSpec(name="rate", column="event", kind="proportion", role="primary")
COUNT = MeasureSpec(name="count", column="number", kind="mean")


class Case:
    """A small study, matched; `effect` asks for one alternative's effect on one measure."""

    def __init__(self, method=EVERYBODY, *, treated=150, pool=400, seed=1, shift=0.5, measures=None, **columns):
        group, covariates = overlapping(treated, pool, seed=seed, shift=shift)
        rng = np.random.default_rng(seed + 1)
        risk = expit(0.03 * covariates["age"] - 1.6 + 0.1 * covariates["count"] - 0.4 * group)
        event = (rng.random(len(group)) < risk).astype(float)
        number = event * (1 + rng.poisson(1, len(group)))
        self.method = method
        self.measures = measures or small_measures(group, covariates, categorical=("kind",))
        self.rows = pa.table({"event": event, "number": number, **columns})
        self.match = match(self.measures, method)
        self.treated = read_treated(self.measures.rows)
        self.sample = draw_sample(self.measures, self.match, read_scored(self.measures, self.match))

    def official(self, spec):
        return estimate(self.match, SmallOutcomes(rows=self.rows, specs=(spec,)), self.method, Lab()).rows[0]

    def schemes(self, sample=None):
        return {scheme.check: scheme for scheme in schemes(sample or self.sample, self.treated, "pooled")}

    def effect(self, check, spec):
        values, known = outcome_values(self.rows, spec)
        sample = self.sample.only(known)
        return alternative(sample, self.schemes(sample)[check], values, self.official(spec))

    def plain(self):
        """Treatment, dummies with a constant, and the logit score, by other people's programs."""
        rows = self.measures.rows
        kind = np.array(rows.column("kind").to_pylist())
        x = np.column_stack([rows.column("age"), rows.column("count"), kind == "b", kind == "c"]).astype(float)
        x = sm.add_constant(x)
        return self.treated, x, sm.Logit(self.treated, x).fit(disp=0, method="newton", tol=1e-12).predict()


@pytest.mark.parametrize("spec", [RATE, COUNT])
def test_the_doubly_robust_effect_is_the_formula(spec):
    case = Case()
    treated, x, score = case.plain()
    y = case.rows.column(spec.column).to_numpy()
    model = sm.Logit if spec.kind == "proportion" else sm.OLS
    options = {"disp": 0, "method": "newton", "tol": 1e-12} if spec.kind == "proportion" else {}
    expected = model(y[~treated], x[~treated]).fit(**options).predict(x)
    share = treated.mean()
    psi = (treated * (y - expected) - ~treated * score / (1 - score) * (y - expected)) / share
    phi = psi - treated * psi.mean() / share
    found = case.effect("doubly_robust", spec)
    assert found.difference == pytest.approx(psi.mean(), rel=1e-7)
    assert found.se == pytest.approx(phi.std(ddof=1) / np.sqrt(len(y)), rel=1e-7)
    odds = score[~treated] / (1 - score[~treated])
    assert found.n_eff == pytest.approx(odds.sum() ** 2 / (odds**2).sum(), rel=1e-7)
    assert found.max_weight_share == pytest.approx(odds.max() / odds.sum(), rel=1e-7)
    assert (found.n_treated, found.n_comparison, found.n_eff_treated) == (150, 400, pytest.approx(150))
    assert found.max_weight_share_treated == pytest.approx(1 / 150)
    assert found.evidence.events_treated == (y[treated].sum() if spec is RATE else None)


def test_an_interval_is_students_with_degrees_of_freedom_of_both_sides():
    found = Case().effect("doubly_robust", RATE)
    assert 0 < found.p_value < 1
    assert (found.ci_low + found.ci_high) / 2 == pytest.approx(found.difference)
    assert 1.96 < (found.ci_high - found.difference) / found.se < 2.0
    assert 100 < found.df < 550


def test_entropy_weights_give_every_column_the_mean_of_the_treated():
    case = Case()
    treated, x, _ = case.plain()
    weights = entropy_weights(case.sample)
    assert weights.sum() == pytest.approx(150)
    assert np.average(x[~treated], axis=0, weights=weights) == pytest.approx(x[treated].mean(axis=0), rel=1e-9)
    assert case.effect("entropy_balancing", RATE).largest_imbalance < 1e-8


def test_entropy_weights_are_the_most_even_ones_that_do():
    case = Case(treated=40, pool=80)
    treated, x, _ = case.plain()
    z = (x[~treated, 1:] - x[treated, 1:].mean(axis=0)) / x[:, 1:].std(axis=0)
    dual = minimize(lambda b: np.log(np.exp(z @ b).sum()), np.zeros(4), method="BFGS", options={"gtol": 1e-10})
    expected = np.exp(z @ dual.x)
    assert entropy_weights(case.sample) == pytest.approx(40 * expected / expected.sum(), rel=1e-5)


def test_where_no_weights_balance_entropy_balancing_says_so():
    group = np.repeat([1, 0], [40, 60])
    case = Case(
        TRIAL, treated=40, pool=60, measures=small_measures(group, {"age": np.r_[np.full(40, 60.0), np.linspace(20, 40, 60)]})
    )
    found = case.effect("entropy_balancing", RATE)
    assert (found.difference, found.se, found.n_comparison, found.max_weight_share, found.flagged) == (None, None, 0, None, None)
    assert found.evidence is None
    assert "mean of the treated" in found.reason


def test_one_score_near_1_leaves_an_imbalance_that_is_told():
    group = np.repeat([1, 0], [60, 101])
    age = np.r_[np.linspace(30, 40, 60), np.linspace(0, 34, 100), 46]
    case = Case(treated=60, pool=101, measures=small_measures(group, {"age": age}))
    found = case.effect("doubly_robust", RATE)
    assert found.max_weight_share > 0.5
    assert found.largest_imbalance > 0.5
    assert found.imbalanced
    assert case.effect("entropy_balancing", RATE).imbalanced is False


def test_overlap_weights_balance_every_column_exactly_and_are_about_other_people():
    case = Case()
    treated, _, score = case.plain()
    y = case.rows.column("event").to_numpy()
    found = case.effect("overlap_weights", RATE)
    first, second = 1 - score[treated], score[~treated]
    assert found.difference == pytest.approx(np.average(y[treated], weights=first) - np.average(y[~treated], weights=second))
    assert found.n_eff_treated == pytest.approx(first.sum() ** 2 / (first**2).sum())
    assert found.max_weight_share_treated == pytest.approx(first.max() / first.sum())
    assert found.largest_imbalance < 1e-8
    assert (found.population, found.flagged) == ("different", None)


def test_an_alternative_more_than_one_official_standard_error_away_is_flagged():
    case = Case(treated=300, pool=600, shift=2)
    official, found = case.official(COUNT), case.effect("doubly_robust", COUNT)
    assert abs(found.difference - official.difference) > official.se
    assert found.flagged
    assert not Case(Method(), treated=300, pool=600, shift=0.2).effect("doubly_robust", COUNT).flagged


def test_agreement_looks_at_alternatives_about_the_same_people():
    case = Case(treated=300, pool=600, shift=2)
    near, far = Case(Method()).effect("entropy_balancing", COUNT), case.effect("entropy_balancing", COUNT)
    other = case.effect("overlap_weights", COUNT)
    assert agreement((near, other)) == "agree"
    assert agreement((near, far)) == "differ"
    assert agreement((other,)) == "not_assessed"
    assert agreement((near, replace(far, imbalanced=True))) == "agree"
    assert agreement((replace(near, imbalanced=True),)) == "not_assessed"


@pytest.mark.parametrize("denominator", ["pooled", "treated"])
def test_imbalance_is_that_of_the_official_balance(denominator):
    group, covariates = overlapping(80, 300, seed=4)
    age = np.array([None if place % 7 == 0 else value for place, value in enumerate(covariates["age"])])
    twice = np.where(covariates["count"] > 2, 3.0, 1.0)
    measures = small_measures(group, {**covariates, "age": pa.array(age, pa.float64()), "twice": twice}, categorical=("kind",))
    case = Case(treated=80, pool=300, measures=measures)
    pairs = [(scheme.treated, scheme.pool) for scheme in case.schemes().values()]
    found = largest_imbalances(case.sample, case.treated, pairs, denominator)
    for (first, second), largest in zip(pairs, found, strict=True):
        weights = np.zeros(380)
        weights[case.sample.treated], weights[case.sample.pool] = first, second
        balance = compare(case.sample.columns, Groups(treated=case.treated, weights=weights), Method(smd_denominator=denominator))
        assert largest == pytest.approx(balance.largest, rel=1e-9, abs=1e-12)


def test_in_a_trial_the_score_is_the_share_assigned():
    case = Case(TRIAL, shift=0)
    treated, x, _ = case.plain()
    y = case.rows.column("number").to_numpy()
    residual = y - sm.OLS(y[~treated], x[~treated]).fit().predict(x)
    found = case.effect("doubly_robust", COUNT)
    assert found.difference == pytest.approx(residual[treated].mean() - residual[~treated].mean())
    assert (found.n_eff, found.imbalanced) == (pytest.approx(400), None)
    assert case.effect("entropy_balancing", COUNT).difference is not None
    overlap = case.effect("overlap_weights", COUNT)
    assert (overlap.difference, overlap.n_comparison) == (None, 0)
    assert "trial" in overlap.reason


def unmatched_case():
    """One treated person in thirty stands where no one of the pool does."""
    group, covariates = overlapping(150, 400, seed=9)
    covariates["age"][:5] = 95.0
    return Case(Method(), measures=small_measures(group, covariates, categorical=("kind",)), seed=9)


def test_alternatives_are_about_the_treated_people_who_were_matched_and_the_score_is_fitted_to_them():
    case = unmatched_case()
    weights = case.match.weights.column("weight").to_numpy()
    assert 120 < case.match.design.n_matched < 146
    found = case.effect("overlap_weights", RATE)
    assert found.n_treated == case.official(RATE).n_treated == case.match.design.n_matched
    assert found.largest_imbalance < 1e-8
    rows = case.measures.rows.take(np.flatnonzero((weights > 0) | ~case.treated))
    again = Case(EVERYBODY, measures=type(case.measures)(rows=rows, covariates=case.measures.covariates))
    assert case.sample.pool_logits == pytest.approx(again.sample.pool_logits, rel=1e-6)


def test_when_the_matched_are_told_from_the_pool_without_error_there_is_no_score():
    group = np.repeat([1, 0], [60, 200])
    x = np.r_[np.linspace(5, 6, 55), [-1.0] * 5, np.linspace(-6, 4.999, 200)]
    place = np.r_[["a"] * 55, ["b"] * 5, ["a"] * 200]
    measures = small_measures(group, {"x": x}, carried={"place": place}, exact=("place",))
    case = Case(EVERYBODY, treated=60, pool=200, measures=measures)
    assert case.match.design.n_matched == 55
    for check in ("doubly_robust", "overlap_weights"):
        found = case.effect(check, RATE)
        assert found.difference is None
        assert "without error" in found.reason


def test_what_is_matched_exactly_enters_models_of_the_outcome():
    group, covariates = overlapping(150, 400, seed=3)
    place = np.where(np.arange(550) % 3 == 0, "north", "south")
    measures = small_measures(group, covariates, categorical=("kind",), carried={"place": place}, exact=("place",))
    case = Case(EVERYBODY, measures=measures, seed=3)
    assert "place" in {term.covariate for term in case.sample.matrix.terms}
    weights, treated = entropy_weights(case.sample), case.treated
    north = place == "north"
    assert weights[north[~treated]].sum() / weights.sum() == pytest.approx(north[treated].mean())


def test_people_whose_outcome_is_unknown_are_left_out_and_weights_found_again():
    gaps = np.array([None if place % 11 == 0 else float(place % 3) for place in range(550)])
    case = Case(late=pa.array(gaps, pa.float64()))
    spec = MeasureSpec(name="late", column="late", kind="mean")
    known = np.arange(550) % 11 != 0
    sample = case.sample.only(known)
    assert (len(sample.treated), len(sample.pool)) == (known[:150].sum(), known[150:].sum())
    found = case.effect("entropy_balancing", spec)
    assert (found.n_treated, found.n_comparison) == (len(sample.treated), len(sample.pool))
    assert found.largest_imbalance < 1e-8
    assert case.effect("doubly_robust", spec).difference is not None


def test_a_model_needs_five_people_of_the_pool_for_each_column():
    case = Case(TRIAL, treated=60, pool=24, shift=0)
    for check in ("doubly_robust", "entropy_balancing"):
        found = case.effect(check, COUNT)
        assert found.difference is None
        assert "5 people" in found.reason


def test_an_outcome_that_the_covariates_predict_without_error_has_no_doubly_robust_effect():
    case = Case()
    older = np.asarray(case.measures.rows.column("age")) > 30
    case.rows = pa.table({"event": older.astype(float)})
    found = case.effect("doubly_robust", RATE)
    assert (found.difference, found.evidence) == (None, None)
    assert "without error" in found.reason


@pytest.mark.parametrize("most", [100, 8, 3])
def test_in_a_large_pool_the_outcome_model_starts_from_a_part_of_it_and_ends_where_it_would_anyway(monkeypatch, most):
    """A part of a few people tells who has the event without error: then it is no start."""
    case = Case()
    plain = case.effect("doubly_robust", RATE)
    monkeypatch.setattr(outcome_model, "START_PEOPLE", most)
    assert case.effect("doubly_robust", RATE).difference == pytest.approx(plain.difference, rel=1e-9)


def test_a_part_of_the_pool_without_events_starts_nothing(monkeypatch):
    case = Case()
    event = np.r_[np.tile([0.0, 1.0], 75), np.arange(400) % 4 == 1]
    case.rows = pa.table({"event": event})
    plain = case.effect("doubly_robust", RATE)
    monkeypatch.setattr(outcome_model, "START_PEOPLE", 100)
    assert case.effect("doubly_robust", RATE).difference == pytest.approx(plain.difference, rel=1e-9)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_an_outcome_that_all_of_the_pool_share_needs_no_model(value):
    case = Case()
    case.rows = pa.table({"event": np.r_[np.tile([0.0, 1.0], 75), np.full(400, value)]})
    found = case.effect("doubly_robust", RATE)
    assert found.difference == pytest.approx(0.5 - value)
    assert found.se > 0


def test_when_nothing_varies_there_is_no_interval():
    case = Case()
    case.rows = pa.table({"event": np.ones(550)})
    for check in ("doubly_robust", "entropy_balancing", "overlap_weights"):
        found = case.effect(check, RATE)
        assert found.difference == pytest.approx(0, abs=1e-12)
        assert (found.p_value is None or found.p_value > 0.99, found.flagged) == (True, None)


def test_scores_on_the_probability_scale_serve_as_well():
    logit, probability = Case(), Case(Method(caliper=Caliper(scale="probability", sd=None, width=1.0), widen=()))
    for check in ("doubly_robust", "overlap_weights", "entropy_balancing"):
        assert probability.effect(check, RATE).difference == pytest.approx(logit.effect(check, RATE).difference, rel=1e-6)


def test_nobody_matched_gives_no_sample():
    measures = small_measures([1, 1, 0, 0], {"age": [20.0, 30, 21, 29]})
    matched = match(measures, Method(caliper=Caliper(sd=None, width=0.1)), scores=[0.0, 0.0, 9.0, 9.0])
    assert draw_sample(measures, matched, read_scored(measures, matched)) is None
