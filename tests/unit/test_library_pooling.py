"""Pooled effects: what enters, what is left out and why, and that each group of people counts once."""

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

import justice_data_lab
from justice_data_lab.errors import UsageError
from justice_data_lab.library.counting import Overlap, Synthesis, synthesise
from justice_data_lab.library.effects import WHY_WORDS, Effect
from justice_data_lab.library.synthesis import Pooled, cumulative, pool
from justice_data_lab.library.words import FEW_WORDS, UNKNOWN_OVERLAP, in_words, number, printed
from sample_library import entry, outcome, shown


def effects(*pairs):
    return [Effect(key=str(n), value=v, se=s, released=date(2026, 1, n)) for n, (v, s) in enumerate(pairs, 1)]


def keys(synthesis):
    return [each.key for each in synthesis.effects]


def reasons(synthesis):
    return {(each.key, each.analysis): each.why for each in synthesis.left_out}


def test_paule_mandel_and_hartung_knapp_are_what_statsmodels_gives():
    generator = np.random.default_rng(3)
    for k in (3, 5, 12):
        value, se = generator.normal(-0.03, 0.05, k), generator.uniform(0.01, 0.04, k)
        # asked for more digits it takes one step too many, falls below the root and answers 0
        theirs = combine_effects(value, se**2, method_re="iterated", use_t=True, atol=1e-9)
        ours = pool(effects(*zip(value.tolist(), se.tolist(), strict=True)), method="paule_mandel", least_scale=0.0)
        assert ours.tau2 == pytest.approx(theirs.tau2, rel=1e-6, abs=1e-10)
        assert ours.effect == pytest.approx(theirs.mean_effect_re, rel=1e-6)
        assert ours.se == pytest.approx(theirs.sd_eff_w_re_hksj, rel=1e-6)
        assert ours.q == pytest.approx(theirs.q, rel=1e-10)


def test_equal_studies_have_no_spread_and_the_plain_mean():
    pooled = pool(effects((-0.05, 0.02), (-0.05, 0.02), (-0.05, 0.02), (-0.05, 0.02)))
    assert (pooled.tau2, pooled.i2) == (0.0, 0.0)
    assert pooled.effect == pytest.approx(-0.05)
    assert pooled.weights == pytest.approx((0.25,) * 4)
    # whole points can make studies equal by rounding: the average is no more certain than its studies' errors make it
    assert pooled.se == pytest.approx(0.02 / 2)
    assert pool(pooled.effects, least_scale=0.0).se == 0.0
    assert pool(pooled.effects, least_scale=0.0).p_value == 0.0


def test_the_prediction_interval_holds_the_interval_of_the_average_and_adds_the_spread():
    pooled = pool(effects((-0.10, 0.02), (-0.01, 0.02), (-0.05, 0.03), (0.02, 0.02)))
    assert pooled.pi_low < pooled.ci_low < pooled.effect < pooled.ci_high < pooled.pi_high
    reach = (pooled.ci_high - pooled.effect) / pooled.se
    assert pooled.pi_high - pooled.effect == pytest.approx(reach * math.sqrt(pooled.tau2 + pooled.se**2))


@given(st.lists(st.tuples(st.floats(-0.5, 0.5), st.floats(0.01, 0.2)), min_size=3, max_size=20), st.floats(-0.3, 0.3))
def test_moving_every_effect_moves_the_average_and_nothing_else(pairs, by):
    before, after = pool(effects(*pairs)), pool(effects(*((value + by, se) for value, se in pairs)))
    assert after.effect == pytest.approx(before.effect + by, abs=1e-6)
    assert after.tau2 == pytest.approx(before.tau2, rel=1e-4, abs=1e-8)
    assert 0 <= before.i2 < 1
    assert before.ci_low <= before.effect <= before.ci_high


