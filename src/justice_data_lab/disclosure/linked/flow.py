"""The greedy path: the cheapest move that a count needs, one count after the other; what it moves is hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from scipy.optimize import linprog

from justice_data_lab.disclosure.linked.part import TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justice_data_lab.disclosure.linked.part import Part, Target

Steps: TypeAlias = tuple[int, ...]  # how far up, or down where negative, one after the other


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flow:
    """Units that have to be hidden for some moves, and the price of the moves."""

    units: frozenset[str]
    price: float


def moves_for(target: Target, part: Part, units: set[str], costs: Mapping[str, int]) -> frozenset[str] | None:
    """Units to hide, beside those hidden already, so that a count can move as far as it must.

    Args:
        target: the count.
        part: the cells that hang together with it.
        units: hidden already: what moves them costs nothing.
        costs: of the others.

    Returns:
        The units, or None when no pattern lets it move so far.
    """
    column = target.column
    below = min(target.width, int(part.values[column]))
    ways = [(-target.down, target.up)] if target.down or target.up else [(-below, target.width - below), (target.width,)]
    flows = [flow for way in ways if (flow := _flows(way, column, part, units, costs))]
    return min(flows, key=lambda flow: flow.price).units if flows else None


def _flows(way: Steps, column: int, part: Part, units: set[str], costs: Mapping[str, int]) -> _Flow | None:
    """One move after the other; what the first has hidden costs the next nothing."""
    gone, price = set(units), 0.0
    for move in way:
        flow = _flow(move, column, part, gone, costs)
        if flow is None:
            return None
        gone |= flow.units
        price += flow.price
    return _Flow(units=frozenset(gone - units), price=price)


def _flow(move: int, column: int, part: Part, units: set[str], costs: Mapping[str, int]) -> _Flow | None:
    """The cheapest move of one count by so many; each cell's price is its unit's, nothing if that is hidden already."""
    size, away = len(part.cells), float(abs(move))
    prices = np.array([0.0 if not cell.unit or cell.unit in units else float(costs[cell.unit]) for cell in part.cells])
    up = [(0.0, part.most)] * size
    down = [(0.0, float(value)) for value in part.values]
    up[column], down[column] = ((away, away), (0.0, 0.0)) if move > 0 else ((0.0, 0.0), (away, away))
    # a move that cost nothing at all might be made of anything: a little keeps it short
    goal = np.concatenate([prices, prices]) + 1e-3
    equations = np.hstack([part.matrix, -part.matrix])
    done = linprog(goal, A_eq=equations, b_eq=np.zeros(len(equations)), bounds=up + down, method="highs")
    if done.x is None:
        return None
    moved = np.abs(done.x[:size] - done.x[size:])
    touched = {cell.unit for cell, length in zip(part.cells, moved, strict=True) if length > TOLERANCE}
    return _Flow(units=frozenset(touched - units - {""}), price=float(prices @ moved))
