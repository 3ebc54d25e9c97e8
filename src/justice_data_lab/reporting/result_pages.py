"""The tables of results: blocks of one analysis, and the further analyses in the order of the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.reporting import analyses_words, interaction_words, passages
from justice_data_lab.reporting.charts import effect_chart
from justice_data_lab.reporting.findings import findings
from justice_data_lab.reporting.intervals import Line, interval_chart
from justice_data_lab.reporting.wording import VERDICTS, capital, difference, in_words, significance, unit_of

if TYPE_CHECKING:
    from justice_data_lab.disclosure.evidence_analyses import AnalysisKind
    from justice_data_lab.disclosure.published import Content
    from justice_data_lab.disclosure.published_analyses import AnalysisSummary, InteractionResult
    from justice_data_lab.reporting.findings import Finding
    from justice_data_lab.reporting.svg import Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One numbered table of results with its sentences and its chart; a further analysis has both for its primary measures only."""

    number: int
    title: str
    findings: tuple[Finding, ...]
    sentences: tuple[tuple[str, str], ...]
    chart: Chart | None
    unit: str
    counted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisPages:
    """The tables of one analysis, and what is said above them."""

    summary: AnalysisSummary
    title: str
    caption: str
    whom: str
    warnings: tuple[str, ...]
    blocks: tuple[Block, ...]
    counted: tuple[str, ...]
    significant: tuple[tuple[str, str], ...]
    significant_intro: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """One test of whether two effects differ, beside the two effects."""

    test: InteractionResult
    name: str
    first: Finding
    second: Finding
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KindPages:
    """Further analyses of one kind.

    Attributes:
        kind: of all of them.
        title: heading.
        intro: what stands below it.
        pages: one an analysis; empty when none could be made.
        gaps: tests between them.
        not_made: name, whom it is about and why it could not be made.
    """

    kind: AnalysisKind
    title: str
    intro: str
    pages: tuple[AnalysisPages, ...]
    gaps: tuple[GapRow, ...]
    not_made: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """Everything about the analyses beside the headline.

    Attributes:
        kinds: in the order of the report.
        overview: each primary measure in every analysis, drawn.
        warning: what stands above results that pick people by what happened later.
        gaps_intro: what a test of two effects is.
    """

    kinds: tuple[KindPages, ...]
    overview: tuple[Chart, ...]
    warning: tuple[str, str] = analyses_words.AFTER_START_WARNING
    gaps_intro: tuple[str, ...] = interaction_words.WHAT_IT_IS


def analysis_pages(content: Content, summary: AnalysisSummary) -> AnalysisPages:
    """The tables of one analysis: every measure drawn and listed for the headline, the primary ones for a further analysis."""
    found = findings(content, summary.name)
    numbers = dict.fromkeys(finding.measure.table for finding in found)
    blocks = tuple(
        _block(number, tuple(each for each in found if each.measure.table == number), headline=summary.headline)
        for number in numbers
    )
    listed = [each for each in found if each.significant and (summary.headline or each.measure.role != "primary")]
    return AnalysisPages(
        summary=summary,
        title=f"{capital(summary.name)} analysis",
        caption=analyses_words.tables_of(summary, tuple(numbers)),
        whom=analyses_words.whom(summary),
        warnings=passages.warnings_in_words(content, summary.warnings),
        blocks=blocks,
        counted=analyses_words.tables_counted([(block.number, block.counted) for block in blocks]),
        significant=tuple((capital(each.measure.name), f"{difference(each)} {significance(each)}") for each in listed),
        significant_intro=_intro(found, len(listed), headline=summary.headline),
    )


def _intro(found: tuple[Finding, ...], listed: int, *, headline: bool) -> str:
    """What stands above the list of significant results; nothing where every measure is primary and told in full."""
    if headline:
        return passages.significant_intro(listed)
    return analyses_words.others_intro(listed) if any(each.measure.role != "primary" for each in found) else ""


def _block(number: int, found: tuple[Finding, ...], *, headline: bool) -> Block:
    title = found[0].measure.table_title or capital(found[0].measure.name)
    primary = tuple(each for each in found if each.measure.role == "primary")
    return Block(
        number=number,
        title=title,
        findings=found,
        sentences=() if headline else tuple((VERDICTS[each.verdict], in_words(each)) for each in primary),
        chart=effect_chart(found, title) if headline or primary else None,
        unit=unit_of(found[0].measure),
        counted=analyses_words.counted(found[0].measure),
    )


def further(content: Content, pages: tuple[AnalysisPages, ...]) -> Further:
    """The further analyses by kind, in the order of the report, with those that could not be made."""
    made = (_of_kind(content, pages, kind) for kind in analyses_words.KINDS)
    return Further(kinds=tuple(each for each in made if each.pages or each.not_made), overview=_overview_charts(content))


def _of_kind(content: Content, pages: tuple[AnalysisPages, ...], kind: AnalysisKind) -> KindPages:
    title, intro = analyses_words.KINDS[kind]
    return KindPages(
        kind=kind,
        title=title,
        intro=intro,
        pages=tuple(each for each in pages if each.summary.kind == kind and not each.summary.headline),
        gaps=tuple(_gap_row(content, test) for test in content.interactions if test.kind == kind),
        not_made=tuple(
            (analyses_words.name_of(each), analyses_words.whom(each), analyses_words.why_not_made(each))
            for each in content.not_made
            if each.kind == kind
        ),
    )


def _gap_row(content: Content, test: InteractionResult) -> GapRow:
    first, second = (
        next(finding for finding in findings(content, name) if finding.measure.key == test.measure)
        for name in (test.first, test.second)
    )
    measure = first.measure
    return GapRow(
        test=test, name=capital(measure.name), first=first, second=second, words=interaction_words.gap_in_words(test, measure)
    )


def _overview_charts(content: Content) -> tuple[Chart, ...]:
    """Each primary measure in every analysis but those that pick people by what happened later."""
    fair = [each for each in content.analyses if each.kind != "after_start"]
    found = {each.name: findings(content, each.name) for each in fair}
    keys = dict.fromkeys(finding.measure.key for rows in found.values() for finding in rows if finding.measure.role == "primary")
    charts = (
        _overview_chart([finding for rows in found.values() for finding in rows if finding.measure.key == key]) for key in keys
    )
    return tuple(chart for chart in charts if chart)


def _overview_chart(found: list[Finding]) -> Chart | None:
    lines = [Line(label=capital(finding.result.analysis), finding=finding) for finding in found]
    return interval_chart(lines, f"{capital(found[0].measure.name)}: the difference in each analysis")
