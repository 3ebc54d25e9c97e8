"""The checks on a result, safe: each on its own counts, and never where the official figure is hidden."""

from dataclasses import replace

import pytest

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.disclosure.published import Content
from justice_data_lab.disclosure.robustness_evidence import AnalysisDiscoveries, HelpedEvidence, RobustnessEvidence
from justice_data_lab.disclosure.tidy import figures_of
from justice_data_lab.estimation.robustness.result import Discovery
from justice_data_lab.records import from_json, to_json
from justice_data_lab.study import DisclosureRules
from sample_checks import (
    FLAGGED,
    alternative,
    capped,
    checked,
    checked_trial,
    control,
    count_checks,
    equivalence,
    evidence,
    left_out,
    rate_checks,
    tier,
    with_tier,
)
from sample_requests import eleven_estimates, refused

RULES, PUBLIC = DisclosureRules(), DisclosureRules(profile="none")


def published(request=None, rules=RULES):
    return disclose(request or checked(), rules).content.robustness


def rate(rules=RULES, **changes):
    return published(with_tier(measures=(rate_checks(**changes),)), rules).measures[0]


def counts(rules=RULES, **changes):
    return published(with_tier(measures=(count_checks(**changes),)), rules).measures[0]


def texts(value):
    return [figure.text for figure in figures_of(value)]


# What is printed


def test_each_way_of_comparing_has_its_difference_range_p_and_where_it_stands():
    rows = {each.check: each for each in rate().alternatives}
    assert texts(rows["doubly_robust"]) == ["\u22127", "\u221211", "\u22124", "<0.01", "agrees with the main result"]
    assert texts(rows["overlap_weights"])[-1] == "about other people"
    assert [each.beside for each in rows.values()] == ["near", "near", "other_people"]
    assert rows["doubly_robust"].difference.unit == "percentage points"


def test_a_way_that_is_further_than_a_standard_error_differs():
    measure = counts()
    assert measure.alternatives[0].beside_figure.text == "differs from the main result"
    assert measure.agreement == "differ"
    assert texts(measure.alternatives[0])[:3] == ["\u22120.4", "\u22120.6", "\u22120.2"]
    assert measure.alternatives[0].difference.unit == "reoffences"


def test_a_way_whose_weights_leave_the_groups_unlike_speaks_for_nothing():
    first, second, third = rate_checks().alternatives
    found = rate(alternatives=(replace(first, flagged=True, imbalanced=True), second, replace(third, imbalanced=True)))
    assert [each.beside for each in found.alternatives] == ["unlike", "near", "unlike"]
    assert found.alternatives[0].beside_figure.text == "leaves the groups unlike"
    assert found.agreement == "agree"
    alone = rate(alternatives=(replace(first, imbalanced=True), replace(second, flagged=None)))
    assert ([each.beside for each in alone.alternatives], alone.agreement) == (["unlike", "not_judged"], "not_assessed")
    assert alone.alternatives[1].beside_figure.text == "[x]"


def test_ratios_and_what_a_hidden_trait_would_have_to_do_have_two_digits():
    assert texts(rate().ratio) == ["0.82", "0.75", "0.89", "1.7", "1.5", "1.2"]
    assert texts(rate(PUBLIC).ratio) == ["0.817", "0.748", "0.892", "1.747", "1.490", "1.213"]


def test_the_range_without_each_group_names_the_groups_at_its_ends():
    found = rate().left_out
    assert texts(found) == ["\u22129", "\u22127"]
    assert (found.lowest_group, found.highest_group) == ("previous offences", "needs")


def test_counts_have_a_model_of_their_own_and_large_ones_capped():
    assert texts(counts().counts) == ["0.83", "0.71", "0.97", "0.02", "\u22120.2", "\u22120.4", "\u22120.1", "<0.01"]
    assert rate().counts is None


def test_the_cap_is_in_no_output():
    for rules in (RULES, PUBLIC):
        content = disclose(checked(), rules).content
        assert "1777" not in str(to_json(content))
        assert not [figure for figure in figures_of(content) if figure.value == 1777.0]


def test_equivalence_tells_both_margins_and_the_smallest_that_passes():
    none, five = published().equivalence
    assert texts(none) == ["\u221211", "\u22125", "0.40", "0.40", "none"]
    assert [test.margin for test in none.tests] == [2, 5]
    assert (none.margin.value, none.margin.marker) == (None, "")
    assert texts(five)[2:] == ["0.40", "0.03", "5"]
    assert published(rules=PUBLIC).equivalence[1].margin.text == "5"


