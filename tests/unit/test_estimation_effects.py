"""Effects: the formulas, the gates, the verdicts, and nothing that crashes."""

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import t as student
from scipy.stats import ttest_ind

from justice_data_lab.errors import UsageError
from justice_data_lab.estimation.effects import estimate
from justice_data_lab.estimation.estimates import Estimates
from justice_data_lab.files import canonical_json
from justice_data_lab.matching.matcher import match
from justice_data_lab.study import Caliper, Lab, MeasureSpec, Method
from small_measures import SmallOutcomes, small_measures

RATE = MeasureSpec(name="rate", column="event", kind="proportion", role="primary")
COUNT = MeasureSpec(name="count", column="number", kind="mean", unit="offences")
DAYS = MeasureSpec(name="days", column="days", kind="mean", of="event", better="higher", unit="days")
TRIAL = Method(design="randomised")


def trial(first, second):
    return match(small_measures([1] * first + [0] * second), TRIAL)


def one(found, spec, *, method=TRIAL, lab=None, submitted=None, **columns):
    rows = pa.table(columns)
    return estimate(found, SmallOutcomes(rows=rows, specs=(spec,)), method, lab or Lab(), submitted=submitted).rows[0]


def events(first, out_of_first, second, out_of_second):
    return [1] * first + [0] * (out_of_first - first) + [1] * second + [0] * (out_of_second - second)


def test_equal_weights_give_welchs_test():
    rng = np.random.default_rng(1)
    values = np.concatenate([rng.normal(1, 2, 60), rng.normal(0, 1, 90)])
    row = one(trial(60, 90), COUNT, number=values)
    welch = ttest_ind(values[:60], values[60:], equal_var=False)
    assert row.p_value == pytest.approx(welch.pvalue)
    assert row.df == pytest.approx(welch.df)
    low, high = welch.confidence_interval()
    assert (row.ci_low, row.ci_high) == (pytest.approx(low), pytest.approx(high))
    assert (row.n_treated, row.n_comparison, row.n_eff) == (60, 90, pytest.approx(90))


def weighted():
    """Two treated groups at different scores: controls with weights 1, 1, 0.5 and 0.5, one unused."""
    scores = [0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 5.0]
    return match(small_measures([1, 1, 1, 0, 0, 0, 0]), Method(caliper=Caliper(sd=None, width=0.1)), scores=scores)


def test_kish_and_lechner_standard_errors_are_the_formulas():
    found = weighted()
    treated, comparison, w = np.array([3.0, 1, 5]), np.array([2.0, 0, 4]), np.array([2, 0.5, 0.5])
    number = [*treated, *comparison, 100.0]
    mean = np.average(comparison, weights=w)
    n_eff = w.sum() ** 2 / (w**2).sum()
    first = treated.var(ddof=1) / 3
    kish = np.average((comparison - mean) ** 2, weights=w) * n_eff / (n_eff - 1) / n_eff
    row = one(found, COUNT, method=Method(), number=number)
    assert row.difference == pytest.approx(3 - mean)
    assert row.n_eff == pytest.approx(n_eff)
    assert row.se == pytest.approx(np.sqrt(first + kish))
    df = (first + kish) ** 2 / (first**2 / 2 + kish**2 / (n_eff - 1))
    assert row.df == pytest.approx(df)
    reach = student.ppf(0.975, df)
    assert (row.ci_low, row.ci_high) == (
        pytest.approx(row.difference - reach * row.se),
        pytest.approx(row.difference + reach * row.se),
    )
    assert row.detectable == pytest.approx((reach + student.ppf(0.8, df)) * row.se)
    lechner = one(found, COUNT, method=Method(se="lechner"), number=number)
    assert lechner.se == pytest.approx(np.sqrt(first + comparison.var(ddof=1) * (w**2).sum() / 9))


