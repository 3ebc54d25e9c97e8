"""Lines, symbols and words of the library's plots as SVG: written out by hand, so that a thousand plots take a second, not minutes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, TypeAlias

from justice_data_lab.reporting.svg import GREY, INK, NAVY, RULE, Chart

if TYPE_CHECKING:
    from collections.abc import Sequence

    Place: TypeAlias = tuple[float, float]

WIDTH = 353.0
PLUM, PALE = "#801650", "#D0D9E4"
SIZE, LINE = 9.5, 12.0
# The style sheet draws words as large as this on a phone: what must fit there is measured by it.
PHONE = 12.0
# A letter of this font is about half as wide as the font is high.
LETTER = 0.52
_FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"
VERDICT_WORDS = {
    "reduction": "a fall", "increase": "a rise", "inconclusive": "not enough evidence", "mixed": "results that differ", "none": "no result",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The numbers of a plot."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A drawing with its words, and its table."""

    chart: Chart
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """From values to places along an axis."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The place of a value; one beyond the axis is drawn at its end."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> tuple[float, ...]:
        """Round values along the axis, from three to seven of them."""
        step = _round_step((self.high - self.low) / 5)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return tuple(round(place * step, 10) for place in range(first, last + 1))


def scale_of(values: Sequence[float], start: float, end: float) -> Scale:
    """An axis that has room for all values and for zero."""
    low, high = min(0.0, *values), max(0.0, *values)
    edge = 0.04 * (high - low) or 1.0
    return Scale(low=low - edge, high=high + edge, start=start, end=end)


def _round_step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least * (1 - 1e-9))


def n(value: float) -> str:
    """A place, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def text(at: Place, words: str, *, size: float = SIZE, anchor: str = "start", bold: bool = False, colour: str = INK) -> str:
    """Words at a place."""
    weight = ' style="font-weight:700"' if bold else ""
    side = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{n(at[0])}" y="{n(at[1])}" font-size="{size:g}" fill="{colour}"{side}{weight}>{escape(words)}</text>'


def over(words: str) -> str:
    """Words with a white edge, so that they can be read where a line runs behind them."""
    return f'<g paint-order="stroke" stroke="#fff" stroke-width="3">{words}</g>'


def line(start: Place, end: Place, *, colour: str = GREY, width: float = 1.2, dashed: bool = False) -> str:
    """A straight line."""
    (x1, y1), (x2, y2) = start, end
    dash = ' stroke-dasharray="3 2.5"' if dashed else ""
    return f'<line x1="{n(x1)}" y1="{n(y1)}" x2="{n(x2)}" y2="{n(y2)}" stroke="{colour}" stroke-width="{width:g}"{dash}/>'


def symbol(x: float, y: float, radius: float, verdict: str) -> str:
    """A verdict as a shape and a colour: a fall points down, a rise up, a ring is open, a diamond says that results differ."""
    r = radius
    if verdict == "reduction":
        return _shape(((x - r, y - 0.8 * r), (x + r, y - 0.8 * r), (x, y + r)), NAVY)
    if verdict == "increase":
        return _shape(((x - r, y + 0.8 * r), (x + r, y + 0.8 * r), (x, y - r)), PLUM)
    if verdict == "mixed":
        return _shape(((x - r, y), (x, y - r), (x + r, y), (x, y + r)), GREY)
    return f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(r)}" fill="#fff" stroke="{GREY}" stroke-width="1.4"/>'


def diamond(left: float, middle: float, right: float, y: float) -> str:
    """An average with its interval: as wide as the interval, highest at the average."""
    return _shape(((left, y), (middle, y - 5), (right, y), (middle, y + 5)), INK)


def bar(x1: float, x2: float, y: float) -> str:
    """A prediction interval: a broad pale band with an end at each side."""
    return (
        f'<rect x="{n(x1)}" y="{n(y - 3)}" width="{n(x2 - x1)}" height="6" fill="{PALE}"/>'
        f"{line((x1, y - 5), (x1, y + 5))}{line((x2, y - 5), (x2, y + 5))}"
    )


def _shape(points: Sequence[tuple[float, float]], fill: str) -> str:
    joined = " ".join(f"{n(x)},{n(y)}" for x, y in points)
    return f'<polygon points="{joined}" fill="{fill}"/>'


def axis(scale: Scale, top: float, bottom: float, labels: Sequence[str], name: str) -> str:
    """Thin lines at round values with their labels below, a strong one at zero, and the axis's name."""
    parts = []
    for value, label in zip(scale.ticks(), labels, strict=True):
        x = scale.at(value)
        parts.append(line((x, top), (x, bottom), colour=GREY if value == 0 else RULE, width=1.2 if value == 0 else 0.6))
        parts.append(_label(x, bottom + 10, label))
    parts.append(_label((scale.start + scale.end) / 2, bottom + 21, name))
    return "".join(parts)


def _label(x: float, y: float, words: str) -> str:
    """Words around a place, moved in where the edge would cut them."""
    short = shortened(words, WIDTH, PHONE)
    half = len(short) * PHONE * LETTER / 2
    return text((min(max(x, half), WIDTH - half), y), short, size=8.5, anchor="middle", colour=GREY)


def wrapped(words: str, width: float, size: float = SIZE) -> list[str]:
    """Words in lines that fit a width; a longer word has a line of its own."""
    most, lines = max(int(width / (size * LETTER)), 1), [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def shortened(words: str, width: float, size: float = SIZE) -> str:
    """Words that fit a line; the table has them in full."""
    most = int(width / (size * LETTER))
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}\u2026"


def drawn(parts: Sequence[str], height: float, alternative: str, caption: str) -> Chart:
    """The drawing as it stands in the page, with its text alternative as first child."""
    svg = (
        f'<svg role="img" viewBox="0 0 {WIDTH:g} {n(height)}" xmlns="http://www.w3.org/2000/svg" font-family="{_FONT}">'
        f"<title>{escape(alternative)}</title>{''.join(parts)}</svg>"
    )
    return Chart(svg=svg, alternative=alternative, caption=caption)
