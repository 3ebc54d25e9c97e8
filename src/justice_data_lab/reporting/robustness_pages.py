"""The checks as values: one paragraph for page one, and the tables of the annex."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.reporting import checks_words, placebo_pages, robustness_words
from justice_data_lab.reporting.analyses_words import name_of
from justice_data_lab.reporting.findings import findings
from justice_data_lab.reporting.survival_words import close_call
from justice_data_lab.reporting.wording import capital

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.printed import Figure
    from justice_data_lab.disclosure.published import Content
    from justice_data_lab.disclosure.published_tests import CountResult, EquivalenceResult, MeasureTests, RobustnessResult
    from justice_data_lab.reporting.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodRow:
    """A difference by one way of comparing; `beside` says where it stands, `told` is the same as a figure."""

    name: str
    difference: Figure
    low: Figure
    high: Figure
    p_value: Figure
    told: Figure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurePages:
    """The checks of one measure.

    Attributes:
        name: of the measure.
        unit: of a difference.
        tests: the cleared figures.
        rows: the main result, then each way of comparing.
    """

    name: str
    unit: str
    tests: MeasureTests
    rows: tuple[MethodRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustedRow:
    """A measure's p-value and what is left of it when all are taken together."""

    name: str
    p_value: Figure
    q_value: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustnessPages:
    """The annex of checks.

    Attributes:
        result: the cleared figures.
        measures: of everybody.
        counted: name of each count, and what a model for counts says.
        equivalence: name of the measure, and its tests.
        adjusted: heading of an analysis, and its measures.
        meanings: what each check is and cannot show.
        notes: which weights leave the groups unlike, and what was not done.
        intro: what the annex is.
    """

    result: RobustnessResult
    measures: tuple[MeasurePages, ...]
    counted: tuple[tuple[str, CountResult], ...]
    equivalence: tuple[tuple[str, EquivalenceResult], ...]
    adjusted: tuple[tuple[str, tuple[AdjustedRow, ...]], ...]
    meanings: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    intro: str = checks_words.INTRO


def front_checks(content: Content, found: Sequence[Finding]) -> str:
    """Page one's paragraph on the first primary measure of the headline; empty when there is nothing to say."""
    parts = [*_of_main(content, found), placebo_pages.on_page_one(content), robustness_words.similar_help(content.helped)]
    return " ".join(part for part in parts if part)


def _of_main(content: Content, found: Sequence[Finding]) -> list[str]:
    """Once a hidden difference has shown, it comes first, and how strong one would have to be is no question any more."""
    tier, times = content.robustness, content.survival
    close = close_call(times) if times else ""
    main = next((finding for finding in found if finding.measure.role == "primary"), None)
    if tier is None or main is None:
        return [close]
    tests = next((each for each in tier.measures if each.measure == main.measure.key), None)
    equivalent = equivalence_of(content, main)
    second = robustness_words.second_way(main, tests) if tests else ""
    before = robustness_words.before(tier.control, main.groups)
    small = robustness_words.small(main, equivalent)
    if differed_before(content):
        return [before, second, small, close]
    return [second, before, robustness_words.explain_away(main, tests) if tests else "", small, close]


def equivalence_of(content: Content, finding: Finding) -> EquivalenceResult | None:
    """Whether an effect on a measure of the headline is smaller than a margin; None when that was not tested."""
    tested = content.robustness.equivalence if content.robustness else ()
    return next((each for each in tested if each.measure == finding.measure.key), None)


def differed_before(content: Content) -> bool:
    """Whether the negative control shows a difference, so that the wording of every result carries a caution."""
    return (
        content.robustness is not None
        and content.robustness.control is not None
        and content.robustness.control.status == "flagged"
    )


def robustness_pages(content: Content) -> RobustnessPages | None:
    """The annex of checks; None when there were none."""
    found = content.robustness
    if found is None:
        return None
    known = {finding.measure.key: finding for finding in findings(content, found.analysis)}
    measures = tuple(_measure(each, known[each.measure]) for each in found.measures)
    return RobustnessPages(
        result=found,
        measures=measures,
        counted=tuple((each.name, each.tests.counts) for each in measures if each.tests.counts),
        equivalence=tuple((capital(known[each.measure].measure.name), each) for each in found.equivalence),
        adjusted=_adjusted(content, found),
        meanings=checks_words.meanings(found, randomised=content.method.design == "randomised"),
        notes=(*checks_words.unlike(found.measures), *checks_words.not_done(found.measures)),
    )


def _measure(tests: MeasureTests, finding: Finding) -> MeasurePages:
    result = finding.result
    rows = [
        MethodRow(
            name=checks_words.MAIN, difference=result.difference, low=result.ci_low, high=result.ci_high, p_value=result.p_value
        )
    ]
    rows += [
        MethodRow(
            name=checks_words.ALTERNATIVES[each.check],
            difference=each.difference,
            low=each.ci_low,
            high=each.ci_high,
            p_value=each.p_value,
            told=each.beside_figure,
        )
        for each in tests.alternatives
    ]
    if (counts := tests.counts) is not None:
        rows.append(
            MethodRow(
                name=checks_words.CAPPED,
                difference=counts.capped,
                low=counts.capped_low,
                high=counts.capped_high,
                p_value=counts.capped_p_value,
            )
        )
    return MeasurePages(name=capital(finding.measure.name), unit=result.difference.unit, tests=tests, rows=tuple(rows))


def _adjusted(content: Content, found: RobustnessResult) -> tuple[tuple[str, tuple[AdjustedRow, ...]], ...]:
    names = dict.fromkeys(each.analysis for each in found.discoveries)
    titles = {summary.name: f"{name_of(summary)} analysis" for summary in content.analyses}
    return tuple((titles[name], _adjusted_rows(content, found, name)) for name in names)


def _adjusted_rows(content: Content, found: RobustnessResult, analysis: str) -> tuple[AdjustedRow, ...]:
    known = {finding.measure.key: finding for finding in findings(content, analysis)}
    return tuple(
        AdjustedRow(
            name=capital(known[each.measure].measure.name),
            p_value=known[each.measure].result.p_value,
            q_value=each.q_value,
        )
        for each in found.discoveries
        if each.analysis == analysis
    )