def test_the_negative_control_is_clear_or_flagged_and_says_which_way():
    clear = published().control
    assert (clear.status, clear.direction) == ("clear", "none")
    assert texts(clear) == ["no large difference before", "1", "\u22122", "3", "0.66"]
    low = published(with_tier(negative_control=control(**FLAGGED))).control
    assert (low.status, low.direction, low.status_figure.text) == ("flagged", "lower", "a large difference before")
    high = control(difference=0.05, ci_low=0.02, ci_high=0.08, flagged=True)
    assert published(with_tier(negative_control=high)).control.direction == "higher"
    unknown = published(with_tier(negative_control=control(ci_low=None, ci_high=None, p_value=None, flagged=None))).control
    assert (unknown.status, unknown.status_figure.text, unknown.ci_low.text) == ("not_available", "[x]", "[x]")
    assert published(with_tier(negative_control=None)).control is None


def test_the_share_that_had_similar_help_is_told():
    assert disclose(checked(), RULES).content.helped.text == "3%"
    assert disclose(checked(helped=None), RULES).content.helped is None


def test_every_figure_has_a_place_of_its_own_and_all_is_kept_as_json():
    for rules in (RULES, PUBLIC):
        content = disclose(checked(), rules).content
        assert from_json(Content, to_json(content)) == content
    table = (
        disclose(checked(), RULES)
        .table()
        .filter([row.startswith("robustness/") for row in disclose(checked(), RULES).table().column("key").to_pylist()])
    )
    assert table.num_rows > 60


def test_without_the_tier_and_without_a_result_there_is_none():
    assert published(checked(robustness=None)) is None
    assert published(refused()) is None
    assert disclose(refused(), RULES).content.helped is None


# What was not done


def test_what_was_not_done_is_told_by_a_code_and_never_in_the_estimations_words():
    assert [(each.check, each.why) for each in counts().not_done] == [("hidden_bias", "shares_only")]
    missing = rate(hidden_bias=None, rate_ratio=None, e_value=None, not_done=())
    assert texts(missing.ratio) == ["[x]", "[x]", "[x]", "[x]", "[x]", "[z]"]
    told = tuple(
        replace(count_checks().not_done[0], check=name, why="all are 0 on one side") for name in ("alternatives", "counts")
    )
    found = published(with_tier(measures=(count_checks(counts=None, not_done=told),)))
    assert [(each.check, each.why) for each in found.measures[0].not_done] == [("counts", "no_answer")]
    assert "all are 0" not in str(to_json(found))
    assert set(texts(found.measures[0].counts)) == {"[x]"}


def test_a_bound_for_a_result_that_points_nowhere_is_not_needed():
    told = (replace(count_checks().not_done[0], why="the official result is not significant"),)
    found = rate(hidden_bias=None, not_done=told)
    assert [(each.check, each.why) for each in found.not_done] == [("hidden_bias", "no_answer")]
    first, *others = eleven_estimates()
    straddling = replace(first, verdict="inconclusive", ci_low=-0.04, ci_high=0.02)
    tested = with_tier(measures=(rate_checks(hidden_bias=None, not_done=told),)).robustness
    open_result = published(checked(estimates=(straddling, *others), robustness=tested)).measures[0]
    assert [each.why for each in open_result.not_done] == ["not_significant"]


def test_in_a_trial_nothing_is_asked_of_hidden_traits():
    (measure,) = published(checked_trial(), PUBLIC).measures
    assert [measure.ratio.e_value.text, measure.ratio.e_value_interval.text, measure.ratio.gamma.text] == ["[z]"] * 3
    assert texts(measure.left_out) == ["[z]", "[z]"]
    assert set(texts(measure.alternatives[1])) == {"[z]"}
    assert measure.alternatives[0].beside == "near"
    assert {each.check: each.why for each in measure.not_done} == dict.fromkeys(
        ("overlap_weights", "e_value", "hidden_bias", "left_out"), "trial"
    )


# What is hidden


