"""A file of decisions is whole or refused, and holds no name."""

import json
from datetime import date

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.linkage.review import FieldEvidence, Review, ReviewCandidate, ReviewCase, ReviewKey
from justice_data_lab.linkage.review_file import read_review, read_reviews, write_review

KEY = ReviewKey(cohort="c", model="m", register="r")
FIELD = FieldEvidence(
    comparison="names", field="Surname, forename", given="Canaryman, Zebedee", held="CANARYMAN, ZEB", level="nickname", weight=7.0
)
CASE = ReviewCase(
    row=9,
    why="tied",
    candidates=(ReviewCandidate(number=1, person_id="p1", weight=2.0, fields=(FIELD,), other_names=("CANARYMAN, Z",)),),
)


@pytest.fixture
def written(tmp_path):
    review = Review(key=KEY, reviewer="A. Reviewer")
    for row, choice in ((9, 1), (11, "nobody"), (12, "cannot_tell")):
        case = ReviewCase(row=row, why="tied", candidates=CASE.candidates)
        review = review.decide(case, choice, date(2026, 11, 22))
    path = tmp_path / "decisions.json"
    write_review(review, path)
    return review, path


def test_decisions_survive_their_file(written):
    review, path = written
    assert read_review(path) == review
    assert read_reviews((path, path)) == (review, review)


def test_the_file_holds_row_person_choice_reviewer_and_day_and_no_name(written):
    _, path = written
    text = path.read_text()
    assert "anary" not in text.lower()
    data = json.loads(text)
    assert set(data) == {"version", "key", "reviewer", "decisions"}
    assert data["decisions"][0] == {"row": 9, "choice": 1, "person_id": "p1", "decided_at": "2026-11-22"}
    assert [path.name for path in path.parent.iterdir()] == ["decisions.json"]


def change(path, **more):
    path.write_text(json.dumps(json.loads(path.read_text()) | more))


ROW = {"row": 9, "choice": 1, "person_id": "p1", "decided_at": "2026-11-22"}


@pytest.mark.parametrize(
    "fault",
    [
        {"version": "jdl-review/9"},
        {"key": {"cohort": "c"}},
        {"decisions": [ROW, ROW]},
        {"decisions": [ROW | {"choice": "perhaps"}]},
        {"decisions": [ROW | {"choice": True}]},
        {"decisions": [ROW | {"person_id": None}]},
        {"decisions": [ROW | {"choice": "nobody"}]},
        {"decisions": [ROW | {"decided_at": "yesterday"}]},
        {"decisions": 3},
        {"decisions": ["a"]},
    ],
)
def test_a_file_that_was_changed_by_hand_is_refused(written, fault):
    change(written[1], **fault)
    with pytest.raises(UsageError, match=r"decisions\.json: is not a file of decisions"):
        read_review(written[1])


def test_other_files_and_none_are_refused(tmp_path):
    with pytest.raises(UsageError, match="found none"):
        read_review(tmp_path / "no.json")
    for content in ("[]", "no json"):
        (tmp_path / "other.json").write_text(content)
        with pytest.raises(UsageError, match="is not a file of decisions"):
            read_review(tmp_path / "other.json")
