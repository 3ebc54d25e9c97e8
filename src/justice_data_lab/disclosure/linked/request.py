"""A request for disclosure as one linked system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.linked.builder import Builder
from justice_data_lab.disclosure.linked.results import add_results
from justice_data_lab.disclosure.linked.stricter import add_stricter
from justice_data_lab.disclosure.linked.traits import add_balance, add_profile, add_programme, add_records
from justice_data_lab.disclosure.linked.ways import add_ways

if TYPE_CHECKING:
    from justice_data_lab.disclosure.evidence import DisclosureRequest
    from justice_data_lab.disclosure.linked.system import System
    from justice_data_lab.study import DisclosureRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A request as counts that add up; secret.

    Attributes:
        system: the counts, what tells them, and how they add up.
        failing: keys of the counts that fail rule 1.
        forced: units that rules 1 to 3 hide.
    """

    system: System
    failing: frozenset[str]
    forced: frozenset[str]


def linked_system(request: DisclosureRequest, rules: DisclosureRules) -> Linked:
    """Everything that a request publishes or tells; of one that could not be analysed, whose counts are bands, the programme's numbers and the balance table.

    Args:
        request: exact.
        rules: the thresholds.
    """
    builder = Builder(rules.min_events)
    if request.status == "analysed":
        add_results(builder, request, rules)
        add_stricter(builder, request, rules)
        add_ways(builder, request, rules)
        add_profile(builder, request, rules)
        add_records(builder, request, rules)
    add_programme(builder, request, rules)
    add_balance(builder, request, rules)
    return Linked(system=builder.system(), failing=frozenset(builder.failing), forced=frozenset(builder.forced))
