"""What differs between two runs, and why: counts and figures for an analyst, and nobody by name or id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.run_facts import PARTS
from justice_data_lab.run_folder import ROOMS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from justice_data_lab.files import Json
    from justice_data_lab.run_facts import Comparison, RunFacts

# A figure that moved by less is the same figure, computed by another machine.
SAME = 1e-9
_NONE = "none"
_ESTIMATED = (
    "n_treated",
    "n_comparison",
    "mean_treated",
    "mean_comparison",
    "difference",
    "ci_low",
    "ci_high",
    "p_value",
    "verdict",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is not the same: what it is about, and how it stands in either run."""

    about: str
    first: str
    second: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDifference:
    """Two runs held against each other.

    Attributes:
        first: name of one run's folder.
        second: of the other's.
        why: inputs, settings and versions that are not the same.
        begins: the first room whose files differ; empty when none does.
        people: how many people are in both, in the first alone, in the second alone, by what they were.
        relinked: rows of the cohort file that both linked, to another person.
        steps: how many were left after a step.
        balance: colours and largest differences.
        estimates: figures and verdicts.
    """

    first: str
    second: str
    why: tuple[Change, ...]
    begins: str
    people: Mapping[str, tuple[int, int, int]]
    relinked: int
    steps: tuple[Change, ...]
    balance: tuple[Change, ...]
    estimates: tuple[Change, ...]

    @property
    def same(self) -> bool:
        """Whether nothing that a reader could see differs."""
        return not (self.begins or self.why)

    def lines(self) -> Iterator[str]:
        """The whole in words, for a screen."""
        yield f"{self.first} beside {self.second}"
        if self.same:
            yield "Nothing differs: inputs, settings, versions and every file are the same."
            return
        yield from _listed("Why: what went in", self.why, otherwise="inputs, settings and versions are the same")
        yield f"The first room that differs: {self.begins or 'none; every file is the same'}"
        yield "People: in both, in the first alone, in the second alone"
        yield from (f"  {part}: {both:,}, {first:,}, {second:,}" for part, (both, first, second) in self.people.items())
        yield f"  rows linked to another person: {self.relinked:,}"
        yield from _listed("Left after a step", self.steps)
        yield from _listed("Balance", self.balance)
        yield from _listed("Estimates and verdicts", self.estimates)


def difference(first: RunFacts, second: RunFacts) -> RunDifference:
    """Hold two runs against each other.

    Args:
        first: one run, usually the earlier.
        second: the other.
    """
    return RunDifference(
        first=first.name,
        second=second.name,
        why=tuple(_why(first, second)),
        begins=next((room for room in ROOMS if first.files.get(room) != second.files.get(room)), ""),
        people={part: _overlap(first.people[part], second.people[part]) for part in PARTS},
        relinked=sum(first.links[row] != second.links[row] for row in first.links.keys() & second.links.keys()),
        steps=tuple(
            _changes({_dotted(k): v for k, v in first.attrition.items()}, {_dotted(k): v for k, v in second.attrition.items()})
        ),
        balance=tuple(_balance(first.comparisons, second.comparisons)),
        estimates=tuple(_estimates(first, second)),
    )


def _dotted(key: tuple[str, str]) -> str:
    return ": ".join(key)


def _overlap(first: frozenset[str], second: frozenset[str]) -> tuple[int, int, int]:
    return len(first & second), len(first - second), len(second - first)


def _why(first: RunFacts, second: RunFacts) -> Iterator[Change]:
    """Settings are shown; of a file it is said that it is another one."""
    for name in sorted(first.inputs.keys() | second.inputs.keys()):
        before, after = first.inputs.get(name, _NONE), second.inputs.get(name, _NONE)
        if before != after:
            yield Change(about=f"input: {name}", first=before[:12], second=after[:12])
    for kind, one, other in (("study", first.study, second.study), ("version", first.versions, second.versions)):
        yield from _changes({f"{kind}: {k}": v for k, v in one.items()}, {f"{kind}: {k}": v for k, v in other.items()})


def _balance(first: Mapping[str, Comparison], second: Mapping[str, Comparison]) -> Iterator[Change]:
    for name in dict.fromkeys([*first, *second]):
        one, other = first.get(name), second.get(name)
        if one is None or other is None:
            yield Change(about=name, first="made" if one else _NONE, second="made" if other else _NONE)
            continue
        yield from _changes(_balanced(name, one), _balanced(name, other))


def _balanced(name: str, comparison: Comparison) -> dict[str, object]:
    about = {"overall": comparison.overall, "largest difference": comparison.largest, "stopped": comparison.stop}
    return {f"{name}: {key}": value for key, value in (about | dict(comparison.colours)).items()}


def _estimates(first: RunFacts, second: RunFacts) -> Iterator[Change]:
    for key in dict.fromkeys([*first.estimates, *second.estimates]):
        name, one, other = _dotted(key), first.estimates.get(key), second.estimates.get(key)
        if one is None or other is None:
            yield Change(about=name, first=_told(one), second=_told(other))
            continue
        yield from _changes(_figures(name, one), _figures(name, other))


def _told(estimate: Mapping[str, Json] | None) -> str:
    return _written(estimate["difference"]) if estimate else _NONE


def _figures(name: str, estimate: Mapping[str, Json]) -> dict[str, object]:
    return {f"{name}: {field}": estimate[field] for field in _ESTIMATED}


def _changes(first: Mapping[str, object], second: Mapping[str, object]) -> Iterator[Change]:
    """What is not the same under a name, or stands under it in one alone."""
    for name in dict.fromkeys([*first, *second]):
        one, other = first.get(name), second.get(name)
        if not _alike(one, other):
            yield Change(about=name, first=_written(one), second=_written(other))


def _alike(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= SAME * max(1.0, abs(one))
    return one == other


def _written(value: object) -> str:
    if value is None or value == "":
        return _NONE
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _listed(heading: str, changes: tuple[Change, ...], otherwise: str = "the same") -> Iterator[str]:
    yield heading if changes else f"{heading}: {otherwise}"
    yield from (f"  {each.about}: {each.first} → {each.second}" for each in changes)
