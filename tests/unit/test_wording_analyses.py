"""Sentences about several analyses, tests between them, placebo groups and the plan: a test a branch."""

from dataclasses import replace

import pytest

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.disclosure.evidence_analyses import AnalysisFacts, NotMade
from justice_data_lab.disclosure.protocol import ProtocolChange, ProtocolFacts
from justice_data_lab.reporting import analyses_words, interaction_words, passages, placebo_words, protocol_words
from justice_data_lab.reporting.findings import found_in
from justice_data_lab.reporting.page import lay_out
from justice_data_lab.reporting.readability import reading_age
from justice_data_lab.study import DisclosureRules, Lab
from sample_analyses import placebo, several, waiting
from sample_requests import ELEVEN, national, side

pytestmark = pytest.mark.usefixtures("no_charts")
RULES = DisclosureRules()
MEASURES = {measure.key: measure for measure in ELEVEN}


def test_whom_an_analysis_is_about_is_said_as_the_study_has_it():
    assert analyses_words.whom(AnalysisFacts(name="national")) == "Everybody who could be analysed."
    one = AnalysisFacts(name="x", kind="subgroup", where=(("setting", "custody"),))
    assert analyses_words.whom(one) == "People for whom \u201csetting\u201d is \u201ccustody\u201d."
    two = AnalysisFacts(name="x", kind="subgroup", where=(("setting", "custody"), ("site", "A")))
    assert analyses_words.whom(two).endswith("\u201csetting\u201d is \u201ccustody\u201d and \u201csite\u201d is \u201cA\u201d.")
    assert "Regions with fewer than 10" in analyses_words.whom(AnalysisFacts(name="x", kind="regional"))
    needs = analyses_words.whom(AnalysisFacts(name="x", assessment="with"))
    assert needs.startswith("Only people whose needs had been assessed")
    assert "Everybody" not in needs
    without = analyses_words.whom(AnalysisFacts(name="x", assessment="without"))
    assert without == "Everybody who could be analysed. Needs are left out of what people are matched on."
    assert "followed for two years" in analyses_words.whom(AnalysisFacts(name="x", years=2))


@pytest.mark.parametrize("code", ["too_few", "no_overlap", "no_balance", "separation"])
def test_why_an_analysis_could_not_be_made_holds_no_number(code):
    words = analyses_words.why_not_made(NotMade(name="x", code=code))
    assert words.endswith(".")
    assert not any(letter.isdigit() for letter in words)


def test_whom_a_table_counts_is_said_once_for_all_tables():
    assert analyses_words.counted(MEASURES["reoffended"]) == ""
    reoffenders = analyses_words.counted(MEASURES["days_to_first_reoffence"])
    assert reoffenders == "only people who reoffended"
    other = analyses_words.counted(replace(MEASURES["reoffended"], of="arrest"))
    assert other == "only people for whom \u201carrest\u201d is 1"
    assert analyses_words.tables_counted([(1, ""), (3, reoffenders), (4, reoffenders), (7, reoffenders), (8, other)]) == (
        "Tables 3, 4 and 7 count only people who reoffended.",
        "Table 8 counts only people for whom \u201carrest\u201d is 1.",
    )
    assert analyses_words.tables_counted([(1, "")]) == ()


def test_the_tables_of_an_analysis_are_named_by_their_numbers():
    facts = AnalysisFacts(name="regional", kind="regional")
    assert analyses_words.tables_of(facts, (1, 2, 7)) == "Regional analysis: tables 1 to 7"
    assert analyses_words.tables_of(facts, (8,)) == "Regional analysis: table 8"


def test_where_every_measure_is_primary_nothing_is_said_of_others():
    rows = tuple(row for row in several().estimates if row.measure == "reoffended")
    page = lay_out(disclose(replace(several(), estimates=rows), RULES), Lab())
    assert {each.significant_intro for each in page.analyses if not each.summary.headline} == {""}


def test_no_other_significant_result_is_not_no_difference():
    assert "does not show that there was no difference" in analyses_words.others_intro(0)
    assert analyses_words.others_intro(2) == "Also statistically significant:"


def test_every_kind_of_further_analysis_has_a_heading_in_the_order_of_the_report():
    assert list(analyses_words.KINDS) == ["regional", "national", "subgroup", "after_start"]
    assert "complete" in analyses_words.AFTER_START_WARNING[1]
    # linked data may tell the column of both groups, and then both were picked by it; in a trial nobody is matched
    assert not any(word in analyses_words.AFTER_START_WARNING[1] for word in ("comparison group", "atching"))
    assert "left out when the results" in analyses_words.AFTER_START_WARNING[1]


def test_a_small_subgroup_is_told_with_the_labs_own_number():
    content = disclose(several(), RULES).content
    assert passages.warnings_in_words(content, ("small_subgroup",))[0].startswith("Fewer than 60 people were analysed here")
    strict = replace(several(), method=replace(several().method, min_subgroup=80))
    assert "Fewer than 80" in passages.warnings_in_words(disclose(strict, RULES).content, ("small_subgroup",))[0]


