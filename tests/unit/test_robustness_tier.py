"""The door: every check of one analysis, in order, and a value that survives JSON."""

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from justice_data_lab.estimation.effects import estimate
from justice_data_lab.estimation.robustness.negative_control import negative_control
from justice_data_lab.estimation.robustness.result import Robustness
from justice_data_lab.estimation.robustness.tier import robustness
from justice_data_lab.files import canonical_json
from justice_data_lab.matching.matcher import match
from justice_data_lab.study import Caliper, Lab, MeasureSpec, Method
from small_measures import SmallOutcomes, overlapping, small_measures

SPECS = (
    MeasureSpec(name="count", column="number", kind="mean"),
    MeasureSpec(name="rate", column="event", kind="proportion", role="primary"),
    MeasureSpec(name="days", column="days", kind="mean", of="event", better="higher", unit="days"),
)
TRIAL = Method(design="randomised")


def inputs(method=None, *, treated=300, pool=900, effect=0.5, seed=1):
    options = method or Method()
    group, covariates = overlapping(treated, pool, seed=seed)
    rng = np.random.default_rng(seed)
    event = (rng.random(len(group)) < np.where(group == 1, effect, 1) * (0.3 + 0.02 * covariates["count"])).astype(float)
    rows = pa.table({"event": event, "number": event * (1 + rng.poisson(1, len(group))), "days": rng.random(len(group))})
    measures = small_measures(group, covariates, categorical=("kind",))
    matched = match(measures, options, analysis="headline")
    outcomes = SmallOutcomes(rows=rows, specs=SPECS)
    return measures, matched, outcomes, estimate(matched, outcomes, options, Lab()), options


@pytest.fixture(scope="module")
def found():
    return robustness(*inputs())


def test_every_measure_of_everybody_is_checked_primary_ones_first(found):
    assert [item.measure for item in found.measures] == ["rate", "count"]
    assert (found.analysis, found.design) == ("headline", "matched")
    for item in found.measures:
        assert [row.check for row in item.alternatives] == ["doubly_robust", "entropy_balancing", "overlap_weights"]
        assert item.rate_ratio.ratio < 1 < item.e_value.point
        assert {row.group for row in item.left_out.rows} == {"age", "count", "kind"}


def test_official_figures_stand_beside_the_checks(found):
    official = inputs()[3].rows[1]
    rate = found.measures[0]
    assert (rate.difference, rate.se, rate.kind, rate.role) == (official.difference, official.se, "proportion", "primary")
    assert rate.rate_ratio.ratio == pytest.approx(official.mean_treated / official.mean_comparison)


def test_bounds_are_for_shares_and_count_models_for_counts(found):
    rate, count = found.measures
    assert rate.hidden_bias.gamma > 1
    assert rate.counts is None
    assert count.hidden_bias is None
    assert count.counts.ratio == pytest.approx(count.rate_ratio.ratio)
    assert [row.check for row in rate.not_done] == []
    assert [(row.check, row.why) for row in count.not_done] == [("hidden_bias", "the bounds are for shares of people")]


def test_the_direction_of_the_bounds_is_that_of_the_result():
    more = robustness(*inputs(effect=1.6)).measures[0]
    assert more.difference > 0
    assert more.hidden_bias.gamma > 1


def test_a_result_that_is_not_significant_has_no_bound():
    found = robustness(*inputs(effect=0.97)).measures[0]
    assert found.hidden_bias is None
    assert [row.check for row in found.not_done] == ["hidden_bias"]


def test_tests_made_from_official_figures_come_along(found):
    assert [row.measure for row in found.equivalence] == ["rate"]
    assert [row.measure for row in found.discoveries] == ["count", "days"]
    assert [row.measure for row in robustness(*inputs(), passing=lambda row: row.measure != "days").discoveries] == ["count"]


def test_it_survives_json_with_a_negative_control(found):
    control = negative_control(np.r_[np.ones(40), np.zeros(60)], np.r_[np.ones(30), np.zeros(70)], np.ones(100))
    whole = replace(found, negative_control=control)
    for value in (found, whole):
        assert Robustness.from_dict(json.loads(canonical_json(value.to_dict()))) == value


def test_the_table_has_one_row_a_figure(found):
    control = negative_control(np.r_[np.ones(40), np.zeros(60)], np.r_[np.ones(10), np.zeros(90)], np.ones(100))
    table = replace(found, negative_control=control).table()
    checks = [(row["measure"], row["check"], row["detail"]) for row in table.to_pylist()]
    assert checks[:3] == [
        ("rate", "doubly_robust", ""), ("rate", "entropy_balancing", ""), ("rate", "overlap_weights", "a different population")
    ]  # fmt: skip
    assert ("rate", "hidden_bias", "") in checks
    assert ("rate", "left_out", "kind") in checks
    assert ("count", "count_ratio", "") in checks
    assert ("count", "capped", "") in checks
    assert ("rate", "equivalence", "within 0.05") in checks
    last = table.to_pylist()[-1]
    assert (last["check"], last["measure"], last["flagged"], last["analysis"]) == ("negative_control", None, True, "headline")
    by_check = {(row["measure"], row["check"]): row for row in table.to_pylist()}
    assert by_check["count", "e_value"]["estimate"] == found.measures[1].e_value.interval
    assert by_check["rate", "rate_ratio"]["ci_high"] == found.measures[0].rate_ratio.ci_high
    assert by_check["count", "false_discovery_rate"]["estimate"] == found.discoveries[0].q_value
    assert by_check["rate", "equivalence"]["p_value"] == found.equivalence[0].tests[-1].p_value


