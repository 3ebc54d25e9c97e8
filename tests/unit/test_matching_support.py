"""Levels: who leaves the pool, what is merged, and what becomes of gaps."""

import numpy as np
import pytest

from justice_data_lab.matching.inputs import read_columns
from justice_data_lab.matching.matcher import match
from justice_data_lab.matching.propensity import Separated
from justice_data_lab.matching.support import find_support
from justice_data_lab.study import Method
from small_measures import overlapping, small_measures


def support(treated, columns, **options):
    measures = small_measures(treated, columns, **options)
    return find_support(read_columns(measures), np.asarray(treated) == 1)


def levels_of(treated_levels, pool_levels, **options):
    values = [*treated_levels, *pool_levels]
    treated = [1] * len(treated_levels) + [0] * len(pool_levels)
    found = support(treated, {"x": values}, categorical=() if "ordered" in options else ("x",), **options)
    return found.columns[0], found


def test_pool_rows_at_a_level_without_treated_leave_and_are_counted():
    column, found = levels_of(["a"] * 5 + ["b"] * 5, ["a", "b", "c", "c"])
    assert found.inside.tolist() == [True] * 12 + [False, False]
    assert [(item.level, item.rows) for item in found.off_support] == [("c", 2)]
    assert column.levels == ("a", "b")
    assert column.codes.tolist() == [0] * 5 + [1] * 5 + [0, 1, -1, -1]


def test_sparse_levels_become_other_when_together_they_have_five():
    column, found = levels_of(["a"] * 9 + ["b"] * 3 + ["c"] * 2, ["a", "b", "c"])
    assert column.levels == ("a", "other")
    assert [(item.level, item.into) for item in found.merged] == [("b", "other"), ("c", "other")]
    assert column.codes[-3:].tolist() == [0, 1, 1]


def test_sparse_levels_join_a_level_that_is_called_other():
    column, _ = levels_of(["a"] * 9 + ["other"] * 7 + ["z"], ["a", "z"])
    assert column.levels == ("a", "other")
    assert column.codes[-2:].tolist() == [0, 1]


def test_sparse_levels_join_the_base_when_together_they_have_fewer_than_five():
    column, found = levels_of(["b"] * 9 + ["c"] * 8 + ["a"] + ["d"] * 3, ["a", "b", "c", "d"])
    assert column.levels == ("b", "c")
    assert [(item.level, item.into) for item in found.merged] == [("a", "b"), ("d", "b")]
    assert column.codes[-4:].tolist() == [0, 0, 1, 0]


def test_when_every_level_is_sparse_one_is_left():
    column, _ = levels_of(["a", "b"], ["a", "b", "c"])
    assert column.levels == ("other",)


def test_unknown_is_a_level_of_its_own():
    column, found = levels_of(["a"] * 6 + [None] * 6, ["a", None])
    assert column.levels == ("a", "unknown")
    assert found.merged == ()


ORDER = {"x": ("none", "low", "middle", "high")}


def test_a_sparse_ordered_level_joins_its_smaller_neighbour():
    values = ["none"] * 20 + ["low"] * 3 + ["middle"] * 8 + ["high"] * 9
    column, found = levels_of(values, ["none", "low", "high"], ordered=ORDER)
    assert column.levels == ("none", "low or middle", "high")
    assert [(item.level, item.into) for item in found.merged] == [("low", "low or middle"), ("middle", "low or middle")]


def test_ordered_levels_merge_until_none_is_sparse():
    column, _ = levels_of(["none"] * 3 + ["low"] * 1 + ["middle"] * 1 + ["high"] * 9, ["none"], ordered=ORDER)
    assert column.levels == ("none or low or middle", "high")


def test_an_ordered_level_that_only_the_pool_has_is_no_neighbour():
    column, found = levels_of(["none"] * 9 + ["middle"] * 2 + ["high"] * 9, ["low", "middle", "high"], ordered=ORDER)
    assert column.levels == ("none or middle", "high")
    assert [item.level for item in found.off_support] == ["low"]