def test_only_the_headlines_warning_points_to_the_annex():
    content = disclose(several(), RULES).content
    assert "annex" not in passages.warnings_in_words(content, ("balance_amber",))[0]
    assert passages.warnings_in_words(content, ("balance_amber",), annex=True)[0].endswith("The annex shows which.")


def test_a_red_further_analysis_that_a_reviewer_let_pass_is_told_on_page_one():
    words = "B. Reviewer: few people, and the level is tiny."
    red = replace(waiting().analysis, balance="red", warnings=("balance_red_overridden",))
    request = replace(several(), method=replace(several().method, override=words))
    page = lay_out(disclose(request, RULES), Lab())
    assert page.boxes[-1].title.endswith("and was not needed")
    page = lay_out(disclose(replace(request, placebos=(replace(waiting(), analysis=red),)), RULES), Lab())
    assert "beside the headline" in page.boxes[-1].text
    assert page.boxes[-1].quote == words
    assert page.placebo.pages[0].warnings[0].endswith("A reviewer let the analysis go on, for the reason on page one.")
    further = (*request.analyses[:-1], replace(request.analyses[-1], warnings=("balance_red_overridden",)))
    page = lay_out(disclose(replace(request, analyses=further), RULES), Lab())
    assert "beside the headline" in page.boxes[-1].text


def gap(measure="reoffended", **changes):
    """The words of a test between the two subgroups."""
    request = several()
    each = replace(request.interactions[0], measure=measure, **changes)
    (test,) = disclose(replace(request, interactions=(each,)), RULES).content.interactions
    return interaction_words.gap_in_words(test, MEASURES[measure])


def test_a_gap_that_may_go_either_way_cannot_be_told():
    assert gap() == (
        "The effect on the one-year proven reoffending rate was 5 percentage points lower for \u201cin custody\u201d than for "
        "\u201cthrough the gate\u201d. The true gap could be lower by as many as 19 percentage points, or higher by as many as 10 "
        "percentage points. So it cannot be told whether the programme did more for one of them (p\u00a0=\u00a00.52)."
    )


def test_a_gap_on_one_side_of_zero_says_that_the_effects_differ():
    lower = gap(difference=-0.121, ci_low=-0.209, ci_high=-0.033, p_value=0.012)
    assert "was 12 percentage points lower for \u201cin custody\u201d" in lower
    assert "The true gap was probably lower by between 3 and 21 percentage points." in lower
    assert lower.endswith("So the two effects differ (p\u00a0=\u00a00.01).")
    higher = gap(difference=0.121, ci_low=0.033, ci_high=0.209, p_value=0.0001)
    assert "12 percentage points higher for" in higher
    assert "probably higher by between 3 and 21 percentage points. So the two effects differ (p\u00a0<\u00a00.01)." in higher


def test_a_gap_that_rounds_to_nothing_is_about_the_same():
    assert (
        "was about the same for \u201cin custody\u201d and for \u201cthrough the gate\u201d: less than 1 percentage point apart."
        in gap(difference=0.002)
    )


def test_a_gap_of_a_mean_has_its_own_unit():
    words = gap("reoffences", difference=-0.31, ci_low=-0.72, ci_high=0.1, p_value=0.14)
    assert "was 0.3 reoffences a person lower for" in words
    assert "lower by as much as 0.7 reoffences a person, or higher by as much as 0.1 reoffences a person" in words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"treated": side(53, 4 / 53, hits=4)}, "could tell about one person"),
        ({"reliable": False}, "Too few people are behind one of the two effects"),
    ],
)
def test_a_gap_that_is_not_shown_says_why(change, words):
    request = several()
    rows = tuple(
        replace(row, **change) if (row.analysis, row.measure) == ("through the gate", "reoffended") else row
        for row in request.estimates
    )
    content = disclose(replace(request, estimates=rows), RULES).content
    assert words in interaction_words.gap_in_words(content.interactions[0], MEASURES["reoffended"])


def check(group):
    """What is said of one placebo group."""
    content = disclose(replace(several(), placebos=(group,)), RULES).content
    (finding,) = found_in(content, content.placebos[0].results)
    return placebo_words.verdict(finding), placebo_words.shows(finding, group.arm)


def test_a_placebo_group_without_a_difference_proves_nothing():
    verdict, words = check(waiting())
    assert verdict == "No difference shows"
    assert "does not prove one" in words
    assert "a difference of less than about 13 percentage points would probably not have shown" in words
    assert "get the help later" in words
    assert "no effect" not in words.lower()


def test_a_placebo_group_with_a_difference_speaks_of_who_the_people_are():
    verdict, words = check(placebo("refused", 91, verdict="reduction", spread=0.04))
    assert verdict == "A difference shows"
    assert "The programme cannot have made this difference" in words
    assert "the headline result may come from that in part" in words
    assert "People who refuse differ from people who accept" in words


def test_a_placebo_group_that_may_not_be_shown_gives_no_answer():
    few = waiting()
    few = replace(few, estimates=tuple(replace(row, treated=side(112, 0.05, hits=6)) for row in few.estimates))
    verdict, words = check(few)
    assert verdict == "No answer"
    assert words.endswith("So this check gives no answer.")


