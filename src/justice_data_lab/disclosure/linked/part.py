"""The protector's view: cells that hang together as arrays, and how far a hidden count can move from the truth.

A pattern is judged by moves: changes to the hidden counts that leave every equation standing. A count that is told cannot move.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, kron

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.linked.system import Cell, Need, System

Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]

TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Cells that equations tie together, without those that are told whatever happens.

    Attributes:
        cells: in the order of the system.
        matrix: one row an equation, one column a cell.
        values: the true counts.
        most: no move is longer than this.
    """

    cells: tuple[Cell, ...]
    matrix: Floats
    values: Floats
    most: float

    def movable(self, units: set[str]) -> Bools:
        """Which cells can move once these units are hidden."""
        return np.array([not cell.unit or cell.unit in units for cell in self.cells], dtype=np.bool_)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One hidden count and how far from the truth it must be able to move.

    Attributes:
        column: of the cell in the part.
        down: so many fewer must be possible.
        up: so many more must be possible.
        width: so many must be possible in all.
    """

    column: int
    down: int
    up: int
    width: int


def parts_of(system: System) -> list[Part]:
    """The system in parts that share no equation, the cells that are always told left out."""
    kept = {unit.key for unit in system.units if unit.kept}
    cells = [cell for cell in system.cells if cell.unit not in kept]
    place = {cell.key: number for number, cell in enumerate(cells)}
    rows = [[(place[key], factor) for key, factor in each.terms if key in place] for each in system.equations]
    leader = list(range(len(cells)))
    for row in rows:
        ends = {_leader(leader, column) for column, _ in row}
        for end in ends:
            leader[end] = min(ends)
    members: dict[int, list[int]] = {}
    for column in range(len(cells)):
        members.setdefault(_leader(leader, column), []).append(column)
    return [_part(cells, columns, rows) for columns in members.values()]


def _leader(leader: list[int], column: int) -> int:
    while leader[column] != column:
        column = leader[column]
    return column


def _part(cells: list[Cell], columns: list[int], rows: list[list[tuple[int, int]]]) -> Part:
    place = {column: number for number, column in enumerate(columns)}
    own = [row for row in rows if row and row[0][0] in place]
    matrix = np.zeros((len(own), len(columns)))
    for number, row in enumerate(own):
        for column, factor in row:
            matrix[number, place[column]] += factor
    values = np.array([cells[column].value for column in columns], dtype=np.float64)
    return Part(cells=tuple(cells[column] for column in columns), matrix=matrix, values=values, most=float(values.sum()) + 100)


def targets(part: Part, asked: dict[str, Need]) -> list[Target]:
    """The counts of this part of which something is asked, the most demanding first."""
    found = [
        Target(
            column=column,
            down=0 if need.low is None else cell.value - need.low,
            up=0 if need.high is None else need.high - cell.value,
            width=need.width,
        )
        for column, cell in enumerate(part.cells)
        if (need := asked.get(cell.key))
    ]
    return sorted(found, key=lambda each: (-each.down - each.up, each.column))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far one count can move one way, and what that takes.

    Attributes:
        length: of the longest move, at most what was asked.
        bound: by how much each cell, if it can move, lets the count move; an upper bound for every pattern.
        move: by how much each cell moves then.
    """

    length: float
    bound: Floats
    move: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """How far can a count move up (sign 1) or down (sign -1)? No further than asked needs to be known."""

    column: int
    sign: int
    asked: float


def reaches(part: Part, free: Bools, questions: Sequence[Question]) -> list[Reach] | None:
    """How far each count can move when only the free cells can; None where the solver has no answer, though there is one: nothing moves.

    Notes:
        The multipliers of the equations prove the length: they give a weight to each cell, and no pattern lets the count move
        further than the weighted room of the cells that it leaves free. The programmes have nothing in common, and are solved side by side
        as one.
    """
    columns = np.flatnonzero(free)
    matrix = part.matrix[:, columns]
    rows = np.flatnonzero(np.any(matrix != 0, axis=1))
    size, times = len(columns), len(questions)
    goal, bounds = np.zeros((times, size)), np.empty((times, size, 2))
    bounds[:, :, 0], bounds[:, :, 1] = -np.minimum(part.values[columns], part.most), part.most
    for number, each in enumerate(questions):
        place = int(np.searchsorted(columns, each.column))
        room = each.asked if each.sign > 0 else min(each.asked, part.values[each.column])
        goal[number, place] = -each.sign
        bounds[number, place] = (0.0, room) if each.sign > 0 else (-room, 0.0)
    done = linprog(
        goal.ravel(),
        A_eq=side_by_side(matrix[rows], times),
        b_eq=np.zeros(times * len(rows)),
        bounds=[(low, high) for low, high in bounds.reshape(-1, 2).tolist()],
        method="highs",
    )
    if done.x is None:
        return None
    moves, multipliers = np.zeros((times, len(part.cells))), np.zeros((times, len(part.matrix)))
    multipliers[:, rows] = np.reshape(done.eqlin.marginals, (times, len(rows)))
    moves[:, columns] = np.reshape(cast("Floats", done.x), (times, size))
    return [_reach(part, each, moves[number], multipliers[number]) for number, each in enumerate(questions)]


def _reach(part: Part, question: Question, move: Floats, multipliers: Floats) -> Reach:
    weights = part.matrix.T @ multipliers
    weights[question.column] += question.sign
    bound = np.where(weights > 0, weights * part.most, -weights * part.values)
    length = question.sign * float(move[question.column])
    return Reach(length=length, bound=np.where(np.abs(weights) > TOLERANCE, bound, 0.0), move=move)


def side_by_side(matrix: Floats, times: int) -> Floats:
    """The same equations for so many sets of unknowns that have nothing in common."""
    # linprog takes sparse matrices, which the types of its parameters leave out
    return cast("Floats", kron(eye_array(times), csr_array(matrix), format="csr"))
