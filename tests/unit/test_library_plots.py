"""Plots: what is drawn is what was published, each has its words and its table, and the same results give the same bytes."""

import re
from xml.etree import ElementTree as ET

import pytest

from justice_data_lab.library.counting import synthesise
from justice_data_lab.library.drawing import VERDICT_WORDS, scale_of, shortened, wrapped
from justice_data_lab.library.forest import forest, side_by_side
from justice_data_lab.library.gaps import evidence_map, measures_of
from justice_data_lab.library.map_plot import map_plot
from justice_data_lab.library.result_plot import result_plot
from justice_data_lab.library.taxonomy import TYPES
from justice_data_lab.library.trends import funnel, over_time
from sample_library import entry, outcome, shown

DIFFERENCES = (-8.0, 2.0, -3.0, 7.0, -1.0)
ENTRIES = [entry(f"k{n}", outcome(each), days=30 * n, title=f"Programme {n} & <friends>") for n, each in enumerate(DIFFERENCES)]
TITLES = {each.key: each.title for each in ENTRIES}
KNOWN = synthesise(ENTRIES, "reoffended", overlaps=())
MEANS = [
    entry(f"m{n}", outcome(each, 0.4, measure="reoffences", name="reoffences a person", kind="mean", unit="reoffences"), days=n)
    for n, each in enumerate((-0.3, 0.1, -0.2))
]


def drawn(plot):
    """The texts and shapes of a drawing that is well-formed and says itself in words first."""
    root = ET.fromstring(plot.chart.svg)  # noqa: S314 -- our own
    assert root.get("role") == "img"
    assert root[0].tag.endswith("title")
    assert root[0].text == plot.chart.alternative
    return root, [each.text for each in root.iter() if each.tag.endswith("}text")]


def shapes(root, kind):
    return [each for each in root.iter() if each.tag.endswith("}" + kind)]


def test_the_forest_plot_has_every_result_the_average_and_the_prediction_interval():
    plot = forest(KNOWN, TITLES)
    root, texts = drawn(plot)
    for each in ENTRIES:
        assert each.title in texts
        first = each.first
        assert f"{first.difference.text} ({first.ci_low.text} to {first.ci_high.text})" in texts
    assert "All 5 together" in texts
    assert "\u22120.6 (\u22127.5 to 6.3)" in texts
    assert "\u221217.1 to 15.9" in texts
    assert len(shapes(root, "rect")) == 1
    # two falls or rises point one way, three rings do not, and the average is a diamond
    assert (len(shapes(root, "circle")), len(shapes(root, "polygon"))) == (3, 3)
    assert [row[0] for row in plot.table.rows] == [
        *TITLES.values(),
        "All together",
        "One more programme (95% prediction interval)",
    ]
    assert sum(int(row[-1].rstrip("%")) for row in plot.table.rows[:5]) == pytest.approx(100, abs=2)


def test_without_a_pooled_effect_the_forest_plot_has_the_results_alone():
    plot = forest(synthesise(ENTRIES[:2], "reoffended"), TITLES)
    root, texts = drawn(plot)
    assert not any("together" in text for text in texts)
    assert shapes(root, "rect") == []
    assert forest(synthesise([], "reoffended"), {}) is None


def test_a_mean_is_drawn_in_its_own_unit():
    known = synthesise(MEANS, "reoffences", overlaps=())
    plot = forest(known, {each.key: each.title for each in MEANS})
    _, texts = drawn(plot)
    assert "Lower \u2190 reoffences \u2192 higher" in texts
    assert over_time(known).table.rows[0][2] == "\u22120.13"
    assert "\u22120.13 (\u22120.65 to 0.38)" in texts


def test_over_time_has_a_row_for_each_day_of_release():
    plot = over_time(KNOWN)
    _, texts = drawn(plot)
    assert [row[0] for row in plot.table.rows] == ["9 March 2026: 3 results", "8 April 2026: 4 results", "8 May 2026: 5 results"]
    assert plot.table.rows[-1][2:] == ("\u22120.6", "\u22127.5 to 6.3")
    assert "8 May 2026: 5 results" in texts
    assert over_time(synthesise(ENTRIES[:2], "reoffended")) is None


