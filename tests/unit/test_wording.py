"""Sentences: a test a branch."""

from dataclasses import replace

import pytest

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.disclosure.evidence import MeanEvidence, Refusal
from justice_data_lab.disclosure.figures import figure
from justice_data_lab.disclosure.rounding import precision
from justice_data_lab.reporting import passages, wording
from justice_data_lab.reporting.findings import MATCHED, RANDOMISED, findings, groups_of, headline, primary
from justice_data_lab.reporting.page import lay_out
from justice_data_lab.reporting.readability import grade, reading_age, syllables
from justice_data_lab.study import DisclosureRules, Lab
from sample_requests import eleven_estimates, national, refused, trial

RULES = DisclosureRules()
PUBLIC = DisclosureRules(profile="none")


def found(request=None, rules=RULES):
    content = disclose(request or national(), rules).content
    return {finding.measure.key: finding for finding in findings(content, "national")}


def with_first(**changes):
    """The national request with another estimate of the reoffending rate."""
    rows = eleven_estimates()
    return found(replace(national(), estimates=(replace(rows[0], **changes), *rows[1:])))["reoffended"]


INCONCLUSIVE = {"verdict": "inconclusive", "ci_low": -0.061, "ci_high": 0.022, "difference": -0.02, "p_value": 0.36}


def test_a_reduction_is_lower_by_between_two_bounds():
    finding = with_first(ci_low=-0.1142, ci_high=-0.0486)
    assert wording.difference(finding) == "The true figure was probably lower by between 5 and 11 percentage points."


def test_a_share_near_nothing_or_near_all_is_told_in_words():
    place = found()["reoffended"].result.treated.place
    shares = [figure(place, "percent", "%", share, precision(RULES)) for share in (0.003, 0.35, 0.997)]
    assert [wording.share_in_words(each) for each in shares] == ["less than 1%", "35%", "more than 99%"]
    assert [wording.some_of(each) for each in shares] == ["Fewer than 1%", "About 35%", "More than 99%"]


def test_an_increase_is_higher_by_between_two_bounds():
    finding = with_first(verdict="increase", difference=0.08, ci_low=0.0486, ci_high=0.1142)
    assert wording.difference(finding) == "The true figure was probably higher by between 5 and 11 percentage points."


def test_an_inconclusive_result_may_be_lower_or_higher():
    assert wording.difference(with_first(**INCONCLUSIVE)) == (
        "The true figure could be lower by as many as 6 percentage points, or higher by as many as 2 percentage points."
    )


def test_a_bound_that_rounds_to_zero_is_less_than_the_last_place():
    finding = with_first(**(INCONCLUSIVE | {"ci_high": 0.004}))
    assert wording.difference(finding).endswith("or higher by less than 1 percentage point.")
    near = with_first(ci_low=-0.11, ci_high=-0.004)
    assert "between almost nothing (less than 1) and 11 percentage points" in wording.difference(near)
    both = with_first(ci_low=-0.004, ci_high=-0.001)
    assert wording.difference(both).endswith("lower by less than 1 percentage point.")
    same = with_first(ci_low=-0.0143, ci_high=-0.0086)
    assert wording.difference(same).endswith("lower by about 1 percentage point.")


def test_days_are_longer_or_shorter_and_one_day_is_a_day():
    days = found()["days_to_first_reoffence"]
    assert wording.difference(days) == "The true figure was probably longer by between 1 and 25 days."
    rows = list(eleven_estimates())
    rows[2] = replace(rows[2], verdict="inconclusive", ci_low=-1.2, ci_high=25.1)
    unsure = found(replace(national(), estimates=tuple(rows)))["days_to_first_reoffence"]
    assert "shorter by as much as 1 day, or longer by as much as 25 days" in wording.difference(unsure)


def test_counts_are_given_for_a_person():
    assert "between 0.1 and 0.4 reoffences a person" in wording.difference(found()["reoffences"])


def test_a_mean_without_a_unit_has_none():
    measures = tuple(replace(each, unit="", counts=False) if each.key == "reoffences" else each for each in national().measures)
    finding = found(replace(national(), measures=measures))["reoffences"]
    assert wording.difference(finding) == "The true figure was probably lower by between 0.1 and 0.4."


def test_an_inconclusive_result_never_says_no_effect():
    finding = with_first(**INCONCLUSIVE)
    text = " ".join((wording.in_words(finding), *wording.can_say(finding, "Bridge"), wording.short_result(finding))).lower()
    assert "no effect" not in text
    assert "not enough evidence to tell whether" in text
    assert "does not work" not in text
    assert "does not work, or that it makes no difference" in wording.cannot_say(finding, "Bridge")[0]


