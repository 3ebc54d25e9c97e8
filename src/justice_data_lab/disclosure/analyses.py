"""The analyses of a request: their people and balance, whether effects differ between subgroups, and placebo groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.attrition import publish_steps
from justice_data_lab.disclosure.checks import check_count
from justice_data_lab.disclosure.estimates import difference_of, no_finer_than, publish_estimates, size_is_safe, with_marker
from justice_data_lab.disclosure.evidence import NEARLY_THE_SAME
from justice_data_lab.disclosure.figures import figure, gap
from justice_data_lab.disclosure.linked.names import controls_of, left_after, people_of, way_to
from justice_data_lab.disclosure.printed import Figure, Place
from justice_data_lab.disclosure.published_analyses import AnalysisSummary, BalanceSummary, InteractionResult, PlaceboResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.evidence import DisclosureRequest, MeasureFacts
    from justice_data_lab.disclosure.evidence_analyses import AnalysisEvidence, AnalysisKind, InteractionEvidence
    from justice_data_lab.disclosure.linked.protection import Protection
    from justice_data_lab.disclosure.printed import Kind, Marker
    from justice_data_lab.disclosure.published_analyses import GapVerdict, Result
    from justice_data_lab.disclosure.rounding import Precision
    from justice_data_lab.study import DisclosureRules

_WORST_FIRST: tuple[Marker, ...] = ("c", "u", "x")
_GAP_WORDS: dict[GapVerdict, str] = {
    "lower": "evidence that the effect is lower in the first",
    "higher": "evidence that the effect is higher in the first",
    "inconclusive": "not enough evidence to tell whether the effects differ",
}


def publish_analyses(
    analyses: Sequence[AnalysisEvidence], protection: Protection, rules: DisclosureRules, fine: Precision
) -> tuple[AnalysisSummary, ...]:
    """How many people each comparison rests on, how they came to be, and how well balanced they are."""
    return tuple(_summary(analysis, protection, rules, fine) for analysis in analyses)


def _summary(analysis: AnalysisEvidence, protection: Protection, rules: DisclosureRules, fine: Precision) -> AnalysisSummary:
    def place(statistic: str, group: str = "") -> Place:
        return Place(table="analyses", analysis=analysis.name, statistic=statistic, group=group)

    name, near = analysis.name, analysis.name in protection.near
    safe = size_is_safe(analysis, rules) and not protection.hides(people_of(name))
    hidden: Marker = "x" if near else "c"
    shown = safe and not near and not protection.hides(way_to(name))
    controls = check_count(analysis.comparison, rules).safe and not protection.hides(controls_of(name))
    comparison = _people(place("people", "comparison"), analysis.comparison, fine, "" if controls and not near else hidden)
    size = figure(place("effective size", "comparison"), "size", "people", analysis.n_eff, fine)
    return AnalysisSummary(
        name=analysis.name,
        kind=analysis.kind,
        where=analysis.where,
        years=analysis.years,
        assessment=analysis.assessment,
        headline=analysis.headline,
        treated=_people(place("people", "treated"), analysis.treated, fine, "" if safe and not near else hidden),
        comparison=comparison,
        n_eff=no_finer_than(comparison, size, (analysis.comparison, analysis.n_eff)),
        balance=analysis.balance,
        colours=_colours(analysis, fine),
        warnings=(*analysis.warnings, *((NEARLY_THE_SAME,) if near else ())),
        attrition=publish_steps(
            "attrition",
            analysis.attrition,
            rules,
            fine,
            bands=False,
            analysis=name,
            hidden=lambda step: protection.hides(left_after(way_to(name), step)),
        )
        if shown
        else (),
    )


def _people(place: Place, count: int, fine: Precision, marker: Marker) -> Figure:
    return gap(place, "count", "people", marker) if marker else figure(place, "count", "people", count, fine)


def _colours(analysis: AnalysisEvidence, fine: Precision) -> BalanceSummary | None:
    counts = analysis.colours
    if counts is None:
        return None

    def one(colour: str, count: int) -> Figure:
        return figure(Place(table="analyses", analysis=analysis.name, statistic=f"rows {colour}"), "rows", "rows", count, fine)

    return BalanceSummary(green=one("green", counts.green), amber=one("amber", counts.amber), red=one("red", counts.red))


def publish_interactions(
    request: DisclosureRequest, results: Sequence[Result], rules: DisclosureRules, fine: Precision
) -> tuple[InteractionResult, ...]:
    """Whether effects differ; a test made of an effect that is hidden or unreliable is hidden or unreliable itself."""
    shown = {(result.analysis, result.measure): result.difference.marker for result in results}
    measures = {measure.key: measure for measure in request.measures}
    kinds = {analysis.name: analysis.kind for analysis in request.analyses}
    return tuple(
        _interaction(
            _Gap(
                evidence=each,
                measure=measures[each.measure],
                kind=kinds[each.first],
                marker=_worse(shown[each.first, each.measure], shown[each.second, each.measure]),
                rules=rules,
                fine=fine,
            )
        )
        for each in request.interactions
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gap:
    """One test with what decides how it is shown."""

    evidence: InteractionEvidence
    measure: MeasureFacts
    kind: AnalysisKind
    marker: Marker
    rules: DisclosureRules
    fine: Precision

    def figure(self, statistic: str, kind: Kind, unit: str, value: float) -> Figure:
        """One of the test's figures, rounded once, or its marker."""
        return with_marker(figure(self.place(statistic), kind, unit, value, self.fine), self.marker, self.rules)

    def place(self, statistic: str) -> Place:
        """Where one of the test's figures stands in the tidy table."""
        each = self.evidence
        return Place(table="interactions", analysis=each.first, measure=each.measure, level=each.second, statistic=statistic)


