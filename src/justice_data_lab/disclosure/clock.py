"""On which day everybody's follow-up begins, and how many people started the programme after their index date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from justice_data_lab.disclosure.checks import check_share
from justice_data_lab.disclosure.figures import figure, gap
from justice_data_lab.disclosure.printed import Figure, Place

if TYPE_CHECKING:
    from justice_data_lab.disclosure.rounding import Precision
    from justice_data_lab.study import DisclosureRules

ClockRun: TypeAlias = Literal["index", "intervention"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockEvidence:
    """Which clock ran, exact.

    Attributes:
        run: `index` starts everybody's clock at the index date, `intervention` at the later of index date and start.
        reason: a reviewer's, for `index` although somebody started later.
        late: people who started after their index date.
        people: of how many, who could be followed up.
    """

    run: ClockRun
    reason: str
    late: int
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Which clock ran, as published.

    Attributes:
        run: as in the evidence.
        reason: as in the evidence; empty when nobody started late.
        late: people who started after their index date; None when nobody did.
    """

    run: ClockRun
    reason: str
    late: Figure | None


def publish_clock(clock: ClockEvidence | None, rules: DisclosureRules, fine: Precision) -> Clock | None:
    """The clock with the number of late starters, which is a share of the people: too few or all but a few are hidden."""
    if clock is None:
        return None
    place = Place(table="clock", statistic="started after the index date", group="treated")
    safe = check_share(clock.late, clock.people, rules).safe
    late = figure(place, "count", "people", clock.late, fine) if safe else gap(place, "count", "people", "c")
    return Clock(run=clock.run, reason=clock.reason if clock.late else "", late=late if clock.late else None)
