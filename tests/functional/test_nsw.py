"""The National Supported Work experiment against a survey: when matching finds what the experiment found, and when it does not."""

import csv
import json
import runpy
from datetime import date
from pathlib import Path

import pytest

from justice_data_lab.errors import NotPossible
from justice_data_lab.pipeline import evaluate
from justice_data_lab.request import Linked

pytestmark = pytest.mark.usefixtures("no_pdf")
EXAMPLE = Path(__file__).parents[2] / "examples" / "nsw"
BENCHMARK = 1794.34  # Dehejia and Wahba 1999: 1,794
FAR_OFF = -8497.52  # the same people less the whole survey, nothing held alike: -8,498


def silent(room, *, resumed):
    del room, resumed


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("nsw") / "people.csv"
    runpy.run_path(str(EXAMPLE / "data.py"))["main"](path)
    return path


def run(study, people, out):
    evaluate(study, Linked(data=people, today=date(2026, 11, 22), command="test"), out, progress=silent)
    return out


@pytest.fixture(scope="module")
def trial(data):
    return run(EXAMPLE / "trial.toml", data.with_stem("people-trial"), data.parent / "trial")


@pytest.fixture(scope="module")
def survey(data):
    return run(EXAMPLE / "study.toml", data, data.parent / "survey")


@pytest.fixture(scope="module")
def without_earnings(data):
    return run(EXAMPLE / "without-earnings.toml", data, data.parent / "without-earnings")


def earnings(out):
    rows = json.loads((out / "5-estimation" / "estimates.json").read_text())["estimates"]
    return next(row for row in rows if row["measure"] == "earnings in 1978")


def design(out):
    return json.loads((out / "4-matching" / "design.json").read_text())


def test_the_experiment_gives_the_published_benchmark(trial):
    row = earnings(trial)
    assert (row["n_treated"], row["n_comparison"]) == (185, 260)
    assert row["difference"] == pytest.approx(BENCHMARK, abs=0.01)
    assert row["se"] == pytest.approx(671.0, abs=0.05)  # as Welch's test gives it


def test_the_survey_taken_as_it_is_is_far_off_as_published(data):
    with data.open() as stream:
        rows = list(csv.DictReader(stream))
    groups = {arm: [float(row["re78"]) for row in rows if row["treat"] == arm] for arm in "10"}
    assert [len(group) for group in groups.values()] == [185, 15_992]
    treated, others = (sum(group) / len(group) for group in groups.values())
    assert treated - others == pytest.approx(FAR_OFF, abs=0.05)


def test_the_first_design_is_not_balanced_and_no_outcome_is_read(data, tmp_path):
    text = (EXAMPLE / "study.toml").read_text()
    first = tmp_path / "first.toml"
    first.write_text(text.replace('exact = ["nodegree"]\n', ""))
    assert first.read_text() != text
    with pytest.raises(NotPossible, match="not alike enough"):
        run(first, data, tmp_path / "run")
    assert design(tmp_path / "run")["balance"] == "red"
    assert not (tmp_path / "run" / "5-estimation").exists()


def test_with_earlier_earnings_the_interval_holds_the_benchmark(survey):
    assert (design(survey)["balance"], design(survey)["n_matched"]) == ("amber", 185)
    row = earnings(survey)
    assert row["difference"] == pytest.approx(1446, abs=1)
    assert (row["ci_low"], row["ci_high"]) == (pytest.approx(147, abs=1), pytest.approx(2745, abs=1))
    assert row["ci_low"] < BENCHMARK < row["ci_high"]


def test_without_earlier_earnings_balance_is_green_and_the_answer_is_wrong(without_earnings):
    assert design(without_earnings)["balance"] == "green"
    row = earnings(without_earnings)
    assert row["difference"] == pytest.approx(-3253, abs=1)
    assert row["ci_high"] < 0 < BENCHMARK


def test_the_page_prints_these_figures(trial, survey, without_earnings):
    page = (Path(__file__).parents[2] / "docs" / "explanation" / "nsw.md").read_text()
    for out in (trial, survey, without_earnings):
        row = earnings(out)
        for name in ("difference", "ci_low", "ci_high"):
            assert f"{row[name]:,.0f}" in page
        assert f"{row['n_eff']:.0f}" in page
