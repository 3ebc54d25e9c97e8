"""match(): calipers, strata, warnings, and a value that survives a crash."""

import json

import numpy as np
import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.files import canonical_json, sha256
from justice_data_lab.matching.matcher import match
from justice_data_lab.matching.result import TOO_WIDE, WEIGHTS, Design, Match, weights_hash
from justice_data_lab.study import Caliper, Method
from small_measures import overlapping, small_measures

MEASURES = small_measures(*overlapping(80, 600, seed=1), categorical=("kind",))


def test_the_caliper_is_in_standard_deviations_of_the_score_over_rows_in_the_fit():
    found = match(MEASURES, Method(caliper=Caliper(sd=0.1)))
    scores = found.weights.column("score").to_numpy()
    assert found.design.caliper_width == pytest.approx(0.1 * scores.std(ddof=1))
    assert found.design.caliper_sd == 0.1
    assert not found.design.widened


def test_weights_of_the_comparison_group_sum_to_the_matched():
    found = match(MEASURES, Method())
    weights, treated = found.weights.column("weight").to_numpy(), found.weights.column("treated").to_numpy() == 1
    assert weights[~treated].sum() == pytest.approx(found.design.n_matched)
    pool = weights[~treated]
    assert found.design.n_eff == pytest.approx(pool.sum() ** 2 / (pool**2).sum())
    assert found.design.max_weight_share == pytest.approx(pool.max() / pool.sum())
    assert found.design.n_comparison == (pool > 0).sum()
    assert found.weights.schema == WEIGHTS


def scored(scores, treated, **options):
    return match(small_measures(treated), Method(**options), scores=scores)


def test_the_caliper_widens_only_until_95_percent_are_matched():
    treated = [1] * 20 + [0] * 20
    gaps = [0.0] * 18 + [0.12, 0.5]
    scores = [float(place) for place in range(20)] + [place + gap for place, gap in enumerate(gaps)]
    spread = np.std(scores, ddof=1)
    first = scored(scores, treated, caliper=Caliper(sd=0.05 / spread), widen=(0.1 / spread, 0.2 / spread, 0.6 / spread))
    assert first.design.caliper_width == pytest.approx(0.2)
    assert (first.design.widened, first.design.n_matched) == (True, 19)
    assert any("widened" in warning for warning in first.design.warnings)
    never = scored(scores, treated, caliper=Caliper(sd=0.05 / spread), widen=())
    assert (never.design.widened, never.design.n_matched) == (False, 18)
    assert any("95%" in warning for warning in never.design.warnings)


def test_widths_below_the_caliper_asked_for_are_no_widening():
    found = scored([0.0, 5.0, 9.0], [1, 0, 0], caliper=Caliper(sd=0.15), widen=(0.1, 0.2))
    assert found.design.caliper_sd == 0.2


def test_an_absolute_caliper_never_widens():
    found = scored([0.0, 5.0, 9.0], [1, 0, 0], caliper=Caliper(sd=None, width=1.0))
    assert (found.design.caliper_width, found.design.n_matched, found.design.widened) == (1.0, 0, False)


def test_a_caliper_that_takes_most_of_the_pool_is_warned_of():
    rng = np.random.default_rng(2)
    group = np.repeat([1, 0], [200, 100_000])
    columns = {"age": rng.normal(30 + 5 * group, 8)}
    absolute = Method(caliper=Caliper(scale="probability", sd=None, width=0.01))
    crowded = match(small_measures(group, columns), absolute)
    assert crowded.design.median_k > 50_000
    assert TOO_WIDE in crowded.design.warnings
    assert crowded.balance.overall == "red"
    relative = match(small_measures(group, columns), Method())
    assert not relative.design.warnings
    assert relative.balance.overall == "green"


def test_too_wide_is_said_of_those_whom_a_person_could_be_matched_to():
    sex = ["F"] * 20 + ["M"] * 20 + ["F"] * 30 + ["M"] * 30
    measures = small_measures([1] * 40 + [0] * 60, carried={"sex": sex})
    found = match(measures, Method(exact=("sex",)), scores=[0.0] * 100)
    assert (found.design.median_k, found.design.n_pool) == (30, 60)
    assert [warning for warning in found.design.warnings if "more than half of those they could be matched to" in warning]


def test_exact_columns_of_the_design_and_of_the_method_both_count():
    treated = [1, 1, 0, 0, 0, 0]
    sex, year = ["F", "M", "F", "M", "F", "M"], [1, 2, 1, 1, 2, 2]
    carried = {"sex": sex, "year": year}
    found = match(small_measures(treated, exact=("sex",), carried=carried), Method(exact=("year", "sex")), scores=[0.0] * 6)
    assert found.design.exact == ("sex", "year")
    assert found.weights.column("weight").to_pylist() == [1, 1, 1, 0, 0, 1]


