"""Use this result: a test a branch of the sentences, and every number in them is a cleared figure of the measure they are about."""

import re
from dataclasses import replace

import pytest

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.errors import UsageError
from justice_data_lab.lab_file import read_lab
from justice_data_lab.reporting.readability import reading_age
from justice_data_lab.reporting.use import use_chart, use_of
from justice_data_lab.reporting.use_words import CARE
from justice_data_lab.study import DisclosureRules, Lab
from sample_analyses import several
from sample_checks import FLAGGED, checked, checked_trial, control, equivalence, rate_checks, with_tier
from sample_releases import unclear
from sample_requests import eleven_estimates, national, no_overlap, refused, trial

RULES, PUBLIC = DisclosureRules(), DisclosureRules(profile="none")
LAB = Lab(name="Example Lab")
SAID = ("short", "bid", "brief", "do_not_say", "organisation", "funder")
INCONCLUSIVE = {"verdict": "inconclusive", "ci_low": -0.061, "ci_high": 0.022, "difference": -0.02, "p_value": 0.36}


def used(request=None, rules=RULES, lab=LAB):
    return use_of(disclose(request or national(), rules).content, lab)


def with_first(**changes):
    """The national request with another estimate of the reoffending rate."""
    rows = eleven_estimates()
    return replace(national(), estimates=(replace(rows[0], **changes), *rows[1:]))


def about(key, **changes):
    """The national request with one primary measure."""
    measures = tuple(replace(each, role="primary" if each.key == key else "secondary") for each in national().measures)
    rows = tuple(replace(row, **changes) if row.measure == key else row for row in eleven_estimates())
    return replace(national(), measures=measures, estimates=rows)


def flagged(**first):
    """The groups differed before the programme."""
    request = with_tier(negative_control=control(**FLAGGED))
    rows = tuple(replace(row, **first) if row.measure == "reoffended" else row for row in request.estimates)
    return replace(request, estimates=rows)


def test_a_fall_is_said_with_its_range_its_groups_and_its_doubt():
    use = used()
    assert use.outcome == "better"
    assert use.short == (
        "There is evidence that the one-year proven reoffending rate was lower among people who took part in "
        "\u201cBridge workshops\u201d than among similar people who did not, probably by between 5 and 11 percentage points."
    )
    assert use.bid == (
        "Example Lab compared 945 people who took part in \u201cBridge workshops\u201d with 81,235 similar people who did not. "
        "35% of people who took part committed a proven reoffence within a year, compared with 43% of similar people who did not. "
        "The true difference is probably between 5 and 11 percentage points lower."
    )
    assert use.brief == (
        "Evidence of a reduction in the one-year proven reoffending rate among people who took part in \u201cBridge workshops\u201d: "
        "probably between 5 and 11 percentage points lower. By a published rule, the quality of this analysis is fair. "
        "The groups are alike on what the records show. People who join may differ in other ways."
    )
    assert use.do_not_say == (
        "That \u201cBridge workshops\u201d makes the one-year proven reoffending rate lower by exactly 8 percentage points, "
        "or by as much for other people, in other places or at other times."
    )
    assert "write down what you deliver" in use.organisation
    assert "a reason to go on funding it for people like these" in use.funder


def test_a_rise_in_reoffending_is_a_reason_to_change_and_not_to_widen():
    use = used(with_first(verdict="increase", difference=0.08, ci_low=0.0486, ci_high=0.1142))
    assert use.outcome == "worse"
    assert "was higher among people who took part" in use.short
    assert "probably by between 5 and 11 percentage points" in use.short
    assert use.brief.startswith("Evidence of an increase in the one-year proven reoffending rate")
    assert "what may go wrong" in use.organisation
    assert "Do not widen it yet." in use.funder


def test_where_more_is_better_a_rise_is_good_and_days_are_longer():
    use = used(about("days_to_first_reoffence"))
    assert use.outcome == "better"
    assert "the time to the first proven reoffence was longer among" in use.short
    assert "longer by exactly 13 days" in use.do_not_say


