"""Use this result: what may be quoted of a cleared request, what may not, what to do next, and one chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.reporting import use_words
from justice_data_lab.reporting.charts import effect_chart
from justice_data_lab.reporting.findings import findings, headline, primary
from justice_data_lab.reporting.passages import why_not
from justice_data_lab.reporting.placebo_pages import on_page_one
from justice_data_lab.reporting.quality_pages import quality_pages
from justice_data_lab.reporting.robustness_pages import differed_before, equivalence_of
from justice_data_lab.reporting.robustness_words import CARE as READ_WITH_CARE
from justice_data_lab.reporting.robustness_words import second_way, small
from justice_data_lab.reporting.survival_words import close_call
from justice_data_lab.reporting.use_words import Outcome  # noqa: TC001 -- a field type, read at run time by the schema
from justice_data_lab.reporting.wording import capital

if TYPE_CHECKING:
    from justice_data_lab.disclosure.published import Content
    from justice_data_lab.disclosure.published_analyses import PublicVerdict
    from justice_data_lab.reporting.findings import Finding
    from justice_data_lab.reporting.svg import Chart
    from justice_data_lab.study import Lab

TITLE = "Use this result"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What may be said of the first primary measure of the headline, word for word.

    Attributes:
        measure: its key; empty when nothing could be analysed.
        name: its name; empty likewise.
        outcome: what was found, which decides what to do next.
        short: the result in a sentence.
        bid: the result for a bid.
        brief: the result for a minister's brief.
        do_not_say: the claim that it does not bear.
        organisation: what to do next, for the organisation.
        funder: what to do next, for a funder.
        where: where one sees whether the sentences still hold.
    """

    measure: str
    name: str
    outcome: Outcome
    short: str
    bid: str
    brief: str
    do_not_say: str
    organisation: str
    funder: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UsePages:
    """The sentences with the chart that goes with them."""

    said: Use
    chart: Chart | None
    title: str = TITLE


def use_pages(content: Content, lab: Lab) -> UsePages:
    """What the report lays out."""
    return UsePages(said=use_of(content, lab), chart=use_chart(content))


def use_of(content: Content, lab: Lab) -> Use:
    """The sentences of a cleared request, also of one that could not be analysed."""
    first = next(iter(primary(findings(content, headline(content)))), None)
    programme = f"\u201c{content.study.programme}\u201d"
    return _found(first, content, programme, lab) if first else _none(content, programme, lab)


def use_chart(content: Content) -> Chart | None:
    """The one chart that goes with the sentences; None when nothing may be drawn."""
    first = next(iter(primary(findings(content, headline(content)))), None)
    return effect_chart((first,), TITLE) if first else None


def _found(finding: Finding, content: Content, programme: str, lab: Lab) -> Use:
    care = differed_before(content)
    margin = small(finding, equivalence_of(content, finding)) if finding.shown else ""
    beside = (margin, _quality(content), *_doubts(content, finding))
    outcome = _outcome(finding, care=care, bounded=bool(margin))
    organisation, funder = use_words.next_steps(outcome, finding.result, "")
    return Use(
        measure=finding.measure.key,
        name=capital(finding.measure.name),
        outcome=outcome,
        short=use_words.short(finding, programme, care=care),
        bid=use_words.bid(finding, programme, lab.name, care=care),
        brief=use_words.brief(finding, programme, beside, care=care),
        do_not_say=use_words.do_not_say(finding, programme, care=care),
        organisation=organisation,
        funder=funder,
        where=use_words.where(lab.site),
    )


def _quality(content: Content) -> str:
    statement = quality_pages(content)
    return statement.front if statement else ""


def _doubts(content: Content, finding: Finding) -> tuple[str, ...]:
    """What page one says against the result, each in a sentence."""
    tests = (
        next((each for each in content.robustness.measures if each.measure == finding.measure.key), None)
        if content.robustness
        else None
    )
    found = {
        "another_way": tests is not None and second_way(finding, tests).endswith(READ_WITH_CARE),
        "close_call": content.survival is not None and bool(close_call(content.survival)),
        "not_served": bool(on_page_one(content)),
    }
    return tuple(use_words.DOUBTS[name] for name, holds in found.items() if holds)


def _none(content: Content, programme: str, lab: Lab) -> Use:
    why, needed = why_not(content)
    organisation, funder = use_words.next_steps("not_analysed", None, needed)
    return Use(
        measure="",
        name="",
        outcome="not_analysed",
        short=use_words.none_short(programme),
        bid=use_words.none_bid(programme, lab.name, why),
        brief=use_words.none_brief(programme, why),
        do_not_say=use_words.none_do_not_say(programme),
        organisation=organisation,
        funder=funder,
        where=use_words.where(lab.site),
    )


def _outcome(finding: Finding, *, care: bool, bounded: bool) -> Outcome:
    """What was found, by the measure's own good direction; a doubt about the groups goes before it."""
    if not finding.shown:
        return _GAPS[finding.verdict]
    if care:
        return "with_care"
    if not finding.significant:
        return "small" if bounded else "inconclusive"
    return "better" if (finding.verdict == "reduction") == (finding.measure.better == "lower") else "worse"


_GAPS: dict[PublicVerdict, Outcome] = {
    "not_reliable": "not_reliable",
    "withheld": "withheld",
    "not_available": "not_available",
}
