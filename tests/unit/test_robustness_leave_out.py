"""Leaving out one group of covariates at a time is the official match without them."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from justice_data_lab.estimation.effects import estimate
from justice_data_lab.estimation.robustness import refit
from justice_data_lab.estimation.robustness.leave_out import leave_one_out, rematch_without_each
from justice_data_lab.estimation.robustness.sample import read_scored
from justice_data_lab.matching.inputs import read_columns
from justice_data_lab.matching.matcher import match
from justice_data_lab.study import Caliper, Lab, MeasureSpec, Method
from small_measures import SmallOutcomes, overlapping, small_measures

COUNT = MeasureSpec(name="count", column="number", kind="mean")


def study(*, treated=120, pool=500, seed=5, groups=None, exact=()):
    group, covariates = overlapping(treated, pool, seed=seed)
    age = pa.array([None if place % 9 == 0 else value for place, value in enumerate(covariates["age"])], pa.float64())
    measures = small_measures(group, {**covariates, "age": age}, categorical=("kind",), exact=exact)
    named = tuple(replace(item, group=(groups or {}).get(item.name, item.group)) for item in measures.covariates)
    values = covariates["count"] + np.random.default_rng(seed).poisson(1, len(group)) - 0.3 * group
    return replace(measures, covariates=named), pa.table({"number": values.astype(float)})


def left_out(measures, rows, method=None):
    options = method or Method()
    matched = match(measures, options)
    rematches = rematch_without_each(read_scored(measures, matched), measures, matched, options)
    values = rows.column("number").to_numpy()
    treated = measures.rows.column("treated").to_numpy() == 1
    return rematches, leave_one_out(rematches, values, np.isfinite(values), treated, options)


def without(measures, *names):
    kept = tuple(item for item in measures.covariates if item.name not in names)
    return replace(measures, covariates=kept, exact=tuple(name for name in measures.exact if name not in names))


@pytest.mark.parametrize(
    "method",
    [
        Method(),
        Method(se="lechner"),
        Method(caliper=Caliper(scale="probability", sd=0.2)),
        Method(caliper=Caliper(sd=None, width=0.01), widen=()),
    ],
)
def test_each_row_is_the_official_comparison_without_that_group(method):
    measures, rows = study(groups={"count": "history", "kind": "history"})
    rematches, found = left_out(measures, rows, method)
    assert [row.group for row in found.rows] == ["age", "history"]
    for rematch, row, names in zip(rematches, found.rows, [("age",), ("count", "kind")], strict=True):
        matched = match(without(measures, *names), method)
        np.testing.assert_allclose(rematch.weights, matched.weights.column("weight").to_numpy(), atol=1e-9)
        official = estimate(matched, SmallOutcomes(rows=rows, specs=(COUNT,)), method, Lab()).rows[0]
        assert row.difference == pytest.approx(official.difference)
        assert row.se == pytest.approx(official.se)
        assert (row.n_treated, row.n_comparison) == (official.n_treated, official.n_comparison)
        assert row.n_eff == pytest.approx(official.n_eff)
        assert row.max_weight_share == pytest.approx(official.evidence.max_weight_share)
        assert row.evidence.nonzero_treated == official.evidence.nonzero_treated
        assert row.evidence.largest_share_comparison == pytest.approx(official.evidence.largest_share_comparison)
        assert row.reason == ""


def test_the_range_names_the_groups_at_its_ends():
    _, found = left_out(*study())
    differences = {row.group: row.difference for row in found.rows}
    assert set(differences) == {"age", "count", "kind"}
    assert (found.lowest, found.highest) == (min(differences.values()), max(differences.values()))
    assert (differences[found.lowest_group], differences[found.highest_group]) == (found.lowest, found.highest)


def test_leaving_out_what_is_matched_exactly_leaves_it_out_there_too():
    measures, rows = study(exact=("kind",))
    rematches, _ = left_out(measures, rows)
    by_group = {rematch.group: rematch.weights for rematch in rematches}
    bare = match(without(measures, "kind"), Method())
    np.testing.assert_allclose(by_group["kind"], bare.weights.column("weight").to_numpy(), atol=1e-9)
    exact = match(without(measures, "age"), Method())
    np.testing.assert_allclose(by_group["age"], exact.weights.column("weight").to_numpy(), atol=1e-9)


def test_a_covariate_without_a_group_is_a_group_of_its_own():
    measures, rows = study(groups={"age": "", "kind": ""})
    assert [row.group for row in left_out(measures, rows)[1].rows] == ["age", "count", "kind"]


def test_what_was_pruned_stays_out():
    rng = np.random.default_rng(2)
    measures, rows = study()
    noise = pa.array(rng.normal(size=620))
    noisy = replace(
        measures,
        rows=measures.rows.append_column("noise", noise),
        covariates=(*measures.covariates, replace(measures.covariates[0], name="noise", group="noise")),
    )
    _, found = left_out(noisy, rows, Method(selection="wald"))
    assert "noise" not in {row.group for row in found.rows}


def test_the_last_covariate_left_out_compares_everybody_with_everybody():
    group, covariates = overlapping(80, 200, seed=6)
    _, found = left_out(small_measures(group, {"age": covariates["age"]}), pa.table({"number": covariates["age"]}))
    plain = covariates["age"][:80].mean() - covariates["age"][80:].mean()
    assert (found.lowest, found.lowest_group) == (pytest.approx(plain), "age")


def test_a_group_that_kept_the_others_from_separating_leaves_nobody_to_match():
    rng = np.random.default_rng(8)
    group = np.repeat([1, 0], [60, 60])
    wide = rng.normal(size=120) * 3
    line = np.where(group == 1, 1.0, -1.0) + 0.9 * np.sin(np.arange(120))
    measures = small_measures(group, {"line": line, "wide": wide})
    apart = replace(measures, rows=measures.rows.set_column(2, "line", pa.array(np.where(np.arange(120) % 40 == 0, -line, line))))
    matched = match(apart, Method())
    sure = replace(apart, rows=apart.rows.set_column(2, "line", pa.array(line)))
    rematches = rematch_without_each(read_scored(sure, matched), sure, matched, Method())
    found = leave_one_out(rematches, wide, np.ones(120, dtype=bool), group == 1, Method())
    gone = next(row for row in found.rows if row.group == "wide")
    assert (gone.difference, gone.se, gone.n_treated, gone.max_weight_share) == (None, None, 0, None)
    assert "nobody" in gone.reason
    alone = tuple(rematch for rematch in rematches if rematch.group == "wide")
    assert leave_one_out(alone, wide, np.ones(120, dtype=bool), group == 1, Method()) is None


def test_in_a_large_pool_refits_to_a_part_of_it_come_out_as_those_to_all_of_it(monkeypatch):
    measures, rows = study(treated=300, pool=12_000)
    matched = match(measures, Method())
    scored = read_scored(measures, matched)
    columns = {"all": scored.columns, "some": scored.columns[1:]}
    treated = measures.rows.column("treated").to_numpy() == 1
    exact, exact_range = refit.refit(columns, np.arange(12_300), treated, {}), left_out(measures, rows)[1]
    monkeypatch.setattr(refit, "START_CONTROLS", 2000)
    thinned, thinned_range = refit.refit(columns, np.arange(12_300), treated, {}), left_out(measures, rows)[1]
    monkeypatch.setattr(refit, "_step", lambda fits, matrix, betas, treated: np.zeros_like(betas))
    without_step = refit.refit(columns, np.arange(12_300), treated, {})
    for name in columns:
        after, before = (np.abs(scores[name] - exact[name]).max() for scores in (thinned, without_step))
        assert 0 < after < 0.01 < before
    for one, other in zip(exact_range.rows, thinned_range.rows, strict=True):
        assert one.difference == pytest.approx(other.difference, abs=0.05 * one.se)


def test_sets_that_all_tell_the_groups_apart_give_no_score():
    measures = small_measures([1] * 30 + [0] * 30, {"age": [*range(60, 90), *range(20, 50)]})
    columns = read_columns(measures)
    assert refit.refit({"age": columns}, np.arange(60), np.arange(60) < 30, {}) == {}
