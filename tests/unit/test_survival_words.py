"""Sentences about time free of the first event: a test a branch. And the curves that go with them."""

import re
from dataclasses import replace

import numpy as np
import pytest

from justice_data_lab.disclosure.published_survival import SurvivalTest
from justice_data_lab.estimation.survival.result import Agreement, Standing
from justice_data_lab.reporting import survival_words as words
from justice_data_lab.reporting.findings import MATCHED, RANDOMISED
from justice_data_lab.reporting.readability import reading_age
from justice_data_lab.reporting.survival_chart import survival_chart
from justice_data_lab.reporting.svg import drawn_value
from sample_survival import PUBLIC, analysed, days_of, published, usual, with_bounds

_, SURVIVAL = usual()
_, TRIAL = usual(design="randomised", pool=300)


def bounds(difference, low, high, p_value=0.5, rules=None):
    survival = with_bounds(SURVIVAL, difference, low, high, p_value)
    return published(survival, *([rules] if rules else []))


def standing(**directions):
    names = {"official": "official", "mean": "restricted mean", "ranks": "log-rank", "cox": "Cox", "adjusted": "adjusted Cox"}
    return tuple(
        SurvivalTest(name=names[key], significant=direction != "none", direction=direction)
        for key, direction in directions.items()
    )


def saying(sides, **directions):
    return replace(published(SURVIVAL), sides=sides, tests=standing(**directions))


# The restricted mean


def test_a_longer_time_is_told_with_both_bounds():
    assert words.difference(bounds(12.2, 3.1, 21.4, 0.009), MATCHED) == (
        "People who took part stayed free of a proven reoffence for about 12 days longer on average over the year than similar people "
        "who did not. The true figure is probably between 3 and 21 days."
    )


def test_a_shorter_time_is_told_with_the_smaller_bound_first():
    assert words.difference(bounds(-12.2, -21.4, -3.1, 0.009), MATCHED) == (
        "People who took part stayed free of a proven reoffence for about 12 days less on average over the year than similar people "
        "who did not. The true figure is probably between 3 and 21 days."
    )


def test_a_time_that_could_be_either_is_told_both_ways():
    assert words.difference(bounds(9.0, -3.2, 21.4), MATCHED) == (
        "Over the year, the average time for people who took part could be shorter by as much as 3 days, or longer by as much as 21 days."
    )


def test_a_difference_that_rounds_to_nothing_is_a_little():
    assert "for a little longer on average" in words.difference(bounds(0.4, 0.1, 0.7), MATCHED)
    assert "for a little less on average" in words.difference(bounds(-0.4, -0.7, -0.1), MATCHED)
    assert "less than 1 day" in words.difference(bounds(0.1, -0.3, 21), MATCHED)


def test_one_day_is_a_day():
    assert "for about 1 day longer" in words.difference(bounds(1.2, 0.6, 3.1), MATCHED)


def test_the_averages_name_both_groups_and_the_length_of_follow_up():
    shown = published(SURVIVAL)
    assert words.levels(shown, MATCHED) == (
        f"Over the year, people who took part stayed free of a proven reoffence for {shown.treated.text} days on average. "
        f"For similar people who did not, the average was {shown.comparison.text} days."
    )


@pytest.mark.parametrize(
    ("horizon", "unit", "expected"),
    [(365, "days", "the year"), (730, "days", "the two years"), (52, "weeks", "the 52 weeks"), (18, "months", "the 18 months")],
)
def test_the_length_of_follow_up_is_named(horizon, unit, expected):
    assert words.span_of(replace(published(SURVIVAL), horizon=horizon, unit=unit)) == expected


def test_another_event_is_told_by_the_name_of_its_measure():
    other = replace(bounds(12.2, 3.1, 21.4), measure="arrest", name="rearrested within 52 weeks", horizon=52, unit="weeks")
    assert words.difference(other, RANDOMISED).startswith(
        "People offered the programme went without being recorded as \u201crearrested within 52 weeks\u201d for about 12 weeks longer"
    )
    assert words.free_share(other) == "Share not yet recorded as \u201crearrested within 52 weeks\u201d"
    assert "are recorded as \u201crearrested" in words.hazard_meaning(other)


