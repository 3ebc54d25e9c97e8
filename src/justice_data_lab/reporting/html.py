"""The report as one HTML file: semantic, without scripts, style and drawings inside."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from justice_data_lab.reporting.wording import capital, lower_first

if TYPE_CHECKING:
    from justice_data_lab.reporting.page import Page
    from justice_data_lab.study import Lab


def render_html(page: Page) -> str:
    """Lay the page out; everything that came from people is escaped."""
    template = environment().get_template("report.html")
    return template.render(page=page, content=page.content, lab=page.lab, css=style_sheet(page.lab)) + "\n"


def environment(*packages: str) -> Environment:
    """Where templates are filled, those of the first package before the next: what is put in is escaped, and nothing may be missing."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader(each) for each in packages or ("justice_data_lab.reporting",)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # templates are part of the program: nobody changes them while it runs
        auto_reload=False,
    )
    made.filters |= {"capital": capital, "lower_first": lower_first}
    return made


def style_sheet(lab: Lab) -> Markup:
    """The style of every page, in the lab's colour."""
    style = files("justice_data_lab.reporting").joinpath("templates/report.css").read_text(encoding="utf-8")
    # The style sheet is ours, and its two brackets for the brand are filled with a checked colour.
    return Markup(style.replace("BRAND", lab.brand_colour))  # noqa: S704