def _interaction(test: _Gap) -> InteractionResult:
    each, kind, unit = test.evidence, *difference_of(test.measure)
    verdict = _gap_verdict(test)
    words = _GAP_WORDS.get(verdict)
    place = test.place("verdict")
    return InteractionResult(
        first=each.first,
        second=each.second,
        column=each.column,
        kind=test.kind,
        measure=each.measure,
        verdict=verdict,
        verdict_figure=Figure(place=place, kind="verdict", unit="", value=None, text=words)
        if words
        else gap(place, "verdict", "", test.marker),
        difference=test.figure("difference of effects", kind, unit, each.difference),
        ci_low=test.figure("interval low", kind, unit, each.ci_low),
        ci_high=test.figure("interval high", kind, unit, each.ci_high),
        p_value=test.figure("p-value", "p", "", each.p_value),
    )


def _gap_verdict(test: _Gap) -> GapVerdict:
    """Reached on the exact interval, so that it holds even where a bound prints as 0."""
    if test.marker:
        return "not_reliable" if test.marker == "u" else "withheld"
    if test.evidence.ci_high < 0:
        return "lower"
    return "higher" if test.evidence.ci_low > 0 else "inconclusive"


def _worse(first: Marker, second: Marker) -> Marker:
    """The marker of a figure made from two: confidential before unreliable before not available."""
    return next((marker for marker in _WORST_FIRST if marker in (first, second)), "")


def publish_placebos(
    request: DisclosureRequest, protection: Protection, rules: DisclosureRules, fine: Precision
) -> tuple[PlaceboResult, ...]:
    """The same comparison for people who were not served, under the same rules."""
    measures = {measure.key: measure for measure in request.measures}
    return tuple(
        PlaceboResult(
            arm=each.arm,
            summary=_summary(each.analysis, protection, rules, fine),
            results=publish_estimates(each.estimates, measures, {each.analysis.name: each.analysis}, protection, rules, fine),
        )
        for each in request.placebos
    )
