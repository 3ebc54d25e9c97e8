"""What reviewed links say of the model's m values: a table to look at, never a change of the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from justice_data_lab.linkage.review import KnownPair, settled
from justice_data_lab.linkage.train import SHIPPED_PAIRS, rounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from justice_data_lab.linkage.model import Comparison, LinkageModel
    from justice_data_lab.linkage.review import Review, ReviewCase, ReviewQueue


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelEvidence:
    """What is known of one level's m, the chance of the level among pairs of the same person.

    Attributes:
        comparison: of the model.
        level: of the comparison.
        reviewed: pairs at the level that people linked.
        accepted: expected number of right pairs at the level among those that the model linked by itself.
        m: the model's value.
        m_updated: the share of both kinds of pairs, drawn towards the model's value as if that were 200 pairs more.
    """

    comparison: str
    level: str
    reviewed: int
    accepted: float
    m: float
    m_updated: float


def m_evidence(model: LinkageModel, queue: ReviewQueue, reviews: Sequence[Review]) -> tuple[LevelEvidence, ...]:
    """Count the levels that linked pairs reach, those that people linked and those that the model did.

    Args:
        model: the frozen model; it is not changed.
        queue: the rows for review, and how the accepted rows agree.
        reviews: what people said of them; only rows on which they agree count.

    *Notes*: the rows for review are the badly written ones, so m from them alone would say that people are badly written.
    With the accepted pairs (each by its probability) they make the whole of what was linked. What was missed is still not
    in it: disagreement is somewhat commoner than the table says. The model changes only by `jdl register build
    --train-on`, on whole cohorts with known police numbers.
    """
    people = reviewed_pairs(queue, reviews)
    return tuple(
        line
        for comparison in model.comparisons
        for line in _lines(comparison, _count(comparison, people), _count(comparison, queue.accepted))
    )


def reviewed_pairs(queue: ReviewQueue, reviews: Sequence[Review]) -> tuple[KnownPair, ...]:
    """The pairs of a row and a person that the reviewers agree on."""
    answers = settled(reviews)
    return tuple(pair for case in queue.cases for pair in _chosen(case, answers.get(case.row, "")))


def _chosen(case: ReviewCase, answer: str) -> tuple[KnownPair, ...]:
    return tuple(
        KnownPair(levels={field.comparison: field.level for field in candidate.fields if field.level}, chance=1.0)
        for candidate in case.candidates
        if answer == f"person {candidate.person_id}"
    )


def _count(comparison: Comparison, pairs: Iterable[KnownPair]) -> dict[str, float]:
    count = {level.name: 0.0 for level in comparison.levels}
    for pair in pairs:
        if comparison.name in pair.levels:
            count[pair.levels[comparison.name]] += pair.chance
    return count


def _lines(comparison: Comparison, reviewed: dict[str, float], accepted: dict[str, float]) -> list[LevelEvidence]:
    total = sum(reviewed.values()) + sum(accepted.values()) + SHIPPED_PAIRS
    return [
        LevelEvidence(
            comparison=comparison.name,
            level=level.name,
            reviewed=round(reviewed[level.name]),
            accepted=rounded(accepted[level.name]),
            m=level.m or 0.0,
            m_updated=rounded((reviewed[level.name] + accepted[level.name] + SHIPPED_PAIRS * (level.m or 0.0)) / total),
        )
        for level in comparison.levels
    ]


def evidence_table(lines: Sequence[LevelEvidence]) -> pa.Table:
    """One row a level."""
    return pa.table({name: [getattr(line, name) for line in lines] for name in LevelEvidence.__slots__})
