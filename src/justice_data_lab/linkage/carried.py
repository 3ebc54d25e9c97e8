"""Links that were cleared before, carried forward into an update: whoever was linked then is linked now, to the same person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from justice_data_lab.linkage.resolve import chance_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from justice_data_lab.linkage.resolve import Candidate, Decision

    Row: TypeAlias = "Mapping[str, str | date | int | None]"
    # everything by which a row says who it is
    Identity: TypeAlias = "tuple[str | date | int | None, ...]"

_IDENTITY = ("surname", "forename", "date_of_birth", "sex", "pnc_id", "prison_number")


def linked_before(rows: Iterable[Row], people: Mapping[int, str]) -> dict[Identity, str]:
    """The person to whom each identity was linked in an earlier run; one that meant two people is left out.

    Args:
        rows: of the earlier cohort.
        people: the person of each row that was linked.
    """
    found: dict[Identity, set[str]] = {}
    for identity, number in _identities(rows):
        if number in people:
            found.setdefault(identity, set()).add(people[number])
    return {identity: next(iter(persons)) for identity, persons in found.items() if len(persons) == 1}


def carry_forward(
    decisions: Mapping[int, Decision],
    candidates: Mapping[int, Sequence[Candidate]],
    rows: Iterable[Row],
    before: Mapping[Identity, str],
    accept: float,
) -> dict[int, Decision]:
    """The decisions of the linkage, but that a row which says just what it said before is linked as it was.

    Args:
        decisions: as made now.
        candidates: by row.
        rows: of the cohort.
        before: the person of each identity that was linked.
        accept: weight that stands for a person who is no candidate any more.

    Notes:
        The probability is today's, and nothing where the person is no candidate: the estimated share of wrong links says so.
    """
    made = dict(decisions)
    for identity, number in _identities(rows):
        person = before.get(identity)
        if person is None or (made[number].outcome, made[number].person_id) == ("linked", person):
            continue
        weights = {candidate.person_id: candidate.weight for candidate in candidates.get(number, ())}
        chance = chance_of(candidates[number], person) if person in weights else 0.0
        made[number] = replace(
            made[number], outcome="linked", person_id=person, weight=weights.get(person, accept), probability=chance, reason=""
        )
    return made


def _identities(rows: Iterable[Row]) -> Iterator[tuple[Identity, int]]:
    for row in rows:
        yield tuple(row[name] for name in _IDENTITY), int(str(row["row"]))
