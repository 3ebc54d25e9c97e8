"""The section on time to the first event, as values: it stands beside the table of times, in the headline's results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.reporting import survival_words as words
from justice_data_lab.reporting.findings import groups_of
from justice_data_lab.reporting.survival_chart import survival_chart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.published import Content
    from justice_data_lab.disclosure.published_survival import SurvivalResult
    from justice_data_lab.reporting.findings import Finding
    from justice_data_lab.reporting.svg import Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalPages:
    """Time free of the first event.

    Attributes:
        result: the cleared figures.
        title: heading.
        after: number of the table that the section follows.
        span: length of follow-up.
        sentences: what was found, or why nothing is shown.
        chart: both curves; None when none may be drawn.
        note: how to read the curves, or why there are none; empty when nothing is shown at all.
        log_rank: the log-rank test; empty where it does not apply.
        meaning: what a hazard ratio is; empty when there is none.
        over_time: whether it stays the same during follow-up; empty when that is not known.
        agreement: what the tests say side by side; empty when there are not two.
        whom: who is counted, which sets the section apart from the time of those with the event.
    """

    result: SurvivalResult
    title: str
    after: int
    span: str
    sentences: str
    chart: Chart | None
    note: str
    log_rank: str
    meaning: str
    over_time: str
    agreement: str
    whom: str = "Everybody is counted here, and not only those to whom it came."

    @property
    def shown(self) -> bool:
        """Whether there is a table."""
        return self.result.difference.value is not None


def survival_pages(content: Content, found: Sequence[Finding]) -> SurvivalPages | None:
    """The section of the headline; None when there are no times.

    Args:
        content: what may leave.
        found: the headline's measures.
    """
    result = content.survival
    if result is None or not found:
        return None
    groups = groups_of(content)
    return SurvivalPages(
        result=result,
        title=words.title(result),
        after=_after(result, found),
        span=words.span_of(result),
        sentences=words.in_words(result, groups),
        chart=survival_chart(result, groups),
        note=words.curve_note(result) if result.status == "shown" else "",
        log_rank=words.log_rank(result),
        meaning=words.hazard_meaning(result),
        over_time=words.over_time(result),
        agreement=words.agreement(result),
    )


def _after(result: SurvivalResult, found: Sequence[Finding]) -> int:
    """The table of the times, else that of the event, else the last one."""
    tables = {finding.measure.key.split(" (")[0]: finding.measure.table for finding in found}
    return tables.get(result.time) or tables.get(result.measure) or found[-1].measure.table