def test_what_a_placebo_group_could_have_missed_is_left_out_where_it_is_not_known():
    group = waiting()
    group = replace(group, estimates=tuple(replace(row, detectable=None) for row in group.estimates))
    assert "With so few people" not in check(group)[1]


def on_page_one(*groups):
    """What page one says of the checks, and what it would say without these placebo groups."""
    with_, without = (lay_out(disclose(replace(several(), placebos=some), RULES), Lab()).checks for some in (groups, ()))
    assert with_.startswith(without)
    return with_.removeprefix(without).strip()


def differing(arm, verdict="reduction"):
    return placebo(arm, 140, verdict=verdict, spread=0.04)


@pytest.mark.parametrize("verdict", ["reduction", "increase"])
def test_page_one_says_that_people_who_were_not_served_show_a_difference(verdict):
    assert on_page_one(differing("waiting", verdict)) == (
        "The same comparison also showed a difference for people on the waiting list, whom the programme did not serve. It cannot have "
        "caused that. It is a sign of a hidden difference, so read the result with care."
    )


def test_page_one_names_each_group_that_shows_a_difference_and_no_other():
    both = on_page_one(differing("waiting"), differing("refused"))
    assert "a difference for people on the waiting list and for people who refused it, whom" in both
    assert "waiting list" not in on_page_one(waiting(), differing("refused"))


def test_page_one_is_silent_about_groups_that_show_none_or_may_not_be_shown():
    few = differing("waiting")
    few = replace(few, estimates=tuple(replace(row, treated=side(112, 0.05, hits=6)) for row in few.estimates))
    assert on_page_one(waiting()) == on_page_one(few) == on_page_one() == ""


def test_a_placebo_group_of_too_few_people_is_named():
    request = replace(several(), placebos=(), not_made=(NotMade(name="placebo refused", kind="placebo", code="too_few"),))
    section = lay_out(disclose(request, RULES), Lab()).placebo
    assert section.not_made == (("People who refused the programme", "Too few of these people could be analysed."),)
    assert lay_out(disclose(national(), RULES), Lab()).placebo is None


def plan(*changes):
    return ProtocolFacts(sha256="0123456789abcdef" * 4, frozen_on="2026-03-09", changes=changes)


CHANGE = ProtocolChange(what="study.seed", before="5", after="6", why="The first was used in a rehearsal.")


def test_the_plan_on_page_one():
    assert protocol_words.on_page_one(None) == "No separate plan was frozen before outcomes were read."
    assert protocol_words.on_page_one(plan()) == (
        "The plan of this analysis was frozen on 9 March 2026, before any outcome was read (fingerprint 0123456789ab). "
        "Nothing was changed since."
    )
    assert "One thing was changed since; see \u201cThe plan" in protocol_words.on_page_one(plan(CHANGE))
    assert "2 things were changed since" in protocol_words.on_page_one(plan(CHANGE, CHANGE))


def test_the_plan_in_its_section():
    assert "Nobody can check from it that they were chosen beforehand" in protocol_words.in_full(None)[0]
    kept = protocol_words.in_full(plan())
    assert "0123456789abcdef" * 4 in kept[0]
    assert kept[1].endswith("Nothing was changed since.")
    assert "is listed below" in protocol_words.in_full(plan(CHANGE))[1]


def test_a_change_has_words_where_there_is_nothing_to_show():
    bare = ProtocolChange(what="method.exact", before="", after="region", why="")
    page = lay_out(disclose(replace(national(), protocol=plan(bare, CHANGE)), RULES), Lab())
    assert [(each.before, each.after, each.why) for each in page.plan.changes] == [
        ("not set", "region", "No reason was given"), ("5", "6", "The first was used in a rehearsal."),
    ]  # fmt: skip
    gone = replace(bare, before="region", after="")
    page = lay_out(disclose(replace(national(), protocol=plan(gone)), RULES), Lab())
    assert page.plan.changes[0].after == "not set"


def test_what_is_said_of_further_analyses_can_be_read_by_a_fourteen_year_old():
    texts = (
        *(words for _, words in analyses_words.KINDS.values()),
        analyses_words.AFTER_START_WARNING[1],
        *interaction_words.WHAT_IT_IS,
        gap(),
        placebo_words.WHAT_IT_IS,
        check(waiting())[1],
        check(placebo("refused", 91, verdict="reduction", spread=0.04))[1],
        placebo_words.on_page_one(["waiting", "refused"]),
        protocol_words.on_page_one(plan(CHANGE)),
        *protocol_words.in_full(plan()),
    )
    # nobody reads a fingerprint aloud
    texts = tuple(text.replace(plan().sha256, "").replace(plan().sha256[:12], "") for text in texts)
    ages = {text[:40]: reading_age(text) for text in texts}
    assert {start: age for start, age in ages.items() if age > 15} == {}
    assert reading_age(" ".join(texts)) <= 14
