"""Balance: definitions, colours, and what stops an analysis."""

import json

import numpy as np
import pytest
from scipy.stats import ks_2samp

from justice_data_lab.files import canonical_json
from justice_data_lab.matching.balance import Balance, Groups, compare
from justice_data_lab.matching.inputs import Numeric, read_columns, read_treated
from justice_data_lab.matching.matcher import match
from justice_data_lab.study import Method
from small_measures import overlapping, small_measures


def baseline(measures, method):
    """Balance of the two groups as they came."""
    return compare(read_columns(measures), Groups(treated=read_treated(measures.rows)), method)


def rows_with_difference(differences, people):
    """Numeric columns whose difference before matching is exactly each of these, in a baseline table."""
    half = np.repeat([-1.0, 1.0], people // 2)
    unit = half / half.std(ddof=1)
    treated = np.repeat([True, False], people)
    columns = tuple(
        Numeric(name=f"x{place}", label="", values=np.concatenate([unit + shift, unit]))
        for place, shift in enumerate(differences)
    )
    return compare(columns, Groups(treated=treated, weights=np.ones(2 * people)), Method())


@pytest.mark.parametrize(
    ("differences", "people", "colours", "overall"),
    [
        ([0.049, -0.049], 200, ["green", "green"], "green"),
        ([0.0] * 19 + [0.051], 200, ["green"] * 19 + ["amber"], "green"),
        ([0.0] * 18 + [-0.051], 200, ["green"] * 18 + ["amber"], "amber"),
        ([0.099, 0.0], 200, ["amber", "green"], "amber"),
        ([-0.101, 0.0], 200, ["red", "green"], "red"),
        ([0.101, 0.149], 98, ["amber", "amber"], "amber"),
        ([0.151], 98, ["red"], "red"),
        ([0.149], 100, ["red"], "red"),
    ],
)
def test_colours_follow_the_bounds_and_the_number_of_treated(differences, people, colours, overall):
    found = rows_with_difference(differences, people)
    assert [row.after for row in found.rows] == pytest.approx(differences)
    assert [row.colour for row in found.rows] == colours
    assert found.overall == overall
    assert found.stops == (overall == "red")
    assert (found.green, found.amber, found.red) == tuple(colours.count(name) for name in ("green", "amber", "red"))


def test_the_wider_bound_goes_by_all_the_treated_matched_or_not():
    treated = np.repeat([True, False], [103, 400])
    column = Numeric(name="x", label="", values=np.tile([-1.0, 1.0], 252)[:503])
    weights = np.where(np.arange(503) < 5, 0.0, 1.0)
    assert compare((column,), Groups(treated=treated, weights=weights), Method()).amber_limit == 0.10
    assert compare((column,), Groups(treated=treated & (np.arange(503) >= 4), weights=weights), Method()).amber_limit == 0.15


def test_every_level_has_a_row_the_reference_too_and_differences_add_up_in_means():
    group, columns = overlapping(150, 900, seed=1)
    found = match(small_measures(group, columns, categorical=("kind",)), Method())
    kinds = [row for row in found.balance.rows if row.covariate == "kind"]
    assert [row.level for row in kinds] == ["a", "b", "c"]
    assert sum(row.mean_treated for row in kinds) == pytest.approx(1)
    assert sum(row.mean_comparison for row in kinds) == pytest.approx(1)
    assert {row.n_treated_in + row.n_treated_out for row in kinds} == {found.design.n_matched}


def test_differences_after_matching_are_divided_by_deviations_from_before():
    group, columns = overlapping(150, 900, seed=2)
    found = match(small_measures(group, columns, categorical=("kind",)), Method())
    weights, treated = found.weights.column("weight").to_numpy(), group == 1
    age = columns["age"]
    pooled = np.sqrt((age[treated].var(ddof=1) + age[~treated].var(ddof=1)) / 2)
    inside = treated & (weights > 0)
    expected = (age[inside].mean() - np.average(age[~treated], weights=weights[~treated])) / pooled
    assert found.balance.rows[0].after == pytest.approx(expected)
    assert found.balance.rows[0].before == pytest.approx((age[treated].mean() - age[~treated].mean()) / pooled)
    only = match(small_measures(group, columns, categorical=("kind",)), Method(smd_denominator="treated")).balance.rows[0]
    assert only.after == pytest.approx(expected * pooled / age[treated].std(ddof=1))


def test_the_distance_of_distributions_is_that_of_scipy_with_and_without_ties():
    group, columns = overlapping(90, 500, seed=3)
    found = baseline(small_measures(group, columns, categorical=("kind",)), Method())
    for row in found.rows[:2]:
        values = columns[row.covariate]
        assert row.ks_before == pytest.approx(ks_2samp(values[group == 1], values[group == 0]).statistic)
        assert row.ks is None


def test_the_weighted_distance_counts_people_as_often_as_they_weigh():
    treated = np.array([1, 1, 0, 0, 0])
    values = np.array([1.0, 3.0, 0.0, 2.0, 3.0])
    columns = (Numeric(name="x", label="", values=values),)
    found = compare(columns, Groups(treated=treated == 1, weights=np.array([1.0, 1, 2, 1, 0])), Method())
    assert found.rows[0].ks == pytest.approx(ks_2samp([1, 3], [0, 0, 2]).statistic)
    repeated = np.array([0, 0, 2.0])
    expected = (2 - np.average([0, 2], weights=[2, 1])) / np.sqrt((2 + values[2:].var(ddof=1)) / 2)
    assert found.rows[0].after == pytest.approx(expected)
    assert found.rows[0].mean_comparison == pytest.approx(repeated.mean())


def test_a_number_with_two_values_is_treated_as_a_share_whatever_they_are():
    group = np.repeat([1, 0], [20, 30])
    flag = np.array([1] * 5 + [0] * 15 + [1] * 12 + [0] * 18)
    found = baseline(small_measures(group, {"flag": flag, "coded": flag * 3 + 2}), Method())
    expected = (0.25 - 0.4) / np.sqrt((0.25 * 0.75 + 0.4 * 0.6) / 2)
    assert [row.before for row in found.rows] == pytest.approx([expected, expected])
    assert [row.variance_ratio_before for row in found.rows] == [None, None]


def test_groups_that_do_not_overlap_are_red_with_a_table_for_before():
    group = np.repeat([1, 0], [40, 100])
    columns = {"kind": ["a"] * 40 + ["b"] * 100, "age": np.concatenate([np.arange(40), np.arange(100)])}
    found = match(small_measures(group, columns, categorical=("kind",)), Method(), scores=group * 9.0 + np.arange(140) / 140)
    assert found.design.n_matched == 0
    assert found.design.n_eff == 0
    assert found.balance.overall == "red"
    assert found.balance.stops
    age = found.balance.rows[-1]
    assert age.before is not None
    assert (age.after, age.ks, age.variance_ratio, age.mean_comparison) == (None, None, None, None)
    assert found.balance.rows[0].before is None


def test_baseline_before_a_fit_that_failed_shows_both_groups_as_they_came():
    group, columns = overlapping(50, 200, seed=4)
    measures = small_measures(group, {**columns, "told": group * 1.0}, categorical=("kind",))
    found = baseline(measures, Method())
    assert {row.covariate for row in found.rows} == {"age", "count", "kind", "told"}
    assert all(row.after is None for row in found.rows)
    assert found.rows[-1].colour == "red"


def test_a_randomised_baseline_stops_nothing():
    group, columns = overlapping(50, 60, seed=5, shift=2.0)
    found = match(small_measures(group, columns, categorical=("kind",)), Method(design="randomised"))
    assert found.balance.overall == "red"
    assert not found.balance.stops
    assert all(row.after is None for row in found.balance.rows)


def test_balance_survives_json_and_becomes_a_table():
    group, columns = overlapping(50, 200, seed=6)
    measures = small_measures(group, columns, categorical=("kind",))
    found = match(measures, Method()).balance
    assert Balance.from_dict(json.loads(canonical_json(found.to_dict()))) == found
    table = found.table()
    assert table.num_rows == len(found.rows) == 5
    assert table.column_names[:4] == ["covariate", "level", "label", "before"]
    assert found.overall in found.summary()
    assert compare(read_columns(measures), Groups(treated=group == 1), Method()) == baseline(measures, Method())


def test_balance_without_any_covariate_has_no_rows():
    found = match(small_measures([1, 0]), Method()).balance
    assert (found.rows, found.overall, found.largest) == ((), "green", None)
    assert "not available" in found.summary()
