"""Charts are drawn from cleared figures, and from nothing else."""

import re
from dataclasses import replace

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.reporting.charts import effect_chart, hundred_people
from justice_data_lab.reporting.findings import findings
from justice_data_lab.reporting.intervals import Line, interval_chart
from justice_data_lab.reporting.love_plot import love_plot
from justice_data_lab.study import DisclosureRules
from sample_analyses import several
from sample_requests import eleven_estimates, national, trial

RULES = DisclosureRules()
PUBLIC = DisclosureRules(profile="none")


def found(request, rules=RULES, table=None):
    every = findings(disclose(request, rules).content, "national")
    return tuple(finding for finding in every if table in (None, finding.measure.table))


def words(svg):
    return re.findall(r">([^<>]+)</text>", svg)


def test_a_chart_gives_both_groups_and_the_difference_in_words_and_labels():
    chart = effect_chart(found(national(), table=1), "Rate")
    assert chart.alternative == (
        "One-year proven reoffending rate: programme group 35%, comparison group 43%; difference \u22128, "
        "lower by between 5 and 11 percentage points."
    )
    assert {"Programme group", "Comparison group", "35%", "43%", "no difference"} <= set(words(chart.svg))
    assert chart.svg.startswith('<svg role="img"')
    assert f"<title>{chart.alternative}</title>" in chart.svg


def test_what_is_withheld_has_no_point():
    chart = effect_chart(found(national(), table=4), "Court outcome")
    assert any("either way" in text for text in words(chart.svg))
    assert not any("indictable" in text or "summary" in text for text in words(chart.svg))
    few = tuple(replace(row, reliable=row.measure == "reoffended") for row in eleven_estimates())
    assert effect_chart(found(replace(national(), estimates=few), table=6), "Custody") is None


def test_an_increase_and_an_inconclusive_result_say_so():
    assert "higher by between 1 and 25 days" in effect_chart(found(national(), table=3), "Time").alternative
    assert "so it may be lower or higher" in effect_chart(found(national(), table=6), "Custody").alternative
    assert {"\u2190 shorter", "longer \u2192"} <= set(words(effect_chart(found(national(), table=3), "Time").svg))


def test_a_chart_is_the_same_bytes_every_time_and_has_ids_of_its_own():
    first, second = (effect_chart(found(national(), table=1), "Rate").svg for _ in range(2))
    assert first == second
    other = effect_chart(found(national(), table=6), "Custody").svg
    assert not set(re.findall(r' id="([^"]+)"', first)) & set(re.findall(r' id="([^"]+)"', other))
    assert "<metadata" not in first
    assert "202" not in "".join(re.findall(r"<dc:date>[^<]*", first))


def test_figures_of_zero_are_drawn_without_dividing_by_it():
    rows = list(eleven_estimates())
    row = rows[1]
    none = replace(row.treated, value=0.0), replace(row.comparison, value=0.0)
    rows[1] = replace(row, treated=none[0], comparison=none[1], difference=0.0, ci_low=0.0, ci_high=0.0, verdict="inconclusive")
    assert effect_chart(found(replace(national(), estimates=tuple(rows)), table=2), "Frequency") is not None


def test_a_hundred_dots_are_filled_for_each_person():
    result = found(national(), table=1)[0].result
    chart = hundred_people(result.hundred_treated, "Programme group", "reoffend")
    assert chart.svg.count("<circle") == 100
    assert chart.svg.count('fill="none"') == 65
    assert chart.alternative == "Programme group: 35 of 100 people reoffend."
    hidden = found(national(), table=4)[0].result.hundred_treated
    assert hundred_people(hidden, "Programme group", "reoffend") is None


def test_the_love_plot_has_a_mark_a_characteristic_and_skips_what_is_hidden():
    rows = disclose(national(), RULES).content.balance
    chart = love_plot(rows, randomised=False)
    assert {"Sex: Male", "before matching", "after matching"} <= set(words(chart.svg))
    assert not any("60 or over" in text for text in words(chart.svg))
    assert "The largest before matching is 0.41, for previous offences" in chart.alternative
    assert love_plot((), randomised=False) is None


def test_the_love_plot_of_a_trial_is_of_the_start():
    chart = love_plot(disclose(trial(), PUBLIC).content.balance, randomised=True)
    assert "at the start" in words(chart.svg)
    assert "after matching" not in words(chart.svg)
    assert chart.alternative.endswith("for age.")


def lines_of(request, *names):
    """The reoffending rate in several analyses, as an overview draws it."""
    content = disclose(request, RULES).content
    rates = (next(each for each in findings(content, name) if each.measure.key == "reoffended") for name in names)
    return [Line(label=name, finding=finding) for name, finding in zip(names, rates, strict=True)]


def test_one_measure_in_several_analyses_is_drawn_with_its_words():
    chart = interval_chart(lines_of(several(), "national", "in custody", "through the gate"), "Rate in each analysis")
    assert chart.alternative == (
        "national: difference \u22128, lower by between 5 and 11 percentage points. "
        "in custody: difference \u22128, lower by between 4 and 12 percentage points. "
        "through the gate: difference \u22123, between \u221217 and 11, so it may be lower or higher."
    )
    assert "through the gate: \u22123 (\u221217 to 11)" in words(chart.svg)
    assert chart.caption == "Rate in each analysis"


def test_a_long_name_is_cut_in_the_drawing_and_whole_in_the_words():
    lines = lines_of(several(), "national", "in custody")
    name = "people who were in custody for the whole of the programme and after"
    chart = interval_chart([lines[0], replace(lines[1], label=name)], "x")
    assert f"{name}: difference" in chart.alternative
    assert "people who were in custody for the whole of the programme\u2026: \u22128 (\u221212 to \u22124)" in words(chart.svg)


def test_a_hidden_analysis_is_not_drawn_and_one_alone_needs_no_chart():
    rows = tuple(
        replace(row, treated=replace(row.treated, events=4))
        if row.measure == "reoffended" and row.analysis != "national"
        else row
        for row in several().estimates
    )
    assert interval_chart(lines_of(replace(several(), estimates=rows), "national", "in custody"), "x") is None
