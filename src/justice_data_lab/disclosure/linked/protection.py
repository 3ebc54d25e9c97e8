"""Rule 4 for a request: what is hidden so that nothing that fails can be worked out, or a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.linked.audit import Audited, audit, in_numbers
from justice_data_lab.disclosure.linked.names import controls_of, people_of, result_of
from justice_data_lab.disclosure.linked.protect import protect
from justice_data_lab.disclosure.linked.related import nearly_the_same
from justice_data_lab.disclosure.linked.request import linked_system
from justice_data_lab.disclosure.linked.system import hidden_units
from justice_data_lab.errors import NothingDisclosable

if TYPE_CHECKING:
    from justice_data_lab.disclosure.evidence import DisclosureRequest
    from justice_data_lab.study import DisclosureRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What of a request must not be printed.

    Attributes:
        units: hidden, by the names of `names.py`.
        near: analyses of nearly the same people as a published figure; nothing of them is printed.
        audited: what the audit found; None where nothing is hidden by rule.
    """

    units: frozenset[str] = frozenset()
    near: frozenset[str] = frozenset()
    audited: Audited | None = None

    def hides(self, unit: str) -> bool:
        """Whether something is hidden."""
        return unit in self.units


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What earlier releases do not allow.

    Attributes:
        near: analyses of nearly the same people as a published figure.
        units: whose figures would tell of a few people beside earlier ones.
    """

    near: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()


def protect_request(request: DisclosureRequest, rules: DisclosureRules, limits: Limits | None = None) -> Protection:
    """Find what to hide, and have it audited.

    Args:
        request: exact; of one that could not be analysed the programme's numbers and the balance table are looked at.
        rules: the thresholds; the profile `none` hides nothing.
        limits: what the ledger says; None when there is no ledger, and then sizes alone say who are nearly the same people.

    Raises:
        NothingDisclosable: the audit can still work out a hidden count too closely.
    """
    if rules.profile == "none":
        return Protection()
    if limits is None:
        limits = Limits(near=nearly_the_same(request, 2 * rules.min_events))
    linked = linked_system(request, rules)
    known = {unit.key for unit in linked.system.units}
    own = {result_of(name, measure.key, "treated") for name in limits.near for measure in request.measures}
    own |= {controls_of(name) for name in limits.near}
    forced = {*linked.forced, *((limits.units | own) & known), *(people_of(name) for name in limits.near)}
    # one figure that earlier releases make a secret must stay as uncertain as what fails by itself; of nearly the same people nothing is told at all
    failing = linked.failing | {cell.key for cell in linked.system.cells if cell.unit in limits.units}
    hidden = protect(linked.system, failing, rules, also=forced)
    found = audit(linked.system, hidden, failing, rules)
    if not found.safe:
        message = (
            "The figures of this request tell each other too closely, and hiding some of them is not enough: an independent check can "
            "still work out a count that must not be told. Ask for fewer analyses, or merge groups that differ by few people."
        )
        raise NothingDisclosable(message)
    return Protection(
        units=frozenset(hidden_units(hidden, linked.system) | forced),
        near=limits.near,
        audited=in_numbers(found, len(linked.system.cells), hidden, failing),
    )