def test_a_measure_of_reoffenders_keeps_their_weights_and_counts_them_again():
    found = weighted()
    row = one(found, DAYS, method=Method(), event=[1, 0, 1, 1, 1, 0, 1], days=[10.0, None, 30.0, 50.0, 20.0, None, 9.0])
    assert (row.n_treated, row.n_comparison) == (2, 2)
    assert row.mean_treated == 20
    assert row.mean_comparison == pytest.approx((2 * 50 + 0.5 * 20) / 2.5)
    assert row.n_eff == pytest.approx(2.5**2 / (4 + 0.25))


def test_people_whose_value_is_unknown_do_not_count():
    row = one(trial(3, 3), COUNT, number=[1.0, None, 3.0, 0.0, 2.0, None])
    assert (row.n_treated, row.n_comparison, row.mean_treated, row.mean_comparison) == (2, 2, 2.0, 1.0)


def test_truth_values_are_zero_and_one():
    row = one(trial(20, 20), RATE, event=[True] * 12 + [False] * 8 + [True] * 4 + [False] * 16)
    assert (row.mean_treated, row.mean_comparison, row.n_times_p) == (0.6, 0.2, 12)


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [(20, 50, "reduction"), (50, 20, "increase"), (40, 42, "inconclusive"), (9, 50, "not_reliable")],
)
def test_verdicts_speak_of_direction(first, second, verdict):
    for better in ("lower", "higher"):
        row = one(trial(100, 100), replace(RATE, better=better), event=events(first, 100, second, 100))
        assert row.verdict == verdict


def test_ten_events_are_enough_and_nine_are_not():
    assert one(trial(100, 100), RATE, event=events(10, 100, 50, 100)).reliable
    row = one(trial(100, 100), RATE, event=events(9, 100, 50, 100))
    assert (row.reliable, row.verdict) == (False, "not_reliable")
    assert "10" in row.reason
    assert row.p_value is not None
    assert one(trial(100, 100), RATE, lab=Lab(min_np=5), event=events(9, 100, 50, 100)).reliable


def test_thirty_reoffenders_are_enough_and_29_are_not():
    days = [float(place % 7) for place in range(200)]
    assert one(trial(100, 100), DAYS, event=events(30, 100, 40, 100), days=days).reliable
    row = one(trial(100, 100), DAYS, event=events(29, 100, 40, 100), days=days)
    assert (row.reliable, row.n_treated, row.n_times_p) == (False, 29, None)
    assert "30" in row.reason


def test_people_needed_is_for_five_points_and_grossed_up_by_losses():
    row = one(trial(100, 100), RATE, submitted=250, event=events(30, 100, 40, 100))
    assert row.people_needed == int(np.ceil(100 * (2.802 * row.se / 0.05) ** 2))
    assert row.people_needed_submitted == int(np.ceil(250 * (2.802 * row.se / 0.05) ** 2))
    plain = one(trial(100, 100), COUNT, submitted=250, number=events(30, 100, 40, 100))
    assert plain.people_needed == int(np.ceil(100 * (2.802 * plain.se / 0.05) ** 2))
    assert one(trial(100, 100), RATE, event=events(30, 100, 40, 100)).people_needed_submitted is None


@pytest.mark.parametrize(
    ("first", "second", "values"),
    [
        (0, 3, [1, 0, 1]),
        (3, 0, [1, 0, 1]),
        (1, 3, [1, 0, 1, 0]),
        (3, 1, [1, 0, 1, 0]),
        (2, 2, [1, 1, 1, 1]),
        (2, 2, [None] * 4),
        (0, 0, []),
    ],
)
@pytest.mark.parametrize("se", ["kish", "lechner"])
def test_what_cannot_be_estimated_is_none_and_not_reliable(first, second, values, se):
    for spec in (replace(COUNT, column="x"), replace(RATE, column="x")):
        row = one(trial(first, second), spec, method=Method(se=se), lab=Lab(min_np=0), x=pa.array(values, pa.float64()))
        assert (row.se, row.df, row.p_value, row.ci_low, row.detectable, row.people_needed) == (None,) * 6
        assert row.verdict == "not_reliable"
        assert row.reason
        assert canonical_json(Estimates(rows=(row,)).to_dict())


