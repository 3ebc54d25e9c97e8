"""The report as values: which tables, sentences and charts stand where. The templates only lay them out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from justice_data_lab.reporting import analyses_words, clock_words, passages
from justice_data_lab.reporting.charts import hundred_people
from justice_data_lab.reporting.dates import date_in_words
from justice_data_lab.reporting.findings import Finding, findings, groups_of, headline, primary
from justice_data_lab.reporting.linkage_pages import linkage_pages, record_groups
from justice_data_lab.reporting.love_plot import love_plot
from justice_data_lab.reporting.placebo_pages import placebo_section
from justice_data_lab.reporting.plan_pages import plan_pages
from justice_data_lab.reporting.prospect_pages import prospect_pages
from justice_data_lab.reporting.quality_pages import quality_pages
from justice_data_lab.reporting.result_pages import analysis_pages, further
from justice_data_lab.reporting.robustness_pages import differed_before, front_checks, robustness_pages
from justice_data_lab.reporting.robustness_words import CAUTION, can_say_with_care, cannot_say_with_care
from justice_data_lab.reporting.survival_pages import survival_pages
from justice_data_lab.reporting.use import use_pages
from justice_data_lab.reporting.wording import (
    VERDICTS,
    can_say,
    cannot_say,
    capital,
    detectable,
    hundred_predicate,
    in_words,
    missing,
    short_result,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justice_data_lab.disclosure.disclosed import Disclosed
    from justice_data_lab.disclosure.published import BalanceRow, Content, ProfileVariable, QualityRow
    from justice_data_lab.reporting.findings import Groups
    from justice_data_lab.reporting.linkage_pages import LinkagePages
    from justice_data_lab.reporting.placebo_pages import PlaceboSection
    from justice_data_lab.reporting.plan_pages import PlanPages
    from justice_data_lab.reporting.prospect_pages import ProspectPages
    from justice_data_lab.reporting.quality_pages import QualityPages
    from justice_data_lab.reporting.result_pages import AnalysisPages, Further
    from justice_data_lab.reporting.robustness_pages import RobustnessPages
    from justice_data_lab.reporting.survival_pages import SurvivalPages
    from justice_data_lab.reporting.svg import Chart
    from justice_data_lab.reporting.use import UsePages
    from justice_data_lab.study import Lab

_MARKS = {"reduction": "\u25bc", "increase": "\u25b2", "inconclusive": "\u25c6"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A notice in large letters."""

    title: str
    text: str
    quote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One primary measure on page one, with what may and may not be said of it."""

    finding: Finding
    name: str
    verdict: str
    mark: str
    sentence: str
    reach: str
    can: tuple[str, ...]
    cannot: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything that the template lays out."""

    content: Content
    lab: Lab
    groups: Groups
    title: str
    date_text: str
    analysed: bool
    randomised: bool
    boxes: tuple[Box, ...]
    programme_brief: str
    who: str
    answers: tuple[Answer, ...]
    checks: str
    caution: str
    use: UsePages
    headline: tuple[Finding, ...]
    hundred: tuple[Finding, ...]
    dots: tuple[Chart, ...]
    in_words: tuple[tuple[str, str, str], ...]
    unshown: tuple[str, ...]
    analyses: tuple[AnalysisPages, ...]
    survival: SurvivalPages | None
    robustness: RobustnessPages | None
    further: Further
    placebo: PlaceboSection | None
    plan: PlanPages
    love: Chart | None
    why_not: tuple[str, str]
    shares: tuple[ProfileVariable, ...]
    averages: tuple[ProfileVariable, ...]
    quality: tuple[tuple[str, tuple[QualityRow, ...]], ...]
    linkage: LinkagePages
    statement: QualityPages | None
    prospects: ProspectPages | None
    balance_levels: tuple[tuple[str, tuple[BalanceRow, ...]], ...]
    balance_numbers: tuple[BalanceRow, ...]
    warnings: tuple[str, ...]
    group_note: str
    method: tuple[str, ...]
    settings: tuple[tuple[str, str], ...]
    cautions: tuple[str, ...]
    rules: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    symbols: tuple[tuple[str, str], ...] = passages.SYMBOLS
    balance_words: Mapping[str, str] = field(default_factory=lambda: analyses_words.BALANCE)
    sizes: Mapping[str, str] = field(default_factory=lambda: passages.SIZES)

    @property
    def not_done(self) -> str:
        """What could not be done, where there is no result."""
        return passages.not_done(self.content)

    @property
    def least_needed(self) -> str:
        """How many people the lab asks for, where nothing was told."""
        return passages.least_needed(self.content)