def test_where_the_official_figure_is_hidden_every_check_of_it_is():
    rows = eleven_estimates()
    few = replace(rows[0], treated=replace(rows[0].treated, events=6))
    found = published(checked(estimates=(few, *rows[1:])))
    first, second = found.measures
    assert (first.status, second.status) == ("withheld", "shown")
    assert set(texts(first)) <= {"[c]"}
    assert (first.left_out.lowest_group, first.left_out.highest_group) == ("", "")
    assert (first.agreement, first.not_done) == ("not_assessed", ())
    assert {each.beside for each in first.alternatives} == {"not_judged"}
    assert set(texts(found.equivalence[0])) == {"[c]"}
    # the secondary measure is not what the whole is judged by
    assert found.agreement == "not_assessed"


def test_where_the_official_figure_is_unreliable_so_is_every_check_of_it():
    rows = eleven_estimates()
    request = checked(estimates=(replace(rows[0], reliable=False), *rows[1:]))
    found = published(request).measures[0]
    assert (found.status, found.agreement) == ("not_reliable", "not_assessed")
    assert set(texts(found)) == {"[u]"}
    public = published(request, PUBLIC)
    assert public.measures[0].alternatives[0].difference.text == "\u22127.4 [u]"
    assert public.measures[0].alternatives[0].beside_figure.text == "[u]"


def test_where_there_is_no_official_figure_there_are_no_checks():
    rows = eleven_estimates()
    found = published(checked(estimates=(replace(rows[0], difference=None), *rows[1:]))).measures[0]
    assert found.status == "not_available"
    assert set(texts(found)) == {"[x]"}


@pytest.mark.parametrize(
    "changes",
    [
        {"evidence": evidence(treated=(9, 900))},
        {"evidence": evidence(treated=(934, 9))},
        {"evidence": evidence(comparison=(9, 4000))},
        {"n_eff": 29.0},
        {"max_weight_share": 0.11},
    ],
)
def test_a_way_of_comparing_whose_own_counts_fail_is_hidden_and_says_nothing(changes):
    checks = tuple(replace(each, **changes) for each in rate_checks().alternatives[:1])
    found = rate(alternatives=checks)
    assert set(texts(found.alternatives)) == {"[c]"}
    assert (found.alternatives[0].beside, found.agreement) == ("not_judged", "not_assessed")
    assert found.ratio.ratio.text == "0.82"
    assert rate(PUBLIC, alternatives=checks).alternatives[0].difference.text == "\u22127.4"


def test_weights_of_the_treated_are_looked_at_where_they_have_any():
    heavy = {"max_weight_share_treated": 0.11}
    others = [alternative(check, -0.07, **heavy) for check in ("doubly_robust", "overlap_weights")]
    found = rate(alternatives=tuple(others)).alternatives
    assert [each.difference.marker for each in found] == ["", "c"]
    few = rate(alternatives=(alternative("overlap_weights", -0.07, n_eff_treated=29.0),)).alternatives[0]
    assert few.difference.marker == "c"


def test_a_mean_that_rests_on_one_person_is_hidden():
    behind = evidence(nonzero=(329, 34000), largest=0.21)
    found = counts(alternatives=(alternative("doubly_robust", -0.3, evidence=behind),))
    assert found.alternatives[0].difference.marker == "c"


@pytest.mark.parametrize(
    "changes", [{"evidence": evidence(treated=(9, 900))}, {"evidence": None}, {"n_treated": 9}, {"max_weight_share": 0.11}]
)
def test_the_range_has_both_ends_or_none(changes):
    for unsafe in ("needs", "previous offences"):
        rows = tuple(replace(each, **changes) if each.group == unsafe else each for each in rate_checks().left_out.rows)
        found = rate(left_out=replace(rate_checks().left_out, rows=rows)).left_out
        assert texts(found) == ["[c]", "[c]"]
        assert (found.lowest_group, found.highest_group) == ("", "")
    middle = tuple(replace(each, **changes) if each.group == "time" else each for each in rate_checks().left_out.rows)
    assert texts(rate(left_out=replace(rate_checks().left_out, rows=middle)).left_out) == ["\u22129", "\u22127"]


def test_the_groups_at_the_ends_are_no_place_for_a_hidden_comparison():
    ends = replace(rate_checks().left_out, rows=(left_out("needs", -0.07), left_out("previous offences", -0.09, n_comparison=4)))
    assert rate(left_out=ends).left_out.lowest.marker == "c"


