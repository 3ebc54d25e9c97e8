"""The examples on real data give the published figures, through the same door as any user's study."""

import csv
import json
import runpy
from datetime import date
from pathlib import Path

import pytest

from justice_data_lab.pipeline import evaluate
from justice_data_lab.request import Linked

pytestmark = pytest.mark.usefixtures("no_pdf")
ROOT = Path(__file__).parents[2]


def silent(room, *, resumed):
    del room, resumed


def run_example(name, folder):
    data = folder / "data.csv"
    runpy.run_path(str(ROOT / "examples" / name / "data.py"))["main"](data)
    evaluate(
        ROOT / "examples" / name / "study.toml",
        Linked(data=data, today=date(2026, 11, 22), command="test"),
        folder / "run",
        progress=silent,
    )
    return folder / "run"


@pytest.fixture(scope="module")
def tarp(tmp_path_factory):
    return run_example("tarp", tmp_path_factory.mktemp("tarp"))


@pytest.fixture(scope="module")
def north_carolina(tmp_path_factory):
    return run_example("north-carolina", tmp_path_factory.mktemp("nc"))


def estimates(run):
    return {row["measure"]: row for row in json.loads((run / "5-estimation" / "estimates.json").read_text())["estimates"]}


def test_tarp_gives_the_published_difference(tarp):
    row = estimates(tarp)["rearrested within 52 weeks"]
    assert (row["n_treated"], row["n_comparison"]) == (216, 216)
    assert row["mean_treated"] == pytest.approx(48 / 216)
    assert row["mean_comparison"] == pytest.approx(66 / 216)
    assert row["difference"] == pytest.approx(-18 / 216)
    assert row["p_value"] == pytest.approx(0.0496, abs=5e-5)
    assert row["verdict"] == "reduction"


def test_tarp_gives_the_published_weeks_among_the_rearrested(tarp):
    row = estimates(tarp)["weeks to rearrest"]
    assert (row["n_treated"], row["n_comparison"]) == (48, 66)
    assert row["mean_treated"] == pytest.approx(28.9375)
    assert row["mean_comparison"] == pytest.approx(28.5454545454545)
    assert row["df"] == pytest.approx(103.370903353226)
    assert row["p_value"] == pytest.approx(0.886410658307684)
    assert row["n_times_p"] is None


def test_tarp_report_prints_the_figures(tarp):
    html = (tarp / "7-report" / "report.html").read_text()
    for printed in ("22.2%", "30.6%", "0.0496", "28.9", "28.5"):
        assert printed in html, printed


def table(run):
    with (run / "7-report" / "tables.csv").open() as file:
        return {row["key"]: row["text"] for row in csv.DictReader(file)}


def test_tarp_report_prints_both_hazard_ratios_and_the_restricted_means(tarp):
    rows, html = table(tarp), (tarp / "7-report" / "report.html").read_text()
    printed = {
        "unadjusted/hazard ratio": "0.691",
        "unadjusted/hazard ratio p-value": "0.0517",
        "adjusted/hazard ratio": "0.684",
        "adjusted/hazard ratio p-value": "0.0474",
        "restricted mean/treated": "46.9",
        "restricted mean/comparison": "44.8",
    }
    for name, text in printed.items():
        key = f"survival/national/arrest/{name}"
        assert rows[key] == text
        assert f'data-key="{key}">{text}<' in html


def test_tarp_says_on_page_one_that_the_tests_sit_on_both_sides_of_the_line(tarp):
    html = (tarp / "7-report" / "report.html").read_text()
    sentence = "They sit on both sides of the line, so the result is a close call."
    assert 0 < html.index(sentence) < html.index('<h2 id="hundred">')
    assert "The main test and the hazard ratio adjusted for other characteristics find a difference." in html


def test_north_carolina_has_the_published_counts_before_matching(north_carolina, tmp_path):
    data = north_carolina.parent / "data.csv"
    lines = [line.split(",") for line in data.read_text().splitlines()]
    treated, reconvicted = lines[0].index("workprg"), lines[0].index("reconvicted")
    counts = {arm: [row[reconvicted] for row in lines[1:] if row[treated] == arm] for arm in ("1", "0")}
    assert [(values.count("1"), len(values)) for values in counts.values()] == [(83, 672), (100, 773)]


def test_north_carolina_is_matched_and_balanced(north_carolina):
    design = json.loads((north_carolina / "4-matching" / "design.json").read_text())
    assert design["n_treated"] == 672
    assert design["n_pool"] == 773
    assert design["n_matched"] >= 0.95 * 672
    assert design["balance"] in ("green", "amber")
    assert (north_carolina / "7-report" / "report.html").is_file()