def test_rows_off_support_have_no_score_and_no_weight():
    treated = [1] * 10 + [0] * 10
    kind = ["a", "b"] * 5 + ["a", "b"] * 4 + ["c", "c"]
    found = match(small_measures(treated, {"kind": kind}, categorical=("kind",)), Method())
    assert found.weights.column("score").to_pylist()[-2:] == [None, None]
    assert found.weights.column("weight").to_pylist()[-2:] == [0.0, 0.0]
    assert found.design.n_off_support == 2
    assert found.design.off_support[0].level == "c"
    assert "c" not in [row.level for row in found.balance.rows]


def test_given_scores_have_no_floor_and_no_support():
    measures = small_measures([1, 0, 0], {"kind": ["a", "a", "b"]}, categorical=("kind",))
    found = match(measures, Method(caliper=Caliper(sd=None, width=0.1)), scores=[0.3, 0.35, 0.25])
    assert found.weights.column("weight").to_pylist() == [1.0, 0.5, 0.5]
    assert found.design.coefficients == ()


@pytest.mark.parametrize("treated", [[1, 1], [0, 0]])
def test_one_group_alone_matches_nobody(treated):
    found = match(small_measures(treated, {"age": [20, 30]}), Method())
    assert found.weights.column("weight").to_pylist() == [0.0, 0.0]
    assert found.balance.overall == "red"
    assert (found.design.median_k, found.design.max_weight_share) == (None, None)
    assert not found.design.widened


def test_nobody_at_all_gives_an_empty_value():
    found = match(small_measures([], {"age": []}), Method())
    assert found.weights.num_rows == 0
    assert found.design.n_treated == 0


@pytest.mark.parametrize(
    ("scores", "came"),
    [
        ([0.1, 0.2], "got an array of shape (2,)"),
        ([[0.1, 0.2, 0.3]], "got an array of shape (1, 3)"),
        ([0.1, float("nan"), 0.3], "got none for 1 of them"),
        ([0.1, float("inf"), -float("inf")], "got none for 2 of them"),
        ([0.1, None, 0.3], "got none for 1 of them"),
        (["low", "high", "low"], "got none for 3 of them"),
    ],
)
def test_scores_that_are_not_one_finite_number_a_row_are_refused(scores, came):
    with pytest.raises(UsageError, match="expected one finite number for each of the 3 rows") as caught:
        scored(scores, [1, 0, 0])
    assert came in str(caught.value)


def test_scores_do_nothing_in_a_trial_and_are_refused():
    with pytest.raises(UsageError, match="randomised"):
        scored([0.1, 0.2], [1, 0], design="randomised")


def test_a_randomised_design_keeps_both_arms_whole():
    found = match(MEASURES, Method(design="randomised"), analysis="trial")
    assert set(found.weights.column("weight").to_pylist()) == {1.0}
    assert set(found.weights.column("k").to_pylist()) == {0}
    assert found.weights.column("score").null_count == found.weights.num_rows
    assert (found.design.design, found.design.caliper_width, found.design.n_eff) == ("randomised", None, 600.0)
    assert found.design.warnings == ()
    assert "Randomised: 80 people" in found.summary()


def test_the_value_survives_json_and_its_design_names_weights_and_balance():
    found = match(MEASURES, Method(selection="wald"), analysis="national")
    assert Match.from_dict(json.loads(canonical_json(found.to_dict()))) == found
    design = json.loads(found.design.to_bytes())
    assert Design.from_dict(design) == found.design
    assert design["balance"] == found.balance.overall
    assert design["weights_sha256"] == weights_hash(found.weights)
    assert found.table() is found.weights
    assert "80 treated people" in found.summary()


def test_the_hash_of_the_weights_moves_with_any_weight():
    weights = match(MEASURES, Method()).weights
    other = weights.set_column(3, "weight", [np.nextafter(weights.column("weight").to_numpy(), 2)])
    assert weights_hash(other) != weights_hash(weights)
    assert weights_hash(weights.slice(0)) == weights_hash(weights)


def test_the_same_input_gives_the_same_bytes():
    group, columns = overlapping(300, 70_000, seed=3)
    measures = small_measures(group, columns, categorical=("kind",))
    first, second = (canonical_json(match(measures, Method()).design.to_dict()) for _ in range(2))
    assert sha256(first) == sha256(second)
