"""The check on people who were sent along and not served, as values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from justice_data_lab.reporting import placebo_words
from justice_data_lab.reporting.analyses_words import why_not_made
from justice_data_lab.reporting.findings import NOT_SERVED, found_in
from justice_data_lab.reporting.passages import warnings_in_words

if TYPE_CHECKING:
    from justice_data_lab.disclosure.published import Content
    from justice_data_lab.disclosure.published_analyses import AnalysisSummary, PlaceboResult
    from justice_data_lab.reporting.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceboPages:
    """One group that was not served.

    Attributes:
        name: of the group.
        summary: its people and balance.
        findings: the primary measures.
        sentences: what was found on each, and what that means.
        warnings: about its comparison.
    """

    name: str
    summary: AnalysisSummary
    findings: tuple[Finding, ...]
    sentences: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceboSection:
    """The whole check: what it is, each group, and those that were too few.

    Attributes:
        pages: one a group that could be compared.
        not_made: name and reason of the others.
        title: heading.
        intro: what the check is.
    """

    pages: tuple[PlaceboPages, ...]
    not_made: tuple[tuple[str, str], ...]
    title: str = placebo_words.TITLE
    intro: str = placebo_words.WHAT_IT_IS


def placebo_section(content: Content) -> PlaceboSection | None:
    """The check on people who were not served; None when nobody of them was sent."""
    pages = tuple(_pages(content, each) for each in content.placebos)
    missing = (each for each in content.not_made if each.kind == "placebo")
    not_made = tuple((placebo_words.name_of(each), why_not_made(each)) for each in missing)
    return PlaceboSection(pages=pages, not_made=not_made) if pages or not_made else None


def on_page_one(content: Content) -> str:
    """Page one's sentence on the groups that were not served; empty unless one of them shows a difference."""
    differing = [each.arm for each in content.placebos if any(one.significant for one in found_in(content, each.results))]
    return placebo_words.on_page_one(differing)


def _pages(content: Content, placebo: PlaceboResult) -> PlaceboPages:
    found = tuple(replace(each, groups=NOT_SERVED) for each in found_in(content, placebo.results))
    return PlaceboPages(
        name=placebo_words.NAMES[placebo.arm],
        summary=placebo.summary,
        findings=found,
        sentences=tuple((placebo_words.verdict(each), placebo_words.shows(each, placebo.arm)) for each in found),
        warnings=warnings_in_words(content, placebo.summary.warnings),
    )
