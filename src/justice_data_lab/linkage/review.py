"""The review queue as a value: uncertain rows with their candidates side by side, and what reviewers say of them.

What a reviewer sees holds personal values and lives in memory only. What a reviewer decides holds none.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from dataclasses import field as kept
from typing import TYPE_CHECKING, Literal, TypeAlias

from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from justice_data_lab.linkage.resolve import Candidate, Decision

NOBODY: Literal["nobody"] = "nobody"
CANNOT_TELL: Literal["cannot_tell"] = "cannot_tell"
# The number of a candidate, from 1; or that it is none of them; or that the details do not say.
Choice: TypeAlias = int | Literal["nobody", "cannot_tell"]

# More than five columns cannot be compared at a glance, and a candidate twelve bits (4,000 to 1) behind is no rival.
SHOWN = 5
BEHIND = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewKey:
    """What a decision is about: it is refused for any other cohort, model or register.

    Attributes:
        cohort: hash of what the rows say of who they are.
        model: hash of the frozen model.
        register: hash of the snapshot's content.
    """

    cohort: str
    model: str
    register: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldEvidence:
    """One piece of evidence, as the file gives it and as the register holds it.

    Attributes:
        comparison: of the model.
        field: what is compared, in words.
        given: in the cohort file; empty when blank.
        held: in the register; empty when it has none.
        level: how the two agree; empty when a side is missing.
        weight: what that is worth in bits, from Splink; 0 when a side is missing.
    """

    comparison: str
    field: str
    given: str = kept(repr=False)
    held: str = kept(repr=False)
    level: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCandidate:
    """A person of the register who may be the row's.

    Attributes:
        number: by which the reviewer chooses, from 1, the best first.
        person_id: opaque; not shown.
        weight: match weight in bits, of the name that fits best.
        fields: the evidence, with that name.
        other_names: other names that the register holds for the person.
    """

    number: int
    person_id: str
    weight: float
    fields: tuple[FieldEvidence, ...]
    other_names: tuple[str, ...] = kept(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCase:
    """A row for a person to decide. It says nothing of outcomes, history, or what another reviewer thought.

    Attributes:
        row: as numbered in the spreadsheet.
        why: `between_thresholds`, `tied` or `contested`.
        candidates: best first.
        more: candidates that are as near as these and could not be shown.
    """

    row: int
    why: str
    candidates: tuple[ReviewCandidate, ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPair:
    """How a row agrees with a person who it is known, or believed, to be: what m can be counted from. Nothing personal.

    Attributes:
        levels: by comparison, the level reached; a comparison that says nothing is left out.
        chance: that the person is the row's: 1 when people said so, else the model's probability.
    """

    levels: Mapping[str, str]
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewQueue:
    """All rows of a linkage that wait for people, in the order of the file.

    Attributes:
        key: what decisions on them are about.
        cases: the rows.
        accepted: how the rows that the model linked by itself agree with their people.
    """

    key: ReviewKey
    cases: tuple[ReviewCase, ...]
    accepted: tuple[KnownPair, ...] = ()

    def left(self, review: Review) -> tuple[ReviewCase, ...]:
        """The cases that the reviewer has not decided."""
        decided = {decision.row for decision in review.decisions}
        return tuple(case for case in self.cases if case.row not in decided)

    def summary(self, review: Review | None = None) -> str:
        """Counts only."""
        reasons = Counter(case.why for case in self.cases)
        lines = [f"For review: {len(self.cases)}"]
        lines += [f"  {reason.replace('_', ' ')}: {count}" for reason, count in sorted(reasons.items())]
        return "\n".join([*lines, *(review.lines(self) if review else ())]) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDecision:
    """What one reviewer says of one row.

    Attributes:
        row: as numbered in the spreadsheet.
        choice: see `Choice`.
        person_id: of the candidate chosen; None when nobody was.
        decided_at: the day.
    """

    row: int
    choice: Choice
    person_id: str | None
    decided_at: date

    @property
    def answer(self) -> str:
        """What two reviewers are compared by: the person, `nobody` or `cannot_tell`."""
        return f"person {self.person_id}" if self.person_id is not None else str(self.choice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One reviewer's decisions on the rows of one cohort, in the order in which they were made.

    Attributes:
        key: what they are about.
        reviewer: who made them.
        decisions: one a row at most. They hold no name, date of birth or number.
    """

    key: ReviewKey
    reviewer: str
    decisions: tuple[ReviewDecision, ...] = ()

    def decide(self, case: ReviewCase, choice: Choice, on: date) -> Review:
        """The review with a decision on the case, in place of an earlier one.

        Raises:
            UsageError: the case has no such candidate.
        """
        numbers = {candidate.number: candidate.person_id for candidate in case.candidates}
        if isinstance(choice, int) and choice not in numbers:
            message = f"Expected a candidate from 1 to {len(numbers)}, nobody or cannot tell, got {choice}. Choose again."
            raise UsageError(message)
        person = numbers[choice] if isinstance(choice, int) else None
        made = ReviewDecision(row=case.row, choice=choice, person_id=person, decided_at=on)
        others = tuple(decision for decision in self.decisions if decision.row != case.row)
        return replace(self, decisions=(*others, made))

    def take_back(self) -> Review:
        """The review without the decision made last."""
        return replace(self, decisions=self.decisions[:-1])

    def lines(self, queue: ReviewQueue) -> tuple[str, ...]:
        """What was decided and what is left, in counts."""
        kinds = Counter("a person" if decision.person_id else str(decision.choice) for decision in self.decisions)
        shown = ", ".join(f"{kind.replace('_', ' ')} {kinds[kind]}" for kind in ("a person", NOBODY, CANNOT_TELL))
        return f"Decided: {len(self.decisions)} ({shown})", f"Left: {len(queue.left(self))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far reviewers agree.

    Attributes:
        both: rows that at least two of them decided.
        disagreements: rows of the spreadsheet on which they say different things.
    """

    both: int
    disagreements: tuple[int, ...]

    def summary(self) -> str:
        """The share of rows on which they agree, and the rows on which they do not."""
        agreed = self.both - len(self.disagreements)
        share = f" ({100 * agreed / self.both:.0f}%)" if self.both else ""
        rows = ", ".join(str(row) for row in self.disagreements) or "none"
        return f"Decided by both: {self.both}, agreed {agreed}{share}\nRows on which they disagree, which stay unlinked: {rows}\n"


def shown(candidates: Sequence[Candidate]) -> tuple[tuple[Candidate, ...], int]:
    """The candidates of a row that a reviewer sees, best first, and how many as near as these are not among them."""
    ordered = sorted(candidates, key=lambda candidate: (-candidate.weight, candidate.person_id))
    near = [candidate for candidate in ordered if candidate.weight >= ordered[0].weight - BEHIND]
    return tuple(near[:SHOWN]), max(0, len(near) - SHOWN)


def for_review(decisions: Mapping[int, Decision]) -> tuple[int, ...]:
    """The rows that wait for people: between the thresholds, or with several people or rows that fit equally."""
    return tuple(row for row, decision in sorted(decisions.items()) if decision.outcome in ("review", "ambiguous"))


def agreement(reviews: Sequence[Review]) -> Agreement:
    """Compare what several reviewers say of the rows that more than one of them decided."""
    answers = _answers(reviews)
    several = {row: said for row, said in answers.items() if len(said) > 1}
    return Agreement(both=len(several), disagreements=tuple(row for row, said in several.items() if len(set(said)) > 1))


def settled(reviews: Sequence[Review]) -> dict[int, str]:
    """What the reviewers say together of each row that any of them decided: an answer, or `disagree`.

    *Notes*: one voice is enough to differ. Everybody who decided the row has to give the same answer, else it stays
    unlinked; whoever did not decide it has no say.
    """
    return {row: said[0] if len(set(said)) == 1 else "disagree" for row, said in _answers(reviews).items()}


def check_reviews(reviews: Sequence[Review], key: ReviewKey) -> None:
    """Refuse decisions that are about something else, or that one reviewer made twice.

    Raises:
        UsageError: the reason, and what to do.
    """
    names = [review.reviewer for review in reviews]
    if len(set(names)) < len(names):
        message = "--review: expected one file a reviewer, found two of the same. Give each reviewer's file once."
        raise UsageError(message)
    for review in reviews:
        if review.key != key:
            other = next(part for part in ReviewKey.__slots__ if getattr(review.key, part) != getattr(key, part))
            message = (
                f"The decisions of {review.reviewer} were made on another {_PARTS[other]}. "
                "A decision holds only for what the reviewer saw: review this one with `jdl review`."
            )
            raise UsageError(message)


_PARTS = {
    "cohort": "cohort file",
    "model": "linkage model (the snapshot was trained or built anew)",
    "register": "register snapshot",
}


def _answers(reviews: Sequence[Review]) -> dict[int, list[str]]:
    said: dict[int, list[str]] = {}
    for review in reviews:
        for decision in review.decisions:
            said.setdefault(decision.row, []).append(decision.answer)
    return dict(sorted(said.items()))
