"""The curves at regular ends: months, four weeks, or twelfths of the follow-up."""

from __future__ import annotations

from itertools import pairwise
from math import ceil, inf
from typing import TYPE_CHECKING

import numpy as np

from justice_data_lab.estimation.survival.result import Period, PeriodSide

if TYPE_CHECKING:
    from justice_data_lab.estimation.survival.people import People
    from justice_data_lab.estimation.survival.result import Curve

# One regular period in each unit that is known; any other unit has twelfths of its horizon.
_STEPS = {"days": 365 / 12, "weeks": 4.0, "months": 1.0, "years": 1 / 12}
_SLACK = 1e-9


def period_ends(horizon: float, unit: str) -> tuple[float, ...]:
    """The ends of regular periods up to the horizon, which is always the last.

    Notes:
        A month of days is a twelfth of 365, its end a whole day: 30, 61, 91 … 365. What is left over at the end of follow-up
        is a period of its own.

    Example:
        >>> period_ends(14, "weeks")
        (4.0, 8.0, 12.0, 14.0)
    """
    step = _STEPS.get(unit, horizon / 12)
    ends = [step * place for place in range(1, ceil(horizon / step - _SLACK))]
    whole = [float(round(end)) for end in ends] if unit == "days" else ends
    return (*(end for end in whole if end < horizon), float(horizon))


def count_periods(treated: tuple[People, Curve], comparison: tuple[People, Curve], ends: tuple[float, ...]) -> tuple[Period, ...]:
    """Both groups in each period, from the end of the one before (the first: from the start) to its own."""
    return tuple(
        Period(end=end, treated=_side(*treated, start, end), comparison=_side(*comparison, start, end))
        for start, end in pairwise((-inf, *ends))
    )


def _side(people: People, curve: Curve, start: float, end: float) -> PeriodSide:
    within = people.events & (people.times > start) & (people.times <= end)
    weights = people.weights[within]
    gone = int(np.searchsorted(curve.times, end, side="right"))
    return PeriodSide(
        at_risk=int((people.times > start).sum()),
        events=int(within.sum()),
        left=int(((people.times > end) | ((people.times == end) & ~people.events)).sum()),
        free=curve.free[gone - 1] if gone else 1.0,
        event_weight=float(weights.sum()),
        largest_weight=float(weights.max(initial=0.0)),
    )
