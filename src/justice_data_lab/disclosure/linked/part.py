"""The protector's view: cells that hang together as arrays, and how far a hidden count can move from the truth.

A pattern is judged by moves: changes to the hidden counts that leave every equation standing. A count that is told cannot move.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

if TYPE_CHECKING:
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


def reach(part: Part, free: Bools, column: int, sign: int, asked: float) -> Reach:
    """How far the count in a column can move up (sign 1) or down (sign -1) when only the free cells can.

    Notes:
        The multipliers of the equations prove the length: they give a weight to each cell, and no pattern lets the count move
        further than the weighted room of the cells that it leaves free.
    """
    columns = np.flatnonzero(free)
    matrix = part.matrix[:, columns]
    rows = np.flatnonzero(np.any(matrix != 0, axis=1))
    goal = np.where(columns == column, -float(sign), 0.0)
    bounds = [(-min(value, part.most), part.most) for value in part.values[columns]]
    place = int(np.flatnonzero(columns == column)[0])
    room = asked if sign > 0 else min(asked, part.values[column])
    bounds[place] = (0.0, room) if sign > 0 else (-room, 0.0)
    done = linprog(goal, A_eq=matrix[rows], b_eq=np.zeros(len(rows)), bounds=bounds, method="highs")
    multipliers = np.zeros(part.matrix.shape[0])
    multipliers[rows] = done.eqlin.marginals
    weights = part.matrix.T @ multipliers
    weights[column] += sign
    bound = np.where(weights > 0, weights * part.most, -weights * part.values)
    move = np.zeros(len(part.cells))
    if done.x is not None:
        move[columns] = done.x
    return Reach(length=sign * float(move[column]), bound=np.where(np.abs(weights) > TOLERANCE, bound, 0.0), move=move)
