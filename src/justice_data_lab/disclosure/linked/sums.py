"""Sums and differences of groups of people that are groups of people themselves: what somebody can work out who knows how many are in each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

Terms: TypeAlias = tuple[tuple[str, int], ...]
Signs: TypeAlias = npt.NDArray[np.int8]

# Of no more groups than these every sum is tried; of more, those of a few groups, and each group less others that share nobody.
ALL_SUMS = 9
_MANY = 14
_TERMS, _TERMS_OF_MANY = 4, 3
# Entries of a table that is tried at once.
_AT_ONCE = 2**22


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A signed sum of groups.

    Attributes:
        terms: name and sign of each group, in their order.
        kinds: the kinds of people that it holds, each once; empty when the groups share each other out.
    """

    terms: Terms
    kinds: frozenset[int]

    @property
    def subtracts(self) -> bool:
        """Whether something is taken away."""
        return any(sign < 0 for _, sign in self.terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What follows from some groups.

    Attributes:
        every: all sums that hold each kind of people once or not at all.
        ties: sums that hold nobody, from which the others of that sort follow.
        least: one sum for each set of people that is no group of its own and holds no smaller one.
        larger: one sum for each other set that is had by subtracting one to three groups.
    """

    every: tuple[Sum, ...] = ()
    ties: tuple[Sum, ...] = ()
    least: tuple[Sum, ...] = ()
    larger: tuple[Sum, ...] = ()

    def asked(self, few: Callable[[Sum], bool]) -> Iterator[Sum]:
        """The sums that stand as counts: ties, least sets, and of larger ones those whose count is small."""
        yield from self.ties
        yield from self.least
        yield from filter(few, self.larger)


def sums_of(groups: Mapping[str, frozenset[int]]) -> Sums:
    """Every sum and difference of some groups that is a group of people.

    Args:
        groups: the kinds of people that each holds; no kind is in none of them without being left out here.

    Notes:
        A signed sum that counts some kind twice, or less than nothing, is no number of people. Two sets one of which holds the other leave a
        third, so a set that holds a smaller one is that and another, and what is known of it follows from theirs, but for the count itself:
        whether that may be told is asked where it is small. Of up to nine groups every sum with each group taken once at most is looked at; of up
        to 14, sums of four; of more, of three; and always each group less others within it that share nobody.
    """
    names = [name for name, kinds in groups.items() if kinds]
    every = tuple(_found(names, groups))
    best: dict[frozenset[int], Sum] = {}
    for each in sorted(every, key=lambda one: (not one.subtracts, len(one.terms))):
        best.setdefault(each.kinds, each)
    own = set(groups.values())
    smallest: list[frozenset[int]] = []
    for kinds in sorted({*best, *own} - {frozenset()}, key=len):
        if not any(one < kinds for one in smallest):
            smallest.append(kinds)
    few = [one for kinds, one in best.items() if kinds not in smallest and kinds not in own and one.subtracts]
    return Sums(
        every=every,
        ties=_ties([each for each in every if not each.kinds], names),
        least=tuple(best[kinds] for kinds in smallest if kinds not in own),
        larger=tuple(one for one in few if one.kinds and len(one.terms) <= _TERMS),
    )


def _found(names: Sequence[str], groups: Mapping[str, frozenset[int]]) -> Iterator[Sum]:
    """The signed sums that hold each kind once or not at all, those of few groups first."""
    held, place = _distinct(names, groups)
    seen: set[bytes] = set()
    for signs in _tried(held):
        counts = signs @ held
        for row in np.flatnonzero((counts >= 0).all(axis=1) & (counts <= 1).all(axis=1)):
            if not signs[row].any() or signs[row].tobytes() in seen:
                continue
            seen.add(signs[row].tobytes())
            terms = tuple((names[each], int(signs[row, each])) for each in np.flatnonzero(signs[row]).tolist())
            kinds = frozenset(kind for column in np.flatnonzero(counts[row]).tolist() for kind in place[column])
            # of a sum that holds nobody the opposite one says the same
            if kinds or terms[0][1] > 0:
                yield Sum(terms=terms, kinds=kinds)


def _distinct(names: Sequence[str], groups: Mapping[str, frozenset[int]]) -> tuple[npt.NDArray[np.float32], list[list[int]]]:
    """A row a group and a column for each way of being in some of them, with the kinds that are so."""
    ways: dict[tuple[bool, ...], list[int]] = {}
    for kind in sorted(frozenset().union(*groups.values())):
        ways.setdefault(tuple(kind in groups[name] for name in names), []).append(kind)
    return np.array(list(ways), dtype=np.float32).reshape(len(ways), len(names)).T, list(ways.values())


def _tried(held: npt.NDArray[np.float32]) -> Iterator[npt.NDArray[np.float32]]:
    """Signs to try, so many rows at once, those of few groups first."""
    number = len(held)
    most = number if number <= ALL_SUMS else _TERMS if number <= _MANY else _TERMS_OF_MANY
    rows = _AT_ONCE // max(number, held.shape[1], 1)
    for terms in range(1, most + 1):
        signs = np.array(list(product((1, -1), repeat=terms)), dtype=np.float32)
        chosen = np.array(list(combinations(range(number), terms))).reshape(-1, terms)
        step = rows // len(signs) + 1
        for some in (chosen[begin : begin + step] for begin in range(0, len(chosen), step)):
            tried = np.zeros((len(some), len(signs), number), dtype=np.float32)
            np.put_along_axis(tried, some[:, None, :].repeat(len(signs), axis=1), signs[None].repeat(len(some), axis=0), axis=2)
            yield tried.reshape(-1, number)
    if number > most:
        yield _less_others(held)


def _less_others(held: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Each group less others within it, begun with each of these, that share nobody."""
    tried = []
    for whole in held:
        inside = [place for place, part in enumerate(held) if (part <= whole).all() and (part != whole).any()]
        for first in inside:
            signs, left = np.where((held == whole).all(axis=1), 1.0, 0.0), whole.copy()
            signs[np.flatnonzero(signs)[1:]] = 0.0
            for place in (first, *sorted(inside, key=lambda each: -held[each].sum())):
                if (held[place] <= left).all():
                    left -= held[place]
                    signs[place] = -1.0
            tried.append(signs)
    return np.array(tried, dtype=np.float32).reshape(-1, len(held))


def _ties(nobody: Sequence[Sum], names: Sequence[str]) -> tuple[Sum, ...]:
    """Of sums that hold nobody those that do not follow from ones of fewer groups."""
    kept: list[Sum] = []
    rows = np.zeros((0, len(names)))
    for each in sorted(nobody, key=lambda one: len(one.terms)):
        signs = dict(each.terms)
        more = np.vstack([rows, [signs.get(name, 0) for name in names]])
        if np.linalg.matrix_rank(more) > len(rows):
            rows = more
            kept.append(each)
    return tuple(kept)