def test_the_test_of_average_time_is_told_with_its_p():
    assert words.significance(bounds(12, 3, 21, 0.0094)) == "This difference is statistically significant (p\u00a0<\u00a00.01)."
    assert (
        words.significance(bounds(-12, -21, -3, 0.0194)) == "This difference is statistically significant (p\u00a0=\u00a00.02)."
    )
    assert words.significance(bounds(9, -3, 21, 0.09)) == "This difference is not statistically significant (p\u00a0=\u00a00.09)."


def test_what_is_not_shown_says_why():
    hidden = published(analysed(days_of_few(), days_of_few())[1])
    assert words.missing(hidden).startswith("Time free of a proven reoffence is not shown, because so few people")
    unsound = published(replace(SURVIVAL, reliable=False))
    assert words.missing(unsound) == "Too few people are behind the time free of a proven reoffence for it to be relied on."
    gone = published(replace(SURVIVAL, restricted=replace(SURVIVAL.restricted, difference=None)))
    assert words.missing(gone) == "Time free of a proven reoffence could not be worked out."
    for result in (hidden, unsound, gone):
        assert words.levels(result, MATCHED) == words.difference(result, MATCHED) == words.in_words(result, MATCHED)
        assert words.in_words(result, MATCHED) == words.missing(result)
        assert words.significance(result) == words.hazard_meaning(result) == words.log_rank(result) == ""
        assert words.disagreement(result) == words.agreement(result) == ""


def days_of_few():
    return days_of(np.random.default_rng(1), 60, 0.05)


# The tests side by side


def test_tests_on_both_sides_of_the_line_are_told_and_the_main_one_decides():
    found = saying("both sides", official="longer", mean="none", ranks="none", cox="none", adjusted="longer")
    assert words.disagreement(found) == (
        "The tests do not all say the same. The main test and the hazard ratio adjusted for other characteristics find a difference. "
        "The test of average time, the log-rank test and the hazard ratio do not find enough evidence of one. "
        "They sit on both sides of the line, so the result is a close call. "
        "The verdict comes from the main test alone, because it was chosen beforehand."
    )
    assert words.agreement(found) == words.disagreement(found)


def test_one_test_finds_and_two_find():
    one = words.disagreement(saying("both sides", official="none", mean="shorter", cox="none"))
    assert "The test of average time finds a difference. The main test and the hazard ratio do not find" in one
    other = words.disagreement(saying("both sides", official="none", mean="shorter", cox="shorter"))
    assert "The test of average time and the hazard ratio find a difference. The main test does not find" in other


def test_tests_in_opposite_directions_are_told():
    found = saying("opposite directions", official="longer", mean="shorter", cox="none")
    assert words.disagreement(found) == (
        "The tests point in opposite directions. The main test finds that the programme group did better. "
        "The test of average time finds that it did worse. This can happen when the difference changes during follow-up. "
        "The verdict comes from the main test alone, because it was chosen beforehand."
    )


def test_without_the_main_test_among_them_it_is_said_to_be_another():
    found = saying("both sides", mean="longer", cox="none")
    assert words.disagreement(found).endswith("The verdict comes from the main test alone, which is not among these.")


def test_page_one_says_in_short_that_they_sit_on_both_sides_of_the_line():
    line = "They sit on both sides of the line, so the result is a close call. The verdict comes from the main test alone, "
    assert words.close_call(saying("both sides", official="longer", mean="none", cox="longer")) == (
        "The main test finds a difference. Tests that also look at when it happened do not all find enough evidence of one. "
        f"{line}because it was chosen beforehand."
    )
    assert words.close_call(saying("both sides", official="none", mean="longer")) == (
        "The main test does not find enough evidence of a difference. A test that also looks at when it happened finds one. "
        f"{line}because it was chosen beforehand."
    )
    assert words.close_call(saying("both sides", mean="longer", cox="none")) == (
        f"Some tests find a difference, and some do not find enough evidence of one. {line}which is not among these."
    )
    assert words.close_call(saying("opposite directions", official="longer", mean="shorter")) == (
        "Tests of when it happened point in opposite directions: one says that the programme group did better, another that it did "
        "worse. The verdict comes from the main test alone, because it was chosen beforehand."
    )


