"""Which kinds of people the analyses of a request are of, and what their sizes tell together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.linked.sums import sums_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from justice_data_lab.disclosure.evidence import DisclosureRequest
    from justice_data_lab.disclosure.evidence_analyses import AnalysisEvidence, AnalysisFacts
    from justice_data_lab.disclosure.linked.names import Group
    from justice_data_lab.disclosure.linked.sums import Sum, Sums

# Sizes are compared so many at a time, as the ledger does it.
_TERMS = 4
_TWO = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picks:
    """One thing by which analyses pick people: which of them take whoever has it.

    Attributes:
        named: one a value that is named.
        others: of whoever has none of these; nothing where nobody is.
        known: whether it is for everybody to know that there are no others.
    """

    named: tuple[int, ...]
    others: tuple[int, ...]
    known: bool

    def ways(self) -> list[tuple[int, bool]]:
        """Which analyses take a person, and whether that person is one whom everybody may know not to be there."""
        return [*((mask, False) for mask in self.named), *((mask, self.known) for mask in self.others)]


class Related:
    """The analyses of one side of a request as sets of kinds of people.

    A kind is a way of being in some analyses and not in others, as the values of the columns allow that they pick people by.
    """

    def __init__(self, request: DisclosureRequest, side: Group) -> None:
        """Lay out the kinds, and leave out those of whom everybody may know that there is nobody.

        Args:
            request: its analyses, in the order of the report; placebo groups share nobody with them.
            side: whose sizes count.

        Notes:
            Whoever has none of two or more values of a column that analyses name, is in no counted region, has no needs assessment or no second
            year, is left out where the data or the sizes say that nobody has: parts that make up a whole are what everybody sees. That nobody
            lacks a trait that is named alone is for nobody to know, and such people stay possible.
        """
        analyses = request.analyses
        self._names = [analysis.name for analysis in analyses]
        self.sizes = {each.name: each.treated if side == "treated" else each.comparison for each in analyses}
        ways = _ways(request)
        self._groups = self._held(ways)
        beyond = frozenset(mask for mask in ways if all(ways[mask]))
        gone: frozenset[int] = frozenset().union(
            *(each.kinds for each in sums_of(self._groups).every if each.kinds and each.kinds <= beyond and self.size(each) == 0)
        )
        self._groups = self._held({mask for mask in ways if mask not in gone})
        self.sums = cache(self._sums)

    def size(self, each: Sum) -> int:
        """How many people a sum of analyses comes to."""
        return sum(sign * self.sizes[name] for name, sign in each.terms)

    def _held(self, ways: Iterable[int]) -> dict[str, frozenset[int]]:
        found = list(ways)
        return {name: frozenset(mask for mask in found if mask >> place & 1) for place, name in enumerate(self._names)}

    def _sums(self, names: frozenset[str]) -> Sums:
        """What follows from some of the analyses, in the order of the report."""
        return sums_of({name: kinds for name, kinds in self._groups.items() if name in names})


def _ways(request: DisclosureRequest) -> dict[int, set[bool]]:
    """Each way of being in some of the analyses, and whether everybody may know that nobody is so: of all or of some who are."""
    found: set[tuple[int, bool]] = {(_mask([True] * len(request.analyses)), False)}
    for picks in (*_columns(request), *_things(request.analyses)):
        found = {(mask & taken, absent or beyond) for mask, absent in found for taken, beyond in picks.ways()}
    ways: dict[int, set[bool]] = {}
    for mask, absent in found:
        ways.setdefault(mask, set()).add(absent)
    ways.pop(0, None)
    return ways


def _columns(request: DisclosureRequest) -> list[_Picks]:
    """Every column by which an analysis picks people; whoever has a value that only analyses name that could not be made is one of the others."""
    wanted = [_picked(analysis) for analysis in request.analyses]
    asked = [pick for each in (*wanted, *map(_picked, request.not_made)) for pick in each.items()]
    found = []
    for column in dict.fromkeys(column for column, _ in asked):
        made = list(dict.fromkeys(each[column] for each in wanted if column in each))
        values = {value for name, value in asked if name == column}
        none = _mask(column not in each for each in wanted)
        found.append(
            _Picks(
                named=tuple(_mask(each.get(column, value) == value for each in wanted) for value in made),
                others=() if column in request.complete and values == set(made) else (none,),
                known=len(values) >= _TWO,
            )
        )
    return found


def _picked(analysis: AnalysisFacts) -> dict[str, str]:
    """Columns and values by which an analysis picks people, compared as the run compares them."""
    return {column: value.strip().lower() for column, value in analysis.where}


def _things(analyses: Sequence[AnalysisEvidence]) -> list[_Picks]:
    """What analyses pick people by that is no column of the study."""
    taken = (
        [analysis.kind == "regional" for analysis in analyses],
        [analysis.assessment == "with" for analysis in analyses],
        [analysis.years == _TWO for analysis in analyses],
    )
    named = (_mask([True] * len(analyses)),)
    return [_Picks(named=named, others=(_mask(not each for each in some),), known=True) for some in taken if any(some)]


def _mask(taken: Iterable[bool]) -> int:
    return sum(1 << place for place, takes in enumerate(taken) if takes)


def nearly_the_same(request: DisclosureRequest, least: int) -> frozenset[str]:
    """Analyses of nearly the same people as others before them in the report, by their sizes; the headline is never one of them.

    Args:
        request: whose treated are counted; controls that are few are protected as counts.
        least: fewer people than this, and at least one, are nearly none.

    Notes:
        Each is set beside up to three before it, added or taken away, where what is left is a group of people, or nobody. Sizes cannot tell
        who they are: with the ledger's tokens, the same is asked of the people themselves.
    """
    order = [analysis.name for analysis in request.analyses]
    headline = {analysis.name for analysis in request.analyses if analysis.headline}
    related = Related(request, "treated")
    told = [
        sorted((name for name, _ in each.terms), key=order.index)
        for each in related.sums(frozenset(order)).every
        if each.subtracts and len(each.terms) <= _TERMS and 0 < abs(related.size(each)) < least
    ]
    near: set[str] = set()
    for *before, last in sorted(told, key=lambda names: order.index(names[-1])):
        if last not in headline and not near.intersection(before):
            near.add(last)
    return frozenset(near)
