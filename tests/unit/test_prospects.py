"""What a larger group could show: worked out from printed figures alone."""

from dataclasses import replace

import pytest

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.errors import NothingDisclosable
from justice_data_lab.estimation.power import detectable_effect
from justice_data_lab.reporting.html import render_html
from justice_data_lab.reporting.page import lay_out
from justice_data_lab.reporting.prospect_pages import NOTE, in_words, prospect_pages
from justice_data_lab.reporting.readability import reading_age
from justice_data_lab.study import DisclosureRules, Lab
from sample_requests import analysing, eleven_estimates, national, refused, trial

RULES, PUBLIC = DisclosureRules(), DisclosureRules(profile="none")


def prospects(request=None, rules=RULES):
    return disclose(request or national(), rules).content.prospects


def first_row(**changes):
    first, *others = eleven_estimates()
    return replace(national(), estimates=(replace(first, **changes), *others))


def test_each_size_has_the_fall_of_the_feasibility_formula_at_the_printed_rate():
    """943 people print as 945, the comparison rate as 43%, the effective number as 6,400."""
    found = prospects()
    assert found.own == 945
    assert [row.people for row in found.rows] == [60, 100, 150, 200, 300, 500, 945, 1000, 2000, 3800]
    for row in found.rows:
        assert row.fall.value == round(100 * detectable_effect(row.people, 0.43, ratio=6400 / 945), 1)
    assert {row.people: row.fall.text for row in found.rows}[945] == "4.8"


def test_the_exact_figures_do_not_matter():
    """An attacker learns nothing here that the printed figures do not tell."""
    treated = national().estimates[0].comparison
    assert prospects(first_row(comparison=replace(treated, value=0.4349))) == prospects()
    near = analysing(944)
    near = replace(near, analyses=tuple(replace(each, n_eff=6449.0) for each in near.analyses))
    assert prospects(near) == prospects()


@pytest.mark.parametrize(
    "changes",
    [
        {"reliable": False},
        {"comparison": replace(eleven_estimates()[0].comparison, events=6)},
        {"comparison": replace(eleven_estimates()[0].comparison, value=0.001)},
    ],
)
def test_without_a_printed_rate_there_is_nothing_to_work_with(changes):
    assert prospects(first_row(**changes)) is None


def test_without_a_printed_number_of_people_there_is_no_report_to_work_with():
    with pytest.raises(NothingDisclosable, match="Send a larger group"):
        prospects(analysing(9))


def test_a_measure_of_which_more_is_better_or_a_secondary_one_is_not_taken():
    for changes in ({"better": "higher"}, {"role": "secondary"}, {"kind": "mean", "unit": "x"}):
        measures = (replace(national().measures[0], **changes), *national().measures[1:])
        assert prospects(replace(national(), measures=measures)) is None
    assert prospects(refused()) is None


def test_sizes_that_could_not_even_show_a_fall_to_nothing_are_left_out():
    rare = first_row(comparison=replace(eleven_estimates()[0].comparison, value=0.02))
    few, fewer = (tuple(replace(each, n_eff=size) for each in rare.analyses) for size in (100.0, 20.0))
    assert [row.people for row in prospects(replace(rare, analyses=few)).rows] == [3800]
    assert prospects(replace(rare, analyses=fewer)) is None


def test_a_trial_is_taken_at_its_own_ratio():
    rows = {row.people: row.fall.text for row in prospects(trial(), PUBLIC).rows}
    assert rows[216] == f"{100 * detectable_effect(216, 0.306, ratio=1.0):.1f}"


def test_the_sentences_speak_of_this_group_and_of_two_that_are_clearly_larger():
    assert in_words(prospects()) == (
        "With 945 people like these, a fall of 4.8 percentage points or more would probably show. "
        "With 2,000 people, one of 3.3 percentage points would. With 3,800 people, one of 2.4 percentage points would."
    )
    large = tuple(replace(each, treated=2000) for each in national().analyses)
    assert "With 4,000 people" in in_words(prospects(replace(national(), analyses=large)))


def test_a_group_whose_own_number_shows_nothing_is_told_of_larger_ones_alone():
    found = prospects()
    only = replace(found, rows=tuple(row for row in found.rows if row.people > found.own))
    assert in_words(only).startswith("With 2,000 people, one of")
    none = replace(found, rows=tuple(row for row in found.rows if row.people == found.own))
    assert in_words(none) == "With 945 people like these, a fall of 4.8 percentage points or more would probably show."


def test_every_number_of_the_chart_is_printed_beside_it():
    page = lay_out(disclose(national(), RULES), Lab())
    html = render_html(page)
    assert "What a larger group could show" in html
    for row in page.prospects.prospects.rows:
        assert f"{row.people:,} people, {row.fall.text}" in page.prospects.chart.alternative
    assert prospect_pages(disclose(refused(), RULES).content) is None


def test_the_section_can_be_read_by_a_fourteen_year_old():
    for text in (NOTE, in_words(prospects())):
        assert reading_age(text) <= 14, text
