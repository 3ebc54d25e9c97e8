"""Who can be compared at all: levels that only one side has, and levels with too few treated people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from justice_data_lab.matching.inputs import Categorical, Column, Numeric

if TYPE_CHECKING:
    from justice_data_lab.matching.inputs import Bools, Ints

LEAST_TREATED = 5
OTHER = "other"
LARGE_PART = 0.25
FEW = 10_000  # rows that are looked at first: in a large pool they mostly settle that a column leaves nobody alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A level with fewer than five treated people, and the level it became part of."""

    covariate: str
    level: str
    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OffSupport:
    """Rows of one side that left because nobody of the other side is at their level.

    Attributes:
        covariate: which one.
        level: of it.
        rows: how many rows; a pool row is counted at each level that only the pool has.
        side: whose rows.
    """

    covariate: str
    level: str
    rows: int
    side: Literal["pool", "treated"] = "pool"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A covariate or one-hot column that is not in the model, and why."""

    column: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """Rows and columns that may enter the fit.

    Attributes:
        columns: covariates after merging; codes of rows that left are -1 at the level that made them leave.
        inside: which rows stay.
        merged: levels that were merged, in order.
        off_support: levels that only one side has.
        left_out: covariates that do not enter the model at all.
    """

    columns: tuple[Column, ...]
    inside: Bools
    merged: tuple[Merged, ...]
    off_support: tuple[OffSupport, ...]
    left_out: tuple[Dropped, ...]

    def emptied(self, treated: Bools) -> tuple[str, ...]:
        """Covariates that left one side with nobody: those by which it lost at least a quarter of what the worst took; mostly none."""
        sides = (("treated", treated), ("pool", ~treated))
        empty = [side for side, people in sides if not (self.inside & people).any()]
        lost: Counter[str] = Counter()
        for item in self.off_support:
            if item.side in empty:
                lost[item.covariate] += item.rows
        return tuple(name for name, rows in lost.items() if rows >= LARGE_PART * max(lost.values()))


def find_support(columns: tuple[Column, ...], treated: Bools) -> Support:
    """Leave out pool rows at levels no treated person has, merge levels with fewer than five treated, then leave out who is alone.

    Args:
        columns: covariates as read.
        treated: which rows had the intervention.

    Notes:
        Rule 1 of `jdl/1`. Region enters only when treated people fall in at least two known regions with five or more each. After
        merging, rows of either side leave while nobody of the other side is at their level: no score exists for them. A numeric
        column on which one side shares one value, with the other side at it and beyond it in one direction, would separate too:
        it is treated as a level, so that rows with another value leave.
    """
    kept, left_out = _without_lone_region(columns, treated)
    inside = np.ones(len(treated), dtype=np.bool_)
    merged: list[Merged] = []
    off: list[OffSupport] = []
    coded: list[Column] = []
    for column in kept:
        if isinstance(column, Numeric):
            coded.append(column)
            continue
        counts = np.bincount(column.codes[treated], minlength=len(column.levels))
        for code in np.flatnonzero(counts == 0):
            rows = column.codes == code
            off.append(OffSupport(covariate=column.name, level=column.levels[code], rows=int(rows.sum())))
            inside &= ~rows
        joined, changes = _merge(column, counts)
        coded.append(joined)
        merged.extend(changes)
    off.extend(_leave_who_is_alone(coded, treated, inside))
    return Support(columns=tuple(coded), inside=inside, merged=tuple(merged), off_support=tuple(off), left_out=left_out)


def _without_lone_region(columns: tuple[Column, ...], treated: Bools) -> tuple[tuple[Column, ...], tuple[Dropped, ...]]:
    for column in columns:
        if column.name == "region" and isinstance(column, Categorical):
            counts = np.bincount(column.codes[treated], minlength=len(column.levels))
            if (np.delete(counts, column.unknown) >= LEAST_TREATED).sum() < 2:
                reason = "treated people do not fall in two regions with five or more each"
                return tuple(other for other in columns if other is not column), (Dropped(column="region", reason=reason),)
    return columns, ()


def _leave_who_is_alone(columns: list[Column], treated: Bools, inside: Bools) -> list[OffSupport]:
    """Shrinks `inside` until both sides are at every level and meet at the edge of every number."""
    found: list[OffSupport] = []
    again = True
    while again:
        again = False
        sides = _sides(treated, inside)
        for column in columns:
            alone = _alone(column, *sides)
            for level, rows in alone:
                side: Literal["pool", "treated"] = "treated" if treated[rows[0]] else "pool"
                found.append(OffSupport(covariate=column.name, level=level, rows=len(rows), side=side))
                inside[rows] = False
            if alone:
                again = True
                sides = _sides(treated, inside)
    return found


def _sides(treated: Bools, inside: Bools) -> tuple[Ints, Ints]:
    """Positions of the treated and of the pool who are still there."""
    return np.flatnonzero(inside & treated), np.flatnonzero(inside & ~treated)


def _alone(column: Column, people: Ints, pool: Ints) -> list[tuple[str, Ints]]:
    """Rows of one side at which the other is not, by level; none once one of the sides is empty."""
    if not len(people) or not len(pool):
        return []
    if isinstance(column, Numeric):
        known = _known(column, people), _known(column, pool)
        edges = (_beyond(column, own, other) for own, other in (known, known[::-1]))
        return next(([edge] for edge in edges if edge), [])
    size = len(column.levels)
    first, some = (np.bincount(column.codes[rows], minlength=size) for rows in (people, pool[:FEW]))
    if (first > 0).all() and (some > 0).all():
        return []
    second = np.bincount(column.codes[pool], minlength=size)
    lone = np.flatnonzero((first == 0) != (second == 0))
    return [(column.levels[code], _at(column, people if first[code] else pool, int(code))) for code in lone]


def _known(column: Numeric, rows: Ints) -> Ints:
    """Whose number is known: what fills a gap is no value, and the indicator beside it speaks for the others."""
    return rows if column.known is None else rows[column.known[rows]]


def _at(column: Categorical, rows: Ints, code: int) -> Ints:
    return np.asarray(rows[column.codes[rows] == code])


def _beyond(column: Numeric, own: Ints, other: Ints) -> tuple[str, Ints] | None:
    """Rows of the other side beyond the one value that all of one's own side share, when they are all above it or all below."""
    if not len(own):
        return None
    value = column.values[own[0]]
    if (column.values[own[:FEW]] != value).any() or (column.values[own] != value).any():
        return None
    rows = other[column.values[other] != value]
    beyond = column.values[rows]
    if len(rows) and ((beyond > value).all() or (beyond < value).all()):
        return f"not {value:g}", rows
    return None


