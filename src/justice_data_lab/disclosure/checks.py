"""Rule 1: is a cell safe to show? Evidence in, a verdict with its reasons out; what is done about it stands elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from justice_data_lab.disclosure.evidence import Side
    from justice_data_lab.study import DisclosureRules


# What floating point adds to a sum must not decide whether a bound is kept.
TOLERANCE = 1e-9


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
    weights = weight_reasons(side.n_eff, side.max_weight_share, rules)
    reasons = [*_people(side, rules), *_proportion(side, rules), *_mean(side, rules), *weights]
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


def weight_reasons(n_eff: float | None, largest: float | None, rules: DisclosureRules) -> list[str]:
    """Why a group's weights are not enough; equal weights add up to a number of people only as nearly as floating point has it.

    Args:
        n_eff: effective size; None where there are no weights.
        largest: share of all weight that one person holds.
        rules: the thresholds.
    """
    reasons = []
    if n_eff is not None and n_eff < rules.min_effective * (1 - TOLERANCE):
        reasons.append("few_effective")
    if largest is not None and largest > rules.max_weight_share * (1 + TOLERANCE):
        reasons.append("heavy_weight")
    return reasons


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
    if side.largest_share is None or side.largest_share > rules.dominance * (1 + TOLERANCE):
        reasons.append("dominated")
    return reasons