def test_an_inconclusive_result_says_what_could_have_shown_and_how_many_people_it_takes():
    finding = with_first(**INCONCLUSIVE)
    assert wording.detectable(finding) == (
        "With this many people, a difference of about 4.7 percentage points or more would probably have shown. "
        "To show one of 5 percentage points, about 900 people would have to be sent."
    )
    assert wording.detectable(finding) in wording.in_words(finding)
    analysed = with_first(**INCONCLUSIVE, people_to_send=None)
    assert "about 820 people would be needed" in wording.detectable(analysed)
    assert wording.detectable(with_first(**INCONCLUSIVE, detectable=None)) == ""
    assert wording.detectable(found()["either_way_reoffences"]).endswith("would probably have shown.")


def test_significance_stands_with_its_p():
    assert wording.significance(with_first(p_value=0.0496)) == "The difference is statistically significant (p\u00a0=\u00a00.05)."
    assert wording.significance(with_first(p_value=0.0001)) == "The difference is statistically significant (p\u00a0<\u00a00.01)."
    assert "is not statistically significant" in wording.significance(with_first(**INCONCLUSIVE))


def test_where_higher_is_better_it_is_said():
    assert "For this measure a higher figure is better." in wording.in_words(found()["days_to_first_reoffence"])
    assert "higher figure is better" not in wording.in_words(found()["reoffended"])


def test_levels_name_both_groups():
    assert wording.levels(found()["reoffended"]) == (
        "35% of people who took part committed a proven reoffence within a year, compared with 43% of similar people who did not."
    )
    assert wording.levels(found()["custody_for_first_reoffence"]).startswith("Among those who reoffended, 39% of people")
    arrest, weeks = (found(trial(), PUBLIC)[key] for key in ("arrest", "week"))
    assert wording.levels(arrest) == (
        "22.2% of people offered the programme were recorded as \u201crearrested within 52 weeks\u201d, "
        "compared with 30.6% of people not offered it."
    )
    assert wording.levels(weeks).startswith(
        "For \u201cweeks to first rearrest\u201d, the average was 28.9 weeks for people offered"
    )


def test_a_withheld_an_unreliable_and_a_missing_result_each_say_why():
    assert "is not shown, because so few people" in wording.short_result(found()["first_reoffence_indictable"])
    assert "Too few people are behind" in wording.in_words(with_first(reliable=False))
    assert "No figure could be worked out" in wording.missing(with_first(difference=None))
    with pytest.raises(ValueError, match="no difference to put in words"):
        wording.difference(with_first(reliable=False))


def test_what_can_and_cannot_be_said_follows_the_verdict():
    fall = with_first()
    assert (
        "evidence of a fall in the one-year proven reoffending rate among people who took part in Bridge"
        in wording.can_say(fall, "Bridge")[0]
    )
    assert any("nothing but Bridge made the difference" in text for text in wording.cannot_say(fall, "Bridge"))
    rise = with_first(verdict="increase", difference=0.08, ci_low=0.04, ci_high=0.11)
    assert "evidence of a rise" in wording.can_say(rise, "Bridge")[0]
    assert any("would be higher by as much" in text for text in wording.cannot_say(rise, "Bridge"))
    hidden = with_first(reliable=False)
    assert wording.can_say(hidden, "Bridge")[0].startswith("This report gives no answer")
    assert "or that it made no difference" in wording.cannot_say(hidden, "Bridge")[0]


def test_a_trial_does_not_say_that_people_may_differ_in_what_records_do_not_show():
    finding = found(trial(), PUBLIC)["arrest"]
    assert "among people offered Aid" in wording.can_say(finding, "Aid")[0]
    assert not any("records do not show" in text for text in wording.cannot_say(finding, "Aid"))


def test_findings_know_the_headline_and_what_is_primary():
    content = disclose(national(), RULES).content
    assert headline(content) == "national"
    assert [finding.measure.key for finding in primary(findings(content, "national"))] == ["reoffended"]
    assert findings(content, "regional") == ()
    assert headline(disclose(refused(), RULES).content) == ""
    assert groups_of(content) == MATCHED
    assert groups_of(disclose(trial(), PUBLIC).content) == RANDOMISED