def _merge(column: Categorical, counts: Ints) -> tuple[Categorical, list[Merged]]:
    """Renumbers a column's levels after merging; rows at a level without treated people get -1.

    What is unknown neither joins a level nor is joined, however few it is: that would be to make up what is not known.
    """
    used = [code for code in range(len(column.levels)) if counts[code] > 0]
    ranked = [code for code in used if code < column.ordered and code not in column.unknown]
    loose = [code for code in used if code not in ranked]
    known = [code for code in loose if code not in column.unknown]
    groups = _merge_ordered([[code] for code in ranked], counts)
    sparse = [code for code in known if counts[code] < LEAST_TREATED]
    if len(groups) + len(known) == 1:
        sparse = []  # there is nothing that it could join
    elif len(groups) == 1 and counts[groups[0]].sum() < LEAST_TREATED:
        # the only ordered level has no neighbour: it merges as levels without an order do
        sparse, groups = [*groups[0], *sparse], []
    groups += [[code] for code in loose if code not in sparse]
    names = {code: " or ".join(column.levels[part] for part in group) for group in groups for code in group}
    if sparse:
        groups, names = _place_sparse(column, counts, groups, names, sparse)
    target = np.full(len(column.levels) + 1, -1, dtype=column.codes.dtype)
    for place, group in enumerate(groups):
        target[group] = place
    levels = tuple(names[group[0]] for group in groups)
    changes = [
        Merged(covariate=column.name, level=column.levels[code], into=names[code])
        for group in groups
        for code in sorted(group)
        if names[code] != column.levels[code]
    ]
    return replace(column, levels=levels, codes=target[column.codes], ordered=0), changes


def _merge_ordered(groups: list[list[int]], counts: Ints) -> list[list[int]]:
    """The smallest sparse level (the lower of equals) joins its smaller neighbour (the lower of equals) until none is sparse."""

    def size(place: int) -> int:
        return int(counts[groups[place]].sum())

    while len(groups) > 1 and size(smallest := min(range(len(groups)), key=size)) < LEAST_TREATED:
        neighbours = [place for place in (smallest - 1, smallest + 1) if 0 <= place < len(groups)]
        low, high = sorted((smallest, min(neighbours, key=size)))
        groups[low : high + 1] = [groups[low] + groups[high]]
    return groups


def _place_sparse(
    column: Categorical, counts: Ints, groups: list[list[int]], names: dict[int, str], sparse: list[int]
) -> tuple[list[list[int]], dict[int, str]]:
    """Sparse levels become "other" when that has five treated people or nothing else is known; else they join the first known one."""
    standing = [group for group in groups if column.levels[group[0]] == OTHER and len(group) == 1]
    together = sparse + [code for group in standing for code in group]
    base = next((group for group in groups if group[0] not in column.unknown), None)
    if base is None or counts[together].sum() >= LEAST_TREATED:
        rest = [group for group in groups if group not in standing]
        return [*rest, together], names | dict.fromkeys(together, OTHER)
    joined = [base + sparse if group is base else group for group in groups]
    return joined, names | dict.fromkeys(sparse, names[base[0]])
