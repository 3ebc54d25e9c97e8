"""Who is followed, for how long, and what for: the columns of an outcomes table as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from justice_data_lab.errors import JDLError

if TYPE_CHECKING:
    from justice_data_lab.matching.inputs import Bools, Floats, Ints
    from justice_data_lab.matching.result import Match
    from justice_data_lab.study import SurvivalColumns


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """People with a weight, in the order of the match; arrays of one length.

    Attributes:
        rows: their places in the outcomes table.
        times: time to the event, or to the end of follow-up without one; never above the horizon.
        events: whether the event came.
        weights: all above 0.
        treated: who had the intervention.
    """

    rows: Ints
    times: Floats
    events: Bools
    weights: Floats
    treated: Bools

    def only(self, which: Bools) -> People:
        """Some of them."""
        return People(
            rows=self.rows[which],
            times=self.times[which],
            events=self.events[which],
            weights=self.weights[which],
            treated=self.treated[which],
        )


def read_people(match: Match, outcomes: pa.Table, columns: SurvivalColumns) -> People:
    """Everybody with a weight, followed to the event or to the horizon, whichever comes first.

    Args:
        match: the weights.
        outcomes: one row a person, in the same order.
        columns: where time and event stand.

    Raises:
        JDLError: the event came to somebody and its time is not known.

    Notes:
        The horizon is closed: an event at the horizon has come. So an event on day 365, which only a follow-up year with a
        leap day has, counts at a horizon of 365 days, and the curve ends at 1 less the published rate. Without an event, a time
        that is null or longer than the horizon means that the person reached it; an event after the horizon has not come by
        then. People whose event is null are left out.
    """
    events, times = (_numbers(outcomes.column(name)) for name in (columns.event, columns.time))
    if (np.isnan(times) & (events == 1)).any():
        message = f"{columns.time}: expected the time of every event, found one without. Check how the outcomes were made."
        raise JDLError(message)
    weights = np.asarray(match.weights.column("weight").to_numpy(), dtype=np.float64)
    treated = np.asarray(match.weights.column("treated").to_numpy() == 1, dtype=np.bool_)
    longer = ~(times <= columns.horizon)
    everybody = People(
        rows=np.arange(len(weights)),
        times=np.where(longer, columns.horizon, times),
        events=(events == 1) & ~longer,
        weights=weights,
        treated=treated,
    )
    return everybody.only((weights > 0) & np.isfinite(events))


def _numbers(column: pa.ChunkedArray) -> Floats:
    numeric = pc.cast(column, pa.int8()) if pa.types.is_boolean(column.type) else column
    return np.asarray(pc.cast(numeric, pa.float64()).to_numpy(), dtype=np.float64)
