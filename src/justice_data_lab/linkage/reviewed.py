"""What reviewers decided becomes of their rows, and what the quality report says of the review."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from justice_data_lab.errors import UsageError
from justice_data_lab.linkage.quality import QualityRow
from justice_data_lab.linkage.resolve import chance_of
from justice_data_lab.linkage.review import CANNOT_TELL, NOBODY, check_reviews, for_review, settled, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from justice_data_lab.linkage.resolve import Candidate, Decision, Reviewed
    from justice_data_lab.linkage.review import Review, ReviewKey

REJECTED = "rejected_by_review"
UNSETTLED = "review_unsettled"
_PERSON = "person "


def apply_reviews(
    reviews: Sequence[Review],
    decisions: Mapping[int, Decision],
    candidates: Mapping[int, Sequence[Candidate]],
    key: ReviewKey,
) -> dict[int, Decision]:
    """The decisions of the linkage, with what people said of the rows that were left to them.

    Args:
        reviews: each reviewer once.
        decisions: as the model left them.
        candidates: by row, each person once.
        key: what the decisions have to be about.

    Returns:
        A row on which the reviewers agree is linked or not found; one on which they differ, or cannot tell, stays unlinked.

    Raises:
        UsageError: decisions on another cohort, model or register, or on a row or a person that was never for review.

    *Notes*: two rows that end with one person are that person entered twice, as everywhere: the caller keeps one. The
    probabilities stay the model's; `reviewed` says that people looked.
    """
    check_reviews(reviews, key)
    waiting = set(for_review(decisions))
    return dict(decisions) | {
        row: _reviewed(row, answer, decisions.get(row), candidates.get(row, ()) if row in waiting else ())
        for row, answer in settled(reviews).items()
    }


def _reviewed(row: int, answer: str, decision: Decision | None, candidates: Sequence[Candidate]) -> Decision:
    if decision is None or not candidates:
        message = f"A decision is about row {row}, which is not for review. Was the file of decisions changed by hand?"
        raise UsageError(message)
    if answer == NOBODY:
        return replace(decision, outcome="not_found", reason=REJECTED, reviewed="rejected")
    if not answer.startswith(_PERSON):
        return replace(
            decision, outcome="review", reason=UNSETTLED, reviewed="cannot_tell" if answer == CANNOT_TELL else "disagree"
        )
    person = answer.removeprefix(_PERSON)
    weights = {candidate.person_id: candidate.weight for candidate in shown(candidates)[0]}
    if person not in weights:
        message = f"A decision on row {row} is for a person who is none of its candidates. Was the file changed by hand?"
        raise UsageError(message)
    return replace(
        decision,
        outcome="linked",
        person_id=person,
        weight=weights[person],
        probability=chance_of(candidates, person),
        reason="",
        reviewed="linked",
    )


def review_rows(decisions: Iterable[Decision]) -> list[QualityRow]:
    """What became of the rows for review, in counts; nothing where nobody reviewed.

    *Notes*: the last row is the model put to the test: of the rows that people settled, how many they linked, beside the
    number that the match probabilities foretold.
    """
    all_decisions = list(decisions)
    looked = [decision for decision in all_decisions if decision.reviewed]
    if not looked:
        return []
    counts = Counter(decision.reviewed for decision in looked)
    waiting = sum(decision.outcome in ("review", "ambiguous") and not decision.reviewed for decision in all_decisions)
    report = [QualityRow(section="review", group=label, rows=counts[kind]) for kind, label in _OUTCOMES.items()]
    report.append(QualityRow(section="review", group="Not reviewed", rows=waiting))
    both = [decision for decision in looked if decision.reviewed in ("linked", "rejected")]
    foretold = round(sum(decision.anyone for decision in both), 4)
    test = QualityRow(
        section="review", group="Settled, and linked as foretold", rows=len(both), found=counts["linked"], expected=foretold
    )
    return [*report, test]


_OUTCOMES: Mapping[Reviewed, str] = {
    "linked": "Linked after review",
    "rejected": "Rejected by review",
    "disagree": "Reviewers disagree",
    "cannot_tell": "Reviewers cannot tell",
}