def test_an_unclear_result_says_both_bounds_in_each_sentence_and_never_that_it_does_not_work():
    use = used(with_first(**INCONCLUSIVE))
    both = "it could be lower by as many as 6 percentage points, or higher by as many as 2 percentage points."
    assert use.outcome == "inconclusive"
    assert use.short == (
        f"There is not enough evidence to tell whether \u201cBridge workshops\u201d changes the one-year proven reoffending rate: {both}"
    )
    assert both in use.bid
    assert "neither that it works nor that it does not" in use.bid
    assert use.brief.startswith("It is not known whether")
    assert both in use.brief
    assert use.do_not_say.startswith("That \u201cBridge workshops\u201d does not work, or that it makes no difference")
    assert use.organisation.endswith("To show a difference of 5 percentage points, about 900 people would have to be sent.")
    assert use.funder.startswith("This is no reason to stop, and no proof that it works.")
    assert "people would have to be sent" not in used(with_first(**INCONCLUSIVE, people_to_send=None)).organisation


def test_an_effect_that_must_be_small_is_told_as_small():
    request = with_tier(equivalence=(equivalence(margin=0.05),))
    rows = tuple(replace(row, **INCONCLUSIVE) if row.measure == "reoffended" else row for row in request.estimates)
    use = used(replace(request, estimates=rows))
    assert use.outcome == "small"
    assert "If there is an effect, it is smaller than 5 percentage points." in use.brief
    assert "A larger effect on this measure is unlikely." in use.organisation
    assert "by its cost" in use.funder


@pytest.mark.parametrize("first", [{}, INCONCLUSIVE])
def test_where_the_groups_differed_before_every_sentence_says_so_and_none_credits_the_programme(first):
    use = used(flagged(**first))
    assert use.outcome == "with_care"
    for sentence in (use.short, use.bid, use.brief):
        assert CARE in sentence
        assert "vidence of a" not in sentence
        assert "The groups are alike" not in sentence
    assert use.do_not_say == (
        "That \u201cBridge workshops\u201d raised or lowered the one-year proven reoffending rate, or that it made no difference."
    )
    assert "more alike" in use.organisation
    assert "Do not decide by this result." in use.funder


@pytest.mark.parametrize(
    ("changes", "outcome", "why"),
    [
        ({"reliable": False}, "not_reliable", "Too few people are behind"),
        ({"difference": None}, "not_available", "No figure could be worked out"),
    ],
)
def test_without_a_figure_there_is_nothing_to_quote_but_that(changes, outcome, why):
    use = used(with_first(**changes))
    assert use.outcome == outcome
    assert use.short == "There is no result on the one-year proven reoffending rate for \u201cBridge workshops\u201d."
    assert why in use.bid
    assert why in use.brief
    assert "or that it made no difference" in use.do_not_say
    assert use.funder.startswith("Treat the programme as not tested")
    assert not re.findall(r"\d", " ".join(getattr(use, name) for name in SAID))


def test_a_withheld_result_is_not_told_by_its_sentences():
    use = used(about("first_reoffence_indictable"))
    assert use.outcome == "withheld"
    assert "is not shown, because so few people" in use.bid
    assert not re.findall(r"\d", " ".join(getattr(use, name) for name in SAID))
    assert use_chart(disclose(about("first_reoffence_indictable"), RULES).content) is None


@pytest.mark.parametrize(("request_", "needs"), [(refused(), "Send a larger group"), (no_overlap(), "Send a larger group")])
def test_what_could_not_be_analysed_was_not_tested(request_, needs):
    use = used(request_)
    assert (use.outcome, use.measure, use.name) == ("not_analysed", "", "")
    assert use.short == "\u201cBridge workshops\u201d could not be analysed, so there is no result."
    assert use.bid.startswith("Example Lab was asked to analyse \u201cBridge workshops\u201d, and could not.")
    assert use.brief.startswith("Nothing is known yet of the difference that \u201cBridge workshops\u201d makes.")
    assert "was tested" in use.do_not_say
    assert needs in use.organisation
    assert "neither for it nor against it" in use.funder
    assert use_chart(disclose(request_, RULES).content) is None


def test_a_trial_speaks_of_the_offer_and_of_chance():
    use = used(trial(), PUBLIC)
    assert "people offered \u201cTransitional aid\u201d than among people not offered it" in use.short
    assert "216 people offered \u201cTransitional aid\u201d with 216 people not offered it" in use.bid
    assert use.brief.endswith("Chance decided who was offered it, so a difference comes from the offer or from chance.")


