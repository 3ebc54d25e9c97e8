"""The linked system: counts of people that add up, what is told of them, and what must stay uncertain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from justice_data_lab.study import DisclosureRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One count: a non-negative whole number that somebody who reads a release may try to work out.

    Attributes:
        key: unique in the system.
        value: the true count; secret.
        unit: what has to be hidden for it not to be told; empty when it is never told.
        within: key of the cell of everybody whom it is among; empty when there is none.
    """

    key: str
    value: int
    unit: str = ""
    within: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What is shown or hidden in one piece, such as one group's rate with its count.

    Attributes:
        key: unique in the system.
        cost: what is lost when it is hidden, against other units.
        takes: units that are made from it, and hidden with it.
        kept: it is told whatever happens, such as how many people the headline is about.
    """

    key: str
    cost: int = 1
    takes: tuple[str, ...] = ()
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """Counts times whole coefficients that add up to nothing, as everybody knows they do."""

    terms: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """Everything that one request publishes or tells.

    Attributes:
        cells: the counts.
        units: what can be hidden.
        equations: how the counts add up.

    Raises:
        ValueError: the true counts do not solve the equations, or a name is used twice or stands for nothing.

    Notes:
        A count that is told is taken as known exactly, although it is printed rounded: rounding is the second wall. What is
        known of a count that is not told is that it is no less than nothing, and the equations.
    """

    cells: tuple[Cell, ...]
    units: tuple[Unit, ...]
    equations: tuple[Equation, ...]

    def __post_init__(self) -> None:
        cells = {cell.key: cell for cell in self.cells}
        units = {unit.key for unit in self.units}
        named = [cell.unit for cell in self.cells if cell.unit] + [name for unit in self.units for name in unit.takes]
        used = [cell.within for cell in self.cells if cell.within] + [key for each in self.equations for key, _ in each.terms]
        if len(cells) < len(self.cells) or len(units) < len(self.units):
            message = "A linked system names each cell and each unit once; one name came twice."
            raise ValueError(message)
        if not units.issuperset(named) or not cells.keys() >= set(used):
            message = "A linked system refers to its own cells and units; a name stands for none of them."
            raise ValueError(message)
        if any(len({key for key, _ in each.terms}) < len(each.terms) for each in self.equations):
            message = "An equation of a linked system names each cell once; one name came twice."
            raise ValueError(message)
        holds = all(sum(factor * cells[key].value for key, factor in each.terms) == 0 for each in self.equations)
        if not holds or any(cell.value < 0 for cell in self.cells):
            message = "The counts of a linked system are not negative and solve its equations; these do not."
            raise ValueError(message)

    def values(self) -> dict[str, int]:
        """The true count of each cell."""
        return {cell.key: cell.value for cell in self.cells}


def with_what_they_take(units: Iterable[str], system: System) -> set[str]:
    """These units and all that are made from them, made from those, and so on."""
    takes = {unit.key: unit.takes for unit in system.units}
    found: set[str] = set()
    waiting = list(units)
    while waiting:
        unit = waiting.pop()
        if unit not in found:
            found.add(unit)
            waiting += takes[unit]
    return found


def hidden_cells(units: Iterable[str], system: System) -> set[str]:
    """The cells that are not told when these units are hidden: theirs, and those that are never told."""
    gone = set(units)
    return {cell.key for cell in system.cells if not cell.unit or cell.unit in gone}


def hidden_units(hidden: Iterable[str], system: System) -> set[str]:
    """The units of which a cell is hidden."""
    gone = set(hidden)
    return {cell.unit for cell in system.cells if cell.unit and cell.key in gone}


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What must stay possible of one hidden count.

    Attributes:
        low: a count this small or smaller; None when no particular one.
        high: a count this large or larger; None when no particular one.
        width: the largest possible count less the smallest.
    """

    low: int | None
    high: int | None
    width: int


def need_of(cell: Cell, failing: bool, most: int | None, rules: DisclosureRules) -> Need:  # noqa: FBT001 -- a verdict
    """How uncertain a hidden count must stay.

    Args:
        cell: the hidden count.
        failing: whether it fails rule 1, so that it is itself the secret.
        most: how many people it is among, where that is told whatever happens: it cannot be more.
        rules: `min_events` people wide, half of that to either side of the truth.

    Notes:
        A failing count must stay possible half the width below and above the truth, as far as 0 and `most` allow. One that is
        hidden for its sake passes rule 1 and is no secret: it must only not be inferable, within the width.
    """
    width, reach = rules.min_events, (rules.min_events + 1) // 2
    limit = width + cell.value if most is None else most
    if not failing:
        return Need(low=None, high=None, width=min(width, limit))
    return Need(low=max(0, cell.value - reach), high=min(max(cell.value + reach, width), limit), width=min(width, limit))


def needs(system: System, hidden: Iterable[str], failing: Iterable[str], rules: DisclosureRules) -> dict[str, Need]:
    """What must stay possible of each hidden count that fails rule 1 or would have been told, by key in their order.

    Notes:
        A count can be no more than the people it is among, where their number is told whatever happens.
    """
    gone, secret = set(hidden), set(failing)
    kept = {unit.key for unit in system.units if unit.kept}
    told = {cell.key: cell.value for cell in system.cells if cell.unit in kept}
    return {
        cell.key: need_of(cell, cell.key in secret, told.get(cell.within), rules)
        for cell in system.cells
        if cell.key in gone and (cell.unit or cell.key in secret)
    }
