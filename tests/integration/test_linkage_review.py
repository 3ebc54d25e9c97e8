"""Uncertain rows go to people and come back as links or losses, in a small invented register."""

import json
import math
from dataclasses import replace
from datetime import date

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.linkage.linkage import Linkage
from justice_data_lab.linkage.linker import link
from justice_data_lab.linkage.m_evidence import m_evidence
from justice_data_lab.linkage.model import read_model
from justice_data_lab.linkage.review import Review
from justice_data_lab.linkage.review_queue import review_queue
from small_linkage import cohort, disposal, name, register

DAY = date(2026, 11, 22)
START = date(2021, 5, 4)
NAMES = [
    name("double-a", "Ravensworth", "Peregrine", date(1980, 5, 5), middle_names="Hugo"),
    name("double-b", "Ravensworth", "Peregrine", date(1980, 5, 5)),
    name("twin-a", "Thackeray", "Rosalind", date(1990, 7, 9), sex="F"),
    name("twin-a", "Ormerod", "Rosalind", date(1990, 7, 9), sex="F", is_primary=False),
    name("sure", "Yardley", "William", date(1982, 6, 6), pnc_id="2004/0123456Z"),
    name("numbered", "Underhill", "Tobias", date(1987, 7, 17), pnc_id="2005/0765432A"),
]
TWIN = {"surname": "Thackeray", "forename": "Beatrice", "date_of_birth": date(1990, 7, 9), "sex": "F"}
ROWS = [
    {"surname": "Ravensworth", "forename": "Peregrine", "date_of_birth": date(1980, 5, 5)},
    TWIN,
    {"surname": "Yardley", "forename": "Bill", "date_of_birth": date(1982, 6, 6), "pnc_id": "04/123456Z"},
    {"surname": "Zorander", "forename": "Ptolemy", "date_of_birth": date(1990, 1, 1)},
    {"surname": "Underhill", "forename": "Tobias", "date_of_birth": date(1987, 7, 17), "pnc_id": "1999/7654321B"},
]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    people = dict.fromkeys(row["person_id"] for row in NAMES)
    releases = [disposal(person, f"of-{person}", "custody", date(2021, 1, 1), date(2021, 12, 1)) for person in people]
    made = register(tmp_path_factory.mktemp("review") / "snapshot", NAMES, releases)
    # The bands of this test take in the rows it is about, whatever the shipped values come to.
    model = replace(read_model(made.model_file), accept=12.0, review=-6.0)
    made.model_file.write_text(json.dumps(model.to_dict()))
    return replace(made, manifest={"content": "of this register"})


@pytest.fixture(scope="module")
def submitted():
    return cohort(*({"intervention_start": START} | row for row in ROWS))


@pytest.fixture(scope="module")
def queue(small, submitted):
    return review_queue(submitted, small)


def decided(queue, reviewer="A. Reviewer", **choices):
    made = Review(key=queue.key, reviewer=reviewer)
    for case in queue.cases:
        if f"r{case.row}" in choices:
            made = made.decide(case, choices[f"r{case.row}"], DAY)
    return made


def test_the_queue_is_just_the_rows_that_linkage_leaves_to_people(queue, small, submitted):
    links = link(submitted, small).links.to_pylist()
    waiting = [row["row"] for row in links if row["status"] in ("review", "ambiguous")]
    assert [case.row for case in queue.cases] == waiting
    assert {case.row: case.why for case in queue.cases}[2] == "tied"


def test_the_candidates_of_a_tie_stand_side_by_side_with_what_the_register_holds(queue):
    tie = next(case for case in queue.cases if case.row == 2)
    assert [candidate.person_id for candidate in tie.candidates] == ["double-a", "double-b"]
    names, born = (
        next(field for field in tie.candidates[0].fields if field.comparison == of) for of in ("names", "date_of_birth")
    )
    assert (names.given, names.held, names.level) == ("Ravensworth, Peregrine", "RAVENSWORTH, PEREGRINE (HUGO)", "both_same")
    assert (born.given, born.held, born.level) == ("1980-05-05", "1980-05-05", "same")


def test_a_person_is_shown_by_the_name_that_fits_best_with_the_others_beside_it(queue):
    twin = next(case for case in queue.cases if case.row == 3)
    (candidate,) = twin.candidates
    assert candidate.fields[0].held == "THACKERAY, ROSALIND"
    assert candidate.other_names == ("ORMEROD, ROSALIND",)
    assert candidate.fields[0].level == "surname_same"


def test_the_weights_of_the_fields_and_the_prior_add_up_to_the_match_weight(queue, small):
    prior = read_model(small.model_file).prior
    for case in queue.cases:
        for candidate in case.candidates:
            total = sum(field.weight for field in candidate.fields) + math.log2(prior / (1 - prior))
            assert candidate.weight == pytest.approx(total, abs=1e-9)


def test_a_blank_field_says_nothing(queue):
    tie = next(case for case in queue.cases if case.row == 2)
    number = next(field for field in tie.candidates[0].fields if field.comparison == "pnc_id")
    assert (number.given, number.held, number.level, number.weight) == ("", "", "", 0.0)


