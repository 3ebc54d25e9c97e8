"""What reviewed links say of m is a table, drawn towards the model, and the model is left alone."""

from datetime import date

import pytest

from justice_data_lab.linkage.m_evidence import evidence_table, m_evidence, reviewed_pairs
from justice_data_lab.linkage.model import shipped_model
from justice_data_lab.linkage.review import FieldEvidence, KnownPair, Review, ReviewCandidate, ReviewCase, ReviewKey, ReviewQueue

MODEL = shipped_model()
KEY = ReviewKey(cohort="c", model="m", register="r")


def candidate(number, names, sex):
    fields = [("names", names), ("sex", sex)]
    return ReviewCandidate(
        number=number,
        person_id=f"p{number}",
        weight=1.0,
        fields=tuple(FieldEvidence(comparison=of, field=of, given="", held="", level=level, weight=0.0) for of, level in fields),
    )


CASES = tuple(
    ReviewCase(row=row, why="tied", candidates=(candidate(1, "nickname", "same"), candidate(2, "surname_same", "")))
    for row in (2, 3, 4, 5)
)
ACCEPTED = (KnownPair(levels={"names": "both_same", "sex": "same"}, chance=0.75),) * 100
QUEUE = ReviewQueue(key=KEY, cases=CASES, accepted=ACCEPTED)


def review(reviewer, choices):
    made = Review(key=KEY, reviewer=reviewer)
    for case, choice in zip(CASES, choices, strict=False):
        made = made.decide(case, choice, date(2026, 11, 22))
    return made


def test_only_pairs_that_the_reviewers_agree_on_count():
    reviews = (review("A", [1, 2, "nobody", 1]), review("B", [1, 2, "nobody", 2]))
    levels = [dict(pair.levels) for pair in reviewed_pairs(QUEUE, reviews)]
    assert levels == [{"names": "nickname", "sex": "same"}, {"names": "surname_same"}]


def test_m_is_the_share_of_linked_pairs_drawn_towards_the_models_value_by_two_hundred_more():
    lines = {(line.comparison, line.level): line for line in m_evidence(MODEL, QUEUE, (review("A", [1, 1, 2]),))}
    now = {(part.name, level.name): level.m for part in MODEL.comparisons for level in part.levels}
    short = lines["names", "nickname"]
    assert (short.reviewed, short.accepted, short.m) == (2, 0.0, now["names", "nickname"])
    # three reviewed pairs and 75 expected right among the accepted say something on names
    assert short.m_updated == pytest.approx((2 + 200 * short.m) / 278, rel=1e-5)
    assert lines["names", "both_same"].accepted == 75.0
    # on sex only two of the reviewed pairs do
    assert lines["sex", "same"].m_updated == pytest.approx((2 + 75 + 200 * now["sex", "same"]) / 277, rel=1e-5)
    assert lines["pnc_id", "same"].m_updated == pytest.approx(now["pnc_id", "same"], rel=1e-5)


def test_the_updated_values_of_a_comparison_add_up_to_those_of_the_model():
    lines = m_evidence(MODEL, QUEUE, (review("A", [1, 1, 2]),))
    for part in MODEL.comparisons:
        updated = sum(line.m_updated for line in lines if line.comparison == part.name)
        assert updated == pytest.approx(1.0, abs=1e-3)


def test_the_table_has_one_row_a_level_and_nothing_of_a_person():
    table = evidence_table(m_evidence(MODEL, QUEUE, ()))
    assert table.column_names == ["comparison", "level", "reviewed", "accepted", "m", "m_updated"]
    assert table.num_rows == sum(len(part.levels) for part in MODEL.comparisons)
    assert set(table["reviewed"].to_pylist()) == {0}