def test_an_ordered_level_without_a_neighbour_is_merged_like_an_unordered_one():
    """Of most people nothing is known, and the few of whom something is are all at one level."""
    together, found = levels_of(["low"] * 3 + ["b"] * 2 + [None] * 20, ["low", "b", None], ordered=ORDER)
    assert together.levels == ("unknown", "other")
    assert [(item.level, item.into) for item in found.merged] == [("low", "other"), ("b", "other")]
    everybody, found = levels_of(["low"] * 3, ["low"], ordered=ORDER)
    assert (everybody.levels, found.merged) == (("low",), ())


def test_a_level_outside_the_order_is_merged_like_an_unordered_one():
    column, _ = levels_of(["none"] * 9 + ["high"] * 9 + ["odd"] * 2, ["none", "odd"], ordered=ORDER)
    assert column.levels == ("none", "high")
    assert column.codes[-1] == 0


@pytest.mark.parametrize("few", [1, 4])
@pytest.mark.parametrize("word", [None, "Unknown", "missing"])
def test_what_is_unknown_stays_a_level_of_its_own_however_few_it_is(few, word):
    column, found = levels_of(["a"] * 9 + ["b"] * 9 + ["z"] * 2 + [word] * few, ["a", "b", "z", word])
    assert [level for level in column.levels if level not in ("a", "b")] == [word or "unknown"]
    assert [(item.level, item.into) for item in found.merged] == [("z", "a")]
    ordered, found = levels_of(["none"] * 9 + ["high"] * 9 + [word] * few, ["none", word], ordered=ORDER)
    assert ordered.levels == ("none", "high", word or "unknown")
    assert found.merged == ()


def test_what_is_known_never_joins_the_unknown():
    lone, found = levels_of(["low"] * 3 + [None] * 20, ["low", None], ordered=ORDER)
    assert (lone.levels, found.merged) == (("low", "unknown"), ())
    column, found = levels_of(["unknown"] * 9 + ["white"] * 9 + ["x"] * 2, ["unknown", "white", "x"])
    assert (column.levels, [(item.level, item.into) for item in found.merged]) == (("unknown", "white"), [("x", "white")])
    few, _ = levels_of(["unknown"] * 9 + ["white"] * 2 + ["x"] * 2, ["unknown", "white", "x"])
    assert few.levels == ("unknown", "other")


def test_region_stays_out_unless_two_regions_have_five_treated():
    treated = [1] * 9 + [0] * 4
    lone = support(treated, {"region": ["n"] * 8 + ["s"] + ["n", "s", "w", "w"]}, categorical=("region",))
    assert lone.columns == ()
    assert lone.inside.all()
    assert [item.column for item in lone.left_out] == ["region"]
    two = support([1] * 10 + [0] * 3, {"region": ["n"] * 5 + ["s"] * 5 + ["n", "s", "w"]}, categorical=("region",))
    assert two.columns[0].levels == ("n", "s")
    assert two.inside.tolist() == [True] * 12 + [False]


@pytest.mark.parametrize("unknown", [None, "unknown", "Unknown", ""])
def test_people_of_no_known_region_are_no_second_region(unknown):
    lone = support([1] * 10 + [0] * 2, {"region": ["n"] * 5 + [unknown] * 5 + ["n", unknown]}, categorical=("region",))
    assert [item.column for item in lone.left_out] == ["region"]
    three = support(
        [1] * 15 + [0] * 3, {"region": ["n"] * 5 + ["s"] * 5 + [unknown] * 5 + ["n", "s", unknown]}, categorical=("region",)
    )
    assert len(three.columns[0].levels) == 3


def test_pool_rows_beyond_a_number_that_all_treated_share_leave():
    found = support([1] * 6 + [0] * 4, {"previous": [0] * 6 + [0, 0, 1, 7]})
    assert found.inside.tolist() == [True] * 8 + [False, False]
    assert [(item.covariate, item.level, item.rows) for item in found.off_support] == [("previous", "not 0", 2)]


