"""The report as one HTML file: semantic, without scripts, style and drawings inside."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from justice_data_lab.reporting.wording import capital

if TYPE_CHECKING:
    from justice_data_lab.reporting.page import Page


def render_html(page: Page) -> str:
    """Lay the page out; everything that came from people is escaped."""
    environment = Environment(
        loader=PackageLoader("justice_data_lab.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["capital"] = capital
    style = files("justice_data_lab.reporting").joinpath("templates/report.css").read_text(encoding="utf-8")
    # The style sheet is ours, and its two brackets for the brand are filled with a checked colour.
    css = Markup(style.replace("BRAND", page.lab.brand_colour))  # noqa: S704
    return environment.get_template("report.html").render(page=page, content=page.content, lab=page.lab, css=css) + "\n"