@given(st.permutations(range(6)))
def test_the_order_in_which_results_are_given_does_not_matter(order):
    made = effects((-0.1, 0.02), (0.0, 0.03), (-0.04, 0.01), (0.03, 0.05), (-0.07, 0.02), (-0.02, 0.02))
    assert pool([made[place] for place in order]) == pool(made)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (effects((-0.1, 0.02), (0.0, 0.03)), "3 or more"),
        (effects((-0.1, 0.02), (0.0, 0.0), (0.1, 0.1)), "above zero"),
        (effects((-0.1, 0.02), (math.nan, 0.1), (0.1, 0.1)), "finite"),
        (effects((-0.1, 0.02), (math.inf, 0.1), (0.1, 0.1)), "finite"),
        (effects((-0.1, 0.02), (0.0, math.inf), (0.1, 0.1)), "finite standard errors"),
        (effects((-0.1, 0.02), (0.0, math.nan), (0.1, 0.1)), "finite standard errors"),
        (effects((-0.1, 0.02), (0.0, -0.1), (0.1, 0.1)), "above zero"),
        (effects((-0.1, 0.02), (0.0, 1e-200), (0.1, 0.1)), "above zero"),
        (effects((-0.1, 0.02), (0.0, 1e200), (0.1, 0.1)), "finite standard errors"),
        ([*effects((-0.1, 0.02), (0.0, 0.1), (0.1, 0.1)), *effects((0.1, 0.1))], "twice"),
    ],
)
def test_what_cannot_be_pooled_is_refused(bad, words):
    with pytest.raises(UsageError, match=words):
        pool(bad)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"method": "REML"}, "a method of reml, paule_mandel, got 'REML'"),
        ({"method": "dl"}, "got 'dl'"),
        ({"tau2": -0.0005}, "tau2 from 0 to"),
        ({"tau2": math.nan}, "tau2 from 0 to"),
        ({"tau2": math.inf}, "tau2 from 0 to"),
        ({"least_scale": -3.0}, "least_scale from 0"),
        ({"least_scale": math.nan}, "least_scale from 0"),
    ],
)
def test_a_method_a_variance_or_a_factor_that_is_none_is_refused(asked, words):
    with pytest.raises(UsageError, match=words):
        pool(effects((-0.1, 0.02), (0.0, 0.1), (0.1, 0.1)), **asked)


@pytest.mark.parametrize("value", [(1e200, 1.0), (1.0, 1e150), (1.0, 1e-150), (-1e308, 1.0)])
def test_what_is_out_of_all_proportion_is_refused_before_it_is_squared(value):
    with pytest.raises(UsageError, match="none beyond"):
        pool(effects(value, (0.0, 0.1), (0.1, 0.1)))


def test_what_pool_takes_is_a_public_name():
    assert justice_data_lab.Effect is Effect


def test_a_pooled_effect_comes_back_from_its_json():
    pooled = pool(effects((-0.1, 0.02), (0.0, 0.03), (-0.04, 0.01)))
    assert Pooled.from_dict(pooled.to_dict()) == pooled
    assert pooled.table().num_rows == 3
    assert "3 studies, fewer than 10" in pooled.summary()


def test_the_pooled_effect_grows_with_each_day_of_release_from_the_third_result_on():
    made = effects((-0.1, 0.02), (0.0, 0.03), (-0.04, 0.01), (0.03, 0.05))
    same_day = [*made[:3], replace(made[3], released=made[2].released)]
    assert [each.k for each in cumulative(made)] == [3, 4]
    assert [each.k for each in cumulative(same_day)] == [4]
    assert cumulative(made)[-1] == pool(made)
    assert cumulative(made[:2]) == ()


def test_the_standard_error_is_the_width_of_the_published_interval_over_3_92():
    known = synthesise([entry("a", outcome(-8.0, 6.0))], "reoffended")
    assert known.effects[0].value == pytest.approx(-0.08)
    assert known.effects[0].se == pytest.approx(0.06 / 3.92)
    mean = outcome(-0.3, 0.4, measure="reoffences", kind="mean", unit="reoffences")
    assert synthesise([entry("a", mean)], "reoffences").effects[0].se == pytest.approx(0.4 / 3.92)


def test_log_odds_come_from_the_published_shares_people_and_effective_size():
    known = synthesise([entry("a", outcome(-10.0))], "reoffended", "log odds ratio")
    assert known.effects[0].value == pytest.approx(math.log((0.3 / 0.7) / (0.4 / 0.6)))
    assert known.effects[0].se == pytest.approx(math.sqrt(1 / (400 * 0.21) + 1 / (4000 * 0.24)))


@pytest.mark.parametrize(
    ("result", "scale", "why"),
    [
        (outcome(verdict="withheld"), "difference", "withheld"),
        (outcome(verdict="not_reliable"), "difference", "not_reliable"),
        (outcome(verdict="not_available"), "difference", "not_available"),
        (outcome(ci_low=shown(None)), "difference", "not_available"),
        (outcome(-2.0, 0.0), "difference", "no_width"),
        (outcome(treated=shown(0.0)), "log odds ratio", "no_odds"),
        (outcome(treated=shown(None)), "log odds ratio", "no_odds"),
        (outcome(n_eff=shown(None)), "log odds ratio", "no_odds"),
        (outcome(kind="mean"), "log odds ratio", "no_odds"),
        (outcome(who="after_start"), "difference", "selected_after"),
        (outcome(who="placebo"), "difference", "selected_after"),
        (outcome(who="subgroup", headline=False), "difference", "same_people"),
    ],
)
def test_a_result_that_cannot_enter_is_listed_with_its_reason(result, scale, why):
    known = synthesise([entry("a", result)], "reoffended", scale)
    assert known.effects == ()
    assert reasons(known) == {("a", "national"): why}
    assert known.left_out[0].words == WHY_WORDS[why]


