"""Drawings as they stand in the page: the same bytes on every machine, words first, text as text."""

from __future__ import annotations

import io
import re
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import matplotlib as mpl

from justice_data_lab.files import sha256

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure as Canvas

    from justice_data_lab.disclosure.printed import Figure

NAVY, GREY, INK, RULE = "#12436D", "#3D3D3D", "#0B0C0C", "#B1B4B6"
WIDTH = 4.9
_FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart with its words.

    Attributes:
        svg: the drawing, with its text alternative as first child.
        alternative: the same in words.
        caption: what it shows.
    """

    svg: str
    alternative: str
    caption: str


@contextmanager
def style() -> Iterator[None]:
    """Drawing settings: laid out with the font that ships with matplotlib, shown in the page's own."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rc("svg", hashsalt="justice-data-lab", fonttype="none")
        mpl.rc("font", family="DejaVu Sans", size=9.5)
        mpl.rc("axes", edgecolor=GREY)
        mpl.rc("hatch", linewidth=0.8)
        for axis in ("xtick", "ytick"):
            mpl.rc(axis, color=GREY)
        mpl.rc("text", color=INK)
        yield


def drawn_value(figure: Figure) -> float:
    """The value to draw; "less than 1%" is drawn at zero, and "more than 99%" at a hundred."""
    if figure.value is not None:
        return figure.value
    return 100.0 if figure.text.startswith(">") else 0.0


def to_svg(canvas: Canvas, alternative: str, name: str) -> str:
    """The drawing as it stands in the page: no date, no ids of its own, the alternative text as first child."""
    stream = io.BytesIO()
    canvas.savefig(stream, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = stream.getvalue().decode()
    body = text[text.index("<svg") : text.rindex("</svg>")]
    body = body[body.index(">") + 1 :]
    body = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", body, flags=re.DOTALL)
    body = _own_ids(body, name).replace("'DejaVu Sans'", _FONT)
    body = re.sub(r"\s*\n\s*", "\n", body).strip()
    width, height = (72 * side for side in canvas.get_size_inches())
    return (
        f'<svg role="img" viewBox="0 0 {width:g} {height:.6g}" xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink"><title>{escape(alternative)}</title>\n{body}\n</svg>'
    )


def _own_ids(body: str, name: str) -> str:
    """Keep only the ids that something points to, and make them this drawing's own."""
    prefix = f"c{sha256(name.encode())[:8]}-"
    used = set(re.findall(r"#([\w-]+)", " ".join(re.findall(r'(?:href="#[\w-]+"|url\(#[\w-]+\))', body))))
    body = re.sub(r' id="([\w.-]+)"', lambda found: f' id="{prefix}{found[1]}"' if found[1] in used else "", body)
    return re.sub(r'(href="|url\()#', rf"\1#{prefix}", body)