def test_a_close_call_is_told_in_the_brief():
    assert "do not all say the same, so this is a close call." in used(checked_trial(), PUBLIC).brief
    assert "close call" not in used(checked()).brief


def test_another_answer_by_another_way_is_told_in_the_brief():
    told = "Another way of comparing the same people gave another answer."
    checks = rate_checks()
    far = replace(checks, alternatives=tuple(replace(each, flagged=True) for each in checks.alternatives))
    assert told in used(with_tier(measures=(far,))).brief
    assert told not in used(with_tier()).brief


def test_a_difference_for_people_who_were_not_served_is_told_in_the_brief():
    told = "also showed a difference for people who were not served"
    shows = several()
    differing = tuple(
        replace(each, estimates=tuple(replace(row, verdict="reduction", ci_high=-0.01) for row in each.estimates))
        for each in shows.placebos
    )
    assert told in used(replace(shows, placebos=differing)).brief
    assert told not in used(shows).brief


def test_hidden_numbers_of_people_are_left_out():
    request = disclose(national(), RULES).content
    first = request.results[0]
    hidden = replace(first, n_treated=replace(first.n_treated, value=None, text="[c]", marker="c"))
    use = use_of(replace(request, results=(hidden, *request.results[1:])), LAB)
    assert use.bid.startswith(
        "Example Lab compared people who took part in \u201cBridge workshops\u201d with similar people who did not."
    )
    assert "[c]" not in use.bid


def test_a_difference_that_rounds_to_nothing_is_not_told_as_exact():
    use = used(with_first(difference=-0.004, ci_low=-0.0078, ci_high=-0.0002))
    assert "exactly" not in use.do_not_say
    assert "lower by as much for other people" in use.do_not_say


REQUESTS = {
    "national": (national(), RULES),
    "unclear": (unclear(), RULES),
    "trial": (trial(), PUBLIC),
    "checked": (checked(), RULES),
    "checked trial": (checked_trial(), PUBLIC),
    "flagged": (flagged(), RULES),
    "days": (about("days_to_first_reoffence"), RULES),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_every_number_is_a_cleared_figure_of_this_measure(name):
    content = disclose(*REQUESTS[name]).content
    use = use_of(content, LAB)
    result = next(each for each in content.results if each.measure == use.measure)
    shown = (
        result.n_treated, result.n_comparison, result.treated, result.comparison, result.difference, result.ci_low, result.ci_high,
        result.people_to_send,
    )  # fmt: skip
    known = {figure.text.lstrip("\u2212") for figure in shown} | {"5"} | set(re.findall(r"\d[\d.,]*\d|\d", use.name))
    known |= {f"{result.ci_high.step:g}"} if "less than" in use.short else set()
    spoken = set(re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?%?", " ".join(getattr(use, name) for name in SAID)))
    assert spoken - known == set()
    assert {result.treated.text, result.comparison.text} <= spoken


def test_a_figure_that_is_altered_is_altered_in_the_sentences():
    assert "35%" in used().bid
    content = disclose(national(), RULES).content
    first = content.results[0]
    moved = replace(first, treated=replace(first.treated, value=36.0, text="36%"))
    assert "35%" not in use_of(replace(content, results=(moved, *content.results[1:])), LAB).bid


@pytest.mark.parametrize("name", REQUESTS)
def test_the_sentences_can_be_read_at_fifteen(name):
    use = used(*REQUESTS[name])
    assert reading_age(" ".join((use.bid, use.organisation, use.funder, use.where))) <= 15


def test_the_address_is_the_labs_site_where_it_has_one(tmp_path):
    (tmp_path / "lab.toml").write_text('[lab]\nsite = "https://lab.example/results/"\n')
    lab = read_lab(tmp_path / "lab.toml")
    assert lab.site == "https://lab.example/results"
    assert "on https://lab.example/results with each sentence" in used(lab=lab).where
    assert "on the lab\u2019s public site with each sentence" in used().where
    (tmp_path / "lab.toml").write_text('[lab]\nsite = "javascript:alert(1)"\n')
    with pytest.raises(UsageError, match="an address such as"):
        read_lab(tmp_path / "lab.toml")
