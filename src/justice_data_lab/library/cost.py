"""What it costs to prevent a reoffence, where the unit cost was given: from published figures alone, with its range."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.figures import plain_number
from justice_data_lab.disclosure.rounding import round_two_digits

if TYPE_CHECKING:
    from justice_data_lab.library.entry import Entry, Outcome

# As the study file's unit cost is printed: currency, amount, year, source.
_UNIT_COST = re.compile(r"(\S.*?) ([\d,]+(?:\.\d+)?) \((\d{4}); (.+)\)")
# What one place changes, by measure: a share of people, and reoffences a person.
_PREVENTED = {"reoffended": "person who would have reoffended", "reoffences": "reoffence"}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCost:
    """What one place cost."""

    currency: str
    amount: float
    year: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CostPerPrevented:
    """Cost of one place over what one place prevents.

    Attributes:
        measure: key of the measure.
        what: one of what is prevented.
        currency: of the figures.
        year: of the prices.
        source: of the unit cost.
        cost: at the published difference; empty where that is not a fall.
        low: at the end of the interval with the largest fall; empty when that is not a fall either.
        high: at the other end; empty when that end is not a fall: then there is no upper limit.
    """

    measure: str
    what: str
    currency: str
    year: int
    source: str
    cost: str
    low: str
    high: str

    def sentence(self) -> str:
        """The cost in words, with what it does not tell."""
        prices = f"in prices of {self.year} ({self.source})"
        if not self.low:
            return f"The result does not fit with a fall, so there is no cost for each {self.what} prevented."
        if not self.high:
            return (
                f"Each {self.what} prevented may have cost as little as {self.currency} {self.low}, {prices}; there is no upper limit, since the "
                "result also fits with preventing none."
            )
        return (
            f"Each {self.what} prevented cost about {self.currency} {self.cost} (between {self.low} and {self.high}), {prices}."
        )


def read_unit_cost(text: str) -> UnitCost | None:
    """The unit cost as it is printed in a report; None when it is written in other ways, and then stays words."""
    found = _UNIT_COST.fullmatch(text)
    if not found:
        return None
    return UnitCost(currency=found[1], amount=float(found[2].replace(",", "")), year=int(found[3]), source=found[4])


def cost_per_prevented(entry: Entry) -> tuple[CostPerPrevented, ...]:
    """The cost for each measure of the headline that counts reoffending; none without a unit cost or a published interval."""
    unit = read_unit_cost(entry.practice.unit_cost)
    if unit is None or unit.amount <= 0:
        return ()
    mine = (each for each in entry.outcomes if each.headline and each.measure in _PREVENTED)
    return tuple(made for each in mine if (made := _cost(unit, each)) is not None)


def _cost(unit: UnitCost, outcome: Outcome) -> CostPerPrevented | None:
    if outcome.verdict not in ("reduction", "increase", "inconclusive") or outcome.ci_low.value is None:
        return None
    one = 100 if outcome.kind == "proportion" else 1

    def at(difference: float | None) -> str:
        return _two_digits(unit.amount * one / -difference) if difference is not None and difference < 0 else ""

    return CostPerPrevented(
        measure=outcome.measure,
        what=_PREVENTED[outcome.measure],
        currency=unit.currency,
        year=unit.year,
        source=unit.source,
        cost=at(outcome.difference.value),
        low=at(outcome.ci_low.value),
        high=at(outcome.ci_high.value),
    )


def _two_digits(value: float) -> str:
    """Two significant digits, with as many decimals as they need."""
    rounded = round_two_digits(value)
    return plain_number(rounded, max(1 - math.floor(math.log10(rounded)), 0))
