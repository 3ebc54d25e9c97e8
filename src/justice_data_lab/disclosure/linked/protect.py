"""Complementary suppression: what else to hide so that no count that fails rule 1 can be worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.disclosure.linked.cuts import Problem, cheapest_pattern
from justice_data_lab.disclosure.linked.flow import moves_for
from justice_data_lab.disclosure.linked.part import parts_of, targets
from justice_data_lab.disclosure.linked.system import hidden_cells, hidden_units, needs, with_what_they_take

if TYPE_CHECKING:
    from collections.abc import Iterable

    from justice_data_lab.disclosure.linked.part import Part, Target
    from justice_data_lab.disclosure.linked.system import System
    from justice_data_lab.study import DisclosureRules

# A part with more cells than this goes the greedy path at once.
EXACT_CELLS = 400


def protect(
    system: System,
    failing: Iterable[str],
    rules: DisclosureRules,
    *,
    also: Iterable[str] = (),
    exact_cells: int = EXACT_CELLS,
) -> frozenset[str]:
    """The cells not to tell: those that fail rule 1, and others for their sake.

    Args:
        system: the counts and how they add up.
        failing: keys of the cells that fail rule 1.
        rules: how uncertain a hidden count must stay.
        also: units that are hidden for another reason.
        exact_cells: parts of no more cells are solved for the cheapest pattern; larger ones, and those where the search is given up, greedily.

    Returns:
        Keys of all cells that are not told, those that are never told among them. Where no pattern is good enough, everything
        of the part that can be hidden: the audit then says no.

    Notes:
        Any pattern that passes the audit is safe; a cheaper one hides less. Parts that share no equation are solved one by one. A
        unit may lie in several parts or take units elsewhere, so it is gone round until nothing more is hidden.
    """
    secret = frozenset(failing)
    fixed = {unit.key for unit in system.units if unit.kept}
    units = with_what_they_take(hidden_units(secret, system) | set(also), system)
    search = _Search(system, secret, rules, exact_cells)
    before: set[str] | None = None
    while before != units:
        before = set(units)
        for part in search.parts:
            units |= search.pattern(part, units) - fixed
            units = with_what_they_take(units, system)
    return frozenset(hidden_cells(units, system))


class _Search:
    """One request's system with what is asked of it."""

    def __init__(self, system: System, failing: frozenset[str], rules: DisclosureRules, exact_cells: int) -> None:
        self._system = system
        self._failing = failing
        self._rules = rules
        self._exact_cells = exact_cells
        self._costs = {unit.key: unit.cost for unit in system.units if not unit.kept}
        self._takes = [(unit.key, taken) for unit in system.units for taken in unit.takes]
        self._enough: dict[int, set[str]] = {}
        self.parts = parts_of(system)

    def pattern(self, part: Part, units: set[str]) -> frozenset[str]:
        """Units to hide so that all counts of one part stay uncertain; those hidden already among them."""
        own = {cell.unit for cell in part.cells if cell.unit}
        if self._enough.get(id(part)) == units & own:
            return frozenset(units)
        found = self._pattern(part, units)
        self._enough[id(part)] = set(found & own)
        return found

    def _pattern(self, part: Part, units: set[str]) -> frozenset[str]:
        if not self._targets(part, units):
            return frozenset(units)
        if len(part.cells) <= self._exact_cells:
            found = cheapest_pattern(self._problem(part, units))
            if found is not None:
                return found | units
        return self._greedily(part, units)

    def _targets(self, part: Part, units: set[str]) -> list[Target]:
        return targets(part, needs(self._system, hidden_cells(units, self._system), self._failing, self._rules))

    def _problem(self, part: Part, units: set[str]) -> Problem:
        own = {cell.unit for cell in part.cells if cell.unit}
        return Problem(
            part=part,
            forced=frozenset(units & own),
            costs={unit: self._costs[unit] for unit in own},
            takes=[(first, second) for first, second in self._takes if first in own and second in own],
            targets=lambda chosen: self._targets(part, chosen | units),
            failing=self._failing,
        )

    def _greedily(self, part: Part, units: set[str]) -> frozenset[str]:
        """One count after the other until none asks for more; everything, when one cannot be helped."""
        gone = set(units)
        before: set[str] | None = None
        while before != gone:
            before = set(gone)
            for target in self._targets(part, gone):
                more = moves_for(target, part, gone, self._costs)
                if more is None:
                    return frozenset(gone | {cell.unit for cell in part.cells if cell.unit})
                gone = with_what_they_take(gone | more, self._system)
        return frozenset(gone)
