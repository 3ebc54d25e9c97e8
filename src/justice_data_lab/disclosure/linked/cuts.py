"""The exact path: the cheapest pattern by a small mixed-integer programme that learns what each count needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from justice_data_lab.disclosure.linked.part import TOLERANCE, Question, reaches

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from justice_data_lab.disclosure.linked.part import Bools, Floats, Part, Reach, Target

ROUNDS = 60
NODES = 500
# Questions that are put to the solver at once.
AT_ONCE = 8
_WAYS = (-1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Weights of units of which the hidden ones must reach an amount; of a count that is only hidden for others, if it is."""

    weights: Mapping[str, float]
    amount: float
    only_if: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One part with what may be hidden in it.

    Attributes:
        part: the cells.
        forced: units that are hidden already.
        costs: of every unit of the part that can be hidden.
        takes: pairs of units: the second is hidden with the first.
        targets: what must stay possible once such units are hidden.
        failing: keys of cells that fail rule 1: they are hidden in every pattern.
    """

    part: Part
    forced: frozenset[str]
    costs: Mapping[str, int]
    takes: Sequence[tuple[str, str]]
    targets: Callable[[set[str]], list[Target]]
    failing: frozenset[str]


def cheapest_pattern(problem: Problem) -> frozenset[str] | None:
    """Units to hide in the part, or None when the search was given up.

    Notes:
        Rounds of two steps. Each count that cannot move far enough yields a proof, in which some units are named: one or more of
        them must be hidden. The programme then finds the cheapest units that meet all proofs so far. It ends when no count
        yields a proof. It is given up after a number of rounds, or of nodes in one programme, never after a time: so the
        same request has the same pattern on every machine. It is given up as well where the solver has no answer.
    """
    units = set(problem.forced)
    cuts: list[Cut] = []
    for _ in range(ROUNDS):
        new = _proofs(problem, units)
        if new is None:
            return None
        if not new:
            return frozenset(units)
        cuts += new
        found = _cheapest(problem, cuts)
        if found is None:
            return None
        units = found
    return None


def _proofs(problem: Problem, units: set[str]) -> list[Cut] | None:
    """A proof for each count that cannot move as far as it must; none when all can, None when that is not known."""
    wanted = problem.targets(units)
    part = problem.part
    found = _reached(part, part.movable(units), [each for target in wanted for each in _questions(target)])
    if found is None:
        return None
    return [cut for target in wanted for cut in _short(problem, found, target)]


def _questions(target: Target) -> list[Question]:
    asked = (target.down, target.up) if target.down or target.up else (target.width, target.width)
    return [Question(column=target.column, sign=sign, asked=far) for sign, far in zip(_WAYS, asked, strict=True) if far]


def _reached(part: Part, free: Bools, questions: list[Question]) -> dict[Question, Reach] | None:
    """Answers to the questions, but for counts that were seen to move far enough: a move that was found for one count moves others as well."""
    found: dict[Question, Reach] = {}
    furthest = {-1: np.zeros(len(part.cells)), 1: np.zeros(len(part.cells))}
    waiting = questions
    while waiting:
        now, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
        answers = reaches(part, free, now)
        if answers is None:
            return None
        found |= zip(now, answers, strict=True)
        for each in now:
            for sign, seen in furthest.items():
                np.maximum(seen, sign * found[each].move, out=seen)
        waiting = [each for each in waiting if furthest[each.sign][each.column] < each.asked - TOLERANCE]
    return found


def _short(problem: Problem, found: Mapping[Question, Reach], target: Target) -> list[Cut]:
    """Proofs that one count cannot move as far as it must; none when it can."""
    part, cell = problem.part, problem.part.cells[target.column]
    only_if = "" if cell.key in problem.failing else cell.unit
    answers = [(each.asked, found[each]) for each in _questions(target) if each in found]
    if target.down or target.up:
        return [_cut(part, got.bound, asked, only_if) for asked, got in answers if got.length < asked - TOLERANCE]
    lengths, bounds = [got.length for _, got in answers], [got.bound for _, got in answers]
    both = len(answers) == len(_WAYS) and sum(lengths) < target.width - TOLERANCE
    return [_cut(part, bounds[0] + bounds[1], target.width, only_if)] if both else []


def _cut(part: Part, bound: Floats, asked: float, only_if: str) -> Cut:
    """The proof over units: what cells that are never told give is there anyway, and no unit need give more than the rest."""
    weights: dict[str, float] = {}
    amount = float(asked)
    for cell, weight in zip(part.cells, bound, strict=True):
        if not cell.unit:
            amount -= float(weight)
        elif weight:
            weights[cell.unit] = weights.get(cell.unit, 0.0) + float(weight)
    return Cut(weights={unit: min(weight, amount) for unit, weight in weights.items()}, amount=amount, only_if=only_if)


def _cheapest(problem: Problem, cuts: list[Cut]) -> set[str] | None:
    """The cheapest units that meet the proofs."""
    names = sorted(problem.costs)
    place = {name: number for number, name in enumerate(names)}
    rows, least = [], []
    for cut in cuts:
        row = {place[unit]: weight / cut.amount for unit, weight in cut.weights.items()}
        if cut.only_if:
            row[place[cut.only_if]] = row.get(place[cut.only_if], 0.0) - 1.0
        rows.append(row)
        least.append(0.0 if cut.only_if else 1.0)
    for first, second in problem.takes:
        rows.append({place[second]: 1.0, place[first]: -1.0})
        least.append(0.0)
    entries = [(number, column, value) for number, row in enumerate(rows) for column, value in row.items()]
    matrix = csr_array(
        ([each[2] for each in entries], ([each[0] for each in entries], [each[1] for each in entries])),
        shape=(len(rows), len(names)),
    )
    done = milp(
        np.array([problem.costs[name] for name in names], dtype=np.float64),
        integrality=np.ones(len(names), dtype=np.int64),
        bounds=Bounds(np.array([float(name in problem.forced) for name in names]), np.ones(len(names))),
        constraints=LinearConstraint(matrix, lb=np.array(least) - TOLERANCE),
        options={"node_limit": NODES, "mip_rel_gap": 0.0},
    )
    if done.x is None or done.status not in (0, 1):
        return None
    return {name for name, value in zip(names, done.x, strict=True) if value > 0.5}
