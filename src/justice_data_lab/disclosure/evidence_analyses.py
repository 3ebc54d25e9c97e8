"""The analyses of a request and what tests them: exact and secret, but for the facts, which hold no figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from justice_data_lab.disclosure.evidence import Colour, EstimateEvidence, StepEvidence

AnalysisKind: TypeAlias = Literal["national", "regional", "subgroup", "after_start", "placebo"]
StopCode: TypeAlias = Literal["too_few", "no_overlap", "no_balance", "separation"]
# Why the ledger lets no figure out; a correction is told in words.
LedgerCode: TypeAlias = Literal["nearly_the_same", "not_carried_forward", "too_few_new", "corrected"]
# Why rule 1, or the check of what is hidden, lets no figure out.
HiddenCode: TypeAlias = Literal["too_few_outcomes", "figures_tell_each_other"]
RefusalCode: TypeAlias = StopCode | LedgerCode | HiddenCode
LEDGER_CODES: frozenset[str] = frozenset(get_args(LedgerCode))
HIDDEN_CODES: frozenset[str] = frozenset(get_args(HiddenCode))
Arm: TypeAlias = Literal["waiting", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisFacts:
    """Whom an analysis is about; holds no figure.

    Attributes:
        name: as printed.
        kind: `after_start` picks people by what happened later, `placebo` is of people who were not served: neither is pooled.
        where: column and value of the people it is about, as the study has them; none means everybody.
        years: of follow-up.
        assessment: `with` takes only people with a needs assessment, `without` leaves the needs out of the score.
    """

    name: str
    kind: AnalysisKind = "national"
    where: tuple[tuple[str, str], ...] = ()
    years: Literal[1, 2] = 1
    assessment: Literal["", "with", "without"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMade(AnalysisFacts):
    """An analysis that was asked for and could not be made.

    Attributes:
        code: why not; in words, never with a count.
    """

    code: StopCode


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourCounts:
    """Rows of a balance table by colour; the table itself is published for the headline alone."""

    green: int
    amber: int
    red: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisEvidence(AnalysisFacts):
    """One comparison: how many people on each side, and how well balanced.

    Attributes:
        headline: whether page one speaks of it.
        treated: matched people of the treatment group.
        comparison: people of the comparison group, unweighted.
        n_eff: their effective number.
        max_weight_share: largest share of their weight that one person holds.
        balance: overall colour; None for a randomised design.
        colours: rows of its balance table by colour; None for a randomised design.
        warnings: codes from `WARNINGS` about this analysis.
        attrition: from the people of the request to those of this analysis; empty for the headline, whose way is the request's.
        whole: people of the treatment group of whom it takes some by a trait; None when it takes everybody.
    """

    headline: bool
    treated: int
    comparison: int
    n_eff: float | None
    max_weight_share: float | None
    balance: Colour | None
    colours: ColourCounts | None = None
    warnings: tuple[str, ...] = ()
    attrition: tuple[StepEvidence, ...] = ()
    whole: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionEvidence:
    """Whether the effect on one measure differs between two analyses; fractions, not points.

    Attributes:
        first: name of one analysis.
        second: name of the other.
        column: the column by whose value the two differ.
        measure: key of the measure.
        difference: effect in the first less effect in the second.
        ci_low: lower end of the 95% interval.
        ci_high: upper end.
        p_value: two-sided.
    """

    first: str
    second: str
    column: str
    measure: str
    difference: float
    ci_low: float
    ci_high: float
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceboEvidence:
    """The same comparison for people who were sent along and not served.

    Attributes:
        arm: why they were not served.
        analysis: how many people, and how well balanced.
        estimates: of the primary measures.
    """

    arm: Arm
    analysis: AnalysisEvidence
    estimates: tuple[EstimateEvidence, ...]
