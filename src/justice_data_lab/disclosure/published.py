"""What may leave: figures that are safe and rounded, and the facts around them. Types only; `disclose()` fills them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from justice_data_lab.disclosure.evidence import Colour, MeasureFacts, MethodFacts, StudyFacts  # noqa: TC001 -- read at run time by `from_plain`
from justice_data_lab.estimation.survival.result import Direction, Sides, TestName  # noqa: TC001 -- likewise

Marker: TypeAlias = Literal["", "c", "u", "x", "z"]
Kind: TypeAlias = Literal[
    "count",
    "percent",
    "points",
    "mean",
    "days",
    "size",
    "detectable",
    "needed",
    "p",
    "d",
    "ratio",
    "rows",
    "hundred",
    "verdict",
    "hazard",
]
PublicVerdict: TypeAlias = Literal["reduction", "increase", "inconclusive", "not_reliable", "withheld", "not_available"]
SurvivalStatus: TypeAlias = Literal["shown", "withheld", "not_reliable", "not_available"]
CurveStatus: TypeAlias = Literal["shown", "withheld", "few_points", "headline_only"]
Notice: TypeAlias = Literal["part_checks_only", "already_public", "balance_overridden", "override_not_needed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a figure stands in the tidy table."""

    table: str
    statistic: str
    analysis: str = ""
    measure: str = ""
    group: str = ""
    level: str = ""

    @property
    def key(self) -> str:
        """The parts that are there, joined: unique within a request."""
        parts = (self.table, self.analysis, self.measure, self.level, self.statistic, self.group)
        return "/".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One published number: its value, its words, and a marker when there is a gap.

    Attributes:
        place: where it stands in the tidy table.
        kind: which rounding it has had.
        unit: what one is, e.g. `people`, `%`, `percentage points`, `days`.
        value: the rounded number; None when there is a marker or the text says "less than".
        text: as printed, e.g. `1,000`, `22%`, `8.3`, `<0.01`, `[c]`.
        marker: c confidential, u unreliable, x not available, z not applicable; empty when none.
        step: the last place shown, in the figure's unit: 1 for whole points, 0.1 for means.
    """

    place: Place
    kind: Kind
    unit: str
    value: float | None
    text: str
    marker: Marker = ""
    step: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One measure in one analysis, every figure safe."""

    analysis: str
    measure: str
    verdict: PublicVerdict
    verdict_figure: Figure
    n_treated: Figure
    n_comparison: Figure
    n_eff: Figure
    treated: Figure
    comparison: Figure
    treated_low: Figure
    treated_high: Figure
    comparison_low: Figure
    comparison_high: Figure
    difference: Figure
    ci_low: Figure
    ci_high: Figure
    p_value: Figure
    detectable: Figure
    people_needed: Figure
    people_to_send: Figure
    hundred_treated: Figure
    hundred_comparison: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """Both survival curves at one end of a period: the share still free of the event."""

    end: float
    treated: Figure
    comparison: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardResult:
    """A hazard ratio, without or with covariates in the model."""

    model: Literal["unadjusted", "adjusted"]
    ratio: Figure
    ci_low: Figure
    ci_high: Figure
    p_value: Figure


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisSummary:
    """One comparison, with its numbers of people and its balance."""

    name: str
    headline: bool
    treated: Figure
    comparison: Figure
    n_eff: Figure
    balance: Colour | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One or more steps of the way from records to people analysed, merged until nobody can be picked out."""

    labels: tuple[str, ...]
    reasons: tuple[str, ...]
    lost: Figure
    left: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRow:
    """One level of a characteristic, or the mean of a numeric one."""

    level: str
    count: Figure
    treated: Figure
    comparison: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileVariable:
    """One characteristic of the treatment group beside the comparison group."""

    variable: str
    label: str
    rows: tuple[ProfileRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRow:
    """One row of the annex of standardised differences."""

    variable: str
    label: str
    level: str
    before: Figure
    after: Figure
    variance_ratio: Figure
    ks: Figure
    colour: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceSummary:
    """How many rows of the balance table have each colour."""

    green: Figure
    amber: Figure
    red: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRow:
    """The share of a kind of submitted record that was found in the register."""

    group: str
    label: str
    people: Figure
    rate: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeCounts:
    """How many people the organisation says could take part, and did."""

    eligible: Figure
    started: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The thresholds that held, printed in each report."""

    profile: Literal["default", "none"]
    version: str
    min_people: int
    min_events: int
    dominance: float
    min_effective: float
    max_weight_share: float
    count_base: int
    min_step: int
    min_unmatched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why there is no result, in bands."""

    code: Literal["too_few", "no_overlap", "no_balance", "separation"]
    needed: int
    submitted: Figure
    usable: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything of one request that may leave."""

    status: Literal["analysed", "not_analysable"]
    rules: Rules
    notices: tuple[Notice, ...]
    warnings: tuple[str, ...]
    study: StudyFacts
    programme: ProgrammeCounts
    method: MethodFacts
    measures: tuple[MeasureFacts, ...]
    analyses: tuple[AnalysisSummary, ...]
    results: tuple[Result, ...]
    attrition: tuple[Step, ...]
    pool: tuple[Step, ...]
    profile: tuple[ProfileVariable, ...]
    balance: tuple[BalanceRow, ...]
    balance_summary: BalanceSummary | None
    quality: tuple[QualityRow, ...]
    false_links: Figure | None
    refused: Refused | None
