"""On which side of .05 each test stands: the verdict is the official test's alone, and a reader is told when others differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.estimation.effects import SIGNIFICANT
from justice_data_lab.estimation.survival.result import Agreement, Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.estimation.difference import Difference
    from justice_data_lab.estimation.estimates import Estimate
    from justice_data_lab.estimation.survival.result import Direction, Hazard, LogRank, Sides, TestName

_NAMES: dict[str, TestName] = {"unadjusted": "Cox", "adjusted": "adjusted Cox"}


def agree(official: Estimate | None, restricted: Difference, ranks: LogRank | None, hazards: Sequence[Hazard]) -> Agreement:
    """Every test that has a p-value, the official one first.

    Args:
        official: the effect on the share with the event, as published; None when the study does not measure it.
        restricted: the difference of restricted means.
        ranks: the log-rank test.
        hazards: Cox's models.
    """
    tests = [
        _test("official", official.p_value, -(official.difference or 0.0)) if official else None,
        _test("restricted mean", restricted.p_value, restricted.difference or 0.0),
        _test("log-rank", ranks.p_value, ranks.expected - ranks.observed) if ranks else None,
        *(_test(_NAMES[hazard.model], hazard.p_value, -hazard.log_ratio) for hazard in hazards),
    ]
    known = tuple(test for test in tests if test is not None)
    return Agreement(tests=known, sides=_sides(known))


def official_row(event: str, analysis: str, rows: Sequence[Estimate]) -> Estimate | None:
    """The effect on the share of everybody with the event in an analysis: the test beside which those of time stand."""
    asked = (analysis, event, "all", "proportion")
    return next((row for row in rows if (row.analysis, row.column, row.of, row.kind) == asked), None)


def _test(name: TestName, p_value: float | None, longer: float) -> Standing | None:
    if p_value is None:
        return None
    significant = p_value <= SIGNIFICANT
    direction: Direction = ("longer" if longer > 0 else "shorter") if significant else "none"
    return Standing(name=name, p_value=p_value, significant=significant, direction=direction)


def _sides(tests: Sequence[Standing]) -> Sides:
    directions = {test.direction for test in tests}
    if {"longer", "shorter"} <= directions:
        return "opposite directions"
    if directions <= {"none"}:
        return "none significant"
    return "both sides" if "none" in directions else "all significant"
