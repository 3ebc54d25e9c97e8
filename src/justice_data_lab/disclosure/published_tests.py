"""What may leave of the checks on a result: types only; `publish_robustness` fills them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

# The imports are field types, which from_json reads at run time.
from justice_data_lab.disclosure.printed import Figure  # noqa: TC001
from justice_data_lab.estimation.robustness.result import Agreement, Check  # noqa: TC001

CheckStatus: TypeAlias = Literal["shown", "withheld", "not_reliable", "not_available"]
Beside: TypeAlias = Literal["near", "far", "other_people", "unlike", "not_judged"]
ControlStatus: TypeAlias = Literal["clear", "flagged", "withheld", "not_available"]
WhyNot: TypeAlias = Literal["trial", "shares_only", "not_significant", "no_answer"]
NotDoneCheck: TypeAlias = Literal[
    "doubly_robust", "entropy_balancing", "overlap_weights", "rate_ratio", "e_value", "hidden_bias", "left_out", "counts"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativeResult:
    """The effect by another way of comparing.

    Attributes:
        check: which way.
        population: whether it is about the same people as the official figure.
        difference: treated less comparison.
        ci_low: lower end of the 95% interval.
        ci_high: upper end.
        p_value: two-sided.
        beside: within one official standard error of the official difference or further from it; or about other people, or by
            weights that leave the groups unlike and so speak for nothing; not judged when it is not shown.
        beside_figure: the same as a figure.
    """

    check: Check
    population: Literal["same", "different"]
    difference: Figure
    ci_low: Figure
    ci_high: Figure
    p_value: Figure
    beside: Beside
    beside_figure: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioResult:
    """Treated mean over comparison mean, and what a hidden trait would have to do.

    Attributes:
        ratio: 1 when the means agree.
        ci_low: lower end of its 95% interval.
        ci_high: upper end.
        e_value: how strong a hidden trait would have to be to explain the whole difference; not applicable in a trial.
        e_value_interval: the same, to move the interval so that it holds no difference.
        gamma: how much it may change the odds of being on the programme before the result is no longer significant.
    """

    ratio: Figure
    ci_low: Figure
    ci_high: Figure
    e_value: Figure
    e_value_interval: Figure
    gamma: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeResult:
    """The lowest and the highest difference when one group of characteristics is left out; names are empty when hidden."""

    lowest: Figure
    highest: Figure
    lowest_group: str
    highest_group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountResult:
    """A model for counts, and the difference with the largest counts set to the 99th centile."""

    ratio: Figure
    ci_low: Figure
    ci_high: Figure
    p_value: Figure
    capped: Figure
    capped_low: Figure
    capped_high: Figure
    capped_p_value: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDoneResult:
    """A check that there is none of, and why; holds no figure."""

    check: NotDoneCheck
    why: WhyNot


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureTests:
    """Every check of one measure of everybody.

    Attributes:
        measure: key of the measure.
        status: whether there are figures to speak of, and if not, why: that of the official figure.
        alternatives: other ways of comparing.
        ratio: ratio of the two means and what is made of it.
        left_out: the range without each group of characteristics.
        counts: for counts only.
        agreement: whether the alternatives about the same people that are shown are near the official figure.
        not_done: what is not there, and why; empty when the official figure is hidden.
    """

    measure: str
    status: CheckStatus
    alternatives: tuple[AlternativeResult, ...]
    ratio: RatioResult
    left_out: RangeResult
    counts: CountResult | None
    agreement: Agreement
    not_done: tuple[NotDoneResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginResult:
    """Two one-sided tests that the effect, if there is one, is smaller than a margin: a setting, in percentage points."""

    margin: float
    p_value: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class EquivalenceResult:
    """Whether an effect, if there is one, is smaller than a margin.

    Attributes:
        measure: key of the measure.
        ci90_low: lower end of the 90% interval.
        ci90_high: upper end.
        tests: one a margin, smallest first.
        margin: the smallest margin that passes; "none" when none does.
    """

    measure: str
    ci90_low: Figure
    ci90_high: Figure
    tests: tuple[MarginResult, ...]
    margin: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveryResult:
    """The false discovery rate at which a measure of one analysis would be called significant."""

    analysis: str
    measure: str
    q_value: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlResult:
    """The groups compared on an outcome that the programme cannot have changed.

    Attributes:
        status: whether the interval lies beyond the margin, or why there is no answer.
        direction: where the programme group stood when it is flagged.
        status_figure: the status as a figure.
        difference: treated less comparison.
        ci_low: lower end of the 95% interval.
        ci_high: upper end.
        p_value: two-sided.
    """

    status: ControlStatus
    direction: Literal["lower", "higher", "none"]
    status_figure: Figure
    difference: Figure
    ci_low: Figure
    ci_high: Figure
    p_value: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustnessResult:
    """Every check of the headline, every figure safe.

    Attributes:
        analysis: name of the headline.
        measures: of everybody, primary ones first.
        equivalence: one a measure that is tested for it.
        discoveries: one a measure that is adjusted for multiple tests, of every analysis.
        control: the negative control; None when there was none.
        agreement: of the primary measures; of all, when no primary one is of everybody.
    """

    analysis: str
    measures: tuple[MeasureTests, ...]
    equivalence: tuple[EquivalenceResult, ...]
    discoveries: tuple[DiscoveryResult, ...]
    control: ControlResult | None
    agreement: Agreement
