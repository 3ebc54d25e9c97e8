"""What page one and the annex say of the checks: a test a branch. And what a hidden difference does to the wording."""

from dataclasses import replace
from functools import cache

import pytest

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.estimation.robustness.negative_control import MARGIN
from justice_data_lab.reporting import checks_words
from justice_data_lab.reporting import robustness_words as words
from justice_data_lab.reporting.findings import MATCHED, findings
from justice_data_lab.reporting.html import render_html
from justice_data_lab.reporting.page import lay_out
from justice_data_lab.reporting.readability import reading_age
from justice_data_lab.reporting.robustness_pages import differed_before, front_checks, robustness_pages
from justice_data_lab.study import DisclosureRules, Lab
from sample_checks import (
    FLAGGED,
    alternative,
    checked,
    checked_trial,
    control,
    count_checks,
    equivalence,
    rate_checks,
    with_tier,
)
from sample_requests import eleven_estimates, national

pytestmark = pytest.mark.usefixtures("no_charts")
RULES, PUBLIC = DisclosureRules(), DisclosureRules(profile="none")


def content_of(request, rules=RULES):
    return disclose(request, rules).content


@cache
def plain_page():
    return lay_out(disclose(checked(), RULES), Lab())


@cache
def flagged_usual():
    return flagged_page(checked())


def rate(request=None):
    """The finding on the rate, with its checks."""
    content = content_of(request or checked())
    return findings(content, "national")[0], content.robustness.measures[0]


def inconclusive(**changes):
    first, *others = eleven_estimates()
    straddling = {"verdict": "inconclusive", "difference": -0.01, "ci_low": -0.04, "ci_high": 0.02, "p_value": 0.5}
    return checked(estimates=(replace(first, **straddling), *others), **changes)


def ways(*, doubly=False, entropy=False, difference=-0.0741):
    others = (
        alternative("doubly_robust", difference, flagged=doubly),
        alternative("entropy_balancing", -0.0316, flagged=entropy),
        alternative("overlap_weights", -0.02),
    )
    return rate(with_tier(measures=(rate_checks(alternatives=others),)))


# The second way of comparing


def test_a_second_way_that_agrees_is_told_with_its_size():
    assert words.second_way(*rate()) == "A second way of comparing gave nearly the same answer: 7 percentage points lower."


def test_a_second_way_that_differs_asks_for_care():
    assert words.second_way(*ways(doubly=True, difference=0.0141)) == (
        "A second way of comparing gave another answer: 1 percentage point higher. Read it with care."
    )


def test_a_third_way_that_differs_is_told_after_a_second_that_agrees():
    assert words.second_way(*ways(entropy=True)) == (
        "A second way of comparing gave nearly the same answer: 7 percentage points lower. "
        "But a third way gave another: 3 percentage points lower. Read it with care."
    )
    assert "third" not in words.second_way(*ways(doubly=True, entropy=True))


def test_a_second_way_that_rounds_to_nothing_is_hardly_any_difference():
    assert "answer: hardly any difference." in words.second_way(*ways(doubly=True, difference=0.001))


def test_in_a_trial_the_second_way_takes_account_of_what_is_known():
    found, tests = rate()
    assert words.second_way(replace(found, design="randomised"), tests) == (
        "Taking account of what else is known of people gave nearly the same answer: 7 percentage points lower."
    )


def test_without_a_second_way_that_can_be_relied_on_nothing_is_said():
    first, *others = rate_checks().alternatives
    unlike = rate(with_tier(measures=(rate_checks(alternatives=(replace(first, imbalanced=True), *others)),)))
    assert words.second_way(*unlike) == ""
    assert words.second_way(*rate(with_tier(measures=(rate_checks(alternatives=()),)))) == ""


# The year before


def test_groups_that_offended_alike_before_are_as_they_should_be():
    assert words.before(content_of(checked()).robustness.control, MATCHED) == (
        "A check on a year before the programme found no large difference between the two groups, as it should be."
    )


