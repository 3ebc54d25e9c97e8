"""The trust in links, safe: estimated error rates, who could be found, and the result with stricter links."""

from dataclasses import replace

import pytest

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.disclosure.linkage_evidence import LinkageEvidence
from justice_data_lab.disclosure.request_linkage import linkage_evidence
from justice_data_lab.disclosure.tidy import figures_of
from justice_data_lab.estimation.linkage_threshold import ThresholdRow
from justice_data_lab.reporting import linkage_words as words
from justice_data_lab.reporting.linkage_pages import linkage_pages
from justice_data_lab.reporting.readability import reading_age
from justice_data_lab.study import DisclosureRules
from sample_checks import checked, evidence, stricter_links
from sample_requests import LINKAGE, eleven_estimates, national, refused, trial
from sample_rooms import made_linkage

RULES, PUBLIC = DisclosureRules(), DisclosureRules(profile="none")


def content_of(request, rules=RULES):
    return disclose(request, rules).content


def texts(value):
    return [figure.text for figure in figures_of(value)]


def stricter(rules=RULES, **changes):
    """The published rows when the third threshold differs in these fields."""
    first, second, third, last = stricter_links()
    linkage = replace(checked().linkage, thresholds=(first, second, replace(third, **changes), last))
    return content_of(checked(linkage=linkage), rules).linkage.thresholds


# Error rates


def test_error_rates_have_their_ranges_in_whole_percent():
    wrong, missed, most = content_of(national()).linkage.rates
    assert texts(wrong) == ["<1%", "<1%", "1%"]
    assert texts(missed) == ["3%", "2%", "7%"]
    assert texts(most) == ["5%", "[z]", "[z]"]
    assert texts(content_of(national(), PUBLIC).linkage.rates[0]) == ["0.2%", "<0.1%", "1.4%"]


@pytest.mark.parametrize("lost", [9, 1032 - 9])
def test_the_share_not_found_at_all_is_a_count_of_records_and_checked_as_one(lost):
    *rates, most = LINKAGE.rates
    few = replace(LINKAGE, rates=(*rates, replace(most, share=lost / 1032)))
    assert content_of(replace(national(), linkage=few)).linkage.rates[2].share.text == "[c]"
    assert content_of(replace(national(), linkage=few), PUBLIC).linkage.rates[2].share.marker == ""


def test_data_that_came_linked_and_a_refusal_have_no_links_to_trust():
    assert content_of(trial(), PUBLIC).linkage is None
    assert content_of(refused()).linkage is None
    assert content_of(trial(), PUBLIC).linkable == ()


def test_records_that_could_be_found_protect_each_other():
    rows = {row.label: row for row in content_of(national()).linkable}
    assert [rows[label].rate.text for label in ("All rows", "Police number", "No number")] == ["97%", "98%", "95%"]
    everybody, numbered, other = LINKAGE.linkable
    few = replace(LINKAGE, linkable=(replace(everybody, linked=1006), replace(numbered, linked=605), other))
    assert [row.rate.text for row in content_of(replace(national(), linkage=few)).linkable] == ["97%", "[c]", "[c]"]


# Stricter links


def test_a_threshold_that_leaves_out_enough_people_is_shown():
    four, sixteen, most = stricter()
    assert [each.status for each in (four, sixteen, most)] == ["nearly_the_same", "shown", "shown"]
    assert [each.times for each in (four, sixteen, most)] == [4, 16, 64]
    assert texts(sixteen) == ["910", "\u22128", "\u221211", "\u22125"]
    assert texts(four) == ["[x]"] * 4


@pytest.mark.parametrize("people", [924, 943])
def test_nearly_the_same_people_are_not_shown_again(people):
    """Figures of two sets that differ by 1 to 19 people would tell about those; that nobody differs is something learnt too."""
    assert stricter(n_treated=people)[1].status == "nearly_the_same"
    assert stricter(PUBLIC, n_treated=people)[1].status == "shown"


def test_a_stricter_lab_asks_for_more_people_to_leave():
    """Fifteen with the event and fifteen without cannot be among the 29 who leave."""
    strict = replace(RULES, min_events=15)
    left = {"evidence": evidence(treated=(320, 594))}
    assert stricter(n_treated=914, **left)[1].status == "withheld"
    assert stricter(strict, n_treated=914, **left)[1].status == "nearly_the_same"
    few = (replace(each, times=times) for each, times in zip([stricter_links()[0]] * 4, (1, 4, 16, 64), strict=True))
    same = content_of(checked(linkage=replace(checked().linkage, thresholds=tuple(few))), strict)
    assert "fewer than 30 people would leave" in linkage_pages(same).stricter