def test_a_shared_number_inside_the_range_of_the_pool_keeps_everybody():
    assert support([1] * 6 + [0] * 4, {"age": [30] * 6 + [20, 30, 40, 50]}).inside.all()


def test_a_number_that_is_sometimes_unknown_gets_an_indicator_and_the_fill_does_not_matter():
    rng = np.random.default_rng(1)
    treated = np.repeat([1, 0], [40, 200])
    days = [None if gap else float(value) for gap, value in zip(rng.random(240) < 0.2, rng.gamma(2, 100, 240), strict=True)]
    filled = [0.0 if value is None else value for value in days]
    unknown = ["yes" if value is None else "no" for value in days]
    gaps = match(small_measures(treated, {"days": days}), Method())
    by_hand = match(small_measures(treated, {"days": filled, "unknown": unknown}, categorical=("unknown",)), Method())
    assert gaps.design.covariates == ("days", "days_missing=missing")
    assert gaps.weights.column("score").to_numpy() == pytest.approx(by_hand.weights.column("score").to_numpy(), abs=1e-8)
    number = gaps.balance.rows[0]
    known = [value for value, group in zip(days, treated, strict=True) if value is not None and group == 1]
    assert number.mean_treated_before == pytest.approx(np.mean(known))
    assert number.n_treated_in + number.n_treated_out == gaps.design.n_matched


def gaps_of(treated_unknown, pool_unknown):
    """A number unknown to the first so many of each group, beside an age that both share."""
    rng = np.random.default_rng(2)
    treated = np.repeat([1, 0], [60, 600])
    score = rng.normal(treated, 1).tolist()
    for place in (*range(treated_unknown), *range(60, 60 + pool_unknown)):
        score[place] = None
    found = match(small_measures(treated, {"age": rng.normal(30, 8, 660), "score": score}), Method())
    weights = found.weights.column("weight").to_numpy()
    return found, weights[:treated_unknown], weights[60 : 60 + pool_unknown]


@pytest.mark.parametrize("few", [1, 2, 4])
def test_a_number_that_few_treated_lack_keeps_its_indicator_so_that_nothing_is_made_up(few):
    found, own, pool = gaps_of(few, 80)
    assert found.design.covariates == ("age", "score", "score_missing=missing")
    assert found.design.merged == ()
    assert pool.sum() == pytest.approx(own.sum(), abs=1)
    indicator = [(row.level, row.colour) for row in found.balance.rows if row.covariate == "score_missing"]
    assert indicator == [("known", "green"), ("missing", "green")]


def test_people_whose_number_is_missing_leave_when_the_other_side_knows_it_of_everybody():
    found, own, _ = gaps_of(3, 0)
    assert (own.sum(), found.design.n_treated_off_support) == (0, 3)
    assert [(item.covariate, item.level) for item in found.design.off_support] == [("score_missing", "missing")]
    found, _, pool = gaps_of(0, 80)
    assert (pool.sum(), found.design.n_off_support) == (0, 80)


def test_what_fills_a_gap_is_no_value_that_all_could_share():
    """The known treated all have 0: the pool beyond leaves, as it would without the two of whom it is not known."""
    previous = [None, None, *[0.0] * 10, None, *[0.0] * 10, *[3.0] * 10]
    found = support([1] * 12 + [0] * 21, {"previous": previous})
    assert [(item.level, item.rows, item.side) for item in found.off_support] == [("not 0", 10, "pool")]


def test_a_number_that_nobody_knows_is_dropped():
    found = match(
        small_measures(
            [1, 1, 1, 0, 0, 0],
            {"days": [None] * 6},
        ),
        Method(),
    )
    assert found.design.covariates == ()
    assert found.balance.rows[0].before is None


def test_treated_at_a_level_without_pool_leave_and_are_counted():
    column, found = levels_of(["a"] * 5 + ["b"] * 9, ["a", "a", "c"])
    assert found.inside.tolist() == [True] * 5 + [False] * 9 + [True, True, False]
    assert [(item.level, item.rows, item.side) for item in found.off_support] == [("c", 1, "pool"), ("b", 9, "treated")]
    assert column.levels == ("a", "b")


