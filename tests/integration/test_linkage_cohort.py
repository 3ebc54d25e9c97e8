"""A synthetic cohort with errors, people who are not in the register and doubles, against its truth."""

import csv
import re
from datetime import date

import pytest

from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.intake.cohort import read_cohort
from justice_data_lab.linkage.linker import link
from justice_data_lab.study import Lab

SIZE = 600


@pytest.fixture(scope="module")
def linked(small_register, tmp_path_factory):
    """The linkage and the true person and disposal of each row."""
    file = tmp_path_factory.mktemp("cohort") / "cohort.csv"
    synthesise_cohort(small_register, file, size=SIZE, effect=0.0, seed=4)
    with file.with_suffix(".truth.csv").open() as stream:
        truth = {int(row["row"]): (row["person_id"], row["disposal_id"]) for row in csv.DictReader(stream)}
    return link(read_cohort(file, today=date(2026, 11, 22), lab=Lab()), small_register), truth


def test_links_are_precise_and_nearly_complete(linked):
    linkage, truth = linked
    found = [row for row in linkage.links.to_pylist() if row["person_id"]]
    right = sum(truth[row["row"]][0] == row["person_id"] for row in found)
    assert right / len(found) >= 0.998
    assert right / sum(bool(who) for who, _ in truth.values()) >= 0.95


def test_every_linked_row_is_followed_from_the_disposal_it_took_part_under(linked):
    linkage, truth = linked
    rows = linkage.linked().to_pylist()
    assert all(truth[row["row"]] == (row["person_id"], row["disposal_id"]) for row in rows)
    assert linkage.late_starts == 0


def test_nobody_is_linked_twice_and_every_lost_row_has_a_reason(linked):
    linkage, _ = linked
    people = linkage.linked()["person_id"].to_pylist()
    assert len(people) == len(set(people))
    rows = linkage.links.to_pylist()
    assert all(bool(row["reason"]) == (row["status"] != "linked") for row in rows)
    assert sum(step.lost for step in linkage.attrition) == sum(row["status"] != "linked" for row in rows)


def test_the_summary_and_the_written_table_hold_no_more_than_they_should(linked):
    linkage, _ = linked
    assert linkage.table().column_names == ["row", "person_id", "disposal_id", "weight", "status"]
    text = linkage.summary()
    assert f"Rows submitted: {linkage.links.num_rows}" in text
    assert "Wrong links expected" in text


def test_the_summary_says_who_was_found_by_sex_age_ethnicity_and_numbers_given(linked):
    linkage, _ = linked
    lines = linkage.summary().splitlines()
    headings = [at for at, line in enumerate(lines) if line.startswith(("Found by ", "Linked to "))]
    blocks = [lines[start + 1 : end] for start, end in zip(headings, [*headings[1:], len(lines)], strict=True)]
    told = {}
    for section, block in zip(("sex", "age", "fields given", "ethnicity"), blocks, strict=True):
        rows = [row for row in linkage.quality if row.section == section]
        assert [line.split(":")[0].strip() for line in block] == [row.group for row in rows]
        told[section] = [[int(number) for number in re.findall(r": (\d+)(?: of (\d+))?", line)[0] if number] for line in block]
    found = sum(bool(person) for person in linkage.links["person_id"].to_pylist())
    for section in ("sex", "age", "fields given"):
        assert [sum(counts) for counts in zip(*told[section], strict=True)] == [found, linkage.links.num_rows]
    assert sum(count for (count,) in told["ethnicity"]) == linkage.linked().num_rows


def test_the_error_rates_are_within_their_intervals(linked):
    linkage, truth = linked
    found = {row["row"]: row["person_id"] for row in linkage.links.to_pylist() if row["person_id"]}
    right = sum(truth[row][0] == person for row, person in found.items())
    known = sum(bool(who) for who, _ in truth.values())
    rates = {row.group: row for row in linkage.quality if row.section == "error rate"}
    false, missed = rates["False-match rate"], rates["Missed-match rate"]
    assert false.low <= 1 - right / len(found) <= false.high
    assert missed.low <= 1 - right / known <= missed.high
    # A range that took in everything would hold too: these say something.
    assert false.high < 0.01
    assert missed.high < 0.05
    assert rates["Missed at most"].expected >= 1 - right / known


def test_people_lost_are_compared_with_people_submitted_on_what_the_file_says(linked):
    linkage, _ = linked
    tested = {row.group for row in linkage.quality if row.section == "bias test"}
    assert {"sex", "age", "fields given"} <= tested
    groups = [row for row in linkage.quality if row.section == "bias" and row.group.startswith("sex: ")]
    assert sum(row.rows for row in groups) == linkage.links.num_rows
    # those who are not in the register have no numbers: the file itself tells that they are lost more often
    numbers = {row.group: row.expected for row in linkage.quality if row.group.startswith("fields given: ")}
    assert numbers["fields given: no number"] < 0 < numbers["fields given: both numbers"]
