"""Event times, and for each person how many of them they lived through: every sum over people at risk is made from these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from justice_data_lab.matching.inputs import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The distinct times at which an event came.

    Attributes:
        times: ascending.
        passed: for each person, at how many of these times they were at risk; a person censored at an event time still was.
        events: for each person, whether the event came.
    """

    times: Floats
    passed: Ints
    events: Bools

    @property
    def place(self) -> Ints:
        """For each person with the event, which of the times it came at."""
        return self.passed[self.events] - 1

    def at_risk(self, values: Floats) -> Floats:
        """Σ of a value over the people at risk at each time."""
        by_passed = np.bincount(self.passed, values, len(self.times) + 1)
        return np.asarray(by_passed[::-1].cumsum()[::-1][1:], dtype=np.float64)

    def at_event(self, values: Floats) -> Floats:
        """Σ of a value over the people whose event came at each time."""
        return np.asarray(np.bincount(self.place, values[self.events], len(self.times)), dtype=np.float64)

    def lived_through(self, values: Floats) -> Floats:
        """For each person, Σ of a value over the times at which they were at risk."""
        return np.concatenate(([0.0], values.cumsum()))[self.passed]

    def own(self, values: Floats) -> Floats:
        """For each person the value at the time of their event; 0 without one."""
        found = np.zeros(len(self.passed))
        found[self.events] = values[self.place]
        return found


def build_grid(times: Floats, events: Bools) -> Grid:
    """The grid of some people's times and events."""
    known = np.unique(times[events])
    return Grid(times=known, passed=np.searchsorted(known, times, side="right"), events=events)
