"""The score is the unpenalised maximum likelihood logit, or an error that names the columns."""

import numpy as np
import pytest
import statsmodels.api as sm
from sklearn.linear_model import LogisticRegression

from justice_data_lab.errors import NotPossible
from justice_data_lab.matching.matcher import match
from justice_data_lab.matching.propensity import Separated
from justice_data_lab.study import Caliper, Method
from small_measures import overlapping, small_measures


def one_hot(columns):
    return np.column_stack([columns["age"], columns["count"], columns["kind"] == "b", columns["kind"] == "c"]).astype(float)


@pytest.mark.parametrize(("treated", "pool"), [(80, 300), (40, 5000)])
def test_scores_are_those_of_two_other_programs_without_penalty(treated, pool):
    group, columns = overlapping(treated, pool, seed=1)
    found = match(small_measures(group, columns, categorical=("kind",)), Method())
    x = one_hot(columns)
    other = sm.Logit(group, sm.add_constant(x)).fit(disp=0, method="newton", tol=1e-12)
    ours = [item.value for item in found.design.coefficients]
    assert ours == pytest.approx(other.params.tolist(), rel=1e-7)
    learned = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10, max_iter=500).fit(x, group)
    assert found.weights.column("score").to_numpy() == pytest.approx(learned.decision_function(x), abs=1e-6)


def test_the_large_pool_start_gives_the_same_answer_as_every_row():
    group, columns = overlapping(200, 130_000, seed=2)
    found = match(small_measures(group, columns, categorical=("kind",)), Method())
    other = sm.Logit(group, sm.add_constant(one_hot(columns))).fit(disp=0, method="newton", tol=1e-12)
    assert [item.value for item in found.design.coefficients] == pytest.approx(other.params.tolist(), rel=1e-7)
    assert found.design.steps <= 6


def test_scale_and_offset_of_a_column_do_not_move_the_scores():
    group, columns = overlapping(60, 400, seed=3)
    far = {**columns, "age": columns["age"] * 1e6 + 1e9}
    first, second = (match(small_measures(group, data, categorical=("kind",)), Method()) for data in (columns, far))
    assert second.weights.column("score").to_numpy() == pytest.approx(first.weights.column("score").to_numpy(), abs=1e-6)


def test_a_column_that_separates_is_named():
    group, columns = overlapping(50, 200, seed=4)
    columns["told"] = np.where(group == 1, 10.0, 1.0) + np.random.default_rng(0).random(250)
    with pytest.raises(Separated, match="told") as caught:
        match(small_measures(group, columns, categorical=("kind",)), Method())
    assert caught.value.columns == ("told",)
    assert caught.value.exit_code == NotPossible.exit_code


def test_two_columns_that_separate_together_are_both_named():
    rng = np.random.default_rng(5)
    group = np.repeat([1, 0], [60, 300])
    first = rng.normal(0, 1, 360)
    second = first + np.where(group == 1, 1, -1) * rng.uniform(0.1, 1, 360)
    columns = {"age": rng.normal(30, 5, 360), "first": first, "second": second}
    with pytest.raises(Separated) as caught:
        match(small_measures(group, columns), Method())
    assert set(caught.value.columns) == {"first", "second"}


def test_groups_that_meet_at_one_value_only_are_separated():
    rng = np.random.default_rng(6)
    group = np.repeat([1, 0], [100, 20_000])
    side = np.where(rng.random(len(group)) < 0.02, np.where(group == 1, -1.0, 1.0), 0.0)
    side[0] = -1.0
    with pytest.raises(Separated) as caught:
        match(small_measures(group, {"age": rng.normal(30, 5, len(group)), "side": side}), Method())
    assert caught.value.columns == ("side",)


def test_very_low_scores_are_not_separation():
    rng = np.random.default_rng(7)
    group = np.repeat([1, 0], [300, 3000])
    risk = np.concatenate([rng.normal(2, 1, 300), rng.normal(0, 1, 2500), rng.normal(-20, 1, 500)])
    found = match(small_measures(group, {"risk": risk}), Method())
    assert found.weights.column("score").to_numpy().min() < -20
    assert found.design.n_matched >= 285


