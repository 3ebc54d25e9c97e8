"""Puts a linked system together, count by count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.disclosure.linked.system import Cell, Equation, System, Unit
from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# The unit of what is told whatever happens.
TOLD = "told"


class Builder:
    """A system in the making, with the cells that fail rule 1 and the units that are hidden for another reason."""

    def __init__(self, least: int) -> None:
        """Begin with nothing.

        Args:
            least: people that a count needs so as not to fail.
        """
        self.least = least
        self.failing: set[str] = set()
        self.forced: set[str] = set()
        self._cells: dict[str, Cell] = {}
        self._equations: list[Equation] = []
        self._costs: dict[str, int] = {}
        self._takes: dict[str, list[str]] = {}

    def unit(self, key: str, cost: int) -> str:
        """Something that can be hidden, at a cost.

        Raises:
            UsageError: there is something of that name.
        """
        if key in self._costs:
            message = f"Two published figures have one name: {key}. Give each analysis, measure and level its own name."
            raise UsageError(message)
        self._costs[key] = max(1, cost)
        return key

    def takes(self, unit: str, taken: str) -> None:
        """The second is made from the first, and hidden with it."""
        if taken != unit and taken not in self._takes.setdefault(unit, []):
            self._takes[unit].append(taken)

    def cell(self, key: str, value: int, *, unit: str = "", within: str = "", fails: bool = False) -> str:
        """A count; without a unit it is never told."""
        self._cells[key] = Cell(key=key, value=value, unit=unit, within=within)
        if fails:
            self.failing.add(key)
        return key

    def has(self, key: str) -> bool:
        """Whether there is such a cell."""
        return key in self._cells

    def knows(self, unit: str) -> bool:
        """Whether there is such a unit."""
        return unit in self._costs

    def value(self, key: str) -> int:
        """The true count of a cell."""
        return self._cells[key].value

    def equal(self, left: Iterable[str], right: Iterable[str]) -> None:
        """The counts on the left add up to those on the right."""
        self._equations.append(Equation(terms=(*((key, 1) for key in left), *((key, -1) for key in right))))

    def rest(self, key: str, whole: str, parts: Sequence[str], *, within: str = "", empty: bool = False) -> None:
        """What the parts leave of the whole: a count that is never told, and fails where it is small.

        Args:
            key: of the rest.
            whole: the cell of everybody.
            parts: cells of some of them.
            within: the cell of everybody in the rest.
            empty: nobody is in the rest, so that no count of it can be a secret.
        """
        self.combined(key, [(whole, 1), *((part, -1) for part in parts)], within=within, empty=empty)

    def combined(self, key: str, terms: Sequence[tuple[str, int]], *, within: str = "", empty: bool = False) -> None:
        """A signed sum of counts: a count that is never told, and fails where it is small.

        Args:
            key: of the sum.
            terms: cells, each with 1 or -1.
            within: the cell of everybody in the sum.
            empty: nobody is in it, so that no count of it can be a secret.

        Notes:
            Where it comes to less than nothing, as of groups that were matched afresh it may, what is over is a count of people as well.
        """
        value = self.sum(terms)
        more = [each for each, sign in terms if sign == (1 if value >= 0 else -1)]
        less = [each for each, _ in terms if each not in more]
        if value == 0 and empty:
            self.equal(less, more)
            return
        inside = within if within and self.has(within) and self.value(within) >= abs(value) else ""
        self.cell(key, abs(value), within=inside, fails=abs(value) < self.least)
        self.equal([*less, key], more)

    def sum(self, terms: Iterable[tuple[str, int]]) -> int:
        """The true value of a signed sum of cells."""
        return sum(sign * self.value(each) for each, sign in terms)

    def system(self) -> System:
        """All of it."""
        units = [
            Unit(key=key, cost=cost, takes=tuple(self._takes.get(key, ())), kept=key == TOLD)
            for key, cost in (*self._costs.items(), (TOLD, 1))
        ]
        return System(cells=tuple(self._cells.values()), units=tuple(units), equations=tuple(self._equations))
