"""From scored candidates to one decision a cohort row: bands, ties, and one person to one row."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from justice_data_lab.linkage.model import LinkageModel

Outcome: TypeAlias = Literal["linked", "review", "ambiguous", "not_found"]
Reviewed: TypeAlias = Literal["", "linked", "rejected", "disagree", "cannot_tell"]

NO_CANDIDATE = "no_candidate"
TOO_WEAK = "too_weak"
TAKEN = "taken"
TIED = "tied"
CONTESTED = "contested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A person whom a row may be, with the best match weight of the person's names."""

    person_id: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of a cohort row.

    Attributes:
        outcome: `linked`, or why not.
        person_id: of the best candidate; None when there is none left.
        weight: its match weight in bits.
        probability: that the best candidate is the row's person, given all candidates and that it may be nobody.
        anyone: probability that the row's person is any of the candidates.
        reason: code of the reason when the outcome is not `linked`.
        reviewed: what people made of it: `linked`, `rejected`, `disagree` or `cannot_tell`; empty when none looked.
    """

    outcome: Outcome
    person_id: str | None = None
    weight: float | None = None
    probability: float = 0.0
    anyone: float = 0.0
    reason: str = ""
    reviewed: Reviewed = ""


def resolve(
    candidates: Mapping[int, Sequence[Candidate]],
    rows: Iterable[int],
    *,
    police_numbers: Mapping[int, str],
    model: LinkageModel,
) -> dict[int, Decision]:
    """Decide each row, so that no person is given to two rows whose police numbers say that they are two people.

    Args:
        candidates: by row, each person once.
        rows: all rows of the cohort, in order.
        police_numbers: cleaned, of the rows that gave one.
        model: for its bands.

    Returns:
        A decision for every row. Rows linked to one person are one person's: duplicates, of which the caller keeps one.

    *Notes*: two rows that each fit a person well are far more often a person entered twice than two people of whom one
    is linked wrongly, so they are only parted where their police numbers differ by more than a slip. Then the row
    that fits better keeps the person, if it leads by the model's `lead`, and the other is decided again without the
    person; with less of a lead both are ambiguous, never an arbitrary pick. A person who is contested is given to nobody:
    whatever row claims the person later, with less weight, is as uncertain whose it is.
    """
    left = {row: _ordered(candidates.get(row, ())) for row in rows}
    decisions = {row: _decide(people, model) for row, people in left.items()}
    held: dict[str, list[int]] = {}
    contested: set[str] = set()
    claims = [(-(decision.weight or 0.0), row) for row, decision in decisions.items() if decision.outcome == "linked"]
    heapq.heapify(claims)
    while claims:
        _, row = heapq.heappop(claims)
        person = str(decisions[row].person_id)
        holders = held.setdefault(person, [])
        if person in contested:
            decisions[row] = _contested(decisions[row])
        elif not _differ([police_numbers[at] for at in (*holders, row) if at in police_numbers]):
            holders.append(row)
        elif _gap(decisions[holders[0]], decisions[row]) < model.lead:
            contested.add(person)
            decisions.update({at: _contested(decisions[at]) for at in (*holders, row)})
        else:
            left[row] = [candidate for candidate in left[row] if candidate.person_id != person]
            decisions[row] = _decided_again(left[row], model)
            if decisions[row].outcome == "linked":
                heapq.heappush(claims, (-(decisions[row].weight or 0.0), row))
    return decisions


def _differ(numbers: Sequence[str]) -> bool:
    """Whether two of the numbers differ by more than one character."""
    return any(_slips(one, other) > 1 for one, other in combinations(numbers, 2))


def _slips(one: str, other: str) -> int:
    return abs(len(one) - len(other)) + sum(a != b for a, b in zip(one, other, strict=False))


def _ordered(candidates: Sequence[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda candidate: (-candidate.weight, candidate.person_id))


def _decide(people: Sequence[Candidate], model: LinkageModel) -> Decision:
    if not people:
        return Decision(outcome="not_found", reason=NO_CANDIDATE)
    best = people[0]
    lead = best.weight - people[1].weight if len(people) > 1 else model.lead
    outcome, reason = _band(best.weight, lead, model)
    others, nobody = _others(people), _nobody(people)
    return Decision(
        outcome=outcome,
        person_id=best.person_id,
        weight=best.weight,
        probability=1.0 / (1.0 + others + nobody),
        anyone=(1.0 + others) / (1.0 + others + nobody),
        reason=reason,
    )


def _band(weight: float, lead: float, model: LinkageModel) -> tuple[Outcome, str]:
    if weight < model.review:
        return "not_found", TOO_WEAK
    if lead < model.lead:
        return "ambiguous", TIED
    return ("linked", "") if weight >= model.accept else ("review", "between_thresholds")


def chance_of(people: Sequence[Candidate], person_id: str) -> float:
    """Probability that one of a row's candidates is the row's person, given all of them and that it may be nobody."""
    ordered = _ordered(people)
    odds = {candidate.person_id: math.exp2(max(candidate.weight - ordered[0].weight, -1000.0)) for candidate in ordered}
    return odds[person_id] / (1.0 + _others(ordered) + _nobody(ordered))


def _others(people: Sequence[Candidate]) -> float:
    # Odds relative to the best candidate's, so that no power overflows.
    return sum(math.exp2(max(candidate.weight - people[0].weight, -1000.0)) for candidate in people[1:])


def _nobody(people: Sequence[Candidate]) -> float:
    return math.exp2(min(max(-people[0].weight, -1000.0), 1000.0))


def _gap(winner: Decision, loser: Decision) -> float:
    return (winner.weight or 0.0) - (loser.weight or 0.0)


def _contested(decision: Decision) -> Decision:
    return replace(decision, outcome="ambiguous", probability=decision.probability / 2, reason=CONTESTED)


def _decided_again(people: Sequence[Candidate], model: LinkageModel) -> Decision:
    decision = _decide(people, model)
    return replace(decision, reason=TAKEN) if decision.outcome == "not_found" else decision