def lay_out(disclosed: Disclosed, lab: Lab) -> Page:
    """The page of a cleared request: for one that could not be analysed, the parts on results are empty."""
    content = disclosed.content
    found = findings(content, headline(content))
    pages = tuple(analysis_pages(content, each) for each in content.analyses)
    hundred = tuple(finding for finding in found if finding.shown and _for_hundred(finding))
    return Page(
        content=content,
        lab=lab,
        groups=groups_of(content),
        title=title_of(content),
        date_text=date_in_words(content.study.report_date),
        analysed=content.status == "analysed",
        randomised=content.method.design == "randomised",
        boxes=_boxes(content),
        programme_brief=passages.programme_in_brief(content),
        who=next((passages.who_was_analysed(content, each) for each in content.analyses if each.headline), ""),
        answers=tuple(_answer(finding, content) for finding in primary(found)),
        checks=front_checks(content, found),
        caution=CAUTION if differed_before(content) else "",
        use=use_pages(content, lab),
        headline=found,
        hundred=hundred,
        dots=_dots(primary(found)),
        in_words=tuple((capital(each.measure.name), VERDICTS[each.verdict], in_words(each)) for each in found if each.shown),
        unshown=tuple(missing(each) for each in found if not each.shown),
        survival=survival_pages(content, found),
        robustness=robustness_pages(content),
        analyses=pages,
        further=further(content, pages),
        placebo=placebo_section(content),
        plan=plan_pages(content),
        love=love_plot(content.balance, randomised=content.method.design == "randomised"),
        why_not=passages.why_not(content) if content.refused else ("", ""),
        shares=tuple(each for each in content.profile if not _is_mean(each)),
        averages=tuple(each for each in content.profile if _is_mean(each)),
        quality=record_groups(content),
        linkage=linkage_pages(content),
        statement=quality_pages(content),
        prospects=prospect_pages(content),
        balance_levels=_balance_levels(content),
        balance_numbers=tuple(row for row in content.balance if not row.level),
        warnings=passages.warnings_in_words(content, content.warnings, annex=True),
        group_note=passages.group_note(content),
        method=passages.method_in_words(content),
        settings=passages.settings(content),
        cautions=passages.cautions(content),
        rules=passages.disclosure_rules(content),
        facts=passages.programme_facts(content),
    )


def title_of(content: Content) -> str:
    """The heading of page one."""
    if content.status == "analysed":
        return f"{content.study.programme}: what difference did it make?"
    return f"{content.study.programme}: could not be {passages.not_done(content)}"


def _boxes(content: Content) -> tuple[Box, ...]:
    notices = tuple(
        Box(
            title=passages.NOTICES[notice][0],
            text=passages.NOTICES[notice][1],
            quote=content.method.override if notice in passages.OVERRIDES else "",
        )
        for notice in content.notices
    )
    late = clock_words.box(content.clock)
    return (*notices, Box(title=late[0], text=late[1], quote=late[2])) if late else notices


def _answer(finding: Finding, content: Content) -> Answer:
    """One primary measure; where the groups differed before the programme, its words carry a caution."""
    programme = f"\u201c{content.study.programme}\u201d"
    care = differed_before(content)
    can, cannot = (can_say_with_care, cannot_say_with_care) if care else (can_say, cannot_say)
    warned = care and finding.shown
    return Answer(
        finding=finding,
        name=capital(finding.measure.name),
        verdict=VERDICTS[finding.verdict] + (", with a warning" if warned else ""),
        mark=_MARKS.get(finding.verdict, ""),
        sentence=short_result(finding) + (f" {CAUTION}" if warned else ""),
        reach=detectable(finding) if finding.verdict == "inconclusive" else "",
        can=tuple(text for text in can(finding, programme) if text),
        cannot=cannot(finding, programme),
    )


def _for_hundred(finding: Finding) -> bool:
    """Measures of everybody read well for 100 people; of those who reoffended, only the time does."""
    return finding.measure.of == "all" or finding.measure.key == "days_to_first_reoffence"


def _dots(found: tuple[Finding, ...]) -> tuple[Chart, ...]:
    """A hundred dots for each group, of the first primary proportion that is shown."""
    for finding in found:
        if finding.measure.kind == "proportion" and finding.shown:
            figures = (finding.result.hundred_treated, finding.result.hundred_comparison)
            titles = (finding.groups.treated, finding.groups.comparison)
            charts = [
                hundred_people(figure, title, hundred_predicate(finding.measure))
                for figure, title in zip(figures, titles, strict=True)
            ]
            return tuple(chart for chart in charts if chart)
    return ()


def _is_mean(variable: ProfileVariable) -> bool:
    return len(variable.rows) == 1 and variable.rows[0].level == "mean"


def _balance_levels(content: Content) -> tuple[tuple[str, tuple[BalanceRow, ...]], ...]:
    variables = dict.fromkeys((row.variable, row.label) for row in content.balance if row.level)
    return tuple((label, tuple(row for row in content.balance if row.variable == key and row.level)) for key, label in variables)
