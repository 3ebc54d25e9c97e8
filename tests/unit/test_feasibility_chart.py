"""The chart of what other numbers of people could show, and the files that are handed over."""

import csv
import io
import json
import re

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.estimation.losses import expected_losses
from justice_data_lab.estimation.power import Feasibility, Power, Prospect, feasibility
from justice_data_lab.reporting.feasibility_chart import feasibility_chart
from justice_data_lab.reporting.feasibility_page import feasibility_file
from justice_data_lab.study import Lab

FOUND = feasibility(300, 0.4)


def labels(svg):
    return re.findall(r">([^<>]+)</text>", svg)


def row(analysed, detectable):
    return Power(analysed=analysed, detectable=detectable, chance=None)


def test_every_size_is_labelled_and_the_asked_one_is_marked_in_words():
    chart = feasibility_chart(FOUND.by_size, 300)
    assert {"16.6", "13.3", "11.1", "9.7", "6.3", "4.5", "3.2", "People analysed", "Percentage points"} <= set(labels(chart.svg))
    assert "This group: 300 people, 8.0 points" in labels(chart.svg)
    assert "8.0" not in labels(chart.svg)
    assert chart.alternative.startswith(
        "With the 300 people of this group, a fall of 8.0 percentage points or more would probably show."
    )
    assert "60 people, 16.6; 100 people, 13.3;" in chart.alternative
    assert f"<title>{chart.alternative}</title>" in chart.svg


@pytest.mark.parametrize("size", [20, 350, 351, 5000])
def test_a_size_anywhere_has_room_for_its_words(size):
    chart = feasibility_chart(feasibility(size, 0.4).by_size, size)
    assert any(label.startswith(f"This group: {size:,} people") for label in labels(chart.svg))


def test_a_size_next_to_the_asked_one_gives_way():
    svg = feasibility_chart(feasibility(310, 0.4).by_size, 310).svg
    assert "8.0" not in labels(svg)
    assert "This group: 310 people, 7.9 points" in labels(svg)


def test_the_report_may_say_whose_size_it_is_or_mark_none():
    rows = (row(100, 0.13), row(250, 0.083), row(1000, 0.045))
    assert "The people analysed: 250 people, 8.3 points" in labels(feasibility_chart(rows, 250, whose="the people analysed").svg)
    unmarked = feasibility_chart(rows, 251)
    assert not any("people," in label for label in labels(unmarked.svg))
    assert unmarked.alternative.startswith("Smallest fall")


def test_sizes_that_show_nothing_are_not_drawn():
    chart = feasibility_chart((row(10, None), row(100, 0.1)), 10)
    assert "10 people" not in chart.alternative
    assert feasibility_chart((row(10, None),), 10) is None


def test_a_chart_is_the_same_bytes_every_time():
    assert feasibility_chart(FOUND.by_size, 300).svg == feasibility_chart(FOUND.by_size, 300).svg


def test_the_files_hold_the_same_numbers():
    rows = list(csv.DictReader(io.StringIO(feasibility_file(FOUND, ".csv", Lab()).decode())))
    assert [int(line["analysed"]) for line in rows] == [found.analysed for found in FOUND.by_size]
    assert [float(line["detectable"]) for line in rows] == [found.detectable for found in FOUND.by_size]
    assert Feasibility.from_dict(json.loads(feasibility_file(FOUND, ".json", Lab()))) == FOUND
    assert feasibility_file(FOUND, ".svg", Lab()).decode() == feasibility_chart(FOUND.by_size, 300).svg + "\n"


def test_the_page_has_the_text_and_the_chart():
    losses = expected_losses(500)
    found = feasibility(losses.expected, 0.4, prospect=Prospect(losses=losses))
    page = feasibility_file(found, ".html", Lab(name="A & B lab")).decode()
    assert "<h1>What could be found out if 500 people were sent</h1>" in page
    assert "A &amp; B lab" in page
    assert page.count("<svg") == 1
    assert "BRAND" not in page
    lines = [line.removeprefix("- ") for line in found.summary().splitlines() if line.startswith("- ")]
    assert [line for line in lines if line.replace("'", "&#39;") not in page] == []
    assert "<h1>What could be found out about 300 people</h1>" in feasibility_file(FOUND, ".html", Lab()).decode()


def test_a_file_that_cannot_be_made_is_told():
    with pytest.raises(UsageError, match=r"ends in \.svg, \.html, \.json, \.csv, got \.pdf"):
        feasibility_file(FOUND, ".pdf", Lab())
    hopeless = feasibility(5, 0.00001)
    with pytest.raises(UsageError, match="no chart to draw"):
        feasibility_file(hopeless, ".svg", Lab())
    assert "<svg" not in feasibility_file(hopeless, ".html", Lab()).decode()
