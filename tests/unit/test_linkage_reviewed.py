"""Decisions of people become links or losses, and the report tells which."""

from datetime import date

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.linkage.resolve import Candidate, Decision, chance_of
from justice_data_lab.linkage.review import Review, ReviewCandidate, ReviewCase, ReviewKey
from justice_data_lab.linkage.reviewed import REJECTED, UNSETTLED, apply_reviews, review_rows

KEY = ReviewKey(cohort="c", model="m", register="r")
CANDIDATES = {row: [Candidate(person_id="p1", weight=3.0), Candidate(person_id="p2", weight=1.0)] for row in (2, 3, 4, 5)}
DECISIONS = {
    2: Decision(outcome="review", person_id="p1", weight=3.0, probability=0.7, anyone=0.8, reason="between_thresholds"),
    3: Decision(outcome="ambiguous", person_id="p1", weight=3.0, probability=0.7, anyone=0.9, reason="tied"),
    4: Decision(outcome="linked", person_id="p1", weight=9.0, probability=0.99, anyone=0.99),
    5: Decision(outcome="review", person_id="p1", weight=3.0, probability=0.7, anyone=0.6, reason="between_thresholds"),
}


def review(reviewer, choices, key=KEY):
    made = Review(key=key, reviewer=reviewer)
    for row, choice in choices.items():
        people = tuple(ReviewCandidate(number=at, person_id=f"p{at}", weight=0.0, fields=()) for at in (1, 2, 3))
        made = made.decide(ReviewCase(row=row, why="tied", candidates=people), choice, date(2026, 11, 22))
    return made


def applied(*choices):
    reviews = [review(f"reviewer {at}", each) for at, each in enumerate(choices)]
    return apply_reviews(reviews, DECISIONS, CANDIDATES, KEY)


def test_a_row_that_people_link_is_linked_to_the_person_they_chose_with_that_persons_weight():
    made = applied({3: 2})[3]
    assert (made.outcome, made.person_id, made.weight, made.reason, made.reviewed) == ("linked", "p2", 1.0, "", "linked")
    # odds 4 : 1 : 1/8 for the best, the second and nobody
    assert made.probability == chance_of(CANDIDATES[3], "p2")
    assert made.probability == pytest.approx(0.25 / (1 + 0.25 + 0.125))


def test_a_row_that_people_reject_is_not_found_and_says_why():
    made = applied({2: "nobody"})[2]
    assert (made.outcome, made.reason, made.reviewed) == ("not_found", REJECTED, "rejected")


@pytest.mark.parametrize(
    ("choices", "reviewed"),
    [(({2: 1}, {2: 2}), "disagree"), (({2: 1}, {2: "cannot_tell"}), "disagree"), (({2: "cannot_tell"},), "cannot_tell")],
)
def test_a_row_on_which_people_do_not_agree_stays_unlinked(choices, reviewed):
    made = applied(*choices)[2]
    assert (made.outcome, made.reason, made.reviewed) == ("review", UNSETTLED, reviewed)


def test_rows_that_nobody_decided_are_as_they_were():
    made = applied({2: 1})
    assert {row: made[row] for row in (3, 4, 5)} == {row: DECISIONS[row] for row in (3, 4, 5)}


@pytest.mark.parametrize("row", [4, 99])
def test_a_decision_on_a_row_that_was_not_for_review_is_refused(row):
    with pytest.raises(UsageError, match=f"row {row}, which is not for review"):
        applied({row: 1})


def test_a_decision_for_a_person_who_is_no_candidate_is_refused():
    with pytest.raises(UsageError, match="none of its candidates"):
        applied({2: 3})


def test_decisions_on_another_cohort_are_refused():
    other = review("A", {2: 1}, key=ReviewKey(cohort="other", model="m", register="r"))
    with pytest.raises(UsageError, match="another cohort file"):
        apply_reviews([other], DECISIONS, CANDIDATES, KEY)


def test_the_report_counts_what_the_review_did_and_puts_the_model_to_the_test():
    made = applied({2: 1, 3: "nobody"}, {2: 1})
    lines = {row.group: row for row in review_rows(made.values())}
    counts = {group: row.rows for group, row in lines.items()}
    assert counts == {
        "Linked after review": 1,
        "Rejected by review": 1,
        "Reviewers disagree": 0,
        "Reviewers cannot tell": 0,
        "Not reviewed": 1,
        "Settled, and linked as foretold": 2,
    }
    test = lines["Settled, and linked as foretold"]
    assert (test.found, test.expected) == (1, pytest.approx(1.7))
    assert test.sentence() == "Settled, and linked as foretold: 1 of 2 linked (50.0%), 1.7 foretold"


def test_without_decisions_the_report_says_nothing_of_a_review():
    assert review_rows(DECISIONS.values()) == []