@pytest.mark.parametrize(
    ("control", "words"),
    [
        (negative_control(np.tile([1.0, 0], 30), np.tile([1.0, 0], 30), np.ones(60)), "not flagged"),
        (negative_control(np.ones(60) - (np.arange(60) > 50), np.zeros(60) + (np.arange(60) > 50), np.ones(60)), ": flagged"),
        (negative_control(np.zeros(60), np.zeros(60), np.ones(60)), "not available"),
    ],
)
def test_the_summary_says_what_agrees_and_what_the_negative_control_found(found, control, words):
    text = replace(found, negative_control=control).summary()
    assert "rate: the alternatives agree; E-value" in text
    assert words in text.splitlines()[-1]
    assert replace(found, negative_control=control).summary().count("\n") == 3


def test_a_trial_says_what_does_not_apply_and_why():
    found = robustness(*inputs(TRIAL))
    rate = found.measures[0]
    assert (rate.hidden_bias, rate.left_out) == (None, None)
    assert rate.alternatives[0].difference is not None
    why = {row.check: row.why for row in rate.not_done}
    assert set(why) == {"hidden_bias", "left_out", "overlap_weights"}
    assert "chance" in why["hidden_bias"]
    assert found.design == "randomised"
    assert found.warnings == ()


def test_an_alternative_that_differs_on_a_primary_measure_makes_the_tier_differ():
    wide = Method(caliper=Caliper(sd=None, width=50.0), widen=())
    group = np.repeat([1, 0], [200, 600])
    age = np.r_[np.linspace(25, 45, 200), np.linspace(15, 40, 600)]
    event = (np.random.default_rng(3).random(800) < (age - 10) / 50).astype(float)
    measures = small_measures(group, {"age": age})
    matched = match(measures, wide)
    specs = (SPECS[1], replace(SPECS[0], column="event"))
    outcomes = SmallOutcomes(rows=pa.table({"event": event}), specs=specs)
    found = robustness(measures, matched, outcomes, estimate(matched, outcomes, wide, Lab()), wide)
    assert (found.measures[0].agreement, found.agreement) == ("differ", "differ")
    assert "differs by more than one standard error" in found.summary()
    secondary = SmallOutcomes(rows=outcomes.rows, specs=(replace(SPECS[1], role="secondary"),))
    assert robustness(measures, matched, secondary, estimate(matched, secondary, wide, Lab()), wide).agreement == "differ"


def test_weights_that_leave_the_groups_unlike_are_warned_of_once():
    wide = Method(caliper=Caliper(sd=None, width=50.0), widen=())
    group = np.repeat([1, 0], [60, 101])
    age = np.r_[np.linspace(30, 40, 60), np.linspace(0, 34, 100), 46]
    rng = np.random.default_rng(1)
    rows = pa.table({"event": (rng.random(161) < 0.4).astype(float), "number": rng.poisson(1, 161).astype(float)})
    measures = small_measures(group, {"age": age})
    matched = match(measures, wide)
    outcomes = SmallOutcomes(rows=rows, specs=SPECS[:2])
    found = robustness(measures, matched, outcomes, estimate(matched, outcomes, wide, Lab()), wide)
    assert len(found.warnings) == 1
    assert "doubly robust" in found.warnings[0]


def test_nobody_matched_gives_no_check_and_says_so():
    measures = small_measures([1, 1, 0, 0], {"age": [20.0, 30, 21, 29]})
    apart = Method(caliper=Caliper(sd=None, width=0.1))
    matched = match(measures, apart, scores=[0.0, 0.0, 9.0, 9.0])
    outcomes = SmallOutcomes(rows=pa.table({"event": [1.0, 0, 1, 0], "number": [1.0, 0, 1, 0]}), specs=SPECS[:2])
    found = robustness(measures, matched, outcomes, estimate(matched, outcomes, apart, Lab()), apart)
    assert found.agreement == "not_assessed"
    assert found.measures[0].alternatives == ()
    assert {row.check for row in found.measures[0].not_done} >= {"alternatives", "rate_ratio", "hidden_bias", "left_out"}
    assert "no alternative could be worked out" in found.summary()
    assert "not shown to be small" in found.summary()
    assert found.table().num_rows == 0


def test_a_measure_without_difference_has_no_bound_and_one_without_events_no_ratio():
    measures, matched, outcomes, _, options = inputs()
    level = SmallOutcomes(rows=outcomes.rows.set_column(0, "event", pa.array(np.zeros(1200))), specs=SPECS[1:2])
    item = robustness(measures, matched, level, estimate(matched, level, options, Lab()), options).measures[0]
    why = {row.check: row.why for row in item.not_done}
    assert (item.hidden_bias, item.rate_ratio, item.e_value) == (None, None, None)
    assert "not significant" in why["hidden_bias"]
    assert "above 0" in why["e_value"]


def test_another_analysis_rows_are_ignored():
    measures, matched, outcomes, estimates, options = inputs()
    more = type(estimates)(rows=(*estimates.rows, *(replace(row, analysis="other") for row in estimates.rows)))
    assert robustness(measures, matched, outcomes, more, options) == robustness(measures, matched, outcomes, estimates, options)
