"""Time to the first event: worked by hand, and what must hold whatever the data."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from justice_data_lab.errors import JDLError
from justice_data_lab.estimation.difference import weighted_difference
from justice_data_lab.estimation.effects import estimate
from justice_data_lab.estimation.survival.agreement import agree
from justice_data_lab.estimation.survival.cox import fit_cox
from justice_data_lab.estimation.survival.estimate_survival import estimate_survival
from justice_data_lab.estimation.survival.kaplan_meier import kaplan_meier, restricted_times
from justice_data_lab.estimation.survival.log_rank import log_rank
from justice_data_lab.estimation.survival.people import read_people
from justice_data_lab.estimation.survival.periods import period_ends
from justice_data_lab.estimation.survival.result import Hazard, LogRank, Survival
from justice_data_lab.files import canonical_json
from justice_data_lab.matching.matcher import match
from justice_data_lab.measures.catalogue import FIRST_REOFFENCE
from justice_data_lab.study import Caliper, Lab, MeasureSpec, Method, SurvivalColumns
from sample_survival import people
from small_measures import SmallOutcomes, overlapping, small_measures

TRIAL = Method(design="randomised")
MATCHED = Method(caliper=Caliper(sd=0.2), widen=())
TEN = SurvivalColumns(time="time", event="event", horizon=10, unit="days")


def cohort(seed=3, *, treated=120, pool=900, lost=0.0, horizon=365):
    """Whole days to an event; some are lost to follow-up before it."""
    rng = np.random.default_rng(seed)
    group, columns = overlapping(treated, pool, seed=seed)
    days = np.floor(rng.exponential(500 - 8 * (40 - columns["age"]), len(group))).clip(0)
    gone = np.where(rng.random(len(group)) < lost, np.floor(rng.uniform(1, horizon, len(group))), horizon)
    event = days <= gone
    measures = small_measures(group, columns, categorical=("kind",))
    return measures, pa.table({"time": np.minimum(days, gone), "event": event.astype(float)})


def compare(design, rows, method=MATCHED, columns=FIRST_REOFFENCE, **others):
    named = replace(columns, time="time", event="event")
    return estimate_survival(match(design, method), rows, named, method, Lab(), **others)


# Curve and restricted mean


def test_the_curve_falls_at_each_event_by_the_share_of_weight_at_risk():
    curve = kaplan_meier(people([2, 2, 3, 5, 8], [1, 0, 1, 0, 1], weights=[1, 2, 1, 3, 1]))
    assert curve.times == (2, 3, 8)
    assert curve.free == pytest.approx((7 / 8, 7 / 8 * 4 / 5, 0))  # the two who leave on day 2 are at risk on it
    assert (curve.at_risk, curve.events) == ((5, 3, 1), (1, 1, 1))


def test_nobody_s_event_leaves_the_curve_at_one():
    curve = kaplan_meier(people([10, 10], [0, 0]))
    assert curve.times == ()
    assert restricted_times(people([10, 10], [0, 0]), 10).tolist() == [10, 10]


def test_with_everybody_followed_the_restricted_time_is_the_time_itself():
    group = people([0, 4, 4, 10, 10, 10], [1, 1, 1, 1, 0, 0], weights=[1, 2, 0.5, 1, 3, 1])
    assert restricted_times(group, 10) == pytest.approx(group.times, abs=1e-12)


def test_with_equal_weights_the_variance_is_greenwood_s():
    rng = np.random.default_rng(5)
    group = people(np.ceil(rng.uniform(0, 9, 60)), rng.random(60) < 0.6)
    curve = kaplan_meier(group)
    edges = np.array([*curve.times, 10.0])
    areas = [(np.diff(edges)[place:] * curve.free[place:]).sum() for place in range(len(curve.times))]
    terms = [
        area**2 * came / (risk * (risk - came)) if risk > came else 0.0
        for area, risk, came in zip(areas, curve.at_risk, curve.events, strict=True)
    ]
    times = restricted_times(group, 10)
    assert times.var() / len(times) == pytest.approx(sum(terms), rel=1e-10)


def test_a_restricted_time_is_the_mean_s_response_to_the_person_s_weight():
    rng = np.random.default_rng(6)
    group = people(np.ceil(rng.uniform(0, 9, 30)), rng.random(30) < 0.6, weights=rng.uniform(0.5, 2, 30))

    def area(weights):
        curve = kaplan_meier(replace(group, weights=weights))
        return (np.diff([0, *curve.times, 10]) * np.array([1, *curve.free])).sum()

    step = 1e-6 * np.eye(30)
    slopes = [(area(group.weights + each) - area(group.weights - each)) / 2e-6 for each in step]
    expected = area(group.weights) + group.weights.sum() * np.array(slopes)
    assert restricted_times(group, 10) == pytest.approx(expected, abs=1e-5)


def test_restricted_means_are_the_official_estimator_on_restricted_times():
    measures, rows = cohort()
    matched = match(measures, MATCHED)
    days = MeasureSpec(name="days", column="time", kind="mean")
    official = estimate(matched, SmallOutcomes(rows=rows, specs=(days,)), MATCHED, Lab()).rows[0]
    found = compare(measures, rows).restricted
    for name in ("n_eff", "mean_treated", "mean_comparison", "difference", "se", "df", "ci_low", "ci_high", "p_value"):
        assert getattr(found, name) == pytest.approx(getattr(official, name), rel=1e-10), name
    lechner = replace(MATCHED, se="lechner")
    assert compare(measures, rows, lechner).restricted.se != pytest.approx(found.se, rel=1e-6)


def test_the_curves_end_at_one_less_the_official_rate():
    measures, rows = cohort()
    matched = match(measures, MATCHED)
    rate = MeasureSpec(name="rate", column="event", kind="proportion")
    official = estimate(matched, SmallOutcomes(rows=rows, specs=(rate,)), MATCHED, Lab()).rows[0]
    last = compare(measures, rows).periods[-1]
    assert last.end == 365
    assert last.treated.free == pytest.approx(1 - official.mean_treated, abs=1e-12)
    assert last.comparison.free == pytest.approx(1 - official.mean_comparison, abs=1e-12)


# Who is followed until when


def test_an_event_on_day_365_of_a_leap_year_counts_at_the_horizon():
    matched = match(small_measures([1, 1, 0, 0]), TRIAL)
    days = pa.array([365, None, 10, None], pa.float64())
    rows = pa.table({"days_to_first_reoffence": days, "reoffended": [1, 0, 1, 0]})
    found = read_people(matched, rows, FIRST_REOFFENCE)
    assert found.times.tolist() == [365, 365, 10, 365]
    assert found.events.tolist() == [True, False, True, False]
    treated = estimate_survival(matched, rows, FIRST_REOFFENCE, TRIAL, Lab()).periods[-1].treated
    assert (treated.events, treated.left, treated.free) == (1, 1, 0.5)


def test_an_event_after_the_horizon_has_not_come_and_a_null_event_is_left_out():
    matched = match(small_measures([1, 1, 1, 0]), TRIAL)
    rows = pa.table({"time": [11.0, 10.0, 4.0, 12.0], "event": pa.array([1, 1, None, 0], pa.float64())})
    found = read_people(matched, rows, TEN)
    assert (found.times.tolist(), found.events.tolist()) == ([10, 10, 10], [False, True, False])
    assert found.treated.tolist() == [True, True, False]


def test_an_event_without_a_time_is_refused_without_a_value():
    matched = match(small_measures([1, 0]), TRIAL)
    rows = pa.table({"time": pa.array([None, 3.0]), "event": [True, True]})
    with pytest.raises(JDLError, match="time: expected the time of every event"):
        read_people(matched, rows, TEN)


def test_only_people_with_a_weight_are_compared():
    measures, rows = cohort()
    matched = match(measures, MATCHED)
    found = compare(measures, rows).restricted
    assert found.n_treated == matched.design.n_matched
    assert found.n_comparison == matched.design.n_comparison < 900


# Cox and log-rank


def two_groups(seed=1, count=80):
    rng = np.random.default_rng(seed)
    treated = rng.random(count) < 0.5
    times = np.minimum(np.ceil(rng.exponential(6 + 6 * treated)), 10)
    return people(times, (times < 10) & (rng.random(count) < 0.9), rng.uniform(0.3, 2, count), treated)


def as_columns(group):
    return group.treated[:, None].astype(float)


def test_a_person_of_weight_two_counts_as_two_people_where_nobody_s_event_is_tied():
    group = two_groups()
    group = replace(group, times=group.times + np.linspace(0, 0.5, 80), weights=np.ones(80))
    doubled = replace(group, weights=np.where(group.events, 1.0, 2.0))
    rows = np.concatenate([np.arange(80), np.flatnonzero(~group.events)])
    repeated = group.only(rows)
    one, other = fit_cox(doubled, as_columns(doubled)), fit_cox(repeated, as_columns(repeated))
    assert one.coefficients == pytest.approx(other.coefficients, abs=1e-10)
    assert one.model_se == pytest.approx(other.model_se, abs=1e-10)


def test_the_scale_of_all_weights_moves_the_model_s_error_and_not_the_robust_one():
    group = two_groups()
    one = fit_cox(group, as_columns(group))
    other = fit_cox(replace(group, weights=9 * group.weights), as_columns(group))
    assert other.coefficients == pytest.approx(one.coefficients, abs=1e-9)
    assert other.robust_se == pytest.approx(one.robust_se, rel=1e-8)
    assert other.model_se == pytest.approx(one.model_se / 3, rel=1e-8)


def test_the_robust_error_is_the_sum_of_squared_responses_to_each_weight_with_ties_and_weights():
    group = two_groups(count=60)
    columns = np.column_stack([group.treated, np.sin(np.arange(60))]).astype(float)
    moves = []
    for place in range(60):
        step = 1e-5 * (np.arange(60) == place)
        up, down = (fit_cox(replace(group, weights=group.weights + sign * step), columns).coefficients for sign in (1, -1))
        moves.append(group.weights[place] * (up - down) / 2e-5)
    expected = np.sqrt((np.array(moves) ** 2).sum(axis=0))
    assert fit_cox(group, columns).robust_se == pytest.approx(expected, rel=1e-6)


def test_the_order_of_rows_does_not_matter():
    group = two_groups()
    mixed = group.only(np.random.default_rng(0).permutation(80))
    one, other = fit_cox(group, as_columns(group)), fit_cox(mixed, as_columns(mixed))
    assert one.coefficients == pytest.approx(other.coefficients, abs=1e-12)
    assert one.robust_se == pytest.approx(other.robust_se, abs=1e-12)


@pytest.mark.parametrize("spread", [2.0, 3.0])
def test_a_column_with_a_long_tail_is_climbed_in_smaller_steps(spread):
    rng = np.random.default_rng(0)
    skewed = rng.lognormal(0, spread, 200)
    group = people(rng.exponential(1 / (1 + skewed)), [1] * 200)
    found = fit_cox(group, 1e4 + skewed[:, None]).coefficients[0]

    def likelihood(beta):
        order = np.argsort(group.times)
        sums = np.exp(beta * skewed[order])[::-1].cumsum()[::-1]
        return (beta * skewed[order] - np.log(sums)).sum()

    nearby = np.linspace(0.5, 1.5, 2001) * found
    assert found == nearby[np.argmax([likelihood(beta) for beta in nearby])]


@pytest.mark.parametrize("count", [20, 200, 2000])
def test_a_group_in_which_nobody_has_the_event_has_no_ratio(count):
    rng = np.random.default_rng(count)
    first = rng.random(count) < 0.5
    group = people(np.ceil(rng.exponential(10, count)), first, rng.uniform(0.5, 2, count), first)
    assert fit_cox(group, as_columns(group)) is None
    both = np.column_stack([rng.random(count) < 0.5, first]).astype(float)
    assert fit_cox(group, both) is None


@pytest.mark.parametrize(
    ("times", "events", "columns"),
    [
        ([3, 4, 5, 6], [0, 0, 0, 0], [[1], [1], [0], [0]]),  # no event
        ([3, 4, 5, 6], [1, 1, 0, 0], [[1], [1], [0], [0]]),  # only one group has it
        ([3, 4, 5, 6], [1, 1, 1, 1], [[1], [1], [1], [1]]),  # one group only
        ([3, 4, 5, 6], [1, 1, 1, 1], [[1, 2], [1, 2], [0, 0], [0, 0]]),  # two columns that say the same
    ],
)
def test_a_likelihood_without_a_maximum_has_no_answer(times, events, columns):
    assert fit_cox(people(times, events), np.array(columns, dtype=float)) is None


def test_the_log_rank_test_is_for_people_who_count_once():
    group = two_groups()
    assert log_rank(group) is None
    assert log_rank(replace(group, weights=np.ones(80))) is not None
    assert log_rank(people([1, 2], [0, 0], treated=[1, 0])) is None


def test_the_log_rank_test_by_hand():
    found = log_rank(people([1, 2, 3, 4], [1, 1, 1, 0], treated=[0, 1, 0, 1]))
    expected, variance = 2 / 4 + 2 / 3 + 1 / 2, 1 / 4 + 2 / 9 + 1 / 4
    assert found.observed == 1
    assert found.expected == pytest.approx(expected)
    assert found.chi_square == pytest.approx((1 - expected) ** 2 / variance)


# The whole


def test_a_matched_design_is_tested_robustly_and_a_trial_by_the_model():
    measures, rows = cohort()
    matched = compare(measures, rows, measures=measures)
    assert [(hazard.model, hazard.basis) for hazard in matched.hazards] == [("unadjusted", "robust")]
    assert matched.log_rank is None
    assert matched.hazards[0].se_robust != pytest.approx(matched.hazards[0].se_model, rel=0.01)
    trial = compare(measures, rows, TRIAL, measures=measures)
    assert [(hazard.model, hazard.basis) for hazard in trial.hazards] == [("unadjusted", "model"), ("adjusted", "model")]
    assert trial.log_rank is not None
    assert trial.hazards[1].covariates == ("age", "count", "kind=b", "kind=c")
    assert [hazard.model for hazard in compare(measures, rows, TRIAL).hazards] == ["unadjusted"]
    bare = small_measures(measures.rows.column("treated").to_numpy(), {"same": np.ones(1020)})
    assert [hazard.model for hazard in compare(bare, rows, TRIAL, measures=bare).hazards] == ["unadjusted"]


def test_interval_and_test_follow_from_the_standard_error_of_the_basis():
    measures, rows = cohort()
    (found,) = compare(measures, rows).hazards
    assert np.log([found.ci_low, found.ci_high]) == pytest.approx(
        found.log_ratio + np.array([-1, 1]) * 1.959964 * found.se_robust
    )
    assert found.ratio == pytest.approx(np.exp(found.log_ratio))
    assert (found.p_value <= 0.05) == (not found.ci_low <= 1 <= found.ci_high)


def test_people_lost_to_follow_up_are_counted_while_they_are_there():
    measures, rows = cohort(lost=0.3)
    found = compare(measures, rows)
    assert found.reliable
    for period in found.periods[3:6]:
        assert period.comparison.left < period.comparison.at_risk - period.comparison.events
    assert found.restricted.mean_treated > np.asarray(rows.column("time"))[:120].mean()


def test_periods_account_for_everybody():
    measures, rows = cohort(lost=0.2)
    found = compare(measures, rows)
    for side in ("treated", "comparison"):
        sides = [getattr(period, side) for period in found.periods]
        assert sides[0].at_risk == getattr(found.restricted, f"n_{side}")
        assert sum(each.events for each in sides) == sum(getattr(found, side).events)
        for before, after in pairwise(sides):
            assert after.at_risk <= before.left <= before.at_risk - before.events
            assert after.free <= before.free
        for each in sides:
            assert each.largest_weight <= each.event_weight
            assert (each.event_weight > 0) == (each.events > 0)


@pytest.mark.parametrize(
    ("horizon", "unit", "expected"),
    [
        (365, "days", (30, 61, 91, 122, 152, 182, 213, 243, 274, 304, 335, 365)),
        (366, "days", (30, 61, 91, 122, 152, 182, 213, 243, 274, 304, 335, 365, 366)),
        (20, "days", (20,)),
        (52, "weeks", tuple(range(4, 53, 4))),
        (50, "weeks", (*range(4, 49, 4), 50)),
        (12, "months", tuple(range(1, 13))),
        (1, "years", tuple(place / 12 for place in range(1, 13))),
        (6, "sessions", tuple(place / 2 for place in range(1, 13))),
    ],
)
def test_curves_have_points_at_regular_ends_and_at_the_horizon(horizon, unit, expected):
    assert period_ends(horizon, unit) == pytest.approx(expected)


def test_a_group_too_small_to_tell_is_not_reliable_and_says_why():
    few, rows = cohort(treated=15, pool=100)
    assert "fewer than 10 treated people" in compare(few, rows).reason
    nobody = small_measures([1] * 20 + [0] * 20, {"age": [20.0] * 20 + [60.0] * 20})
    empty = estimate_survival(match(nobody, TRIAL), pa.table({"time": [5.0] * 40, "event": [1.0] * 40}), TEN, TRIAL, Lab())
    assert "do not vary enough" in empty.reason
    assert empty.summary() == "Time free of the event: not reliable (the times do not vary enough for a standard error)"
    lost = pa.table({"time": [*range(1, 10), 9, *range(1, 10), 9] * 2, "event": ([1.0] * 9 + [0.0]) * 4})
    cut = estimate_survival(match(nobody, TRIAL), lost, TEN, TRIAL, Lab())
    assert "nobody in one of the groups was followed to the horizon" in cut.reason
    assert (cut.reliable, empty.reliable) == (False, False)


def test_without_a_match_there_is_nobody_to_compare_and_nothing_crashes():
    far = small_measures([1] * 30 + [0] * 30, {"age": np.r_[np.linspace(0, 1, 30), np.linspace(0.5, 40, 30)]})
    rows = pa.table({"time": [5.0] * 60, "event": [1.0, 0.0] * 30})
    matched = match(far, MATCHED, scores=[0.0] * 30 + [9.0] * 30)
    found = estimate_survival(matched, rows, TEN, MATCHED, Lab())
    assert found.reason == "nobody to compare"
    assert found.hazards == ()
    assert Survival.from_dict(found.to_dict()) == found


def test_the_value_survives_json_and_tells_itself():
    measures, rows = cohort()
    found = compare(measures, rows)
    assert Survival.from_dict(json.loads(canonical_json(found.to_dict()))) == found
    assert found.summary().startswith("Mean time free of the event to 365 days: ")
    assert found.table().num_rows == len(found.treated.times) + len(found.comparison.times)


# Agreement of the tests


def stands(official, mean, *, ranks=None, hazards=()):
    restricted = weighted_difference(np.array([1.0, 2.0]), np.array([1.0, 2.0]), np.ones(2), se="kish")
    restricted = replace(restricted, p_value=mean[0], difference=mean[1])
    measures, rows = cohort()
    rate = MeasureSpec(name="rate", column="event", kind="proportion")
    row = estimate(match(measures, MATCHED), SmallOutcomes(rows=rows, specs=(rate,)), MATCHED, Lab()).rows[0]
    effect = None if official is None else replace(row, p_value=official[0], difference=official[1])
    return agree(effect, restricted, ranks, hazards)


def hazard(log_ratio, p_value, model="unadjusted"):
    return Hazard(
        model=model, covariates=(), ratio=1.0, log_ratio=log_ratio, se_model=1.0, se_robust=1.0, basis="model", ci_low=1.0, ci_high=1.0, p_value=p_value
    )  # fmt: skip


def test_the_line_itself_is_significant_as_for_the_official_verdict():
    assert stands((0.05, -0.1), (0.0500001, 3.0)).sides == "both sides"
    assert stands((0.05, -0.1), (0.05, 3.0)).sides == "all significant"


def test_fewer_events_and_longer_times_point_the_same_way():
    ranks = LogRank(observed=10, expected=20, chi_square=9.0, p_value=0.003)
    found = stands((0.01, -0.1), (0.02, 3.0), ranks=ranks, hazards=(hazard(-0.4, 0.01), hazard(-0.3, 0.04, "adjusted")))
    assert found.sides == "all significant"
    assert {test.direction for test in found.tests} == {"longer"}
    assert [test.name for test in found.tests] == ["official", "restricted mean", "log-rank", "Cox", "adjusted Cox"]
    worse = stands((0.01, 0.1), (0.02, -3.0), ranks=replace(ranks, observed=30), hazards=(hazard(0.4, 0.01),))
    assert {test.direction for test in worse.tests} == {"shorter"}


def test_significant_tests_may_point_in_opposite_directions():
    assert stands((0.01, -0.1), (0.02, -3.0)).sides == "opposite directions"


def test_no_test_over_the_line_agrees_too():
    found = stands((0.4, -0.1), (0.3, -3.0))
    assert found.sides == "none significant"
    assert {test.direction for test in found.tests} == {"none"}


def test_without_an_official_test_the_others_are_compared_among_themselves():
    found = stands(None, (0.01, 3.0), hazards=(hazard(-0.4, 0.06),))
    assert [test.name for test in found.tests] == ["restricted mean", "Cox"]
    assert found.sides == "both sides"
    assert stands(None, (None, None)).tests == ()