def test_an_unmatched_analysis_gives_rows_without_figures():
    found = match(small_measures([1, 1, 0]), Method(caliper=Caliper(sd=None, width=0.1)), scores=[0.0, 0.0, 9.0])
    row = one(found, RATE, method=Method(), event=[1, 0, 1])
    assert (row.n_treated, row.n_comparison, row.n_eff, row.mean_treated) == (0, 0, 0.0, None)
    assert row.reason == "nobody to compare"


def test_one_person_with_all_the_weight_gives_no_interval():
    found = match(small_measures([1, 1, 0]), Method(caliper=Caliper(sd=None, width=0.1)), scores=[0.0, 0.0, 0.0])
    row = one(found, COUNT, method=Method(), number=[1.0, 2.0, 4.0])
    assert (row.difference, row.n_eff, row.se) == (-2.5, 1.0, None)


def test_evidence_counts_people_and_never_weights():
    found = weighted()
    row = one(found, RATE, method=Method(), event=[1, 0, 1, 1, 0, 0, 1])
    seen = row.evidence
    assert (seen.events_treated, seen.non_events_treated) == (2, 1)
    assert (seen.events_comparison, seen.non_events_comparison) == (1, 2)
    assert seen.max_weight_share == pytest.approx(2 / 3)
    mean = one(found, COUNT, method=Method(), number=[6.0, 0, 2, 1, 8, 0, 50]).evidence
    assert (mean.events_treated, mean.events_comparison, mean.nonzero_treated, mean.nonzero_comparison) == (None, None, 2, 2)
    assert mean.largest_share_treated == pytest.approx(0.75)
    assert mean.largest_share_comparison == pytest.approx(max(8 / 9, 4 / 6))
    none = one(found, COUNT, method=Method(), number=[0.0] * 7).evidence
    assert (none.largest_share_treated, none.largest_share_comparison) == (None, None)


def test_estimates_survive_json_and_have_the_published_keys():
    rows = pa.table({"event": events(30, 60, 50, 80), "number": list(range(140)), "days": [float(x) for x in range(140)]})
    found = estimate(trial(60, 80), SmallOutcomes(rows=rows, specs=(RATE, COUNT, DAYS)), TRIAL, Lab())
    data = json.loads(canonical_json(found.to_dict()))
    assert Estimates.from_dict(data) == found
    with pytest.raises(UsageError, match=r"in evidence\.json"):
        Estimates.from_dict({"estimates": [{key: row[key] for key in row if key != "evidence"} for row in data["estimates"]]})
    keys = "analysis measure n_treated n_comparison n_eff mean_treated mean_comparison difference se df ci_low ci_high p_value"
    assert {*keys.split(), "n_times_p", "detectable", "people_needed", "verdict"} <= data["estimates"][0].keys()
    assert [row["measure"] for row in data["estimates"]] == ["rate", "count", "days"]
    assert found.table().num_rows == 3
    assert found.summary().count("\n") == 2


def test_the_summary_says_why_there_is_no_figure():
    rows = pa.table({"event": [1, 0]})
    found = estimate(trial(1, 1), SmallOutcomes(rows=rows, specs=(RATE,)), TRIAL, Lab(min_np=0))
    assert "not reliable" in found.summary()
    assert "vary" in found.summary()


def test_the_mean_of_two_values_is_judged_as_the_share_that_it_tells():
    two = one(trial(100, 100), COUNT, number=events(95, 100, 90, 100)).evidence
    assert (two.events_treated, two.non_events_treated, two.events_comparison, two.non_events_comparison) == (95, 5, 90, 10)
    more = np.r_[np.full(100, 2.0), np.zeros(50), np.ones(50)]
    assert one(trial(100, 100), COUNT, number=more).evidence.events_treated is None