def test_who_was_analysed_gives_years_and_records_sent():
    content = disclose(national(), RULES).content
    text = passages.who_was_analysed(content, content.analyses[0])
    assert text == (
        "945 people who took part are compared with 81,235 similar people who did not. "
        "Their follow-up began in 2019 to 2021. 1,030 records were sent to the lab."
    )
    few = tuple(replace(level, treated=4) if level.level == "2019" else level for level in national().levels)
    content = disclose(replace(national(), levels=few), RULES).content
    assert "For most, follow-up began in 2021." in passages.who_was_analysed(content, content.analyses[0])
    content = disclose(replace(national(), levels=(), attrition=()), RULES).content
    assert passages.who_was_analysed(content, content.analyses[0]).endswith("who did not.")
    content = disclose(trial(), PUBLIC).content
    assert "Chance decided who was offered it" in passages.who_was_analysed(content, content.analyses[0])


@pytest.mark.parametrize("code", ["too_few", "no_overlap", "no_balance", "separation"])
def test_each_refusal_says_why_and_what_would_be_needed_without_a_count(code):
    content = disclose(replace(refused(), refusal=Refusal(code=code, needed=30, submitted=12, usable=9)), RULES).content
    why, need = passages.why_not(content)
    assert why
    assert need
    assert not any(letter.isdigit() for letter in why + need)


def test_an_analysed_request_has_no_reason_why_not():
    with pytest.raises(ValueError, match="could not be analysed"):
        passages.why_not(disclose(national(), RULES).content)


def test_a_programme_that_was_not_described_is_said_to_be():
    bare = replace(
        national().study, what="", who_delivers="", where="", dose="", how_chosen="", unit_cost="", eligible=None, started=None
    )
    content = disclose(replace(national(), study=bare), RULES).content
    assert passages.programme_in_brief(content) == "Northgate Works ran the programme. What it delivered was not described."
    assert passages.programme_facts(content) == ()
    only = disclose(replace(national(), study=replace(bare, what="talks.")), RULES).content
    assert passages.programme_in_brief(only) == "Talks."


def test_the_settings_are_told_as_asked_for():
    content = disclose(national(), RULES).content
    assert dict(passages.settings(content))["Closeness asked for"] == "0.05 standard deviations on the logit scale"
    width = disclose(
        replace(national(), method=replace(national().method, caliper_width=0.01, caliper_scale="probability")), RULES
    ).content
    assert dict(passages.settings(width))["Closeness asked for"] == "0.01 on the probability scale"
    assert "Closeness asked for" not in dict(passages.settings(disclose(trial(), PUBLIC).content))


def test_no_significant_result_is_not_no_difference():
    assert "does not show that the programme made no difference" in passages.significant_intro(0)
    assert "one side of zero" in passages.significant_intro(2)


def test_every_warning_has_words_without_a_count_of_people():
    from justice_data_lab.disclosure.evidence import WARNINGS  # noqa: PLC0415

    assert set(WARNINGS) == set(passages.WARNINGS)


@pytest.mark.parametrize(("request_", "rules"), [(national(), RULES), (trial(), PUBLIC), (refused(), RULES)])
def test_page_one_can_be_read_by_a_fourteen_year_old(request_, rules):
    page = lay_out(disclose(request_, rules), Lab())
    answers = [f"{each.verdict}. {each.sentence} {each.reach}" for each in page.answers]
    text = " ".join([*(box.text for box in page.boxes), *answers, page.who, *page.why_not])
    assert reading_age(text) <= 14


def test_an_inconclusive_page_one_is_as_easy():
    rows = eleven_estimates()
    page = lay_out(disclose(replace(national(), estimates=(replace(rows[0], **INCONCLUSIVE), *rows[1:])), RULES), Lab())
    assert reading_age(" ".join((page.answers[0].sentence, page.answers[0].reach))) <= 14


def test_syllables_and_grade_are_those_of_known_texts():
    assert [syllables(word) for word in ("people", "reoffending", "made", "asked", "the", "22%")] == [2, 4, 1, 1, 1, 1]
    assert grade("The cat sat on the mat.") == pytest.approx(-1.45, abs=0.01)
    with pytest.raises(ValueError, match="no reading age"):
        grade("\u2026")


def test_people_are_never_called_offenders():
    page = lay_out(disclose(national(), RULES), Lab())
    texts = [*page.method, *page.cautions, *page.rules, page.who, *(text for _, _, text in page.in_words)]
    assert not any("offenders" in text.lower() for text in texts)


def test_means_of_a_profile_stand_apart_from_shares():
    extra = MeanEvidence(
        variable="x", label="X", unit="", treated=national().means[0].treated, comparison=national().means[0].comparison
    )
    page = lay_out(disclose(replace(national(), means=(extra,)), RULES), Lab())
    assert [each.label for each in page.averages] == ["X"]
    assert len(page.shares) == 4
