"""What every page is written on: the templates with their filters, and the style in the lab's colour."""

from __future__ import annotations

from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING

from justice_data_lab.reporting import html
from justice_data_lab.reporting.dates import date_in_words
from justice_data_lab.reporting.moments import day_in_words, moment_in_words
from justice_data_lab.site.result import outcome

if TYPE_CHECKING:
    from jinja2 import Environment

    from justice_data_lab.study import Lab


def environment(lab: Lab) -> Environment:
    """Our templates: what is put in is escaped, and nothing may be missing."""
    made = html.environment("justice_data_lab.site")
    made.filters |= {
        "outcome": outcome,
        "date": date_in_words,
        "moment": partial(moment_in_words, zone=lab.release_zone),
        "day": partial(day_in_words, zone=lab.release_zone),
        "paragraphs": paragraphs,
    }
    return made


def style(lab: Lab) -> str:
    """The style sheet in the lab's colour."""
    text = files("justice_data_lab.site").joinpath("templates/site.css").read_text(encoding="utf-8")
    return text.replace("BRAND", lab.brand_colour)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a plain text: an empty line stands between two."""
    return [part.strip() for part in text.split("\n\n") if part.strip()]
