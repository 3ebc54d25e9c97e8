"""Feasibility as a file to hand over: the chart, a page with text and chart, or the numbers."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyarrow.csv as pv

from justice_data_lab.errors import UsageError
from justice_data_lab.estimation.power_words import sections
from justice_data_lab.files import canonical_json
from justice_data_lab.reporting.feasibility_chart import feasibility_chart
from justice_data_lab.reporting.html import environment, style_sheet

if TYPE_CHECKING:
    from justice_data_lab.estimation.power import Feasibility
    from justice_data_lab.reporting.svg import Chart
    from justice_data_lab.study import Lab

ENDINGS = (".svg", ".html", ".json", ".csv")


def feasibility_file(found: Feasibility, ending: str, lab: Lab) -> bytes:
    """The file's content by the ending of its name: `.svg` the chart, `.html` text and chart, `.json` everything, `.csv` by size.

    Raises:
        UsageError: another ending, or a chart is asked for and no size would show anything.
    """
    if ending == ".json":
        return canonical_json(found.to_dict())
    if ending == ".csv":
        stream = io.BytesIO()
        pv.write_csv(found.table(), stream, pv.WriteOptions(quoting_style="needed"))
        return stream.getvalue()
    if ending not in ENDINGS:
        message = f"--out: expected a file that ends in {', '.join(ENDINGS)}, got {ending or 'none'}."
        raise UsageError(message)
    chart = feasibility_chart(found.by_size, found.size)
    if ending == ".html":
        return _page(found, chart, lab).encode()
    if chart is None:
        message = "--out: no number of people would show a fall, so there is no chart to draw. Ask for .html, .json or .csv."
        raise UsageError(message)
    return f"{chart.svg}\n".encode()


def _page(found: Feasibility, chart: Chart | None, lab: Lab) -> str:
    sent = found.losses.submitted if found.losses else None
    title = (
        f"What could be found out about {found.size:,} people"
        if sent is None
        else f"What could be found out if {sent:,} people were sent"
    )
    template = environment().get_template("feasibility.html")
    return template.render(title=title, sections=sections(found), chart=chart, lab=lab, css=style_sheet(lab)) + "\n"
