"""People who differ in what no record shows, from the file to page one: both checks find it, and page one changes its words."""

import json
import re
from datetime import date

import pytest

from functional.test_analyses import HEADLINE_ALONE, silent, with_columns
from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.pipeline import run
from justice_data_lab.reporting.robustness_words import CAUTION
from justice_data_lab.request import Request
from uncounted import uncounted

pytestmark = pytest.mark.usefixtures("no_pdf")
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def finished(tmp_path_factory, small_register):
    """A run of people who have a hidden trait, a third of whom were left on the waiting list; the programme does nothing."""
    folder = tmp_path_factory.mktemp("hidden")
    (folder / "study.toml").write_text(HEADLINE_ALONE[: HEADLINE_ALONE.index("[columns]")])
    synthesise_cohort(small_register, folder / "cohort.csv", size=600, effect=0.0, seed=11, errors="none", hidden=1.5)
    with_columns(folder / "cohort.csv", arm=lambda place: "waiting" if place % 3 == 0 else "served", arm_date=lambda _: "")
    request = Request(cohort=folder / "cohort.csv", register=small_register, today=TODAY, command="test")
    with uncounted():
        run(folder / "study.toml", request, folder / "run", progress=silent)
    return folder / "run"


def page_one(run_folder):
    text = (run_folder / "7-report" / "report.html").read_text()
    front = text[text.index('id="brief"') : text.index("</section>", text.index('id="brief"'))]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", front))


def test_both_checks_find_it(finished):
    content = json.loads((finished / "6-disclosure" / "disclosed.json").read_text())["content"]
    assert content["robustness"]["control"]["status"] == "flagged"
    assert content["robustness"]["control"]["direction"] == "lower"


def test_page_one_carries_the_caution_and_both_sentences(finished):
    text = page_one(finished)
    assert CAUTION in text
    assert "In a year before the programme, people who took part had offended less often" in text
    assert "The same comparison also showed a difference for people on the waiting list" in text