@pytest.mark.parametrize("few", [{"above_treated": 9}, {"above_comparison": 9}])
def test_the_capped_difference_needs_ten_people_above_the_cap_on_each_side(few):
    """Beside the official one it tells by how much the largest counts exceed the cap together."""
    changed = replace(count_checks().counts, capped=capped(**few))
    assert texts(counts(counts=changed).counts)[4:] == ["[c]"] * 4
    assert texts(counts(counts=changed).counts)[0] == "0.83"
    assert texts(counts(PUBLIC, counts=changed).counts)[4] == "\u22120.2"


def test_a_bound_that_rests_on_few_people_is_hidden_and_one_for_nothing_does_not_apply():
    assert rate(hidden_bias=replace(rate_checks().hidden_bias, n_treated=9)).ratio.gamma.marker == "c"
    assert rate(hidden_bias=replace(rate_checks().hidden_bias, gamma=None)).ratio.gamma.marker == "z"


@pytest.mark.parametrize("changes", [{"evidence": evidence(treated=(9, 900))}, {"n_eff": 29.0}, {"n_treated": 9}])
def test_a_negative_control_whose_counts_fail_is_hidden_and_so_is_its_flag(changes):
    for flag in ({}, FLAGGED):
        found = published(with_tier(negative_control=control(**flag, **changes))).control
        assert (found.status, found.direction) == ("withheld", "none")
        assert set(texts(found)) == {"[c]"}


@pytest.mark.parametrize("people", [0, 9])
def test_a_handful_with_similar_help_is_hidden(people):
    few = HelpedEvidence(people=people, others=79137, share=0.0001)
    assert disclose(checked(helped=few), RULES).content.helped.text == "[c]"
    nearly_all = HelpedEvidence(people=79137, others=people, share=0.9999)
    assert disclose(checked(helped=nearly_all), RULES).content.helped.text == "[c]"
    heavy = tuple(replace(each, max_weight_share=0.11) for each in checked().analyses)
    assert disclose(checked(analyses=heavy), RULES).content.helped.text == "[c]"


# Adjusted p-values


def test_q_values_are_worked_out_over_the_measures_that_are_shown():
    assert [(each.measure, each.q_value.text) for each in published().discoveries] == [
        ("reoffences", "0.03"),
        ("days_to_first_reoffence", "0.06"),
        ("custodial_sentences", "0.28"),
    ]


def test_a_q_value_tells_nothing_of_a_hidden_p_value():
    rows = eleven_estimates()
    few = tuple(
        replace(row, treated=replace(row.treated, nonzero=4)) if row.measure == "days_to_first_reoffence" else row for row in rows
    )
    found = published(checked(estimates=few)).discoveries
    assert [(each.measure, each.q_value.text) for each in found] == [("reoffences", "0.02"), ("custodial_sentences", "0.28")]
    assert (
        found
        == published(checked(estimates=few, robustness=RobustnessEvidence(robustness=tier(discoveries=lower_p())))).discoveries
    )


def lower_p():
    return tuple(
        replace(each, p_value=0.004) if each.column == "days_to_first_reoffence" else each for each in tier().discoveries
    )


def test_each_analysis_is_adjusted_by_itself():
    regional = replace(checked().analyses[0], name="regional", headline=False)
    row = replace(eleven_estimates()[1], analysis="regional")
    own = AnalysisDiscoveries(
        analysis="regional",
        rows=(Discovery(measure="proven reoffences per person", column="reoffences", p_value=0.0113, q_value=0.0113),),
    )
    request = checked(
        analyses=(*checked().analyses, regional),
        estimates=(*checked().estimates, row),
        robustness=RobustnessEvidence(robustness=tier(), further=(own,)),
    )
    last = published(request).discoveries[-1]
    assert (last.analysis, last.measure, last.q_value.text, last.q_value.kind) == ("regional", "reoffences", "0.01", "q")


# The whole


def test_the_whole_agrees_when_the_primary_measures_do():
    assert published().agreement == "agree"
    far = tuple(replace(each, flagged=each.flagged is not None) for each in rate_checks().alternatives)
    assert published(with_tier(measures=(rate_checks(alternatives=far), count_checks()))).agreement == "differ"
    assert published(with_tier(measures=(count_checks(),))).agreement == "differ"


def test_without_a_standard_error_no_margin_is_told():
    none = replace(equivalence(), ci90_low=None, ci90_high=None, tests=(), margin=None)
    found = published(with_tier(equivalence=(none,))).equivalence[0]
    assert (found.tests, found.margin.text, found.ci90_low.text) == ((), "[x]", "[x]")
