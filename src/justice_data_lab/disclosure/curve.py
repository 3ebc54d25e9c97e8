"""Rule 7: which points of the survival curves may be drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.disclosure.checks import TOLERANCE
from justice_data_lab.estimation.survival.result import Period, PeriodSide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.study import DisclosureRules

MIN_POINTS = 4


def merge_periods(periods: Sequence[Period], rules: DisclosureRules) -> tuple[Period, ...]:
    """Neighbouring periods together until each is safe in both groups; the last one ends at the horizon. Empty: no safe way.

    Args:
        periods: in order, the last at the horizon.
        rules: least number of events, and the largest share of a total that one person may hold.

    Notes:
        Two points of a curve tell the events between them, and the last point and the published rate tell the same number. So
        a curve that stopped before the horizon would give away the events after its last point: what is left over at the end
        joins the period before it.
    """
    if rules.profile == "none":
        return tuple(periods)
    safe: list[Period] = []
    open_period: Period | None = None
    for period in periods:
        open_period = _together(open_period, period) if open_period else period
        if _is_safe(open_period, rules):
            safe.append(open_period)
            open_period = None
    while open_period and safe:
        open_period = _together(safe.pop(), open_period)
        if _is_safe(open_period, rules):
            safe.append(open_period)
            open_period = None
    return () if open_period else tuple(safe)


def _is_safe(period: Period, rules: DisclosureRules) -> bool:
    """Rule 1 on both sides: enough events since the last point, enough people still free of one, and nobody who stands out."""
    return all(
        side.events >= rules.min_events
        and side.left >= rules.min_events
        and side.largest_weight <= rules.dominance * side.event_weight * (1 + TOLERANCE)
        for side in (period.treated, period.comparison)
    )


def _together(first: Period, second: Period) -> Period:
    return Period(
        end=second.end,
        treated=_side(first.treated, second.treated),
        comparison=_side(first.comparison, second.comparison),
    )


def _side(first: PeriodSide, second: PeriodSide) -> PeriodSide:
    return PeriodSide(
        at_risk=first.at_risk,
        events=first.events + second.events,
        left=second.left,
        free=second.free,
        event_weight=first.event_weight + second.event_weight,
        largest_weight=max(first.largest_weight, second.largest_weight),
    )
