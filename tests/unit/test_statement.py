"""The quality statement of a report: the published rule, applied to what is published."""

from dataclasses import replace

import pytest

from justice_data_lab.disclosure.clock import ClockEvidence
from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.disclosure.linked.protection import Protection
from justice_data_lab.disclosure.rounding import precision
from justice_data_lab.disclosure.statement import publish_statement
from justice_data_lab.disclosure.statement_evidence import OverlapEvidence
from justice_data_lab.estimation.quality import judge_quality
from justice_data_lab.reporting.html import render_html
from justice_data_lab.reporting.page import lay_out
from justice_data_lab.reporting.quality_pages import INTRO, quality_pages
from justice_data_lab.reporting.readability import reading_age
from justice_data_lab.study import DisclosureRules, Lab
from sample_checks import FLAGGED, alternative, checked, checked_trial, control, rate_checks, with_tier
from sample_requests import LINKAGE, national, refused, trial

pytestmark = pytest.mark.usefixtures("no_charts")
RULES, PUBLIC = DisclosureRules(), DisclosureRules(profile="none")


def statement(request=None, rules=RULES):
    return disclose(request or checked(), rules).content.statement


def criterion(key, request=None, rules=RULES):
    """Grade of a criterion and its figures as printed."""
    found = next(each for each in statement(request, rules).criteria if each.key == key)
    assert found.grade.text == found.grade.text.capitalize()
    return found.grade.text.lower(), {each.key: each.figure.text for each in found.figures}


# Which figures


def test_every_figure_is_one_that_is_published_or_is_rounded_as_one():
    assert criterion("balance") == ("good", {"worst_balance": "0.06", "balance": "green"})
    assert criterion("attrition") == ("good", {"analysed": "91%"})
    assert criterion("effective_size") == ("good", {"n_eff": "6,400", "n_eff_ratio": "6.8"})
    assert criterion("linkage") == ("good", {"false_matches": "<1%", "missed_matches": "3%", "match_rate": "95%"})
    assert criterion("robustness") == ("good", {"agreement": "100%", "negative_control": "no large difference before"})
    assert criterion("contamination") == ("good", {"contaminated": "3%"})


def test_more_than_99_percent_counts_as_all_and_is_told_as_it_is_printed():
    """3,012 of 3,024 who could be analysed were matched: all but twelve, and never fewer than 95%."""
    asked = checked(overlap=OverlapEvidence(treated=3024, matched=3012, off_support=312))
    grade, figures = criterion("overlap", asked)
    assert (grade, figures["matched"]) == (criterion("overlap")[0], ">99%")
    found = next(each for each in statement(asked).statement.criteria if each.key == "overlap")
    assert next(each.value for each in found.figures if each.key == "matched") == 1.0
    lines = {line.criterion.key: line for line in quality_pages(disclose(asked, RULES).content).lines}
    assert "more than 99% were matched" in lines["overlap"].sentence


def test_the_grades_are_those_of_the_rule_on_the_printed_figures():
    found = statement()
    assert judge_quality(found_facts(found)) == found.statement
    assert (found.overall.text, found.statement.overall) == ("Fair", "fair")


def found_facts(found):
    """What a reader has: the printed figures, as the rule's facts."""
    from justice_data_lab.estimation.quality import QualityFacts  # noqa: PLC0415

    values = {figure.key: figure.value for each in found.statement.criteria for figure in each.figures}
    return QualityFacts(design=found.statement.design, **values)


def test_the_grade_changes_with_the_printed_figure_and_not_with_the_exact_one():
    """3.2% of the comparison group prints as 3%, 5.4% as 5%, and the bound of good is 5%."""
    helped = checked().helped
    assert criterion("contamination", checked(helped=replace(helped, share=0.054)))[0] == "good"
    assert criterion("contamination", checked(helped=replace(helped, share=0.056)))[0] == "fair"


def test_a_largest_difference_is_that_of_the_rows_that_show_a_number():
    rows = tuple(replace(row, after=0.4) if row.level == "60 or over" else row for row in national().balance)
    assert criterion("balance", replace(national(), balance=rows))[1]["worst_balance"] == "0.06"
    hidden = tuple(replace(row, after=None) for row in national().balance)
    assert "worst_balance" not in criterion("balance", replace(national(), balance=hidden))[1]


# People lost


def test_where_few_were_not_matched_only_a_floor_is_told_that_is_known_anyway():
    """Four of 947 were not matched. That at least 95% were is what the missing warning says."""
    assert criterion("overlap")[1]["matched"] == "at least 95%"
    assert criterion("overlap", rules=PUBLIC)[1]["matched"] == "99.6%"
    small = checked(overlap=OverlapEvidence(treated=38, matched=30, off_support=312))
    assert criterion("overlap", small)[1]["matched"] == "[c]"
    many = checked(overlap=OverlapEvidence(treated=1100, matched=943, off_support=312))
    assert criterion("overlap", many)[1]["matched"] == "86%"
    assert criterion("overlap", many)[0] == "fair"


@pytest.mark.parametrize(("left", "said"), [(1100, "[c]"), (960, "at least 95%")])
def test_the_share_matched_is_not_told_where_it_would_tell_how_many_could_be_analysed(left, said):
    """Whoever knows that 943 were matched, and which share of those who could be analysed that is, knows how many these were."""
    request = checked(overlap=OverlapEvidence(treated=left, matched=943, off_support=312))
    request = replace(
        request, attrition=(*request.attrition[:-2], replace(request.attrition[-2], left=left), request.attrition[-1])
    )
    content = disclose(checked(), RULES).content
    found = {}
    for units in ((), ("left/request/5",)):
        protection = Protection(units=frozenset(units))
        criteria = publish_statement(request, content, protection, RULES, precision(RULES)).criteria
        found[units] = {each.key: each.figure.text for criterion in criteria for each in criterion.figures}["matched"]
    assert found == {(): f"{943 / left:.0%}", ("left/request/5",): said}


