"""Says which checks there are none of, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.estimation.robustness.result import NotDone

if TYPE_CHECKING:
    from justice_data_lab.estimation.robustness.result import MeasureChecks


def why_not(found: MeasureChecks, *, randomised: bool) -> tuple[NotDone, ...]:
    """One entry a check that there is none of."""
    chance = "chance decided who was treated, not a score" if randomised else ""
    missing: dict[str, str] = {
        "alternatives": "" if found.alternatives else "nobody was matched",
        "rate_ratio": "" if found.rate_ratio else RATIO,
        "e_value": "" if found.e_value else RATIO,
        "hidden_bias": "" if found.hidden_bias else chance or _no_bounds(found),
        "left_out": "" if found.left_out else chance or "nobody was matched",
        "counts": "" if found.counts or found.kind == "proportion" else COUNTS,
        **{row.check: row.reason for row in found.alternatives},
    }
    return tuple(NotDone(check=check, why=why) for check, why in missing.items() if why)


RATIO = "a ratio needs two means above 0 that vary"
COUNTS = "the values are not whole numbers from 0, or all are 0 on one side"


def _no_bounds(found: MeasureChecks) -> str:
    if found.kind == "mean":
        return "the bounds are for shares of people"
    return "the official result is not significant, or no stratum has both groups and both outcomes"