def test_a_long_history_is_thinned_evenly_with_its_first_and_last_day():
    many = [entry(f"{n:02}", outcome(-3.0 + n % 5), days=n) for n in range(40)]
    plot = over_time(synthesise(many, "reoffended"))
    root, texts = drawn(plot)
    assert len(shapes(root, "polygon")) == 20
    assert [plot.table.rows[place][1] for place in (0, 1, -2, -1)] == ["3", "5", "38", "40"]
    assert any("40 results" in text for text in texts)


def test_the_funnel_has_a_mark_a_result_and_counts_those_outside():
    plot = funnel(KNOWN, TITLES)
    root, texts = drawn(plot)
    assert len(shapes(root, "circle")) + len(shapes(root, "polygon")) == 5
    assert len([each for each in shapes(root, "line") if each.get("stroke-dasharray")]) == 2
    assert "2 lie outside" in plot.chart.alternative
    assert "Standard error" in texts
    assert plot.table.rows[0] == ("Programme 0 & <friends>", "\u22128.0", "1.5")
    assert funnel(synthesise(ENTRIES[:2], "reoffended"), TITLES) is None


def test_the_map_shows_every_kind_of_help_and_tells_empty_from_unclear():
    entries = [*ENTRIES, *MEANS]
    names = {each.measure: each.name for each in measures_of(entries)}
    plot = map_plot(evidence_map(entries, list(names)), names)
    root, texts = drawn(plot)
    assert texts.count("\u2013") == 2 * (len(TYPES.options) - 1)
    assert set(VERDICT_WORDS.values()) - {"no result"} <= set(texts)
    # in the legend and in the map
    assert len(shapes(root, "circle")) == 1 + 2
    assert plot.table.rows[0] == ("Mentoring", "one-year proven reoffending rate", "5", "2,000", "Not enough evidence")
    assert plot.chart.alternative == "2 of 34 pairs of a kind of help and an outcome have a result."


def wide(each, size):
    """Where a text of a drawing begins and ends on a phone."""
    length, x, anchor = len(each.text) * size * 0.52, float(each.get("x")), each.get("text-anchor", "start")
    left = {"start": x, "middle": x - length / 2, "end": x - length}[anchor]
    return left, left + length


def apart(root):
    """That no text of a drawing is cut by its edge, or lies on another of its line, as large as a phone draws them."""
    texts = [(float(each.get("y")), *wide(each, 12.0)) for each in root.iter() if each.tag.endswith("}text")]
    assert min(left for _, left, _ in texts) >= -0.1
    assert max(right for _, _, right in texts) <= 353.1
    for place, (y, left, right) in enumerate(texts):
        assert not [1 for other, start, end in texts[place + 1 :] if abs(other - y) < 9 and start < right and left < end]


def test_on_a_phone_no_words_of_the_map_are_cut_or_overlap_and_it_says_which_outcomes_it_has():
    long = "custodial sentence for a first proven reoffence that was indictable only"
    names = {f"n{n}": f"{long[: 20 + 12 * n]}" for n in range(4)} | {"more": "another"}
    plot = map_plot(evidence_map([], list(names)), names)
    root, _ = drawn(plot)
    apart(root)
    assert plot.chart.caption == "What is known about each kind of help: 4 of 5 outcomes; the table has all of them"
    three = dict(list(names.items())[:3])
    assert map_plot(evidence_map([], list(three)), three).chart.caption == "What is known about each kind of help"


def test_no_label_of_an_axis_is_cut_at_its_edge():
    low = [entry(f"k{n}", outcome(each, 1.0), days=n, title="Short") for n, each in enumerate((-15.0, -14.9, -15.1))]
    known = synthesise(low, "reoffended", overlaps=())
    titles = {each.key: each.title for each in low}
    for plot in (forest(known, titles), over_time(known), funnel(known, titles), side_by_side(low), result_plot(low[0])):
        texts = [each for each in drawn(plot)[0].iter() if each.tag.endswith("}text")]
        assert min(wide(each, 12.0)[0] for each in texts) >= -0.1