def test_the_probability_scale_is_the_inverse_logit():
    group, columns = overlapping(60, 400, seed=8)
    measures = small_measures(group, columns, categorical=("kind",))
    logits = match(measures, Method()).weights.column("score").to_numpy()
    found = match(measures, Method(caliper=Caliper(scale="probability", sd=None, width=0.01)))
    assert found.weights.column("score").to_numpy() == pytest.approx(1 / (1 + np.exp(-logits)))
    assert found.design.caliper_width == 0.01
    assert found.design.caliper_sd is None


def test_aliased_and_constant_columns_drop_out_in_order_and_change_nothing():
    group, columns = overlapping(60, 400, seed=9)
    more = {**columns, "fixed": np.ones(460), "months": columns["age"] * 12 + 1, "sum": columns["age"] + columns["count"]}
    plain = match(small_measures(group, columns, categorical=("kind",)), Method())
    found = match(small_measures(group, more, categorical=("kind",)), Method())
    assert found.weights.equals(plain.weights) or found.weights.column("weight").to_numpy() == pytest.approx(
        plain.weights.column("weight").to_numpy(), abs=1e-9
    )
    assert [(item.column, item.reason.split()[0]) for item in found.design.dropped] == [
        ("fixed", "constant"),
        ("months", "determined"),
        ("sum", "determined"),
    ]
    assert found.design.covariates == plain.design.covariates


def test_wald_pruning_drops_noise_weakest_first_and_keeps_what_matters():
    rng = np.random.default_rng(110)
    group, columns = overlapping(300, 1500, seed=10, shift=1.0)
    noise = {f"noise_{place}": rng.normal(0, 1, 1800) for place in range(3)}
    levels = {"colour": rng.choice(["x", "y", "z"], 1800)}
    measures = small_measures(group, {**noise, **levels, **columns}, categorical=("kind", "colour"))
    found = match(measures, Method(selection="wald"))
    gone = [item.covariate for item in found.design.pruned]
    assert {"noise_0", "noise_1", "noise_2", "colour"} >= set(gone)
    assert len(gone) >= 3
    assert all(item.p_value > 0.05 for item in found.design.pruned)
    assert "age" in found.design.covariates
    everything = match(small_measures(group, {**noise, **levels, **columns}, categorical=("kind", "colour")), Method())
    assert {row.covariate for row in found.balance.rows} == {row.covariate for row in everything.balance.rows}
    kept = match(measures, Method(selection="wald", exact=("colour",)))
    assert "colour" not in [item.covariate for item in kept.design.pruned]


def test_the_first_pruned_is_the_largest_wald_p_of_the_full_model():
    group, columns = overlapping(100, 500, seed=11, shift=0.0)
    found = match(small_measures(group, columns, categorical=("kind",)), Method(selection="wald"))
    fitted = sm.Logit(group, sm.add_constant(one_hot(columns))).fit(disp=0, method="newton", tol=1e-12)
    contrast = np.eye(5)
    p = {
        "age": fitted.wald_test(contrast[1:2], scalar=True).pvalue,
        "count": fitted.wald_test(contrast[2:3], scalar=True).pvalue,
        "kind": fitted.wald_test(contrast[3:], scalar=True).pvalue,
    }
    weakest = max(p, key=p.get)
    assert found.design.pruned[0].covariate == weakest
    assert found.design.pruned[0].p_value == pytest.approx(float(p[weakest]), rel=1e-5)


def test_without_covariates_everybody_is_alike():
    found = match(small_measures([1, 1, 0, 0, 0]), Method())
    assert found.weights.column("weight").to_pylist() == pytest.approx([1, 1, 2 / 3, 2 / 3, 2 / 3])
    assert found.weights.column("score").to_pylist() == pytest.approx([np.log(2 / 3)] * 5)
