"""What the survival room hands on: curves, restricted means, hazard ratios, and what its tests say beside the official one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

import pyarrow as pa

from justice_data_lab.estimation.difference import Difference  # noqa: TC001 -- a field type, read at run time by from_json
from justice_data_lab.estimation.evidence import Evidence  # noqa: TC001 -- a field type, read at run time by from_json
from justice_data_lab.records import from_json, to_json
from justice_data_lab.study import SurvivalColumns  # noqa: TC001 -- a field type, read at run time by from_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justice_data_lab.files import Json

TestName: TypeAlias = Literal["official", "restricted mean", "log-rank", "Cox", "adjusted Cox"]
Direction: TypeAlias = Literal["longer", "shorter", "none"]
Sides: TypeAlias = Literal["all significant", "none significant", "both sides", "opposite directions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One group's Kaplan-Meier curve: its height from each event time on; 1 before the first.

    Attributes:
        times: distinct event times, ascending.
        free: weighted share still free of the event just after each.
        at_risk: people at risk at each, unweighted.
        events: people whose event came then, unweighted.
    """

    times: tuple[float, ...]
    free: tuple[float, ...]
    at_risk: tuple[int, ...]
    events: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodSide:
    """One group in one period; people, never weighted, unless a weight is said.

    Attributes:
        at_risk: free of the event and still followed at the beginning.
        events: whose event came in the period.
        left: free of the event and still followed at its end.
        free: height of the curve at its end.
        event_weight: weight of those with the event.
        largest_weight: the heaviest of them; 0 when there is nobody.
    """

    at_risk: int
    events: int
    left: int
    free: float
    event_weight: float
    largest_weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What happened after the end of the period before, up to and on `end`."""

    end: float
    treated: PeriodSide
    comparison: PeriodSide


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """The ratio of the treated people's hazard of the event to the comparison group's.

    Attributes:
        model: without or with the listed covariates in it.
        covariates: columns of the model beside the treatment.
        ratio: below 1 when the event comes later, or less often, with the intervention.
        log_ratio: its logarithm, on which both standard errors are.
        se_model: from the information.
        se_robust: Lin and Wei's.
        basis: which of the two makes interval and test: the model's where everybody counts once, else the robust one.
        ci_low: lower bound of the ratio's 95% interval.
        ci_high: upper bound.
        p_value: two-sided, normal.
        change_p_value: of the test whether the ratio changes during follow-up; None when that cannot be asked.
    """

    model: Literal["unadjusted", "adjusted"]
    covariates: tuple[str, ...]
    ratio: float
    log_ratio: float
    se_model: float
    se_robust: float
    basis: Literal["model", "robust"]
    ci_low: float
    ci_high: float
    p_value: float
    change_p_value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRank:
    """The log-rank test of the treated people's events against those expected."""

    observed: float
    expected: float
    chi_square: float
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeEvidence:
    """Secret counts behind three figures that tell each other: the restricted mean follows from the other two.

    Attributes:
        came: behind the share with the event.
        lost: behind the mean time lost, horizon less time of event; 0 for those without the event.
        times: behind the mean time of those with the event.
        n_eff: effective number of comparison people with the event; 0 when there is nobody.
    """

    came: Evidence
    lost: Evidence
    times: Evidence
    n_eff: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """On which side of .05 one test stands, and which way it points when it is significant.

    Attributes:
        name: which test; `official` is the pre-declared one, from which alone the verdict comes.
        p_value: two-sided.
        significant: p ≤ .05.
        direction: whether the treated stay free of the event for longer (or more of them do); `none` when not significant.
    """

    name: TestName
    p_value: float
    significant: bool
    direction: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Whether the tests of time say what the official test says.

    Attributes:
        tests: the official test first where there is one.
        sides: all on one side of .05, on both sides, or significant in opposite directions.
    """

    tests: tuple[Standing, ...]
    sides: Sides


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival:
    """Time to the first event in one analysis.

    Attributes:
        analysis: name of the analysis.
        design: `matched` or `randomised`.
        name: of the measure that is the share with the event; the event's column where the study has none.
        columns: of the time and the event, with the horizon (an event on it counts) and the unit of every time here.
        restricted: mean time free of the event to the horizon in both groups, and their difference.
        hazards: Cox's models that have an answer.
        log_rank: None where people are weighted.
        agreement: what the tests say side by side.
        treated: the treated people's curve.
        comparison: the comparison group's weighted curve.
        periods: what disclosure control looks at: the curves at regular ends, the last at the horizon.
        reliable: whether every gate is passed.
        reason: why not; empty when reliable.
        evidence: unweighted counts for disclosure control.
    """

    analysis: str
    design: Literal["matched", "randomised"]
    name: str
    columns: SurvivalColumns
    restricted: Difference
    hazards: tuple[Hazard, ...]
    log_rank: LogRank | None
    agreement: Agreement
    treated: Curve
    comparison: Curve
    periods: tuple[Period, ...]
    reliable: bool
    reason: str
    evidence: TimeEvidence

    def summary(self) -> str:
        """One line: the restricted means, their difference with its interval, and whether the tests agree."""
        found, columns = self.restricted, self.columns
        if found.difference is None or found.ci_low is None or found.ci_high is None:
            return f"Time free of the event: not reliable ({self.reason})"
        return (
            f"Mean time free of the event to {columns.horizon:g} {columns.unit}: {found.mean_treated:.4g} and {found.mean_comparison:.4g}, "
            f"difference {found.difference:+.4g} ({found.ci_low:+.4g} to {found.ci_high:+.4g}); tests: {self.agreement.sides}"
        )

    def table(self) -> pa.Table:
        """Both curves, one row a group and event time."""
        names = ["treated"] * len(self.treated.times) + ["comparison"] * len(self.comparison.times)
        kinds = {"times": pa.float64(), "free": pa.float64(), "at_risk": pa.int64(), "events": pa.int64()}
        both = {name: [*getattr(self.treated, name), *getattr(self.comparison, name)] for name in kinds}
        return pa.table({"group": pa.array(names, pa.string()), **{name: pa.array(both[name], kinds[name]) for name in kinds}})

    def to_dict(self) -> Mapping[str, Json]:
        """Every field by its name."""
        return cast("Mapping[str, Json]", to_json(self))

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Survival:
        """The value that `to_dict` wrote."""
        return from_json(cls, data)
