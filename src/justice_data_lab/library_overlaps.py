"""Which public results share people, as the ledger's tokens tell: shares of keys alone come out, never a token."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.ledger.sets import REQUEST, USABLE
from justice_data_lab.library.counting import Overlap

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from justice_data_lab.disclosure.ledger.sets import LedgerSet
    from justice_data_lab.library.entry import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the ledger tells of public results.

    Attributes:
        overlaps: every two that share anybody, in the order of their keys.
        lacking: keys of results that the ledger does not know, so that it cannot tell.
    """

    overlaps: tuple[Overlap, ...]
    lacking: tuple[str, ...]


def ask_ledger(sets: Iterable[LedgerSet], entries: Sequence[Entry]) -> Asked:
    """Which results of the library share people.

    Args:
        sets: of the ledger; those of releases that are not in the library are not looked at, since they may not be public yet.
        entries: of the library. One that was withdrawn has no figure, and nobody is asked about it.

    Notes:
        The people of a request are those it could use. A version that only corrected words has no people of its own in the ledger: then
        those of the version before count.
    """
    wanted = {f"{each.key} v{version.number}" for each in entries for version in each.versions}
    told: dict[str, list[LedgerSet]] = {}
    for one in sets:
        if one.released_as in wanted:
            told.setdefault(one.released_as, []).append(one)
    people = {each.key: _people(each, told) for each in entries if each.status != "withdrawn"}
    lacking = tuple(sorted(key for key, tokens in people.items() if not tokens))
    return Asked(overlaps=shares(people), lacking=lacking)


def shares(people: Mapping[str, frozenset[str]]) -> tuple[Overlap, ...]:
    """Every two groups that share anybody, each with the share of the smaller one's people who are in both."""
    seen: dict[str, list[str]] = {}
    both: Counter[tuple[str, str]] = Counter()
    for key in sorted(people):
        for token in people[key]:
            others = seen.setdefault(token, [])
            both.update((other, key) for other in others)
            others.append(key)
    return tuple(
        Overlap(first=first, second=second, share=count / min(len(people[first]), len(people[second])))
        for (first, second), count in sorted(both.items())
    )


def _people(entry: Entry, told: Mapping[str, Sequence[LedgerSet]]) -> frozenset[str]:
    for version in sorted((each.number for each in entry.versions), reverse=True):
        sets = told.get(f"{entry.key} v{version}", ())
        if sets:
            usable = [each.tokens for each in sets if (each.analysis, each.of) == (REQUEST, USABLE)]
            return frozenset().union(*(usable or [each.tokens for each in sets]))
    return frozenset()