@pytest.mark.parametrize(("difference", "word"), [(-0.04, "less"), (0.04, "more")])
def test_groups_that_did_not_are_a_sign_of_a_hidden_difference(difference, word):
    flagged = control(difference=difference, ci_low=difference - 0.02, ci_high=difference + 0.02, flagged=True)
    found = content_of(with_tier(negative_control=flagged)).robustness.control
    assert words.before(found, MATCHED) == (
        f"In a year before the programme, people who took part had offended {word} often than similar people who did not. "
        "The programme cannot have caused that. It is a sign of a hidden difference, so read the result with care."
    )


def test_a_check_that_is_hidden_says_so_and_one_that_is_not_there_says_nothing():
    hidden = content_of(with_tier(negative_control=control(n_treated=9))).robustness.control
    assert words.before(hidden, MATCHED) == "A check on a year before the programme is not shown, to protect people."
    none = content_of(with_tier(negative_control=control(ci_low=None, ci_high=None, flagged=None))).robustness.control
    assert words.before(none, MATCHED) == words.before(None, MATCHED) == ""


# Explaining it away


def test_a_clear_result_says_how_strong_a_hidden_trait_would_have_to_be():
    assert words.explain_away(*rate()) == (
        "To explain this result away, something that no record shows, such as motivation, would have to make people 1.7 times as likely "
        "to join, and change the outcome by as much. To put the direction in doubt, 1.5 times would be enough."
    )


def test_there_is_nothing_to_explain_away_without_a_clear_result_or_a_figure():
    assert words.explain_away(*rate(inconclusive())) == ""
    assert words.explain_away(*rate(with_tier(measures=(rate_checks(e_value=None),)))) == ""


# A small effect


def small(request, finding=0):
    content = content_of(request)
    return words.small(findings(content, "national")[finding], content.robustness.equivalence[0])


def test_an_effect_that_is_small_if_there_is_one_is_told_with_the_smallest_margin():
    five = {"robustness": with_tier(equivalence=(equivalence(margin=0.05),)).robustness}
    two = {"robustness": with_tier(equivalence=(equivalence(margin=0.02),)).robustness}
    assert small(inconclusive(**five)) == "If there is an effect, it is smaller than 5 percentage points."
    assert small(inconclusive(**two)) == "If there is an effect, it is smaller than 2 percentage points."


def test_a_clear_effect_that_is_small_is_called_what_it_is():
    five = checked(robustness=with_tier(equivalence=(equivalence(margin=0.05),)).robustness)
    assert small(five) == "This is a reduction, but smaller than 5 percentage points."
    first, *others = eleven_estimates()
    worse = replace(first, verdict="increase", difference=0.02, ci_low=0.01, ci_high=0.03)
    assert small(replace(five, estimates=(worse, *others))) == "This is an increase, but smaller than 5 percentage points."


def test_no_margin_no_word():
    assert small(checked()) == ""
    assert words.small(findings(content_of(checked()), "national")[0], None) == ""


# Help from others


def test_known_help_in_the_comparison_group_is_told_with_what_it_does():
    content = content_of(checked())
    assert words.similar_help(content.helped) == (
        "About 3% of the comparison group are known to have had similar help elsewhere. This pulls the difference towards zero."
    )
    rare = content_of(checked(helped=replace(checked().helped, share=0.002))).helped
    assert words.similar_help(rare).startswith("Fewer than 1% of the comparison group")
    hidden = content_of(checked(helped=replace(checked().helped, people=3))).helped
    assert words.similar_help(hidden) == words.similar_help(None) == ""


def test_what_is_known_of_help_stands_among_the_cautions_too():
    known = " ".join(plain_page().cautions)
    assert "About 3% of the comparison group are known" in known
    assert "Others may have had such help without the lab knowing." in known
    unknown = " ".join(lay_out(disclose(national(), RULES), Lab()).cautions)
    assert "may have had similar help elsewhere. This pulls" in unknown


# Page one


