"""What may leave of the time to the first event: types only; `publish_survival` fills them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

# The imports are field types, which from_json reads at run time.
from justice_data_lab.disclosure.printed import Figure  # noqa: TC001
from justice_data_lab.estimation.survival.result import Direction, Sides, TestName  # noqa: TC001

SurvivalStatus: TypeAlias = Literal["shown", "withheld", "not_reliable", "not_available"]
OverTime: TypeAlias = Literal["steady", "changes", "unknown"]
CurveStatus: TypeAlias = Literal["shown", "withheld", "few_points", "headline_only"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """Both survival curves at one end of a period: the share still free of the event."""

    end: float
    treated: Figure
    comparison: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardResult:
    """A hazard ratio, without or with covariates in the model.

    Attributes:
        model: which of the two.
        ratio: the ratio.
        ci_low: lower end of its 95% interval.
        ci_high: upper end.
        p_value: two-sided.
        over_time: whether the test finds that the ratio changes during follow-up; unknown where it has no answer or shows none.
        over_time_p: p of that test.
    """

    model: Literal["unadjusted", "adjusted"]
    ratio: Figure
    ci_low: Figure
    ci_high: Figure
    p_value: Figure
    over_time: OverTime
    over_time_p: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalTest:
    """On which side of .05 a test stands; the official one is the test of the rate."""

    name: TestName
    significant: bool
    direction: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalResult:
    """Time free of the first event in one analysis, every figure safe.

    Attributes:
        analysis: name of the analysis.
        measure: column of the event.
        time: column of the time.
        name: the event's measure as printed.
        design: how the groups came about.
        horizon: end of follow-up.
        unit: of the horizon, the means and the points.
        status: whether there are figures to speak of, and if not, why.
        shape: both bounds of the difference below zero, both above, on both sides, or no interval.
        treated: restricted mean time free of the event.
        comparison: the same in the comparison group.
        difference: first less second.
        ci_low: lower end of its 95% interval.
        ci_high: upper end.
        p_value: two-sided.
        log_rank: p of the log-rank test; not applicable where people are weighted.
        hazards: Cox's models that have an answer.
        tests: every test on its side of .05; empty unless shown.
        sides: whether they stand together; None unless shown.
        curve: points that may be drawn, the last at the horizon; empty when there is no curve.
        curve_status: why not.
    """

    analysis: str
    measure: str
    time: str
    name: str
    design: Literal["matched", "randomised"]
    horizon: float
    unit: str
    status: SurvivalStatus
    shape: Literal["below", "above", "straddles", "none"]
    treated: Figure
    comparison: Figure
    difference: Figure
    ci_low: Figure
    ci_high: Figure
    p_value: Figure
    log_rank: Figure
    hazards: tuple[HazardResult, ...]
    tests: tuple[SurvivalTest, ...]
    sides: Sides | None
    curve: tuple[CurvePoint, ...]
    curve_status: CurveStatus
