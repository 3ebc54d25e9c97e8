"""The auditor: how closely every hidden count can be worked out from everything that is told, and whether that is too close.

It shares with the protector the definition of the system and of what must stay possible, and no other code.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING, Literal, cast

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, kron

from justice_data_lab.disclosure.linked.system import needs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from justice_data_lab.disclosure.linked.system import Need, System
    from justice_data_lab.study import DisclosureRules

_AT_ONCE = 8
_SLACK = 1e-6  # of the solver's feasibility
_FAR = 1000  # beyond what is asked, nobody needs to know how much further a count could be


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Evidence on one hidden count; secret.

    Attributes:
        key: of the cell.
        low: the least whole number that agrees with everything told.
        high: the largest, looked for no further than it matters.
        need: what must stay possible.
    """

    key: str
    low: int
    high: int
    need: Need

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why the count can be worked out too closely; none when it cannot."""
        found: list[Reason] = []
        if self.need.low is not None and self.low > self.need.low:
            found.append("not_below")
        if self.need.high is not None and self.high < self.need.high:
            found.append("not_above")
        if self.high - self.low < self.need.width:
            found.append("narrow")
        return tuple(found)


Reason = Literal["not_below", "not_above", "narrow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The evidence on all hidden counts, and the verdict.

    Attributes:
        intervals: one a hidden count that must stay uncertain.
    """

    intervals: tuple[Interval, ...]

    @property
    def leaks(self) -> tuple[Interval, ...]:
        """The counts that can be worked out too closely."""
        return tuple(interval for interval in self.intervals if interval.reasons)

    @property
    def safe(self) -> bool:
        """Whether nothing hidden can be worked out too closely."""
        return not self.leaks


def audit(system: System, hidden: Iterable[str], failing: Iterable[str], rules: DisclosureRules) -> Audit:
    """What an attacker who knows every count that is told can work out of every count that is not.

    Args:
        system: the counts and how they add up.
        hidden: keys of the cells that are not told.
        failing: keys of those that fail rule 1.
        rules: how wide an interval must be.

    Notes:
        Two linear programmes a count, over the cells that hang together with it through cells not told. Fractions are allowed
        and the ends then rounded inwards, so an interval is never made wider than whole people make it. Where the solver has no
        answer the count is taken as worked out.
    """
    gone, secret = sorted(set(hidden)), sorted(set(failing))
    asked = needs(system, gone, secret, rules)
    told = needs(system, secret, secret, rules)
    values = system.values()
    return Audit(
        intervals=(
            *(Interval(key=key, low=values[key], high=values[key], need=told[key]) for key in secret if key not in gone),
            *(each for part in _parts(system, gone) for each in _intervals(part, asked)),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What the audit of a request found, in numbers for those who clear it; never published, since it is worked out from exact counts.

    Attributes:
        counts: that hang together in the request.
        failing: of them, those that fail the thresholds by themselves.
        others: hidden for the sake of those.
        checked: hidden counts whose interval was worked out.
        narrowest: width of the narrowest of these intervals, looked for no further than it matters; None when nothing is hidden.
        wanted: least width that the rules ask for.
    """

    counts: int
    failing: int
    others: int
    checked: int
    narrowest: int | None
    wanted: int


def in_numbers(found: Audit, counts: int, hidden: Iterable[str], failing: Iterable[str]) -> Audited:
    """The audit in numbers."""
    secret = set(failing)
    return Audited(
        counts=counts,
        failing=len(secret),
        others=len(set(hidden) - secret),
        checked=len(found.intervals),
        narrowest=min((each.high - each.low for each in found.intervals), default=None),
        wanted=max((each.need.width for each in found.intervals), default=0),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Unknown cells that hang together: their equations with what is known on the right-hand side."""

    keys: tuple[str, ...]
    matrix: npt.NDArray[np.float64]
    right: tuple[float, ...]
    truth: tuple[int, ...]


def _parts(system: System, gone: Sequence[str]) -> list[_Part]:
    unknown, values = set(gone), system.values()
    linked = [each.terms for each in system.equations if any(key in unknown for key, _ in each.terms)]
    groups = [[key for key, _ in terms if key in unknown] for terms in linked]
    return [
        _part(keys, [terms for terms, group in zip(linked, groups, strict=True) if group[0] in keys], values)
        for keys in _together(gone, groups)
    ]


def _part(keys: Sequence[str], rows: Sequence[tuple[tuple[str, int], ...]], values: Mapping[str, int]) -> _Part:
    """The equations of some unknown cells, what is known of them on the right."""
    place = {key: number for number, key in enumerate(keys)}
    matrix, right = np.zeros((len(rows), len(keys))), [0.0] * len(rows)
    for row, terms in enumerate(rows):
        for key, factor in terms:
            if key in place:
                matrix[row, place[key]] = factor
            else:
                right[row] -= factor * values[key]
    return _Part(keys=tuple(keys), matrix=matrix, right=tuple(right), truth=tuple(values[key] for key in keys))


def _together(keys: Sequence[str], groups: Sequence[Iterable[str]]) -> list[list[str]]:
    """The keys in the sets that the groups tie together, each in the given order."""
    leader = {key: key for key in keys}

    def first(key: str) -> str:
        while leader[key] != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    for group in groups:
        one, *others = [first(key) for key in group]
        for other in others:
            leader[first(other)] = first(one)
    found: dict[str, list[str]] = {}
    for key in keys:
        found.setdefault(first(key), []).append(key)
    return list(found.values())


def _intervals(part: _Part, asked: Mapping[str, Need]) -> list[Interval]:
    """The intervals of those counts of a part that must stay uncertain."""
    wanted = [place for place, key in enumerate(part.keys) if key in asked]
    found: list[Interval] = []
    for begin in range(0, len(wanted), _AT_ONCE):
        places = wanted[begin : begin + _AT_ONCE]
        ends = _extremes(part, [(place, sign) for place in places for sign in (1.0, -1.0)])
        for place, low, high in zip(places, ends[::2], ends[1::2], strict=True):
            key = part.keys[place]
            found.append(Interval(key=key, low=ceil(low - _SLACK), high=floor(high + _SLACK), need=asked[key]))
    return found


def _extremes(part: _Part, wanted: Sequence[tuple[int, float]]) -> list[float]:
    """The least (sign 1) or largest (sign -1) that each of these cells can be; the truth alone when the solver has no answer.

    Notes:
        The programmes have nothing in common, so they are solved side by side as one: most of the time is the solver's start.
    """
    size, times = len(part.keys), len(wanted)
    goal = np.zeros((times, size))
    bounds = np.tile([0.0, np.inf], (times, size, 1))
    for number, (place, sign) in enumerate(wanted):
        goal[number, place] = sign
        bounds[number, place] = (max(0, part.truth[place] - _FAR), part.truth[place] + _FAR)
    done = linprog(
        goal.ravel(),
        A_eq=_apart(part.matrix, times),
        b_eq=np.tile(part.right, times),
        bounds=[(low, high) for low, high in bounds.reshape(-1, 2).tolist()],
        method="highs",
    )
    if done.x is None:
        return [float(part.truth[place]) for place, _ in wanted]
    return [float(done.x[number * size + place]) for number, (place, _) in enumerate(wanted)]


def _apart(matrix: npt.NDArray[np.float64], times: int) -> npt.NDArray[np.float64]:
    """The same equations for so many sets of unknowns that have nothing in common."""
    # linprog takes sparse matrices, which the types of its parameters leave out
    return cast("npt.NDArray[np.float64]", kron(eye_array(times), csr_array(matrix), format="csr"))