def test_page_one_has_one_paragraph_of_all_that_can_be_said():
    content = content_of(checked())
    text = front_checks(content, findings(content, "national"))
    starts = ("A second way", "A check on a year", "To explain this result away", "About 3% of the comparison group")
    assert [text.index(start) for start in starts] == sorted(text.index(start) for start in starts)
    html = render_html(plain_page())
    assert html.index(text) < html.index("For 100 typical people")
    assert 'href="#checks"' in html
    assert 'id="checks"' in html


def test_once_a_hidden_difference_has_shown_it_comes_first_and_none_is_asked_for():
    text = flagged_usual().checks
    assert text.startswith("In a year before the programme, people who took part had offended less often")
    assert "A second way of comparing gave nearly the same answer" in text
    assert "explain this result away" not in text


def test_without_the_tier_page_one_still_tells_of_tests_of_time():
    content = content_of(replace(checked_trial(), robustness=None), PUBLIC)
    assert front_checks(content, findings(content, "national")).startswith("The main test finds a difference.")
    bare = content_of(national())
    assert front_checks(bare, findings(bare, "national")) == ""
    assert 'href="#checks"' not in render_html(lay_out(disclose(national(), RULES), Lab()))


def test_a_primary_measure_without_checks_of_its_own_says_what_holds_for_the_groups():
    content = content_of(with_tier(measures=(count_checks(),), equivalence=()))
    text = front_checks(content, findings(content, "national"))
    assert text.startswith("A check on a year before the programme")
    secondary = content_of(checked(measures=tuple(replace(each, role="secondary") for each in national().measures)))
    assert front_checks(secondary, findings(secondary, "national")).startswith("About 3%")


# When the groups differed before


def flagged_page(found):
    tested = replace(found, robustness=with_tier(negative_control=control(**FLAGGED)).robustness)
    return lay_out(disclose(tested, RULES), Lab())


def test_a_flag_changes_the_wording_of_the_result_itself():
    plain, page = plain_page(), flagged_usual()
    (answer,) = page.answers
    assert answer.verdict == "Evidence of a reduction, with a warning"
    assert answer.sentence.startswith(plain.answers[0].sentence)
    assert answer.sentence.endswith(
        "Read this with care. The two groups had already offended at different rates before the programme. "
        "So some or all of this may come from who the people are."
    )
    html = render_html(page)
    assert html.count(words.CAUTION) == 2
    assert words.CAUTION not in render_html(plain)


def test_after_a_flag_nothing_that_can_be_said_claims_that_the_programme_made_the_difference():
    (answer,) = flagged_usual().answers
    assert answer.can == (
        (
            "The one-year proven reoffending rate was lower among people who took part in \u201cBridge workshops\u201d than among similar people "
            "who did not. The two groups had already offended at different rates before the programme."
        ),
        (
            "The true figure was probably lower by between 5 and 11 percentage points. "
            "How much of that is due to \u201cBridge workshops\u201d, if any, this report cannot tell."
        ),
    )
    assert answer.cannot == (
        "That \u201cBridge workshops\u201d raised or lowered the one-year proven reoffending rate.",
        "That \u201cBridge workshops\u201d made no difference.",
        "That people in the two groups differ in nothing but the programme.",
    )
    assert "evidence of a fall" not in " ".join(answer.can)


def test_after_a_flag_a_rise_is_told_as_what_was_seen():
    first, *others = eleven_estimates()
    worse = replace(first, verdict="increase", difference=0.08, ci_low=0.05, ci_high=0.11)
    assert "was higher among people who took part" in flagged_page(checked(estimates=(worse, *others))).answers[0].can[0]


def test_after_a_flag_an_open_result_may_lie_outside_its_bounds():
    (answer,) = flagged_page(inconclusive()).answers
    assert answer.verdict == "Not enough evidence to tell the direction, with a warning"
    assert answer.can[0].startswith(
        "There is not enough evidence to tell whether the one-year proven reoffending rate is higher or lower"
    )
    assert answer.can[1].endswith("So the true difference may lie outside these bounds.")