def test_the_section_is_headed_by_the_event():
    assert words.title(published(SURVIVAL)) == "How long people stayed free of a proven reoffence"
    other = replace(published(SURVIVAL), measure="arrest", name="rearrested")
    assert words.title(other) == "How long it was until \u201crearrested\u201d"


def test_tests_that_agree_are_not_told_on_page_one():
    same = saying("all significant", official="longer", mean="longer")
    none = saying("none significant", official="none", mean="none")
    assert words.close_call(same) == words.close_call(none) == ""
    assert words.disagreement(same) == words.disagreement(none) == ""
    assert words.agreement(same).endswith("find a difference, in the same direction.")
    assert words.agreement(none).startswith("None of the tests")
    assert "no effect" not in words.agreement(none)
    assert words.agreement(saying("all significant", mean="longer")) == ""


def test_page_one_speaks_from_what_estimation_found():
    main = {"p_value": 0.0496, "significant": True, "direction": "longer"}
    split = Agreement(
        tests=(
            Standing(name="official", **main),
            Standing(name="restricted mean", p_value=0.094, significant=False, direction="none"),
        ),
        sides="both sides",
    )
    assert "sit on both sides of the line" in words.disagreement(published(replace(SURVIVAL, agreement=split)))


# Hazard ratios, log-rank, curve


def test_a_hazard_ratio_is_told_with_its_range_and_what_it_means():
    shown = published(TRIAL)
    (ratio,) = shown.hazards
    assert words.hazard(ratio) == (
        f"The hazard ratio is {ratio.ratio.text}, and probably between {ratio.ci_low.text} and {ratio.ci_high.text} "
        f"({words.p_in_words(ratio.p_value)})."
    )
    assert words.hazard(replace(ratio, model="adjusted")).startswith(
        "With other characteristics taken into account, the hazard ratio is"
    )
    assert "how soon people commit a proven reoffence" in words.hazard_meaning(shown)
    assert words.hazard_meaning(replace(shown, hazards=())) == ""


def over_time(*p_values, status=""):
    """What is said of hazard ratios whose checks have these p-values."""
    one = SURVIVAL.hazards[0]
    models = ("unadjusted", "adjusted")
    hazards = tuple(replace(one, model=model, change_p_value=p) for model, p in zip(models, p_values, strict=False))
    return words.over_time(published(replace(SURVIVAL, hazards=hazards, reliable=not status)))


def test_a_ratio_that_changes_sends_the_reader_to_the_average_time():
    assert over_time(0.031) == (
        "A check finds that the hazard ratio does not stay the same during follow-up (p\u00a0=\u00a00.03). One ratio then stands for times at "
        "which it is larger and times at which it is smaller. Read the average time above in its place: it does not need the ratio to stay "
        "the same."
    )


def test_a_ratio_that_is_not_seen_to_change_is_not_called_constant():
    assert over_time(0.41) == (
        "A check finds no clear sign that the hazard ratio changes during follow-up (p\u00a0=\u00a00.41). That does not prove that it stays the "
        "same. The average time above does not need it to."
    )


def test_of_two_models_the_one_that_changes_is_told():
    assert "does not stay the same during follow-up (p\u00a0=\u00a00.02)" in over_time(0.6, 0.02)
    assert "(p\u00a0=\u00a00.60)" in over_time(0.6, 0.7)
    assert "(p\u00a0=\u00a00.70)" in over_time(None, 0.7)


def test_nothing_is_said_of_time_where_it_is_not_known_or_not_shown():
    assert over_time(None) == over_time() == over_time(0.01, status="few") == ""


def test_the_log_rank_test_is_told_in_a_trial_alone():
    assert words.log_rank(published(TRIAL)).startswith("The log-rank test, which compares the two curves as a whole, gives p")
    assert words.log_rank(published(SURVIVAL)) == ""


def test_a_curve_is_explained_and_so_is_its_absence():
    assert words.curve_note(published(SURVIVAL)).startswith("Each line starts at 100%")
    _, small = usual(people=110)
    assert "too few people are behind it for four points" in words.curve_note(published(small))
    assert "main comparison only" in words.curve_note(published(SURVIVAL, headline=False))
    assert "not shown" in words.curve_note(published(replace(SURVIVAL, reliable=False)))


