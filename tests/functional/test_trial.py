"""A trial sent through the whole job: whoever was offered the programme is analysed as assigned, and the report says so."""

import csv
import io
import json
from datetime import date

import pyarrow.parquet as pq
import pytest

from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.errors import DataRefused
from justice_data_lab.pipeline import run
from justice_data_lab.request import Request

pytestmark = pytest.mark.usefixtures("no_pdf")
TODAY = date(2026, 11, 22)
STUDY = """
[study]
name = "Mentoring inside, a trial"
organisation = "Example Trust"
programme = "Mentoring"
intervention_type = "mentoring"
setting = "custody"
seed = 5
report_date = 2026-11-22
[method]
design = "randomised"
[columns]
site = "before_start"
[[analysis]]
name = "everybody"
headline = true
[[analysis]]
name = "site a"
where = { site = "a" }
[[analysis]]
name = "site b"
where = { site = "b" }
"""
ARMS = ("served", "control", "served", "waiting", "refused", "control")


def silent(room, *, resumed):
    del room, resumed


def write_trial(path):
    """Put every row of a cohort into an arm; whoever was not served has the day of that and no other date."""
    nothing = dict.fromkeys(("intervention_start", "intervention_end", "completed", "conviction_date", "index_date"), "")
    rows = []
    for place, row in enumerate(csv.DictReader(io.StringIO(path.read_text()))):
        arm = ARMS[place % len(ARMS)]
        more = {"arm": arm, "arm_date": row["intervention_start"], "site": "ab"[place // 6 % 2]}
        rows.append(row | more | ({} if arm == "served" else nothing))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue())


@pytest.fixture(scope="module")
def inputs(tmp_path_factory, small_register):
    folder = tmp_path_factory.mktemp("trial")
    (folder / "study.toml").write_text(STUDY)
    synthesise_cohort(small_register, folder / "cohort.csv", size=420, effect=0.0, seed=3, errors="none")
    write_trial(folder / "cohort.csv")
    return folder


@pytest.fixture(scope="module")
def finished(inputs, small_register, tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "run"
    request = Request(cohort=inputs / "cohort.csv", register=small_register, today=TODAY, command="test")
    run(inputs / "study.toml", request, out, progress=silent)
    return out


def disclosed(run_folder):
    return json.loads((run_folder / "6-disclosure" / "disclosed.json").read_text())["content"]


def test_whoever_was_not_served_is_found_by_the_day_of_being_put_in_the_arm(inputs, finished):
    links = pq.read_table(finished / "2-linkage" / "links.parquet").to_pydict()
    text = (inputs / "cohort.truth.csv").read_text()
    truth = {int(row["row"]): row["disposal_id"] for row in csv.DictReader(io.StringIO(text))}
    found = {
        row: disposal
        for row, disposal, arm, status in zip(links["row"], links["disposal_id"], links["arm"], links["status"], strict=True)
        if status == "linked" and arm != "served"
    }
    assert len(found) > 150
    assert {row: truth[row] for row in found} == found


def test_both_groups_are_counted_as_assigned(finished):
    links = pq.read_table(finished / "2-linkage" / "links.parquet").to_pydict()
    arms = dict(zip(links["person_id"], links["arm"], strict=True))
    rows = pq.read_table(finished / "3-measures" / "rows.parquet").to_pydict()
    groups = {
        flag: {arms[person] for person, own in zip(rows["person_id"], rows["treated"], strict=True) if own == flag}
        for flag in (0, 1)
    }
    assert groups == {1: {"served", "refused"}, 0: {"control", "waiting"}}
    first = json.loads((finished / "5-estimation" / "estimates.json").read_text())["estimates"][0]
    assert (first["n_treated"], first["n_comparison"]) == (sum(rows["treated"]), len(rows["treated"]) - sum(rows["treated"]))


def test_the_report_speaks_of_an_offer_and_gives_a_baseline_table(finished):
    page = (finished / "7-report" / "report.html").read_text()
    for words in (
        "people were offered the programme and",
        "Chance decided who was offered it",
        "people not offered it",
        "Control group",
        "What was known of people at the start",
        "At the start",
        "The result is that of being offered the programme",
        "In one of the two groups",
        "people offered the programme",
    ):
        assert words in page
    for words in (
        "similar people",
        "After matching",
        "Matched to",
        "Match between the groups",
        "Where the comparison group comes from",
        "with whom they are compared",
    ):
        assert words not in page
    content = disclosed(finished)
    both = content["analyses"][0]
    assert content["attrition"][-1]["left"]["value"] == pytest.approx(
        both["treated"]["value"] + both["comparison"]["value"], abs=5
    )
    assert {row["after"]["marker"] for row in content["balance"]} == {"z"}
    assert content["warnings"] == ["merged_court_outcomes"]
    assert content["placebos"] == content["not_made"] == []


def test_subgroups_of_a_trial_are_compared_by_a_test(finished):
    content = disclosed(finished)
    assert [each["name"] for each in content["analyses"]] == ["everybody", "site a", "site b"]
    assert {each["balance"] for each in content["analyses"]} == {None}
    (test,) = content["interactions"]
    assert (test["first"], test["second"]) == ("site a", "site b")
    rows = {
        (row["analysis"], row["measure"]): row
        for row in json.loads((finished / "5-estimation" / "estimates.json").read_text())["estimates"]
    }
    first, second = (rows[name, "one-year proven reoffending rate"]["difference"] for name in ("site a", "site b"))
    assert test["difference"]["value"] == pytest.approx(100 * (first - second), abs=0.5)
    offered = content["analyses"][0]["treated"]["value"]
    for each in content["analyses"][1:]:
        assert each["attrition"][0]["left"]["value"] == offered


def test_a_trial_whose_file_has_one_arm_only_is_refused(inputs, small_register, tmp_path):
    alone = tmp_path / "cohort.csv"
    alone.write_text((inputs / "cohort.csv").read_text().replace(",control,", ",served,").replace(",waiting,", ",served,"))
    request = Request(cohort=alone, register=small_register, today=TODAY, command="test")
    with pytest.raises(DataRefused, match="people offered the programme"):
        run(inputs / "study.toml", request, tmp_path / "run", progress=silent)
    assert (tmp_path / "run" / "1-intake" / "refused.json").exists()