def test_a_corrected_result_without_its_new_version_is_not_pooled():
    known = synthesise([entry("a", corrected="A column was read wrongly.")], "reoffended")
    assert reasons(known) == {("a", "national"): "corrected"}


def test_the_national_analysis_counts_and_not_also_the_regional():
    regional = outcome(-6.0, analysis="regional", who="regional", headline=False)
    known = synthesise([entry("a", regional, outcome(-4.0))], "reoffended")
    assert [each.value for each in known.effects] == [-0.04]
    assert reasons(known) == {("a", "regional"): "same_people"}


def test_the_regional_analysis_counts_where_the_national_was_not_published():
    regional = outcome(-6.0, analysis="regional", who="regional", headline=False)
    known = synthesise([entry("a", outcome(verdict="withheld"), regional)], "reoffended")
    assert [each.value for each in known.effects] == [-0.06]
    assert reasons(known) == {("a", "national"): "withheld"}


def test_of_two_results_about_the_same_people_the_newer_counts():
    older, newer = entry("older"), entry("newer", days=30)
    shared = [Overlap(first="older", second="newer", share=0.11)]
    known = synthesise([older, newer], "reoffended", overlaps=shared)
    assert keys(known) == ["newer"]
    assert reasons(known) == {("older", "national"): "overlap"}
    assert keys(synthesise([older, newer], "reoffended", overlaps=[replace(shared[0], share=0.10)])) == ["older", "newer"]
    assert keys(synthesise([older, newer], "reoffended")) == ["older", "newer"]


def test_a_result_that_is_left_out_leaves_nobody_else_out():
    three = [entry("a"), entry("b", days=1), entry("c", days=2)]
    chain = [Overlap(first="a", second="b", share=0.5), Overlap(first="b", second="c", share=0.5)]
    assert keys(synthesise(three, "reoffended", overlaps=chain)) == ["a", "c"]


def test_fewer_than_three_are_shown_one_by_one():
    known = synthesise([entry("a"), entry("b")], "reoffended", overlaps=())
    assert known.pooled is None
    assert printed(known) is None
    assert in_words(known) == ("2 results can be taken together; 3 are needed. Look at each by itself.",)
    assert "Too few to pool" in known.summary()
    assert in_words(synthesise([entry("a")], "reoffended"))[0].startswith("1 result can")


def several(*differences, **more):
    return [entry(str(n), outcome(value, **more), days=n) for n, value in enumerate(differences)]


def test_the_words_say_where_the_average_lies_and_where_one_more_would():
    fall = in_words(synthesise(several(-8.0, -7.0, -9.0, -8.0), "reoffended", overlaps=()))
    assert fall[0] == (
        "In 4 results, the average effect on \u201cone-year proven reoffending rate\u201d is probably between \u221210.4 and \u22125.6 "
        "percentage points: lower than without the programmes."
    )
    assert fall[1].endswith("between \u221210.4 and \u22125.6 percentage points: a fall almost everywhere.")
    assert fall[2:] == (FEW_WORDS,)
    rise = in_words(synthesise(several(8.0, 7.0, 9.0), "reoffended"))
    assert "higher than without" in rise[0]
    assert rise[1].endswith("a rise almost everywhere.")
    assert rise[-1] == UNKNOWN_OVERLAP
    mixed = in_words(synthesise(several(*([-9.0, 4.0] * 6)), "reoffended", overlaps=()))
    assert "could be a fall or a rise" in mixed[0]
    assert mixed[1].endswith("it may help in one place and not in another.")
    assert len(mixed) == 2


def test_an_odds_ratio_is_told_as_one():
    known = synthesise(several(-8.0, -7.0, -9.0), "reoffended", "log odds ratio", overlaps=())
    assert "as an odds ratio" in in_words(known)[0]
    assert 0.5 < float(printed(known).effect) < 1


def test_a_pooled_figure_is_rounded_once_and_has_a_true_minus_sign():
    assert number(-0.0525, "percentage points") == "\u22125.3"
    assert number(-0.0001, "percentage points") == "0.0"
    assert number(0.0, "odds ratio") == "1.00"
    assert number(-0.126, "reoffences") == "\u22120.13"
    made = printed(synthesise(several(-8.0, -2.0, -9.0), "reoffended"))
    assert (made.unit, made.effect, made.tau, made.i2) == ("percentage points", "\u22126.3", "3.46", "84%")
    assert made.q == "12.2 on 2 degrees of freedom, p < 0.01"


def test_a_synthesis_comes_back_from_its_json_without_the_results_themselves():
    known = synthesise([*several(-8.0, -7.0, -9.0), entry("z", outcome(verdict="withheld"))], "reoffended")
    assert Synthesis.from_dict(known.to_dict()) == replace(known, outcomes=())
    assert known.table().column("why_not").to_pylist() == [None, None, None, "withheld"]
    assert "1 left out" in known.summary()
