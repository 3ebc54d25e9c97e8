"""The map of the evidence, and its gaps: what is known of each kind of help, for each outcome and each group of people. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.library.counting import synthesise
from justice_data_lab.library.taxonomy import TYPES, FacetKey, facet, folded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from justice_data_lab.library.counting import Overlap
    from justice_data_lab.library.entry import Entry, Outcome

ENOUGH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What is known of one kind of help and one outcome.

    Attributes:
        type: key of the kind of help.
        measure: key of the measure.
        results: published results, each request once.
        people: in their programme groups, as published.
        verdict: of the pooled effect with three results or more: reduction, increase or inconclusive; `mixed` or that of the results with fewer; `none`
            where there is no result.
        pooled: whether the verdict is of a pooled effect.
    """

    type: str
    measure: str
    results: int
    people: int
    verdict: str
    pooled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A kind of help for a group of people of which little is known: how many results there are."""

    type: str
    facet: FacetKey
    value: str
    results: int


def measures_of(entries: Sequence[Entry]) -> tuple[Outcome, ...]:
    """One result a measure, for its name and unit, in the order in which reports have them; primary measures first."""
    seen: dict[str, Outcome] = {}
    uses: Counter[str] = Counter()
    for entry in entries:
        for outcome in entry.outcomes:
            seen.setdefault(outcome.measure, outcome)
            uses[outcome.measure] += outcome.role == "primary"
    order = {key: place for place, key in enumerate(seen)}
    return tuple(sorted(seen.values(), key=lambda each: (-uses[each.measure], order[each.measure])))


def outcome_names(measures: Sequence[Outcome]) -> Mapping[str, str]:
    """The name of each outcome by its key; of those that share one, with what tells them apart."""
    shared = Counter(folded(each.name) for each in measures)
    return {each.measure: each.name if shared[folded(each.name)] == 1 else f"{each.name} ({_kind(each)})" for each in measures}


def _kind(outcome: Outcome) -> str:
    unit = "percentage points" if outcome.kind == "proportion" else outcome.unit or "a number"
    return f"{unit}, {outcome.better} is better"


def evidence_map(
    entries: Sequence[Entry], measures: Sequence[str], overlaps: Sequence[Overlap] | None = None
) -> tuple[Cell, ...]:
    """One cell a kind of help and outcome, in the order of the taxonomy; empty ones too."""
    by_type = {option.key: [each for each in entries if option.key in each.classified.of("type")] for option in TYPES.options}
    return tuple(_cell(key, measure, by_type[key], overlaps) for key in by_type for measure in measures)


def gaps(entries: Sequence[Entry], key: FacetKey, *, enough: int = ENOUGH) -> tuple[Gap, ...]:
    """Kinds of help and groups with fewer results than can be pooled, the emptiest first."""
    with_figure = [each for each in entries if each.verdict in ("reduction", "inconclusive", "increase")]
    counted = Counter(
        (kind, value) for each in with_figure for kind in each.classified.of("type") for value in each.classified.of(key)
    )
    pairs = ((kind.key, option.key) for kind in TYPES.options for option in facet(key).options)
    found = [
        Gap(type=kind, facet=key, value=value, results=counted[kind, value])
        for kind, value in pairs
        if counted[kind, value] < enough
    ]
    return tuple(sorted(found, key=lambda gap: gap.results))


def verdict_counts(entries: Sequence[Entry]) -> Mapping[str, int]:
    """How many entries have each verdict."""
    return Counter(each.verdict for each in entries)


def _cell(kind: str, measure: str, entries: Sequence[Entry], overlaps: Sequence[Overlap] | None) -> Cell:
    known = synthesise(entries, measure, overlaps=overlaps)
    verdicts = {outcome.verdict for _, outcome in known.outcomes}
    verdict = "none" if not verdicts else verdicts.pop() if len(verdicts) == 1 else "mixed"
    if known.pooled:
        verdict = "reduction" if known.pooled.ci_high < 0 else "increase" if known.pooled.ci_low > 0 else "inconclusive"
    people = round(sum(each.people for each in known.effects))
    return Cell(
        type=kind, measure=measure, results=len(known.effects), people=people, verdict=verdict, pooled=known.pooled is not None
    )
