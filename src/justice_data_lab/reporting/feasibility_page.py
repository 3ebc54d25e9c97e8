"""Feasibility as a file to hand over: the chart, a page with text and chart, or the numbers."""

from __future__ import annotations

import io
from importlib.resources import files
from typing import TYPE_CHECKING

import pyarrow.csv as pv
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from justice_data_lab.errors import UsageError
from justice_data_lab.estimation.power_words import sections
from justice_data_lab.files import canonical_json
from justice_data_lab.reporting.feasibility_chart import feasibility_chart

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
    environment = Environment(
        loader=PackageLoader("justice_data_lab.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = files("justice_data_lab.reporting").joinpath("templates/report.css").read_text(encoding="utf-8")
    # The style sheet is ours, and its brackets for the brand are filled with a checked colour.
    css = Markup(style.replace("BRAND", lab.brand_colour))  # noqa: S704
    page = environment.get_template("feasibility.html")
    title = (
        f"What could be found out if {found.losses.submitted:,} people were sent"
        if found.losses
        else f"What could be found out about {found.size:,} people"
    )
    return page.render(title=title, sections=sections(found), chart=chart, lab=lab, css=css) + "\n"