def test_one_result_is_one_result():
    assert "rate: 1 result. " in forest(synthesise(ENTRIES[:1], "reoffended"), TITLES).chart.alternative


def test_the_maps_words_name_what_points_one_way():
    falls = [entry(str(n), outcome(-8.0), days=n) for n in range(3)]
    names = {"reoffended": "reoffending"}
    plot = map_plot(evidence_map(falls, ["reoffended"]), names)
    assert plot.chart.alternative.endswith("point one way in 1: Mentoring, reoffending: a fall, 3 results.")
    one = map_plot(evidence_map(falls[:1], ["reoffended"]), names)
    assert one.chart.alternative == "1 of 17 pairs of a kind of help and an outcome have a result."
    empty = map_plot(evidence_map([], []), {})
    assert empty.table.rows == ()


def test_a_results_own_plot_has_its_primary_shares():
    two = entry("a", outcome(-8.0), outcome(1.5, measure="reoffended_two_years", name="two-year rate"))
    plot = result_plot(two)
    _, texts = drawn(plot)
    assert "Two-year rate" in texts
    assert [row[3] for row in plot.table.rows] == ["-8", "1.5"]
    assert plot.chart.alternative.startswith(
        "One-year proven reoffending rate: -8 (-11 to -5) percentage points, evidence of a reduction."
    )
    for hidden in (outcome(verdict="withheld"), outcome(kind="mean"), outcome(ci_low=shown(None)), outcome(role="secondary")):
        assert result_plot(entry("b", hidden)) is None


def test_the_same_results_give_the_same_bytes_and_no_colour_stands_alone():
    assert forest(KNOWN, TITLES) == forest(KNOWN, TITLES)
    fills = set(re.findall(r'fill="(#[0-9A-Fa-f]+)"', forest(KNOWN, TITLES).chart.svg))
    assert fills <= {"#12436D", "#801650", "#3D3D3D", "#0B0C0C", "#fff", "#D0D9E4"}


@pytest.mark.parametrize("values", [(0.0,), (-8.0, 3.0), (0.01, 0.02), (-1000.0, 5.0), (3.0, 4.0)])
def test_an_axis_holds_zero_and_every_value_at_round_places(values):
    scale = scale_of(values, 10, 200)
    ticks = scale.ticks()
    assert 2 <= len(ticks) <= 7
    assert 0.0 in ticks
    for value in (*values, 0.0):
        assert 10 <= scale.at(value) <= 200
    assert scale.at(10**9) == 200


def test_words_fit_their_line():
    assert wrapped("one two three", 1000) == ["one two three"]
    assert wrapped("seventeen letters", 30) == ["seventeen", "letters"]
    assert shortened("a rather long title", 50) == "a rather\u2026"
    assert shortened("short", 50) == "short"


def test_chosen_results_stand_under_each_other_with_their_table_and_nothing_pooled():
    chosen = [ENTRIES[2], ENTRIES[0]]
    plot = side_by_side(chosen)
    assert [row[0] for row in plot.table.rows] == [each.title for each in chosen]
    assert plot.table.rows[0][2:] == (
        chosen[0].first.difference.text,
        f"{chosen[0].first.ci_low.text} to {chosen[0].first.ci_high.text}",
    )
    assert "They are not taken together." in plot.chart.svg
    assert all(f"{each.first.difference.text} ({each.first.ci_low.text} to" in plot.chart.svg for each in chosen)


def test_one_result_or_results_of_other_measures_are_not_drawn_side_by_side():
    assert side_by_side([]) is None
    assert side_by_side(ENTRIES[:1]) is None
    other = entry("other", outcome(measure="reoffences", name="reoffences a person", kind="mean", unit="reoffences"))
    assert side_by_side([ENTRIES[0], other]) is None
    hidden = entry("hidden", outcome(ci_low=shown(None)))
    assert side_by_side([ENTRIES[0], hidden]) is None
