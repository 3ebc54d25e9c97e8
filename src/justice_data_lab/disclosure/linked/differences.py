"""Counts that are told of no group by name: what is left of some groups when others are taken away, between analyses and within one."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, TypeAlias

from justice_data_lab.disclosure.linked.sums import sums_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from justice_data_lab.disclosure.known import KnownGroup
    from justice_data_lab.disclosure.linked.builder import Builder
    from justice_data_lab.disclosure.linked.related import Related
    from justice_data_lab.disclosure.linked.sums import Sum, Sums

# What is counted, in which analysis: the cell.
Counts: TypeAlias = dict[str, dict[str, str]]


class Known:
    """Groups of one analysis that hold each other, as the data show it; the same in every analysis."""

    def __init__(self, groups: Sequence[KnownGroup]) -> None:
        """Sort them.

        Args:
            groups: of a request; none where it was not made from rows.
        """
        self._kinds = {f"{each.what}/{each.measure}": each.kinds for each in groups}
        self._columns = {f"{each.what}/{each.measure}": each.column for each in groups}
        self._everybody: frozenset[int] = frozenset().union(*self._kinds.values())
        self.sums = cache(self._sums)

    def apart(self, names: Iterable[str]) -> list[frozenset[str]]:
        """The groups that are told from each other: those of events together, values of each column by themselves."""
        known = [name for name in names if name == "people" or name in self._kinds]
        columns = dict.fromkeys(self._columns.get(name, "") for name in known)
        return [frozenset(name for name in known if self._columns.get(name, "") == column) for column in columns]

    def _sums(self, names: frozenset[str]) -> Sums:
        kinds = {"people": self._everybody, **self._kinds}
        return sums_of({name: kinds[name] for name in sorted(names, key=lambda each: (-len(kinds[each]), each))})

    def without(self, names: Iterable[str]) -> set[frozenset[int]]:
        """The sets of people without the event, which have counts of their own."""
        kinds = self._kinds
        return {
            kinds[f"base/{name.removeprefix('with/')}"] - kinds[name]
            for name in names
            if name.startswith("with/") and f"base/{name.removeprefix('with/')}" in kinds
        }


def add_known(builder: Builder, analysis: str, groups: Mapping[str, str], known: Known) -> dict[str, str]:
    """What follows from the groups of one analysis that hold each other.

    Args:
        builder: the system in the making.
        analysis: its side and name.
        groups: the cell of each group, by the names of `Known`.
        known: which group holds which.

    Returns:
        The cells of what is left over that all analyses with the same groups have.
    """
    found: dict[str, str] = {}
    for names in known.apart(groups):
        sums, own = known.sums(names), known.without(names)
        for each in sums.asked(partial(_is_few, builder, groups)):
            if each.kinds not in own:
                key = f"among/{analysis}/{_name(each)}"
                builder.combined(key, _cells(each, groups), empty=not each.kinds)
                if each in sums.least:
                    found[f"among/{_name(each)}"] = key
    return found


def add_between(builder: Builder, group: str, counts: Counts, related: Related) -> None:
    """What follows from one count in several analyses, for each count.

    Args:
        builder: the system in the making.
        group: the side.
        counts: the cells of each.
        related: which analysis is of whom.
    """
    for what, cells in counts.items():
        for each in related.sums(frozenset(cells)).asked(partial(_is_few, builder, cells)):
            builder.combined(f"rest/{group}/{_name(each)}/{what}", _cells(each, cells), empty=not each.kinds)


def _cells(each: Sum, cells: Mapping[str, str]) -> list[tuple[str, int]]:
    return [(cells[name], sign) for name, sign in each.terms]


def _is_few(builder: Builder, cells: Mapping[str, str], each: Sum) -> bool:
    return abs(builder.sum(_cells(each, cells))) < builder.least


def _name(each: Sum) -> str:
    """What a signed sum is called: groups that are added, then those that are taken away."""
    return "/".join("+".join(name for name, sign in each.terms if sign == wanted) for wanted in (1, -1))
