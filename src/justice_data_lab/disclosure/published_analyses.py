"""What may leave about the analyses of a request: their people, their results, and what tests them. Types only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from justice_data_lab.disclosure.evidence import Colour  # noqa: TC001 -- a field type, read at run time by from_json
from justice_data_lab.disclosure.evidence_analyses import AnalysisFacts, AnalysisKind, Arm
from justice_data_lab.disclosure.printed import Figure  # noqa: TC001 -- a field type, read at run time by from_json

PublicVerdict: TypeAlias = Literal["reduction", "increase", "inconclusive", "not_reliable", "withheld", "not_available"]
GapVerdict: TypeAlias = Literal["lower", "higher", "inconclusive", "not_reliable", "withheld"]


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
class Step:
    """One or more steps of the way from records to people analysed, merged until nobody can be picked out."""

    labels: tuple[str, ...]
    reasons: tuple[str, ...]
    lost: Figure
    left: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceSummary:
    """How many rows of the balance table have each colour."""

    green: Figure
    amber: Figure
    red: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisSummary(AnalysisFacts):
    """One comparison, with its numbers of people and its balance.

    Attributes:
        headline: whether page one speaks of it.
        treated: people of the treatment group.
        comparison: people of the comparison group.
        n_eff: their effective number.
        balance: overall colour; None for a randomised design.
        colours: rows of its balance table by colour.
        warnings: codes about this analysis.
        attrition: from the people of the request to those of this analysis; empty for the headline, or where its size is hidden.
    """

    headline: bool
    treated: Figure
    comparison: Figure
    n_eff: Figure
    balance: Colour | None
    colours: BalanceSummary | None
    warnings: tuple[str, ...]
    attrition: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionResult:
    """Whether the effect on one measure differs between two analyses, every figure safe.

    Attributes:
        first: name of one analysis.
        second: name of the other.
        column: the column by whose value the two differ.
        kind: of both analyses.
        measure: key of the measure.
        verdict: where the exact interval lies, or why there is no figure.
        verdict_figure: the same as a figure.
        difference: effect in the first less effect in the second.
        ci_low: lower end of the 95% interval.
        ci_high: upper end.
        p_value: two-sided.
    """

    first: str
    second: str
    column: str
    kind: AnalysisKind
    measure: str
    verdict: GapVerdict
    verdict_figure: Figure
    difference: Figure
    ci_low: Figure
    ci_high: Figure
    p_value: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceboResult:
    """The comparison for people who were sent along and not served, every figure safe."""

    arm: Arm
    summary: AnalysisSummary
    results: tuple[Result, ...]