def test_a_year_of_nine_treated_and_nobody_in_the_pool_leaves_the_match_and_does_not_stop_it():
    rng = np.random.default_rng(3)
    years = np.concatenate([np.repeat(["2010", "2011", "2012"], [9, 60, 60]), np.repeat(["2011", "2012"], [200, 300])])
    measures = small_measures(
        np.repeat([1, 0], [129, 500]),
        {"age": rng.normal(30, 8, 629), "index_year": years.tolist()},
        ordered={"index_year": ("2010", "2011", "2012")},
    )
    found = match(measures, Method())
    weights = found.weights.column("weight").to_numpy()
    assert (weights[:9] == 0).all()
    assert weights[9:129].sum() >= 0.95 * 120
    assert found.weights.column("score").null_count == 9
    assert (found.design.n_treated_off_support, found.design.n_off_support, found.design.n_treated) == (9, 0, 129)
    without = small_measures(
        np.repeat([1, 0], [120, 500]),
        {"age": measures.rows.column("age").to_numpy()[9:], "index_year": years[9:].tolist()},
        ordered={"index_year": ("2011", "2012")},
    )
    assert weights[9:] == pytest.approx(match(without, Method()).weights.column("weight").to_numpy())


def test_treated_beyond_a_number_that_all_the_pool_shares_leave():
    found = support([1] * 6 + [0] * 4, {"previous": [0, 0, 0, 0, 1, 7, 0, 0, 0, 0]})
    assert found.inside.tolist() == [True] * 4 + [False] * 2 + [True] * 4
    assert [(item.level, item.rows, item.side) for item in found.off_support] == [("not 0", 2, "treated")]


def test_whoever_is_left_alone_by_another_level_leaves_as_well():
    measures = {
        "first": ["a"] * 6 + ["b"] * 6 + ["a"] * 8 + ["c"] * 2,
        "second": ["x"] * 6 + ["y"] * 6 + ["x"] * 8 + ["y"] * 2,
    }
    found = support([1] * 12 + [0] * 10, measures, categorical=("first", "second"))
    assert found.inside.tolist() == [True] * 6 + [False] * 6 + [True] * 8 + [False] * 2
    assert [(item.covariate, item.level, item.side) for item in found.off_support] == [
        ("first", "c", "pool"),
        ("first", "b", "treated"),
    ]


def emptied_by(treated, columns, **options):
    with pytest.raises(Separated) as caught:
        match(small_measures(treated, columns, **options), Method())
    return caught.value.columns


def test_a_level_that_leaves_one_side_with_nobody_separates_and_is_named():
    assert emptied_by([1] * 5 + [0] * 5, {"x": ["a"] * 5 + ["b"] * 5}, categorical=("x",)) == ("x",)
    other = {"x": ["a"] * 6 + ["b"] * 6 + ["a"] * 6, "y": ["u"] * 6 + ["v"] * 6 + ["v"] * 6}
    assert emptied_by([1] * 12 + [0] * 6, other, categorical=("x", "y")) == ("x", "y")


@pytest.mark.parametrize(
    "copy", [lambda group: group, lambda group: np.where(group == 1, "yes", "no"), lambda group: 7.0 - group]
)
def test_a_copy_of_the_treatment_separates_and_is_named_alone(copy):
    group, columns = overlapping(80, 600, seed=1)
    columns["kind"][-3:] = "only a few of the pool"
    copied = copy(group)
    categorical = ("kind", "copy") if copied.dtype.kind == "U" else ("kind",)
    assert emptied_by(group, columns | {"copy": copied}, categorical=categorical) == ("copy",)


def test_a_number_that_only_one_side_knows_is_named_by_its_indicator():
    score = [float(place) for place in range(8)] + [None] * 8
    assert emptied_by([1] * 8 + [0] * 8, {"score": score}) == ("score_missing",)
