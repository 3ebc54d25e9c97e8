"""What a larger group could show, as values: two sentences and the chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.reporting.feasibility_chart import feasibility_chart

if TYPE_CHECKING:
    from justice_data_lab.disclosure.published import Content
    from justice_data_lab.disclosure.published_prospects import ProspectRow, Prospects
    from justice_data_lab.reporting.svg import Chart

NOTE = (
    "This is worked out from the number of people and the rate in the comparison group alone, for a test that would find such a fall in "
    "four cases out of five. The figure of the analysis itself, in the annex, may differ a little."
)

_CLEARLY = 1.4


@dataclass(frozen=True, slots=True, kw_only=True)
class ProspectPages:
    """What groups of several sizes could show.

    Attributes:
        prospects: the cleared figures.
        sentences: this group, then larger ones.
        chart: all of them.
        note: how it was worked out.
        title: heading.
    """

    prospects: Prospects
    sentences: str
    chart: Chart | None
    note: str = NOTE
    title: str = "What a larger group could show"


def prospect_pages(content: Content) -> ProspectPages | None:
    """The section; None when the figures that it rests on are not shown."""
    found = content.prospects
    if found is None:
        return None
    return ProspectPages(prospects=found, sentences=in_words(found), chart=feasibility_chart(found.rows, found.own))


def in_words(found: Prospects) -> str:
    """What this group would probably show, and what larger ones would."""
    own = next((row for row in found.rows if row.people == found.own), None)
    larger = [row for row in found.rows if row.people >= _CLEARLY * found.own][:2]
    told = [f"With {found.own:,} people like these, a fall of {_points(own)} or more would probably show."] if own else []
    if larger:
        others = " With ".join(f"{row.people:,} people, one of {_points(row)} would." for row in larger)
        told.append(f"With {others}")
    return " ".join(told)


def _points(row: ProspectRow) -> str:
    return f"{row.fall.text} percentage points"
