"""An update: whoever was linked before is linked now, to the same person, whatever the model would say today."""

import pyarrow as pa
import pyarrow.parquet as pq

from justice_data_lab.linkage.carried import carry_forward, linked_before
from justice_data_lab.linkage.resolve import Candidate, Decision
from justice_data_lab.request import links_before

GONE = Decision(outcome="not_found", reason="no_candidate")


def row(number, surname="Smith", **more):
    said = {"forename": "Ann", "date_of_birth": None, "sex": "F", "pnc_id": None, "prison_number": None}
    return {"row": number, "surname": surname, **said, **more}


def linked(person, weight=12.0, probability=0.99):
    return Decision(outcome="linked", person_id=person, weight=weight, probability=probability, anyone=0.99)


ONE = (row(7),)
BEFORE = linked_before([row(2), row(3, "Jones")], {2: "P1", 3: "P2"})


def carried(decisions, candidates=None, rows=ONE):
    return carry_forward(decisions, candidates or {}, rows, BEFORE, 9.0)


def test_whoever_is_not_found_any_more_is_linked_as_before():
    made = carried({7: GONE})[7]
    assert (made.outcome, made.person_id, made.weight, made.probability, made.reason) == ("linked", "P1", 9.0, 0.0, "")


def test_whoever_is_uncertain_now_keeps_todays_weight_and_chance():
    people = [Candidate(person_id="P9", weight=6.0), Candidate(person_id="P1", weight=6.0)]
    made = carried({7: Decision(outcome="ambiguous", person_id="P9", weight=6.0, reason="tied")}, {7: people})[7]
    assert (made.outcome, made.person_id, made.weight) == ("linked", "P1", 6.0)
    assert 0.4 < made.probability < 0.5


def test_whoever_would_be_linked_to_another_person_is_not():
    assert carried({7: linked("P9")})[7].person_id == "P1"


def test_the_same_link_and_everybody_else_stay_as_they_are():
    decisions = {7: linked("P1", weight=3.0), 8: GONE, 9: linked("P4")}
    assert carried(decisions, rows=(row(7), row(8, "Brown"), row(9, "Smith", sex="M"))) == decisions


def test_an_identity_that_meant_two_people_is_not_carried():
    assert linked_before([row(2), row(3), row(4, "Jones")], {2: "P1", 3: "P2", 4: "P3"}) == {
        ("Jones", "Ann", None, "F", None, None): "P3"
    }
    assert linked_before([row(2), row(3)], {2: "P1"}) == {("Smith", "Ann", None, "F", None, None): "P1"}


def a_run(path, *, intake=True):
    for room in ("1-intake", "2-linkage"):
        (path / room).mkdir(parents=True)
    links = [{"row": 2, "person_id": "P1", "status": "linked"}, {"row": 3, "person_id": "P2", "status": "duplicate"}]
    pq.write_table(pa.Table.from_pylist(links), path / "2-linkage" / "links.parquet")
    if intake:
        pq.write_table(pa.Table.from_pylist([row(2), row(3, "Jones")]), path / "1-intake" / "cohort.parquet")
    return path


def test_links_are_taken_from_runs_whose_intake_is_still_there(tmp_path):
    runs = (a_run(tmp_path / "one"), a_run(tmp_path / "other", intake=False))
    ann = ("Smith", "Ann", None, "F", None, None)
    assert links_before(runs, None) == {ann: "P1"}
    assert links_before(runs[1:], None) == {}
    assert links_before(runs, {"N1": "P1"}) == {ann: "N1"}