def test_each_is_held_against_the_last_one_that_is_shown():
    """840 people are 70 fewer than 910, and 103 fewer than all; against 855 that are shown they would be nearly the same."""
    rows = stricter(n_treated=855, evidence=evidence(treated=(297, 558)))
    assert [each.status for each in rows] == ["nearly_the_same", "shown", "nearly_the_same"]
    hidden = stricter(n_treated=855, evidence=evidence(treated=(328, 527)))
    assert [each.status for each in hidden] == ["nearly_the_same", "withheld", "shown"]


@pytest.mark.parametrize("events", [320, 305])
def test_those_who_leave_need_ten_with_the_event_and_ten_without(events):
    """33 people leave, and their events follow by subtraction."""
    assert stricter(evidence=evidence(treated=(events, 910 - events)))[1].status == "withheld"
    assert texts(stricter(evidence=evidence(treated=(events, 910 - events)))[1]) == ["[c]"] * 4


@pytest.mark.parametrize(
    "changes", [{"n_eff": 29.0}, {"n_comparison": 9}, {"evidence": evidence(treated=(317, 593), heaviest=0.11)}]
)
def test_those_who_stay_need_what_every_figure_needs(changes):
    assert stricter(**changes)[1].status == "withheld"


def test_without_counts_of_events_nothing_is_shown():
    assert stricter(evidence=evidence(nonzero=(300, 3000)))[1].status == "withheld"


def test_a_hidden_or_unreliable_result_stays_so_with_stricter_links():
    first, *others = eleven_estimates()
    few = replace(first, treated=replace(first.treated, events=6))
    assert texts(content_of(checked(estimates=(few, *others))).linkage.thresholds[1]) == ["[c]"] * 4
    unsound = replace(first, reliable=False)
    assert texts(content_of(checked(estimates=(unsound, *others))).linkage.thresholds[1]) == ["[u]"] * 4


# From the rooms


def test_thresholds_are_told_as_times_as_strict():
    rows = [
        ThresholdRow(
            threshold=17.2 + bits, n_treated=400, n_comparison=900, n_eff=300.0, difference=-0.1, ci_low=-0.2, ci_high=0.0, evidence=evidence()
        )
        for bits in (0.0, 2.0, 4.0, 6.0)
    ]  # fmt: skip

    class Row:
        column, analysis, measure = "reoffended", "national", "rate"

    found = linkage_evidence(made_linkage(), rows, [Row])
    assert [each.times for each in found.thresholds] == [1, 4, 16, 64]
    assert (found.measure, found.thresholds[1].n_treated) == ("reoffended", 400)
    assert linkage_evidence(None, (), []) is None


# In words


def test_wrong_and_missed_links_are_told_with_their_ranges():
    assert words.error_rates(content_of(national())) == (
        "Fewer than 1% of the links made are likely to be to a wrong person (at most 1%).",
        "About 3% of the people who could have been found were probably missed (between 2% and 7%).",
        "If everybody who was not found is in the register, 5% were missed.",
    )
    assert words.error_rates(content_of(trial(), PUBLIC)) == ()
    wrong, *others = LINKAGE.rates
    few = replace(LINKAGE, rates=(replace(wrong, low=0.0, high=0.004), *others))
    told = words.error_rates(content_of(replace(national(), linkage=few)))
    assert told[0] == "Fewer than 1% of the links made are likely to be to a wrong person."


def test_what_stricter_links_show_or_why_they_show_little():
    assert (
        words.stricter(stricter(), 20)
        == "A row without figures is of nearly the same people as another one: fewer than 20 would leave."
    )
    first, *_ = stricter_links()
    few = tuple(replace(first, times=times) for times in (1, 4, 16, 64))
    same = content_of(checked(linkage=replace(checked().linkage, thresholds=few)))
    assert words.stricter(same.linkage.thresholds, 20) == (
        "Even with links 64 times as strict, fewer than 20 people would leave the analysis. "
        "That is too few to show a result without them, so the result does not hang on weak links."
    )
    assert not linkage_pages(same).table
    apart = tuple(each for each in stricter() if each.status == "shown")
    assert words.stricter(apart, 20) == ""


def test_the_section_has_only_what_there_is_to_show():
    pages = linkage_pages(content_of(checked()))
    assert (pages.measure, pages.table, len(pages.linkable)) == ("One-year proven reoffending rate", True, 3)
    bare = linkage_pages(content_of(replace(national(), linkage=LinkageEvidence())))
    assert (bare.rates, bare.linkable, bare.thresholds, bare.measure, bare.stricter) == ((), (), (), "", "")
    gaps = tuple(replace(row, linked=row.people) for row in LINKAGE.linkable)
    assert linkage_pages(content_of(replace(national(), linkage=replace(LINKAGE, linkable=gaps)))).linkable == ()


def test_the_section_can_be_read_by_a_fourteen_year_old():
    pages = linkage_pages(content_of(checked()))
    for text in (*pages.rates, pages.stricter, pages.linkable_intro, pages.thresholds_intro):
        assert reading_age(text) <= 14, text
