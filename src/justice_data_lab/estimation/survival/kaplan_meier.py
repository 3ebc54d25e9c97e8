"""The weighted Kaplan-Meier curve, and each person's restricted time free of the event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from justice_data_lab.estimation.survival.grid import build_grid
from justice_data_lab.estimation.survival.result import Curve

if TYPE_CHECKING:
    from justice_data_lab.estimation.survival.people import People
    from justice_data_lab.matching.inputs import Floats


def kaplan_meier(people: People) -> Curve:
    """S(t) = Π (1 - d/r) over the event times up to t, d and r sums of weights of people with the event and at risk.

    Notes:
        People who are censored at an event time are at risk then. When everybody is followed to the horizon this is
        1 - Σw·1{event by t}/Σw, so the curve ends at 1 less the published rate.
    """
    grid = build_grid(people.times, people.events)
    risk, came = grid.at_risk(people.weights), grid.at_event(people.weights)
    heads = np.ones(len(people.times))
    return Curve(
        times=tuple(grid.times.tolist()),
        free=tuple(np.cumprod(1 - came / risk).tolist()),
        at_risk=tuple(int(count) for count in grid.at_risk(heads)),
        events=tuple(int(count) for count in grid.at_event(heads)),
    )


def restricted_times(people: People, horizon: float) -> Floats:
    """One value a person, whose weighted mean is the area under the group's curve to the horizon.

    Args:
        people: of one group.
        horizon: end of follow-up, above 0.

    Notes:
        For somebody who had the event or was followed to the horizon, in a group where everybody was, this is min(time,
        horizon) itself. With earlier censoring it is the pseudo-time μ + Σw·∂μ/∂wᵢ (the infinitesimal jackknife):
        μ + Σw·[Σ c·d/r over the event times lived through, less c at the own event], with c = A/(r(1 - d/r)) and A the area
        under the curve from that time to the horizon. Their mean is μ, and with equal weights their variance over n is
        Greenwood's. So one estimator, that of the official effect, serves means with and without censoring.
    """
    grid = build_grid(people.times, people.events)
    risk, came = grid.at_risk(people.weights), grid.at_event(people.weights)
    hazard = came / risk
    steps = np.concatenate(([1.0], np.cumprod(1 - hazard)))
    widths = np.diff(np.concatenate(([0.0], grid.times, [horizon])))
    areas = (steps * widths)[::-1].cumsum()[::-1]
    survive = 1 - hazard
    # Where everybody still at risk has the event, nobody's weight moves the curve.
    change = np.divide(areas[1:], risk * survive, out=np.zeros(len(risk)), where=survive > 0)
    moved = grid.lived_through(change * hazard) - grid.own(change)
    return np.asarray(areas[0] + people.weights.sum() * moved)