def test_decisions_become_links_and_losses_and_attrition_tells_them(queue, small, submitted):
    before, after = link(submitted, small), link(submitted, small, decisions=(decided(queue, r2=2, r3="nobody"),))
    rows = {row["row"]: row for row in after.links.to_pylist()}
    assert (rows[2]["status"], rows[2]["person_id"], rows[2]["disposal_id"]) == ("linked", "double-b", "of-double-b")
    assert (rows[3]["status"], rows[3]["person_id"], rows[3]["reason"]) == ("not_found", None, "rejected_by_review")
    others = [row for row in before.links.to_pylist() if row["row"] not in (2, 3)]
    assert [rows[row["row"]] for row in others] == others
    lost = {step.key: step for step in after.attrition}
    assert lost["rejected_by_review"].lost == 1
    assert lost["rejected_by_review"].reason.startswith("rejected by review")
    assert lost["review"].label == "Certain enough, or linked after review"
    assert after.attrition[-1].left == before.attrition[-1].left + 1


def test_the_quality_report_counts_the_review(queue, small, submitted):
    after = link(submitted, small, decisions=(decided(queue, r2=2, r3="nobody"),))
    counts = {row.group: row.rows for row in after.quality if row.section == "review"}
    assert (counts["Linked after review"], counts["Rejected by review"]) == (1, 1)
    assert counts["Not reviewed"] == len(queue.cases) - 2
    assert "Linked after review: 1\n" in after.summary()
    assert Linkage.from_dict(after.to_dict()) == after


def test_reviewers_who_disagree_leave_the_row_unlinked_and_counted(queue, small, submitted):
    reviews = (decided(queue, r2=1), decided(queue, "B. Reviewer", r2=2))
    after = link(submitted, small, decisions=reviews)
    row = after.links.to_pylist()[0]
    assert (row["status"], row["reason"], row["person_id"]) == ("review", "review_unsettled", None)
    assert next(step for step in after.attrition if step.key == "review_unsettled").lost == 1


def test_two_rows_that_people_give_to_one_person_are_kept_once(small):
    twice = cohort(*({"intervention_start": START} | row for row in (ROWS[0], ROWS[0])))
    queue = review_queue(twice, small)
    after = link(twice, small, decisions=(decided(queue, r2=1, r3=1),))
    assert after.links["status"].to_pylist() == ["linked", "duplicate"]


def test_decisions_hold_for_what_the_reviewer_saw_and_nothing_else(queue, small, submitted):
    review = decided(queue, r2=1)
    changed = cohort(*({"intervention_start": START} | row for row in [ROWS[0] | {"forename": "Perry"}, *ROWS[1:]]))
    with pytest.raises(UsageError, match="another cohort file"):
        link(changed, small, decisions=(review,))
    with pytest.raises(UsageError, match="another register snapshot"):
        link(submitted, replace(small, manifest={"content": "another"}), decisions=(review,))
    # Dates of the programme are not who somebody is.
    moved = cohort(*({"intervention_start": date(2021, 6, 1)} | row for row in ROWS))
    assert link(moved, small, decisions=(review,)).links["person_id"][0].as_py() == "double-a"


def test_a_trained_model_asks_for_a_review_anew(queue, small, submitted, tmp_path):
    model = replace(read_model(small.model_file), accept=12.5)
    (tmp_path / "model.json").write_text(json.dumps(model.to_dict()))
    for part in ("linkage.duckdb", "linkage_index", "disposal", "index_event"):
        (tmp_path / part).symlink_to(small.path / part)
    with pytest.raises(UsageError, match="another linkage model"):
        link(submitted, replace(small, path=tmp_path), decisions=(decided(queue, r2=1),))


def test_reviewed_and_accepted_pairs_are_evidence_on_m(queue, small):
    lines = m_evidence(read_model(small.model_file), queue, (decided(queue, r2=1, r3=1),))
    found = {(line.comparison, line.level): line for line in lines}
    assert found["names", "both_same"].reviewed == 1
    assert found["names", "surname_same"].reviewed == 1
    # the row with a short form and the right police number was linked without people
    assert found["names", "nickname"].accepted == pytest.approx(1.0, abs=1e-3)
    assert found["pnc_id", "same"].accepted == pytest.approx(1.0, abs=1e-3)


def test_without_anybody_to_review_the_queue_is_empty(small):
    sure = cohort({"intervention_start": START} | ROWS[2])
    assert review_queue(sure, small).cases == ()


def test_rows_are_weighed_against_themselves(small):
    rows = [
        {"intervention_start": START, "surname": "Zorander", "forename": "Ptolemy", "date_of_birth": date(1970, 1, 1)},
        {"intervention_start": START, "surname": "Abley", "forename": "Aidan", "date_of_birth": None, "sex": "U"},
        {"intervention_start": START, "surname": "Nobody", "forename": "Known", "date_of_birth": None, "pnc_id": "2001/0000001B"},
    ]
    lines = {row.group: (row.rows, row.found) for row in link(cohort(*rows), small).quality if row.section == "linkable"}
    # a common name with nothing else is not enough even for a record that says the same
    assert lines == {"All rows": (3, 2), "no number": (2, 1), "police number": (1, 1)}


def test_the_weight_of_each_link_can_be_had_by_person(queue, small, submitted):
    linkage = link(submitted, small)
    weight = {row["person_id"]: row["weight"] for row in linkage.links.to_pylist()}["sure"]
    assert linkage.weights_of(["sure", None, "nobody"]) == [weight, None, None]
