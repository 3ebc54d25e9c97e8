"""People whom no blocking key reaches: how many there must be if mistakes in one field say nothing of those in another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justice_data_lab.linkage.train import SHIPPED_PAIRS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray

    from justice_data_lab.linkage.candidates import Levels
    from justice_data_lab.linkage.model import Comparison, LinkageModel

    Floats: TypeAlias = NDArray[np.float64]

ROUNDS = 200
NO_NUMBER = "no number"
# Which pairs of levels a key on names and date of birth reaches (`cohort_keys.sql`). Any agreement of names will do when the
# date is the same: the first three letters of one of them are. Swapped and similar names share them half of the time.
_SAME_SURNAME = ("both_same", "nickname", "forename_similar", "forename_starts", "middle_name", "surname_same")
_HALF = ("swapped_similar",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A row with a candidate: how likely that is the row's person, how the two agree, and which numbers were given."""

    levels: Levels
    chance: float
    fields: str


def expected_unreached(model: LinkageModel, rows: Sequence[Reached]) -> float:
    """The expected number of rows whose person is in the register and shares no blocking key with them.

    Args:
        model: its m values stand beside the cohort's own, as 200 pairs.
        rows: every row that has a candidate.

    Notes:
        Of true pairs we see those with an exact date and any names, and those with exact names and part of the date, but none
        with mistakes in both. If mistakes in names, date and numbers are independent, the unseen cells follow from the seen
        ones (with two fields right or wrong this is the capture-recapture estimate n₁₀n₀₁/n₁₁). The shares of levels are
        found by EM for truncated counts. Rows so badly written that nothing of them agrees are beyond this, and beyond anybody.
    """
    names, birth = (_comparison(model, name) for name in ("names", "date_of_birth"))
    seen = np.zeros((len(names.levels), len(birth.levels)))
    people: dict[str, float] = {}
    for row in rows:
        people[row.fields] = people.get(row.fields, 0.0) + row.chance
        if row.levels.names and row.levels.date_of_birth:
            seen[_place(names, row.levels.names), _place(birth, row.levels.date_of_birth)] += row.chance
    by_number = _by_number(rows)
    missing = {fields: (1.0 - by_number.get(fields, 0.0)) * (1.0 - _reach(names, birth)) for fields in people}
    return float(_fill(_m(names), _m(birth), seen, people, missing).sum())


def _fill(first: Floats, second: Floats, seen: Floats, people: dict[str, float], missing: dict[str, Floats]) -> Floats:
    """The unseen pairs of each cell, when the shares of levels have stopped to move."""
    at_first, at_second = first, second
    unseen = np.zeros_like(seen)
    for _ in range(ROUNDS):
        cells = np.outer(at_first, at_second)
        unseen = np.zeros_like(seen)
        for fields, number in people.items():
            lost = cells * missing[fields]
            unseen += number * lost / max(1.0 - lost.sum(), 1e-9)
        total = seen + unseen
        at_first = _shares(total.sum(axis=1) + SHIPPED_PAIRS * first)
        at_second = _shares(total.sum(axis=0) + SHIPPED_PAIRS * second)
    return unseen


def _by_number(rows: Sequence[Reached]) -> dict[str, float]:
    """By numbers given, how often one finds the person: counted among those whom names and date find too."""
    found: dict[str, float] = {}
    tried: dict[str, float] = {}
    for row in rows:
        if row.fields != NO_NUMBER and _reaches(row.levels.names, row.levels.date_of_birth):
            tried[row.fields] = tried.get(row.fields, 1.0) + row.chance
            right = "same" in (row.levels.pnc_id, row.levels.prison_number)
            found[row.fields] = found.get(row.fields, 0.0) + row.chance * right
    return {fields: found[fields] / tried[fields] for fields in tried}


def _reach(names: Comparison, birth: Comparison) -> Floats:
    return np.array([[_reaches(one.name, other.name) for other in birth.levels] for one in names.levels])


def _reaches(names: str, birth: str) -> float:
    if birth == "same":
        return 0.0 if names in ("else", "") else 0.5 if names in _HALF else 1.0
    if birth == "day_month_swapped":
        return float(names in _SAME_SURNAME)
    return float(birth in ("one_digit", "two_parts") and names == "both_same")


def _comparison(model: LinkageModel, name: str) -> Comparison:
    return next(comparison for comparison in model.comparisons if comparison.name == name)


def _place(comparison: Comparison, level: str) -> int:
    return [one.name for one in comparison.levels].index(level)


def _m(comparison: Comparison) -> Floats:
    return _shares(np.array([level.m or 0.0 for level in comparison.levels]))


def _shares(counts: Floats) -> Floats:
    shares: Floats = counts / counts.sum()
    return shares