def test_a_floor_is_graded_as_itself():
    strict = checked(method=replace(national().method, widened=False))
    assert criterion("overlap", strict)[0] == "good"
    assert criterion("overlap")[0] == "fair"


def test_where_few_records_were_lost_in_all_only_a_floor_is_told():
    first, *_ = national().attrition
    last = replace(first, lost=4, left=first.left - 4)
    assert criterion("attrition", checked(attrition=(first, last)))[1]["analysed"] == "at least 70%"
    assert "analysed" not in criterion("attrition", checked(attrition=()))[1]


def test_people_of_the_pool_who_are_like_nobody_are_counted_when_there_are_enough():
    assert criterion("overlap")[1]["off_support"] == "310"
    few = checked(overlap=OverlapEvidence(treated=947, matched=943, off_support=4))
    assert criterion("overlap", few)[1]["off_support"] == "[c]"


# What is not known


def test_what_is_hidden_is_not_known():
    hidden = checked(helped=replace(checked().helped, people=3))
    assert criterion("contamination", hidden) == ("not known", {"contaminated": "[c]"})
    untold = checked(robustness=with_tier(negative_control=control(n_treated=9)).robustness)
    assert criterion("robustness", untold) == ("fair", {"agreement": "100%", "negative_control": "[c]"})


def test_what_there_is_none_of_is_not_known():
    bare = replace(national(), linkage=None, quality=(), overlap=None)
    assert criterion("robustness", bare) == ("not known", {})
    assert criterion("contamination", bare) == ("not known", {})
    assert criterion("linkage", bare) == ("not known", {})
    assert criterion("clock", bare) == ("not known", {})
    assert "matched" not in criterion("overlap", bare)[1]


@pytest.mark.parametrize(("run", "late", "grade"), [("index", 40, "poor"), ("index", 0, "good"), ("intervention", 40, "good")])
def test_a_clock_that_was_kept_although_people_began_later_is_poor(run, late, grade):
    found = criterion("clock", checked(clock=ClockEvidence(run=run, reason="B. Reviewer", late=late, people=900)))
    assert found == (grade, {"clock_warning": "yes" if grade == "poor" else "no"})


def test_a_flag_of_the_negative_control_makes_the_whole_poor():
    flagged = statement(with_tier(negative_control=control(**FLAGGED)))
    assert flagged.overall.text == "Poor"
    assert criterion("robustness", with_tier(negative_control=control(**FLAGGED)))[0] == "poor"


def test_the_share_that_agrees_is_of_the_primary_measures_and_of_the_same_people():
    ways = (
        alternative("doubly_robust", -0.07),
        alternative("entropy_balancing", -0.02, flagged=True),
        alternative("overlap_weights", 0.0),
    )
    split = with_tier(measures=(rate_checks(alternatives=ways),))
    assert criterion("robustness", split) == ("fair", {"agreement": "50%", "negative_control": "no large difference before"})
    none = with_tier(measures=(rate_checks(alternatives=()),))
    assert "agreement" not in criterion("robustness", none)[1]


def test_a_trial_is_judged_on_what_applies_to_it():
    assert [each.key for each in statement(checked_trial(), PUBLIC).criteria] == ["attrition", "linkage", "contamination"]
    assert statement(trial(), PUBLIC).overall.text == "Not known"


def test_a_refusal_has_no_statement():
    assert statement(refused()) is None
    assert quality_pages(disclose(refused(), RULES).content) is None


# In the report


def test_the_sentences_speak_of_the_figures_as_they_are_printed():
    lines = {line.criterion.key: line for line in quality_pages(disclose(checked(), RULES).content).lines}
    assert "at least 95% were matched" in lines["overlap"].sentence
    assert (
        "less than 1% of the links are likely to be wrong; 3% of the people were likely to be missed" in lines["linkage"].sentence
    )
    assert "it was worth 6,400 people, or 6.8 for each person matched" in lines["effective_size"].sentence
    assert "Other methods gave the same answer." in lines["robustness"].sentence
    assert ("share of the group matched", "at least 95%") in [(name, each.text) for name, each in lines["overlap"].figures]


def test_the_grade_is_named_on_page_one_in_half_a_sentence():
    page = lay_out(disclose(checked(), RULES), Lab())
    assert page.statement.front == "By a published rule, the quality of this analysis is fair."
    html = render_html(page)
    assert html.index(page.statement.front) < html.index("For 100 typical people")
    assert html.index('id="say"') < html.index('id="quality"') < html.index('id="people"')
    unknown = lay_out(disclose(trial(), PUBLIC), Lab())
    assert unknown.statement.front == "Too little is known to grade the quality of this analysis."


def test_each_line_prints_its_rule_and_whether_it_is_essential():
    html = render_html(lay_out(disclose(checked(), RULES), Lab()))
    assert html.count("(not essential)") == 3
    assert "Good when at least 95% of the group were matched." in html
    assert "Poor when an essential criterion is poor." in html


def test_a_link_rate_that_rounds_to_nothing_counts_as_nothing():
    wrong, *others = LINKAGE.rates
    exact = replace(national(), linkage=replace(LINKAGE, rates=(replace(wrong, share=0.004), *others)))
    found = statement(exact).statement
    figures = {figure.key: figure.value for each in found.criteria for figure in each.figures}
    assert figures["false_matches"] == 0.0


def test_the_statement_can_be_read_by_a_fourteen_year_old():
    pages = quality_pages(disclose(checked(), RULES).content)
    for text in (INTRO, pages.front, pages.sentence):
        assert reading_age(text) <= 14, text
