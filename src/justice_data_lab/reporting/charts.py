"""Charts as inline SVG, drawn from cleared figures alone: what is withheld has no point to draw."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from matplotlib.figure import Figure as Canvas

from justice_data_lab.reporting.intervals import (
    FOOT,
    Line,
    difference_in_words,
    draw_differences,
    draw_label,
    drawable,
    panel_height,
)
from justice_data_lab.reporting.svg import GREY, INK, NAVY, WIDTH, Chart, drawn_value, style, to_svg
from justice_data_lab.reporting.wording import capital

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from justice_data_lab.disclosure.printed import Figure
    from justice_data_lab.reporting.findings import Finding


def effect_chart(found: Sequence[Finding], title: str) -> Chart | None:
    """Both groups as bars and the difference with its 95% range, one block a measure; None when nothing may be drawn."""
    drawn = [finding for finding in found if drawable(finding)]
    if not drawn:
        return None
    several = len(found) > 1
    above, below = _heights(len(drawn), several=several)
    height = above + below + FOOT
    with style():
        canvas = Canvas(figsize=(WIDTH, height))
        _draw_groups(canvas.add_axes((0.01, 1 - above / height, 0.98, above / height)), drawn, several=several)
        rows = [Line(label=capital(finding.measure.name) if several else "", finding=finding) for finding in drawn]
        draw_differences(canvas.add_axes((0.01, FOOT / height, 0.98, below / height)), rows)
        alternative = " ".join(_in_words(finding) for finding in drawn)
        return Chart(
            svg=to_svg(canvas, alternative, f"{found[0].result.analysis}/{title}"),
            alternative=alternative,
            caption=f"{title}: both groups, and the difference between them",
        )


# Inches: a block of two bars; a heading above it.
_BARS, _HEADING = 0.6, 0.26


def _heights(blocks: int, *, several: bool) -> tuple[float, float]:
    """Inches that the bars and the intervals take."""
    return blocks * (_BARS + _HEADING * several), panel_height(blocks, several=several)


def hundred_people(figure: Figure, name: str, predicate: str) -> Chart | None:
    """A hundred dots, filled for each person in 100 with the event; None when the figure is not shown."""
    if figure.value is None:
        return None
    filled = round(figure.value)
    words = f"{name}: {figure.text} of 100 people {predicate}."
    dots = "".join(_dot(place, filled=place < filled) for place in range(100))
    svg = (
        f'<svg class="hundred" role="img" viewBox="0 0 200 50" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(words)}</title>{dots}</svg>"
    )
    return Chart(svg=svg, alternative=words, caption=name)


def _dot(place: int, *, filled: bool) -> str:
    """Twenty dots a row: filled or hollow, so that colour is not all that tells them apart."""
    x, y = 5 + 10 * (place % 20), 5 + 10 * (place // 20)
    look = f'fill="{NAVY}" stroke="{NAVY}"' if filled else f'fill="none" stroke="{GREY}"'
    return f'<circle cx="{x}" cy="{y}" r="3.8" stroke-width="1.1" {look}/>'


def _draw_groups(axes: Axes, drawn: Sequence[Finding], *, several: bool) -> None:
    """Two bars a measure from zero, each with its group before it and its figure after it."""
    ends = [figure for finding in drawn for bar in _bars(finding) for figure in (bar.value, bar.high)]
    most = max(map(drawn_value, ends)) or 1.0
    for index, finding in enumerate(drawn):
        top = index * (_BARS + _HEADING * several)
        if several:
            draw_label(axes, _LEFT, top + 0.2, capital(finding.measure.name), weight="bold")
        for row, bar in enumerate(_bars(finding)):
            y = top + _HEADING * several + 0.13 + 0.25 * row
            draw_label(axes, _LEFT, y + 0.045, bar.group)
            axes.barh(y, drawn_value(bar.value) / most, height=0.18, color=bar.fill, edgecolor=NAVY, hatch=bar.hatch, linewidth=1)
            _draw_group_interval(axes, bar, y, most)
            reach = max(drawn_value(bar.value), drawn_value(bar.high)) / most
            draw_label(axes, reach + 0.03, y + 0.045, bar.value.text, weight="bold")
    axes.set_xlim(_LEFT, 1.7)
    axes.set_ylim(_heights(len(drawn), several=several)[0], 0)
    axes.set_axis_off()


# Where the groups' names begin: a bar as long as it can be runs from 0 to 1.
_LEFT = -0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    """One group's figure as drawn: filled for the first group, hatched for the second."""

    group: str
    value: Figure
    low: Figure
    high: Figure
    fill: str
    hatch: str


def _bars(finding: Finding) -> tuple[_Bar, _Bar]:
    result, groups = finding.result, finding.groups
    return (
        _Bar(group=groups.treated, value=result.treated, low=result.treated_low, high=result.treated_high, fill=NAVY, hatch=""),
        _Bar(group=groups.comparison, value=result.comparison, low=result.comparison_low, high=result.comparison_high, fill="white", hatch="////"),
    )  # fmt: skip


def _draw_group_interval(axes: Axes, bar: _Bar, y: float, most: float) -> None:
    """The group's own 95% range, where there is one: a dark line with a white edge, so that it shows on either fill."""
    if bar.low.value is None or bar.high.value is None:
        return
    ends = (bar.low.value / most, bar.high.value / most)
    axes.plot(ends, (y, y), color="white", linewidth=4.2, solid_capstyle="butt")
    axes.plot(ends, (y, y), color=INK, linewidth=1.6, solid_capstyle="butt")
    for end in ends:
        axes.plot((end, end), (y - 0.05, y + 0.05), color=INK, linewidth=1.6)


def _in_words(finding: Finding) -> str:
    result, groups = finding.result, finding.groups
    return (
        f"{capital(finding.measure.name)}: {groups.treated.lower()} {result.treated.text}, {groups.comparison.lower()} "
        f"{result.comparison.text}; {difference_in_words(finding)}."
    )
