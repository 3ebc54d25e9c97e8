"""Rule 4 for a request: what is hidden so that nothing that fails can be worked out, or a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.linked.audit import audit
from justice_data_lab.disclosure.linked.names import people_of
from justice_data_lab.disclosure.linked.protect import protect
from justice_data_lab.disclosure.linked.related import nearly_the_same
from justice_data_lab.disclosure.linked.request import linked_system
from justice_data_lab.disclosure.linked.system import hidden_units
from justice_data_lab.errors import NothingDisclosable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from justice_data_lab.disclosure.evidence import DisclosureRequest
    from justice_data_lab.study import DisclosureRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What of a request must not be printed.

    Attributes:
        units: hidden, by the names of `names.py`.
        near: analyses of nearly the same people as a published figure; nothing of them is printed.
    """

    units: frozenset[str] = frozenset()
    near: frozenset[str] = frozenset()

    def hides(self, unit: str) -> bool:
        """Whether something is hidden."""
        return unit in self.units


def protect_request(
    request: DisclosureRequest, rules: DisclosureRules, *, near: Iterable[str] | None = None, also: Iterable[str] = ()
) -> Protection:
    """Find what to hide, and have it audited.

    Args:
        request: analysed, exact.
        rules: the thresholds; the profile `none` hides nothing.
        near: analyses of nearly the same people as a published figure, where the ledger knows; None judges by their sizes.
        also: units that the ledger has hidden.

    Raises:
        NothingDisclosable: the audit can still work out a hidden count too closely.
    """
    if rules.profile == "none":
        return Protection()
    nearly = nearly_the_same(request.analyses, 2 * rules.min_events) if near is None else frozenset(near)
    linked = linked_system(request, rules)
    forced = {*linked.forced, *also, *(people_of(name) for name in nearly)}
    hidden = protect(linked.system, linked.failing, rules, also=forced)
    if not audit(linked.system, hidden, linked.failing, rules).safe:
        message = (
            "The figures of this request tell each other too closely, and hiding some of them is not enough: an independent check can "
            "still work out a count that must not be told. Ask for fewer analyses, or merge groups that differ by few people."
        )
        raise NothingDisclosable(message)
    return Protection(units=frozenset(hidden_units(hidden, linked.system) | forced), near=nearly)
