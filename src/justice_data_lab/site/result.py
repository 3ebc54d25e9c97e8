"""The page of one result: the answer, what may be said of it, one chart; no more than a page of paper holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.nothing_told import let_nothing_out
from justice_data_lab.reporting.findings import findings, headline, primary
from justice_data_lab.reporting.passages import not_done, who_was_analysed, why_not
from justice_data_lab.reporting.robustness_pages import differed_before
from justice_data_lab.reporting.use import use_chart, use_of
from justice_data_lab.reporting.wording import VERDICTS, capital, detectable, levels, missing

if TYPE_CHECKING:
    from justice_data_lab.disclosure.published import Content
    from justice_data_lab.reporting.findings import Finding
    from justice_data_lab.reporting.svg import Chart
    from justice_data_lab.reporting.use import Use
    from justice_data_lab.site.outlook import Published
    from justice_data_lab.study import Lab

# A page that answers has room for one primary measure in full and the verdict on a few others; the report has them all.
MOST_OTHERS = 2
_NAMES = {
    "report.html": "Full report",
    "report.pdf": "Report as PDF",
    "tables.xlsx": "Excel tables",
    "tables.ods": "ODS tables",
    "tables.csv": "All figures (CSV)",
    "tables.csv-metadata.json": "CSV columns",
    "report.json": "Report (JSON)",
    "disclosed.json": "Cleared figures (JSON)",
}
NOT_ANALYSED, NOT_PUBLISHED = "Could not be analysed", "Could not be published"
IN_WORDS = "Corrected, in words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The first primary measure: its name, the verdict, both groups in words, and what this many people could have shown."""

    name: str
    verdict: str
    sentence: str
    reach: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """What the page of a result says.

    Attributes:
        published: the release.
        answer: on the first primary measure; None where nothing could be analysed.
        others: name and verdict of the primary measures after it, as many as there is room for.
        more: how many primary measures are left to the report.
        use: what may be quoted, what may not, and what to do next.
        who: who was analysed.
        chart: of the answer; None when nothing may be drawn.
        why_not: why there is no result, and what would be needed; empty for one that has.
        not_done: what could not be done where there is none: analysed, or published.
        files: name and words of each frozen file.
    """

    published: Published
    answer: Answer | None
    others: tuple[tuple[str, str], ...]
    more: int
    use: Use
    who: str
    chart: Chart | None
    why_not: tuple[str, ...]
    not_done: str
    files: tuple[tuple[str, str], ...]


def result_page(published: Published, lab: Lab) -> ResultPage:
    """The page of a public release."""
    content = published.content
    found = primary(findings(content, headline(content)))
    first, others = next(iter(found), None), found[1 : 1 + MOST_OTHERS]
    return ResultPage(
        published=published,
        answer=_answer(first, content) if first else None,
        others=tuple((capital(each.measure.name), VERDICTS[each.verdict].lower()) for each in others),
        more=max(len(found) - 1 - MOST_OTHERS, 0),
        use=use_of(content, lab),
        who=next((who_was_analysed(content, each) for each in content.analyses if each.headline), ""),
        chart=use_chart(content),
        why_not=why_not(content) if content.refused else (),
        not_done=not_done(content),
        files=tuple((name, words) for name, words in _NAMES.items() if name in published.files),
    )


def outcome(content: Content) -> str:
    """What was found, in a few words for a list: the verdict on the first primary measure."""
    if content.refused and content.refused.code == "corrected":
        return IN_WORDS
    if content.refused:
        return NOT_PUBLISHED if let_nothing_out(content) else NOT_ANALYSED
    found = primary(findings(content, headline(content)))
    return f"{capital(found[0].measure.name)}: {VERDICTS[found[0].verdict].lower()}" if found else "See the report"


def _answer(finding: Finding, content: Content) -> Answer:
    """The first primary measure; its range, and a caution where there is one, stand in the sentence that may be quoted."""
    warned = differed_before(content) and finding.shown
    return Answer(
        name=capital(finding.measure.name),
        verdict=VERDICTS[finding.verdict] + (", with a warning" if warned else ""),
        sentence=levels(finding) if finding.shown else missing(finding),
        reach=detectable(finding) if finding.verdict == "inconclusive" else "",
    )
