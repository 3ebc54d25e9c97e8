"""The review queue is a value: what a reviewer sees, what a reviewer decides, and what several say together."""

from dataclasses import fields, replace
from datetime import date

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.linkage.resolve import Candidate, Decision
from justice_data_lab.linkage.review import (
    Review,
    ReviewCandidate,
    ReviewCase,
    ReviewKey,
    ReviewQueue,
    agreement,
    check_reviews,
    for_review,
    settled,
    shown,
)

KEY = ReviewKey(cohort="c", model="m", register="r")
DAY = date(2026, 11, 22)


def case(row, people=2, why="between_thresholds"):
    candidates = tuple(
        ReviewCandidate(number=at, person_id=f"p{at}", weight=float(-at), fields=()) for at in range(1, people + 1)
    )
    return ReviewCase(row=row, why=why, candidates=candidates)


def review(reviewer, **choices):
    """Decisions by row: `r2=1` chooses the first candidate of row 2."""
    made = Review(key=KEY, reviewer=reviewer)
    for row, choice in choices.items():
        made = made.decide(case(int(row[1:])), choice, DAY)
    return made


def test_a_case_can_hold_no_outcome_no_history_and_no_other_answer():
    held = {item.name for kind in (ReviewCase, ReviewCandidate) for item in fields(kind)}
    assert held == {"row", "why", "candidates", "more", "number", "person_id", "weight", "fields", "other_names"}


def test_a_decision_holds_the_person_chosen_and_no_detail_of_them():
    (decision,) = review("A", r2=2).decisions
    assert (decision.row, decision.choice, decision.person_id, decision.decided_at) == (2, 2, "p2", DAY)
    assert review("A", r2="nobody").decisions[0].person_id is None


@pytest.mark.parametrize("choice", [0, 3, -1])
def test_a_candidate_who_is_not_there_cannot_be_chosen(choice):
    with pytest.raises(UsageError, match="from 1 to 2"):
        Review(key=KEY, reviewer="A").decide(case(2), choice, DAY)


def test_a_second_decision_on_a_row_takes_the_place_of_the_first_and_the_last_can_be_taken_back():
    twice = review("A", r2=1, r3="nobody").decide(case(2), "cannot_tell", DAY)
    assert [(decision.row, decision.choice) for decision in twice.decisions] == [(3, "nobody"), (2, "cannot_tell")]
    assert [decision.row for decision in twice.take_back().decisions] == [3]


def test_what_is_left_are_the_rows_not_decided_in_the_order_of_the_file():
    queue = ReviewQueue(key=KEY, cases=(case(2), case(3), case(7, why="tied")))
    assert [left.row for left in queue.left(review("A", r3=1))] == [2, 7]
    assert queue.summary() == "For review: 3\n  between thresholds: 2\n  tied: 1\n"
    text = queue.summary(review("A", r3=1, r2="cannot_tell"))
    assert text.endswith("Decided: 2 (a person 1, nobody 0, cannot tell 1)\nLeft: 1\n")


def test_only_uncertain_rows_wait_for_people():
    outcomes = {2: "linked", 3: "review", 5: "not_found", 4: "ambiguous"}
    assert for_review({row: Decision(outcome=outcome) for row, outcome in outcomes.items()}) == (3, 4)


def test_a_reviewer_sees_at_most_five_candidates_and_none_who_is_no_rival():
    people = [Candidate(person_id=f"p{at}", weight=3.0 - at / 10) for at in range(7)]
    near, more = shown([*people, Candidate(person_id="far", weight=-9.5)])
    assert [candidate.person_id for candidate in near] == ["p0", "p1", "p2", "p3", "p4"]
    assert more == 2
    assert shown(people[:1]) == ((people[0],), 0)


def test_reviewers_who_agree_settle_a_row_and_one_voice_is_enough_to_differ():
    first, second = review("A", r2=1, r3=1, r4="nobody", r5=2), review("B", r2=1, r3=2, r4="cannot_tell")
    assert settled((first, second)) == {2: "person p1", 3: "disagree", 4: "disagree", 5: "person p2"}


def test_three_reviewers_have_to_say_the_same():
    reviews = (review("A", r2=1), review("B", r2=1), review("C", r2="nobody"))
    assert settled(reviews) == {2: "disagree"}
    assert settled(reviews[:2]) == {2: "person p1"}


def test_agreement_is_counted_over_rows_that_both_decided():
    found = agreement((review("A", r2=1, r3=1, r4=1), review("B", r2=1, r3=2)))
    assert (found.both, found.disagreements) == (2, (3,))
    assert found.summary() == "Decided by both: 2, agreed 1 (50%)\nRows on which they disagree, which stay unlinked: 3\n"
    assert agreement(()).summary().startswith("Decided by both: 0, agreed 0\n")


@pytest.mark.parametrize(("part", "words"), [("cohort", "cohort file"), ("model", "linkage model"), ("register", "snapshot")])
def test_decisions_on_anything_else_are_refused_by_what_differs(part, words):
    with pytest.raises(UsageError, match=words):
        check_reviews((review("A", r2=1),), replace(KEY, **{part: "other"}))


def test_one_reviewer_does_not_count_twice():
    with pytest.raises(UsageError, match="one file a reviewer"):
        check_reviews((review("A", r2=1), review("A", r2=2)), KEY)
    check_reviews((review("A", r2=1), review("B", r2=2)), KEY)
