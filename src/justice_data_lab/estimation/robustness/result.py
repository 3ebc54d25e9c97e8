"""What the robustness tier hands on: for each measure of everybody, every check beside the official figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from justice_data_lab.estimation.evidence import Evidence  # noqa: TC001 -- a field type, read at run time by from_json
from justice_data_lab.estimation.robustness.rows import lines, table_of
from justice_data_lab.records import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from justice_data_lab.files import Json

Check: TypeAlias = Literal["doubly_robust", "entropy_balancing", "overlap_weights"]
Agreement: TypeAlias = Literal["agree", "differ", "not_assessed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """The effect by another way of comparing; fractions, not points. What cannot be worked out is None.

    Attributes:
        check: which way.
        population: `same`: about the treated people of the official figure; `different`: overlap weights, whose people are those
            who could as well have been in either group.
        difference: treated minus comparison.
        se: standard error.
        df: degrees of freedom by Welch and Satterthwaite.
        ci_low: lower bound of the 95% interval.
        ci_high: upper bound of the 95% interval.
        p_value: two-sided.
        n_treated: treated people counted, unweighted.
        n_comparison: people of the pool with a weight above 0, unweighted.
        n_eff_treated: (Σw)²/Σw² of the treated; their number, but for overlap weights.
        n_eff: (Σw)²/Σw² of the comparison side.
        max_weight_share_treated: largest share of the treated side's weight that one person holds.
        max_weight_share: largest share of the comparison side's weight that one person holds.
        largest_imbalance: largest standardised difference that the weights leave on any covariate or level.
        imbalanced: whether that is above 0.10, so that the check rests on its model of the outcome, or on nothing; None in a trial.
        flagged: whether the difference is more than one official standard error from the official one; None for overlap weights,
            which are about other people, and where either cannot be worked out.
        evidence: unweighted counts for disclosure control.
        reason: why there is no difference; empty when there is one.
    """

    check: Check
    population: Literal["same", "different"]
    difference: float | None
    se: float | None
    df: float | None
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    n_treated: int
    n_comparison: int
    n_eff_treated: float
    n_eff: float
    max_weight_share_treated: float | None
    max_weight_share: float | None
    largest_imbalance: float | None
    imbalanced: bool | None
    flagged: bool | None
    evidence: Evidence | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRatio:
    """Treated mean over comparison mean.

    Attributes:
        ratio: 1 when the means agree.
        se_log: standard error of its logarithm.
        ci_low: lower bound of the 95% interval.
        ci_high: upper bound of the 95% interval.
    """

    ratio: float
    se_log: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EValue:
    """How strong a hidden trait would have to be, as a risk ratio with both treatment and outcome, to explain a result away.

    Attributes:
        point: to explain the whole difference.
        interval: to move the 95% interval so that it holds no difference; 1 when it already does.
    """

    point: float
    interval: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenBias:
    """Rosenbaum's bound: how much a hidden trait may change the odds of treatment before the result is no longer significant.

    Attributes:
        gamma: largest odds ratio at which the one-sided p-value stays at or below .025; None when it is above that without any
            hidden bias.
        p_value: one-sided, without hidden bias.
        strata: number of strata in which both groups and both outcomes occur.
        n_treated: treated people in them.
        n_comparison: comparison people in them, unweighted.
    """

    gamma: float | None
    p_value: float
    strata: int
    n_treated: int
    n_comparison: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """The official comparison, refitted and rematched without one group of covariates.

    Attributes:
        group: name of the group.
        difference: treated minus comparison; None when it cannot be worked out.
        se: its standard error.
        n_treated: treated people matched.
        n_comparison: comparison people, unweighted.
        n_eff: effective size of the comparison group.
        max_weight_share: largest share of the comparison weight that one person holds.
        evidence: unweighted counts for disclosure control; None when there is no difference.
        reason: why there is no difference; empty when there is one.
    """

    group: str
    difference: float | None
    se: float | None
    n_treated: int
    n_comparison: int
    n_eff: float
    max_weight_share: float | None
    evidence: Evidence | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOneOut:
    """The range of the difference when one group of covariates at a time is left out.

    Attributes:
        lowest: smallest difference.
        lowest_group: the group without which it is found (the first of equals).
        highest: largest difference.
        highest_group: the group without which it is found.
        rows: every group, in the order of the covariates.
    """

    lowest: float
    lowest_group: str
    highest: float
    highest_group: str
    rows: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capped:
    """The official comparison with values above the 99th centile set to it.

    Attributes:
        cap: the centile, over both groups, each with half of the weight; never printed, since it is near the largest value of
            one person.
        above_treated: treated people above it, for disclosure control.
        above_comparison: comparison people above it, unweighted.
        difference: treated minus comparison.
        se: standard error.
        ci_low: lower bound of the 95% interval.
        ci_high: upper bound of the 95% interval.
        p_value: two-sided.
    """

    cap: float
    above_treated: int
    above_comparison: int
    difference: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    p_value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRatio:
    """Rate ratio of a count by quasi-Poisson regression on treatment, and the difference with large counts capped.

    Attributes:
        ratio: treated mean over comparison mean.
        se_log: standard error of its logarithm.
        ci_low: lower bound of the 95% interval.
        ci_high: upper bound of the 95% interval.
        p_value: two-sided.
        dispersion: variance over mean; 1 for a Poisson count.
        capped: the difference with large counts capped.
    """

    ratio: float
    se_log: float
    ci_low: float
    ci_high: float
    p_value: float
    dispersion: float
    capped: Capped


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDone:
    """A check that could not be worked out, or says nothing here, and why."""

    check: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureChecks:
    """Every check of one measure of everybody.

    Attributes:
        measure: name of the measure.
        column: its column.
        kind: `proportion` or `mean`.
        role: `primary` or `secondary`.
        difference: the official one.
        se: its standard error.
        alternatives: doubly robust, entropy balancing, overlap weights, in this order.
        rate_ratio: treated mean over comparison mean.
        e_value: how strong a hidden trait would have to be.
        hidden_bias: Rosenbaum's bound, for a proportion that differs significantly.
        left_out: the range without each group of covariates.
        counts: for whole numbers only.
        agreement: `differ` when an alternative about the same people is flagged; `agree` when one was worked out and none is; those
            that are imbalanced do not count.
        not_done: what is None above, and why.
    """

    measure: str
    column: str
    kind: Literal["proportion", "mean"]
    role: Literal["primary", "secondary"]
    difference: float | None
    se: float | None
    alternatives: tuple[Alternative, ...]
    rate_ratio: RateRatio | None
    e_value: EValue | None
    hidden_bias: HiddenBias | None
    left_out: LeaveOneOut | None
    counts: CountRatio | None
    agreement: Agreement
    not_done: tuple[NotDone, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginTest:
    """Two one-sided Welch tests that the difference lies within ±margin; `passed` at p ≤ .05."""

    margin: float
    p_value: float
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalence:
    """Whether an effect, if there is one, is smaller than a margin.

    Attributes:
        measure: name of the measure.
        column: its column.
        ci90_low: lower bound of the 90% interval; None when there is no standard error.
        ci90_high: upper bound of the 90% interval.
        tests: one a margin, smallest first; empty when there is no standard error.
        margin: smallest margin that passes; None when none does.
    """

    measure: str
    column: str
    ci90_low: float | None
    ci90_high: float | None
    tests: tuple[MarginTest, ...]
    margin: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """A measure's p-value, and the false discovery rate at which it would be called significant (Benjamini-Hochberg)."""

    measure: str
    column: str
    p_value: float
    q_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeControl:
    """The groups compared on an outcome that the programme cannot have changed.

    Attributes:
        n_treated: treated people counted.
        n_comparison: comparison people counted, unweighted.
        n_eff: effective size of the comparison group.
        difference: treated minus comparison.
        se: standard error.
        df: degrees of freedom.
        ci_low: lower bound of the 95% interval.
        ci_high: upper bound of the 95% interval.
        p_value: two-sided.
        flagged: whether the interval lies wholly beyond the margin; None when there is no interval.
        evidence: unweighted counts for disclosure control.
    """

    n_treated: int
    n_comparison: int
    n_eff: float
    difference: float | None
    se: float | None
    df: float | None
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    flagged: bool | None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """Every check of one analysis.

    Attributes:
        analysis: name of the analysis.
        design: `matched` or `randomised`.
        measures: the measures of everybody, primary ones first, else in study order.
        equivalence: one a measure that is tested for it.
        discoveries: one a measure that is adjusted for multiple tests.
        negative_control: added by the caller, which has its data.
        agreement: of the primary measures (of all, when no primary one is of everybody): `differ` when one differs.
        warnings: sentences for the report.
    """

    analysis: str
    design: Literal["matched", "randomised"]
    measures: tuple[MeasureChecks, ...]
    equivalence: tuple[Equivalence, ...]
    discoveries: tuple[Discovery, ...]
    negative_control: NegativeControl | None
    agreement: Agreement
    warnings: tuple[str, ...]

    def summary(self) -> str:
        """One line a measure, then equivalence and the negative control."""
        return "\n".join(lines(self))

    def table(self) -> pa.Table:
        """One row a figure: analysis, measure, check, of what, estimate, standard error, interval, p-value, flagged."""
        return table_of(self)

    def to_dict(self) -> Mapping[str, Json]:
        """Every field by its name: the content of `robustness.json`."""
        return cast("Mapping[str, Json]", to_json(self))

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Robustness:
        """The value that `to_dict` wrote."""
        return from_json(cls, data)