@pytest.mark.parametrize(("survival", "groups"), [(SURVIVAL, MATCHED), (TRIAL, RANDOMISED)])
def test_it_can_be_read_by_a_fourteen_year_old(survival, groups):
    shown = published(survival)
    split = saying("both sides", official="longer", mean="none", ranks="none", cox="none", adjusted="longer")
    opposite = saying("opposite directions", official="longer", mean="shorter", cox="none")
    straddles = published(with_bounds(survival, 9.0, -3.2, 21.4))
    for text in (
        words.in_words(shown, groups),
        words.in_words(straddles, groups),
        words.disagreement(split),
        words.disagreement(opposite),
        words.close_call(split),
        words.close_call(opposite),
        words.curve_note(shown),
        words.hazard_meaning(shown),
        over_time(0.031),
        over_time(0.41),
    ):
        assert reading_age(text) <= 14, text


# The chart


def labels(svg):
    return re.findall(r"<text[^>]*>(.*?)</text>", svg)


def test_the_curves_are_labelled_at_their_ends_with_their_printed_figures():
    shown = published(SURVIVAL)
    chart = survival_chart(shown, MATCHED)
    last = shown.curve[-1]
    assert {"Programme group", "Comparison group", last.treated.text, last.comparison.text} <= set(labels(chart.svg))
    assert {"0", "3", "6", "9", "12", "months since follow-up began"} <= set(labels(chart.svg))
    assert chart.caption == "Share still free of a proven reoffence, from the start of follow-up on"


def test_the_text_alternative_is_the_first_child_and_gives_every_point_as_printed():
    shown = published(SURVIVAL)
    chart = survival_chart(shown, MATCHED)
    assert re.match(r"<svg [^>]*><title>Share still free of a proven reoffence: by ", chart.svg)
    for point in shown.curve:
        assert (
            f"by {point.end:g} days programme group {point.treated.text}, comparison group {point.comparison.text}"
            in chart.alternative
        )


def test_nothing_is_drawn_that_was_not_cleared():
    shown = published(SURVIVAL)
    assert len(shown.curve) < len(SURVIVAL.periods)
    chart = survival_chart(shown, MATCHED)
    printed = {figure.text for point in shown.curve for figure in (point.treated, point.comparison)}
    numbers = set(re.findall(r"\d+%", chart.alternative + " ".join(labels(chart.svg))))
    assert numbers <= printed | {"0%", "25%", "50%", "75%", "100%"}
    marks_of_scales = 10
    assert chart.svg.count("<use ") == 2 * len(shown.curve) + marks_of_scales


def test_the_groups_are_told_apart_without_colour():
    svg = survival_chart(published(SURVIVAL), MATCHED).svg
    assert "stroke-dasharray" in svg
    assert svg.count("fill: #ffffff; stroke: #3d3d3d") >= 1


def test_labels_of_curves_that_end_together_do_not_stand_on_each_other():
    for people, rate in ((500, 0.44), (500, 0.46)):
        _, survival = usual(people=people, rate=rate)
        svg = survival_chart(published(survival), MATCHED).svg
        places = [float(y) for y in re.findall(r'y="([\d.]+)"[^>]*>(?:Programme|Comparison) group<', svg)]
        assert len(places) == 2
        assert abs(places[0] - places[1]) > 10


def test_a_follow_up_that_has_no_quarters_is_marked_at_its_ends():
    weeks = replace(published(SURVIVAL), horizon=365.0, unit="sessions")
    assert {"0", "365", "sessions since follow-up began"} <= set(labels(survival_chart(weeks, MATCHED).svg))
    year = replace(weeks, horizon=52.0, unit="weeks")
    assert {"0", "13", "26", "39", "52"} <= set(labels(survival_chart(year, MATCHED).svg))


def test_nearly_everybody_stands_at_the_top_and_hardly_anybody_at_the_bottom():
    point = published(SURVIVAL).curve[0].treated
    assert drawn_value(point) == point.value
    assert drawn_value(replace(point, value=None, text=">99%")) == 100
    assert drawn_value(replace(point, value=None, text="<1%")) == 0


def test_without_points_there_is_no_chart():
    assert survival_chart(published(SURVIVAL, headline=False), MATCHED) is None


def test_the_chart_has_the_same_bytes_each_time():
    shown = published(SURVIVAL, PUBLIC)
    assert survival_chart(shown, MATCHED) == survival_chart(shown, MATCHED)
