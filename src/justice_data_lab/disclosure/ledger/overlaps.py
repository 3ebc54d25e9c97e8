"""Which earlier sets could make a difference of a few people with a new one: only those that share enough people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from justice_data_lab.disclosure.ledger.sets import LedgerSet

# Sets of one sum beside the new one.
SETS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Tied:
    """Earlier sets, by place, that may stand in a sum which tells too much of a new one.

    Attributes:
        pairs: for each set that shares enough people with the new one, those that share enough with the two of them.
        last: sets that may be the last of a sum.
    """

    pairs: dict[int, frozenset[int]]
    last: tuple[int, ...]


class Index:
    """Earlier sets by the people in them."""

    def __init__(self, sets: Sequence[LedgerSet]) -> None:
        self.sets: list[LedgerSet] = []
        self._places: dict[str, list[int]] = {}
        for each in sets:
            self.add(each)

    def add(self, each: LedgerSet) -> None:
        """One more set."""
        for token in each.tokens:
            self._places.setdefault(token, []).append(len(self.sets))
        self.sets.append(each)

    def tied(self, new: LedgerSet, least: int) -> Tied:
        """The sets that may stand in a sum with a new one that tells too much.

        Args:
            new: the set asked for.
            least: people who must have the event, and as many who must not, in whatever a sum leaves.

        Notes:
            Split such a sum in two, which leave m and n people by themselves. For fewer than 20 to be left of both, they must share
            (m + n) / 2 - 10 people. The part without the new set was cleared: it leaves 20 people or nobody, unless it is one set alone,
            which may have fewer; and it is 10 events from its least and its most, so that as many people must cancel as the part with the
            new set is away from its own. So of the three others, one shares a third of what is needed with the new set; of the two left,
            one shares half of the same with those two; and of the last, as many people are in the rest as it needs itself.
        """
        fewest = min([2 * least, *(len(each.tokens) for each in self.sets)])
        needed = _of_one(new, fewest, least)
        own = {place for place in self._sharing(new.tokens, needed, SETS) if self.sets[place].tokens != new.tokens}
        pairs = {place: self._with_two(new, place, fewest, least) for place in sorted(own)}
        every = {*own, *(other for others in pairs.values() for other in others)}
        people = frozenset().union(new.tokens, *(self.sets[place].tokens for place in every))
        rest = min(2 * least, len(new.tokens))
        last = {place for place, count in self._shared(people).items() if count >= _of_one(self.sets[place], rest, least)}
        return Tied(pairs=pairs, last=tuple(sorted(place for place in last if self.sets[place].tokens != new.tokens)))

    def _with_two(self, new: LedgerSet, place: int, fewest: int, least: int) -> frozenset[int]:
        """Sets that share enough with what a new one and this one leave, added or taken away."""
        each = self.sets[place]
        added = self._sharing(new.tokens | each.tokens, _of_two(new, each, 1, (fewest, least)), SETS - 1)
        taken = self._sharing(new.tokens ^ each.tokens, _of_two(new, each, -1, (fewest, least)), SETS - 1)
        return frozenset(other for other in added | taken if other != place and self.sets[other].tokens != new.tokens)

    def _sharing(self, tokens: Iterable[str], distance: float, others: int) -> set[int]:
        return {place for place, count in self._shared(tokens).items() if others * count >= distance}

    def _shared(self, tokens: Iterable[str]) -> Counter[int]:
        return Counter(place for token in tokens for place in self._places.get(token, ()))


def _of_one(each: LedgerSet, beside: int, least: int) -> float:
    """How many people a set must share with a part of so many, before the two can tell too much."""
    size = len(each.tokens)
    events = (max(least, min(count, size - count)) for _, count in each.events)
    return min([(size + beside) / 2 - least, *events])


def _of_two(new: LedgerSet, each: LedgerSet, sign: int, bounds: tuple[int, int]) -> float:
    """The same of two sets, the second added or taken away."""
    beside, least = bounds
    both, only = len(new.tokens & each.tokens), len(new.tokens - each.tokens)
    others = len(each.tokens) - both
    low, high = (0, only + others + 2 * both) if sign > 0 else (-others, only)
    counts = dict(each.events)
    events = [count + sign * counts[name] for name, count in new.events if name in counts]
    people = only + others + (both if sign > 0 else 0)
    return min([(people + beside) / 2 - least, *(max(least, min(net - low, high - net)) for net in events)])
