"""Rule 1: is a cell safe to show? Evidence in, a verdict with its reasons out; what is done about it stands elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from justice_data_lab.disclosure.evidence import Side
    from justice_data_lab.study import DisclosureRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The verdict on one cell: safe when no reason speaks against it. The reasons are secret, like the evidence."""

    reasons: tuple[str, ...] = ()

    @property
    def safe(self) -> bool:
        """Whether the cell may be shown."""
        return not self.reasons


def check_side(side: Side, rules: DisclosureRules) -> Check:
    """Rule 1 for one group's proportion or mean, unweighted counts on both sides, weights where there are any."""
    if rules.profile == "none":
        return Check()
    reasons = [*_people(side, rules), *_proportion(side, rules), *_mean(side, rules), *_weights(side, rules)]
    return Check(reasons=tuple(reasons))


def check_share(inside: int, total: int, rules: DisclosureRules) -> Check:
    """Rule 1 for a count of people at a level: enough inside and enough outside, so that 0% and 100% are covered."""
    if rules.profile == "none":
        return Check()
    reasons = []
    if inside < rules.min_events:
        reasons.append("few_inside")
    if total - inside < rules.min_events:
        reasons.append("few_outside")
    return Check(reasons=tuple(reasons))


def check_count(people: int, rules: DisclosureRules) -> Check:
    """A count of people by itself needs the least number of people."""
    few = rules.profile == "default" and people < rules.min_people
    return Check(reasons=("few_people",) if few else ())


def _people(side: Side, rules: DisclosureRules) -> list[str]:
    return ["few_people"] if side.people < rules.min_people else []


def _proportion(side: Side, rules: DisclosureRules) -> list[str]:
    return [] if side.events is None else list(check_share(side.events, side.people, rules).reasons)


def _mean(side: Side, rules: DisclosureRules) -> list[str]:
    """Missing evidence counts as failing; a mean of two values has to pass as a proportion as well."""
    if side.events is not None and side.nonzero is None:
        return []
    reasons = []
    if side.nonzero is None or side.nonzero < rules.min_events:
        reasons.append("few_nonzero")
    if side.largest_share is None or side.largest_share > rules.dominance:
        reasons.append("dominated")
    return reasons


def _weights(side: Side, rules: DisclosureRules) -> list[str]:
    reasons = []
    if side.n_eff is not None and side.n_eff < rules.min_effective:
        reasons.append("few_effective")
    if side.max_weight_share is not None and side.max_weight_share > rules.max_weight_share:
        reasons.append("heavy_weight")
    return reasons