def test_after_a_flag_a_result_that_is_not_shown_stays_without_an_answer():
    first, *others = eleven_estimates()
    few = replace(first, treated=replace(first.treated, events=6))
    (answer,) = flagged_page(checked(estimates=(few, *others))).answers
    assert answer.verdict == "Not shown, to protect people"
    assert words.CAUTION not in answer.sentence
    assert answer.can[0].startswith("This report gives no answer about the one-year proven reoffending rate.")
    assert len(answer.cannot) == 2


def test_a_flag_that_may_not_be_shown_changes_no_wording():
    hidden = with_tier(negative_control=control(**FLAGGED, n_treated=9))
    assert not differed_before(content_of(hidden))
    assert not differed_before(content_of(checked(robustness=None)))
    assert not differed_before(content_of(with_tier(negative_control=None)))


# The annex


def test_the_annex_has_one_row_a_check_and_measure():
    pages = robustness_pages(content_of(checked()))
    assert [[row.name for row in measure.rows] for measure in pages.measures] == [
        ["Main result", "Doubly robust", "Entropy balancing", "Overlap weights, a different population"],
        [
            "Main result",
            "Doubly robust",
            "Entropy balancing",
            "Overlap weights, a different population",
            "Largest counts capped",
        ],
    ]
    assert [name for name, _ in pages.counted] == ["Proven reoffences per person"]
    assert [title for title, _ in pages.adjusted] == ["National analysis"]
    assert pages.adjusted[0][1][0].name == "Proven reoffences per person"


def test_the_annex_says_what_each_check_cannot_show():
    text = " ".join(text for _, text in robustness_pages(content_of(checked())).meanings)
    assert f"beyond {100 * MARGIN:g} percentage points either way" in text
    assert "A smaller one can come from choosing people by their record" in text
    assert "a hidden trait that never showed before cannot be found this way" in text
    assert "It does not say whether there is such a trait" in text
    assert "They are other people" in text


def test_the_annex_explains_only_what_stands_in_it():
    trial = robustness_pages(content_of(checked_trial(), PUBLIC))
    assert [name for name, _ in trial.meanings] == ["Doubly robust", "Rate ratio"]
    bare = with_tier(measures=(), equivalence=(), discoveries=(), negative_control=None)
    assert robustness_pages(content_of(bare)).meanings == ()
    assert "checks" in render_html(lay_out(disclose(bare, RULES), Lab()))


def test_what_was_not_done_is_told_once_with_its_reason():
    notes = robustness_pages(content_of(checked())).notes
    assert notes == (
        "Overlap weights: its weights leave the two groups unlike on something that is known of them. Do not rely on it.",
        "Rosenbaum\u2019s bound: not made, because it is for shares of people only.",
    )
    trial = robustness_pages(content_of(checked_trial(), PUBLIC)).notes
    assert "E-value: not needed, because chance decided who was offered the programme." in trial
    no_ratio = with_tier(measures=(rate_checks(not_done=(replace(count_checks().not_done[0], check="rate_ratio"),)),))
    assert robustness_pages(content_of(no_ratio)).notes == ("Rate ratio: tried, and it gave no answer for these people.",)


def test_page_one_can_be_read_by_a_fourteen_year_old():
    flagged, open_result = flagged_usual(), flagged_page(inconclusive())
    five = {"robustness": with_tier(equivalence=(equivalence(margin=0.05),)).robustness}
    for text in (
        flagged.checks,
        open_result.checks,
        plain_page().checks,
        lay_out(disclose(inconclusive(**five), RULES), Lab()).checks,
        lay_out(disclose(checked_trial(), PUBLIC), Lab()).checks,
        words.second_way(*ways(doubly=True)),
        words.second_way(*ways(entropy=True)),
        words.CAUTION,
        checks_words.INTRO,
        *(" ".join(page.answers[0].can) for page in (flagged, open_result)),
    ):
        assert reading_age(text) <= 14, text


def test_the_annex_can_be_read_by_a_seventeen_year_old():
    for name, text in robustness_pages(content_of(checked())).meanings:
        assert reading_age(text) <= 17, name
