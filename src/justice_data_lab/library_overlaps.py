"""Which public results share people, as the ledger's tokens tell: shares of keys alone come out, never a token."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.ledger.sets import REQUEST, USABLE
from justice_data_lab.library.counting import Overlap

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

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
    wanted = {name for each in entries for name in _names(each)}
    told = people_behind(one for one in sets if one.released_as in wanted)
    known = {each.key: told_of(each, told) for each in entries if each.status != "withdrawn"}
    lacking = tuple(sorted(key for key, name in known.items() if name is None))
    return Asked(overlaps=shares({key: told[name] for key, name in known.items() if name is not None}), lacking=lacking)


def people_behind(sets: Iterable[LedgerSet]) -> dict[str, frozenset[str]]:
    """The people of each release by its name: those that it could use, or where nobody knows whom, those of its analyses."""
    told: dict[str, list[LedgerSet]] = {}
    for one in sets:
        told.setdefault(one.released_as, []).append(one)
    people = {name: _people(every) for name, every in told.items()}
    return {name: tokens for name, tokens in people.items() if tokens}


def told_of(entry: Entry, known: Container[str]) -> str | None:
    """The name of the latest version of an entry whose people are known; None when there is none."""
    return next((name for name in _names(entry) if name in known), None)


def shares(people: Mapping[str, frozenset[str]], among: Container[str] | None = None) -> tuple[Overlap, ...]:
    """Every two groups that share anybody, each with the share of the smaller one's people who are in both.

    Args:
        people: of each group.
        among: only pairs with one of these; None for all.
    """
    seen: dict[str, list[str]] = {}
    both: Counter[tuple[str, str]] = Counter()
    # those that are asked about come first, so that others need to be held against nobody else
    for key in sorted(people, key=lambda each: (among is not None and each not in among, each)):
        asked = among is None or key in among
        for token in people[key]:
            others = seen.setdefault(token, []) if asked else seen.get(token, [])
            both.update((min(key, other), max(key, other)) for other in others)
            if asked:
                others.append(key)
    return tuple(
        Overlap(first=first, second=second, share=count / min(len(people[first]), len(people[second])))
        for (first, second), count in sorted(both.items())
    )


def _names(entry: Entry) -> list[str]:
    """What the ledger calls the versions of an entry, the latest first."""
    return [f"{entry.key} v{number}" for number in sorted((each.number for each in entry.versions), reverse=True)]


def _people(sets: Sequence[LedgerSet]) -> frozenset[str]:
    usable = [each.tokens for each in sets if (each.analysis, each.of) == (REQUEST, USABLE)]
    return frozenset().union(*(usable or [each.tokens for each in sets]))
