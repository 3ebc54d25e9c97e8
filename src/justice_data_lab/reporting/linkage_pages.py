"""How well people were found in the register, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.reporting import linkage_words
from justice_data_lab.reporting.wording import capital

if TYPE_CHECKING:
    from justice_data_lab.disclosure.published import Content, QualityRow
    from justice_data_lab.disclosure.published_linkage import ThresholdResult


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkagePages:
    """The trust in links, beside the table of records found.

    Attributes:
        rates: sentences about wrong and missed links.
        linkable: records that could be found for certain, by fields given; empty when most are gaps.
        thresholds: the result with stricter links.
        measure: name of what they are of.
        stricter: what they show, or why they show little.
        table: whether any of them has figures.
        linkable_intro: what the share that could be found is.
        thresholds_intro: what stricter links are.
    """

    rates: tuple[str, ...]
    linkable: tuple[QualityRow, ...]
    thresholds: tuple[ThresholdResult, ...]
    measure: str
    stricter: str
    table: bool
    linkable_intro: str = linkage_words.LINKABLE_INTRO
    thresholds_intro: str = linkage_words.THRESHOLDS_INTRO


def linkage_pages(content: Content) -> LinkagePages:
    """The parts of the section; all of them empty when the data came linked."""
    found = content.linkage
    thresholds = found.thresholds if found else ()
    measure = next((capital(each.name) for each in content.measures if found and each.key == found.measure), "")
    return LinkagePages(
        rates=linkage_words.error_rates(content),
        linkable=content.linkable if mostly_shown(content.linkable) else (),
        thresholds=thresholds,
        measure=measure,
        stricter=linkage_words.stricter(thresholds, 2 * content.rules.min_events) if thresholds else "",
        table=any(each.status != "nearly_the_same" for each in thresholds),
    )


def mostly_shown(rows: tuple[QualityRow, ...]) -> bool:
    """Whether at least half can be shown: a table of gaps tells a reader nothing, and the data file has them all."""
    return 2 * sum(not row.rate.marker for row in rows) >= len(rows)


def record_groups(content: Content) -> tuple[tuple[str, tuple[QualityRow, ...]], ...]:
    """Records found, by the groups that may be shown."""
    groups = dict.fromkeys(row.group for row in content.quality)
    all_rows = ((group, tuple(row for row in content.quality if row.group == group)) for group in groups)
    return tuple((group, rows) for group, rows in all_rows if mostly_shown(rows))
