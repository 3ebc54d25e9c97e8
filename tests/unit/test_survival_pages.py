"""Time to the first event on its way through disclosure and into the page."""

from dataclasses import replace

import pytest

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.reporting.html import render_html
from justice_data_lab.reporting.page import lay_out
from justice_data_lab.study import DisclosureRules, Lab
from sample_checks import SURVIVAL, checked, checked_trial
from sample_requests import eleven_estimates, refused, side

RULES, PUBLIC = DisclosureRules(), DisclosureRules(profile="none")


def page_of(request, rules=RULES):
    return lay_out(disclose(request, rules), Lab())


def test_the_section_follows_the_table_of_times():
    page = page_of(checked())
    assert page.survival.after == 3
    html = render_html(page)
    places = [html.index(text) for text in ("Table 3. Time to first", "How long people stayed free", "Table 4. Court outcome")]
    assert places == sorted(places)
    assert html.count("How long people stayed free") == 1
    assert "Everybody is counted here, and not only those to whom it came." in html


def test_without_a_table_of_times_it_follows_that_of_the_event_and_else_the_last():
    columns = replace(SURVIVAL.columns, time="week")
    odd = replace(SURVIVAL, columns=columns)
    assert page_of(checked(survival=replace(checked().survival, survival=odd))).survival.after == 1
    elsewhere = replace(odd, columns=replace(columns, event="arrest"))
    assert page_of(checked(survival=replace(checked().survival, survival=elsewhere))).survival.after == 7


def test_two_measures_of_one_column_are_known_by_the_column():
    columns = replace(SURVIVAL.columns, time="week")
    twice = tuple(replace(each, key="week (weeks to rearrest)") if each.table == 7 else each for each in checked().measures)
    rows = tuple(
        replace(row, measure="week (weeks to rearrest)") if row.measure == "custodial_sentences" else row
        for row in checked().estimates
    )
    survival = replace(checked().survival, survival=replace(SURVIVAL, columns=columns))
    assert page_of(checked(measures=twice, estimates=rows, survival=survival)).survival.after == 7
    few = replace(rows[-1], treated=side(329, 0.02, mean=True, hits=4))
    hidden = disclose(checked(measures=twice, estimates=(*rows[:-1], few), survival=survival), RULES).content
    assert hidden.survival.status == "withheld"


@pytest.mark.parametrize(("measure", "hits"), [("reoffended", 6), ("days_to_first_reoffence", 6)])
def test_where_the_rate_or_the_mean_time_is_hidden_the_restricted_mean_is_too(measure, hits):
    rows = tuple(
        replace(row, treated=replace(row.treated, **({"events": hits} if row.treated.nonzero is None else {"nonzero": hits})))
        if row.measure == measure
        else row
        for row in eleven_estimates()
    )
    result = disclose(checked(estimates=rows), RULES).content.survival
    assert (result.status, result.curve_status, result.hazards, result.tests) == ("withheld", "withheld", (), ())
    assert result.difference.text == "[c]"
    page = page_of(checked(estimates=rows))
    assert "is not shown, because so few people" in page.survival.sentences
    assert (page.survival.note, page.survival.shown) == ("", False)


def test_another_analysis_that_is_hidden_hides_nothing_of_the_headline():
    rows = checked().estimates
    few = replace(rows[0], analysis="regional", treated=replace(rows[0].treated, events=6))
    regional = replace(checked().analyses[0], name="regional", headline=False)
    request = checked(analyses=(*checked().analyses, regional), estimates=(*rows, few))
    assert disclose(request, RULES).content.survival.status == "shown"


def test_without_times_there_is_no_section():
    assert page_of(checked(survival=None)).survival is None
    assert page_of(refused()).survival is None


def test_tests_on_both_sides_of_the_line_are_told_on_page_one():
    page = page_of(checked_trial(), PUBLIC)
    assert "They sit on both sides of the line" in page.checks
    assert "The tests do not all say the same." in page.survival.agreement
    html = render_html(page)
    assert html.index("sit on both sides of the line") < html.index("For 100 typical people")


def test_tests_that_agree_are_told_beside_the_times_alone():
    page = page_of(checked())
    assert "line" not in page.checks
    assert page.survival.agreement.startswith("All the tests")
