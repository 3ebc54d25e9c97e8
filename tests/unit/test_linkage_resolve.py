"""One decision a row: bands, ties, and no person given to two people."""

import pytest

from justice_data_lab.linkage.model import shipped_model
from justice_data_lab.linkage.resolve import Candidate, resolve

MODEL = shipped_model()
HIGH = MODEL.accept + 10


def decide(candidates, police_numbers=None, rows=None):
    people = {row: [Candidate(person_id=who, weight=weight) for who, weight in found] for row, found in candidates.items()}
    return resolve(people, rows or sorted(candidates), police_numbers=police_numbers or {}, model=MODEL)


@pytest.mark.parametrize(
    ("weight", "outcome", "reason"),
    [
        (MODEL.accept, "linked", ""),
        (MODEL.accept - 0.1, "review", "between_thresholds"),
        (MODEL.review, "review", "between_thresholds"),
        (MODEL.review - 0.1, "not_found", "too_weak"),
    ],
)
def test_the_bands_decide(weight, outcome, reason):
    decision = decide({2: [("a", weight)]})[2]
    assert (decision.outcome, decision.reason) == (outcome, reason)


def test_a_row_without_candidates_is_not_found():
    decision = decide({}, rows=[2])[2]
    assert (decision.outcome, decision.reason, decision.person_id) == ("not_found", "no_candidate", None)


def test_two_people_within_the_lead_are_a_tie_however_strong():
    assert decide({2: [("a", HIGH), ("b", HIGH - MODEL.lead + 0.1)]})[2].outcome == "ambiguous"
    assert decide({2: [("b", HIGH), ("a", HIGH - MODEL.lead)]})[2].person_id == "b"


def test_rows_of_one_person_share_the_person():
    decisions = decide({2: [("a", HIGH)], 3: [("a", HIGH + 1)]})
    assert [decision.outcome for decision in decisions.values()] == ["linked", "linked"]


def test_a_slip_in_a_police_number_does_not_part_two_rows():
    numbers = {2: "20120123456Z", 3: "20120123466Z"}
    assert {decision.person_id for decision in decide({2: [("a", HIGH)], 3: [("a", HIGH)]}, numbers).values()} == {"a"}


def test_of_two_people_the_one_who_fits_better_keeps_the_person():
    numbers = {2: "20120123456Z", 3: "19990000001A"}
    decisions = decide({2: [("a", HIGH)], 3: [("a", HIGH + MODEL.lead)]}, numbers)
    assert decisions[3].person_id == "a"
    assert (decisions[2].outcome, decisions[2].reason) == ("not_found", "taken")


def test_the_other_goes_to_the_next_person_who_fits():
    numbers = {2: "20120123456Z", 3: "19990000001A"}
    decisions = decide({2: [("a", HIGH), ("b", HIGH - 5)], 3: [("a", HIGH + 5)]}, numbers)
    assert (decisions[2].outcome, decisions[2].person_id) == ("linked", "b")


def test_two_people_who_fit_one_person_equally_are_both_ambiguous():
    numbers = {2: "20120123456Z", 3: "19990000001A"}
    decisions = decide({2: [("a", HIGH)], 3: [("a", HIGH + MODEL.lead - 0.1)]}, numbers)
    assert [decision.reason for decision in decisions.values()] == ["contested", "contested"]


@pytest.mark.parametrize("number", [None, "20120123456Z", "19990000001A", "20010000002B"])
def test_a_person_whom_two_rows_contest_is_given_to_no_third(number):
    numbers = {2: "20120123456Z", 3: "19990000001A"} | ({4: number} if number else {})
    decisions = decide({2: [("a", HIGH)], 3: [("a", HIGH - 1)], 4: [("a", HIGH - 2)]}, numbers)
    assert [(decision.outcome, decision.reason) for decision in decisions.values()] == [("ambiguous", "contested")] * 3
    far = decide({2: [("a", HIGH)], 3: [("a", HIGH - 1)], 4: [("a", HIGH - 2 * MODEL.lead), ("b", 0.0)]}, numbers)
    assert (far[4].outcome, far[4].reason) == ("ambiguous", "contested")


def test_the_probability_of_a_link_allows_for_other_people_and_for_nobody():
    alone = decide({2: [("a", 6.0)]})[2]
    beside = decide({2: [("a", 6.0), ("b", 2.0)]})[2]
    assert alone.probability == pytest.approx(64 / 65)
    assert beside.probability == pytest.approx(64 / 69)
    assert beside.anyone == pytest.approx(68 / 69)


def test_extreme_weights_do_not_overflow():
    decision = decide({2: [("a", 5000.0), ("b", -5000.0)]})[2]
    assert decision.probability == 1.0
    assert decide({2: [("a", -5000.0)]})[2].anyone < 1e-200


def test_the_order_of_rows_and_candidates_does_not_matter():
    found = {2: [("a", HIGH), ("b", HIGH - 5)], 3: [("b", HIGH), ("a", 1.0)]}
    turned = {row: list(reversed(found[row])) for row in (3, 2)}
    assert decide(found) == decide(turned, rows=[2, 3])
