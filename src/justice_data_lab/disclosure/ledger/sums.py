"""Signed sums of a new set and up to three earlier ones: those that leave a few people, or nearly all or none of the events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from justice_data_lab.disclosure.ledger.overlaps import Index, Tied
    from justice_data_lab.disclosure.ledger.sets import LedgerSet

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float32]

_AT_ONCE = 4_000_000  # numbers in the largest table that is made in one piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the sums of a new set tell.

    Attributes:
        few: one leaves fewer people than it may; nobody at all is too few as well, where people of another list are in the sum.
        measures: of these, one leaves a net number of events too near the least or the most possible.
    """

    few: bool
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sets:
    """Sets as arrays: the new one, those that may come next, and those that may be the last of a sum.

    Attributes:
        groups: one row a set of the first two kinds, one column a group of people who are in the same of them.
        people: in each group.
        last: one row a group, one column a set of the last kind: its people who are in that group.
        sizes: of the sets of the last kind.
        other: whether a set of the first two kinds is of another list than the new one.
        last_other: the same of those of the last kind.
        same: one row a set of the first two kinds, one column a set of the last kind: whether it is the same one.
        events: by measure, of the first two kinds and of the last; -1 where it is not published.
    """

    groups: Ints
    people: Ints
    last: Floats
    sizes: Ints
    other: npt.NDArray[np.bool_]
    last_other: npt.NDArray[np.bool_]
    same: Floats
    events: dict[str, tuple[Ints, Ints]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Nets:
    """What sums leave: people with a coefficient other than zero, and the least and largest number of events possible."""

    people: Ints
    low: Ints
    high: Ints


def what_sums_tell(new: LedgerSet, index: Index, least: int) -> Told:
    """Every signed sum of a new set and one to three earlier ones, with coefficients of one, that could tell too much.

    Args:
        new: the set asked for.
        index: earlier sets, each of which was cleared beside those before it.
        least: people who must have the event, and as many who must not, in what is left.

    Notes:
        Sums of the new set and up to two others are made one by one. The last set comes in for all sums and all sets at once: it
        changes what is left by how many of its people are in it already, added or taken away.
    """
    tied = index.tied(new, least)
    places = sorted({*tied.pairs, *(other for others in tied.pairs.values() for other in others)})
    sets = _arrays(new, [index.sets[place] for place in places], [index.sets[place] for place in tied.last])
    told: set[str] = set()
    for factors in _beginnings(tied, places, max(1, _AT_ONCE // max(1, len(sets.people), len(sets.sizes)))):
        few, measures = _tell(sets, factors, least)
        told |= measures
        if few:
            return Told(few=True, measures=())
    return Told(few=False, measures=tuple(name for name, _ in new.events if name in told))


def _arrays(new: LedgerSet, next_: Sequence[LedgerSet], last: Sequence[LedgerSet]) -> _Sets:
    sets = [new, *next_]
    place = {token: number for number, token in enumerate(sorted(frozenset().union(*(each.tokens for each in sets))))}
    member = np.zeros((len(place), len(sets)), dtype=np.bool_)
    for column, each in enumerate(sets):
        member[[place[token] for token in each.tokens], column] = True
    _, first, group, people = np.unique(
        np.packbits(member, axis=1), axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    inside = np.zeros((len(people), len(last)), dtype=np.float32)
    for column, each in enumerate(last):
        rows = [place[token] for token in each.tokens if token in place]
        inside[:, column] = np.bincount(group.reshape(-1)[rows], minlength=len(people))
    return _Sets(
        groups=member[first].T.astype(np.int64),
        people=people,
        last=inside,
        sizes=np.array([len(each.tokens) for each in last], dtype=np.int64),
        other=_of_another(sets, new),
        last_other=_of_another(last, new),
        same=np.array([[one is other for other in last] for one in sets], dtype=np.float32).reshape(len(sets), len(last)),
        events={name: (_events(sets, name), _events(last, name)) for name, _ in new.events},
    )


def _of_another(sets: Sequence[LedgerSet], new: LedgerSet) -> npt.NDArray[np.bool_]:
    return np.array([each.source != new.source for each in sets], dtype=np.bool_)


def _events(sets: Sequence[LedgerSet], measure: str) -> Ints:
    return np.array([dict(each.events).get(measure, -1) for each in sets], dtype=np.int64)


def _beginnings(tied: Tied, places: list[int], rows: int) -> Iterator[Ints]:
    """Coefficients of the new set, alone and with one or two others; one row a sum."""
    column = {place: number for number, place in enumerate(places, start=1)}
    alone = np.zeros(len(places) + 1, dtype=np.int64)
    alone[0] = 1
    made = [alone]
    for place, others in tied.pairs.items():
        for sign in (1, -1):
            one = alone.copy()
            one[column[place]] = sign
            made.append(one)
            for other in sorted(others):
                for second in (1, -1):
                    two = one.copy()
                    two[column[other]] = second
                    made.append(two)
        if len(made) >= rows:
            yield np.array(made)
            made = []
    yield np.array(made).reshape(-1, len(alone))


def _tell(sets: _Sets, factors: Ints, least: int) -> tuple[bool, set[str]]:
    """Whether one of some sums, as it is or with a last set, leaves a few people; and the measures of which one tells the events.

    Notes:
        Earlier sets that cancel each other leave the new one as it was: that tells nothing new, however few its people are.
    """
    net = factors @ sets.groups
    rest = net - sets.groups[0]
    others = np.asarray((rest != 0) @ sets.people)
    begun = _Nets(people=(net != 0) @ sets.people, low=np.minimum(net, 0) @ sets.people, high=np.maximum(net, 0) @ sets.people)
    alone = others == 0
    mixed = np.abs(factors) @ sets.other.astype(np.int64) > 0
    few = bool(np.any(_few(begun, mixed, least) & ~alone))
    told = {
        name
        for name, counts in sets.events.items()
        if _close(begun, _net(factors, counts[0]), _known(factors, counts[0]) & ~alone, least)
    }
    allowed = np.abs(factors).astype(np.float32) @ sets.same == 0
    for sign in (1, -1):
        ended = _with_last(sets, net, begun, sign)
        found = _few(ended, mixed[:, None] | sets.last_other, least) & allowed
        few |= bool(np.any(found)) and bool(np.any(found & (_left(sets, rest, others, sign) > 0)))
        for name, (counts, last) in sets.events.items():
            events = _net(factors, counts)[:, None] + sign * last
            if _close(ended, events, allowed & _known(factors, counts)[:, None] & (last >= 0), least):
                told.add(name)
    return few, told


def _few(nets: _Nets, mixed: npt.NDArray[np.bool_], least: int) -> npt.NDArray[np.bool_]:
    """Where a sum leaves too few; of one list alone, that nobody is left is arithmetic that its readers can do."""
    return (nets.people < 2 * least) & ((nets.people > 0) | mixed)


def _net(factors: Ints, counts: Ints) -> Ints:
    return np.asarray(factors @ np.maximum(counts, 0), dtype=np.int64)


def _known(factors: Ints, counts: Ints) -> npt.NDArray[np.bool_]:
    """Whether the measure is published in every set of a sum."""
    missing = np.abs(factors) @ (counts < 0).astype(np.int64)
    return np.asarray(missing == 0, dtype=np.bool_)


def _close(nets: _Nets, events: Ints, asked: npt.NDArray[np.bool_], least: int) -> bool:
    near = np.minimum(events - nets.low, nets.high - events) < least
    return bool(np.any(near & asked & (nets.people > 0)))


def _with_last(sets: _Sets, net: Ints, begun: _Nets, sign: int) -> _Nets:
    """What sums leave once a last set is added (sign 1) or taken away (sign -1); one row a sum, one column a set."""
    turned, people = _count(np.sign(net) == -sign, sets), _left(sets, net, begun.people, sign)
    if sign > 0:
        return _Nets(people=people, low=begun.low[:, None] + turned, high=begun.high[:, None] + sets.sizes - turned)
    return _Nets(people=people, low=begun.low[:, None] - sets.sizes + turned, high=begun.high[:, None] - turned)


def _left(sets: _Sets, net: Ints, people: Ints, sign: int) -> Ints:
    """People with a coefficient other than zero, of so many before, once a last set is added or taken away."""
    return np.asarray(people[:, None] + sets.sizes - _count(net != 0, sets) - _count(net == -sign, sets))


def _count(which: npt.NDArray[np.bool_], sets: _Sets) -> Ints:
    """How many people of each last set are in the groups chosen in each row."""
    return np.asarray(np.rint(which.astype(np.float32) @ sets.last), dtype=np.int64)
