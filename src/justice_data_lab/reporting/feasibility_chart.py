"""What a larger group could show: the smallest fall that would probably show, against the number of people analysed."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10
from typing import TYPE_CHECKING, Protocol

from matplotlib.figure import Figure as Canvas

from justice_data_lab.reporting.svg import GREY, INK, NAVY, RULE, WIDTH, Chart, style, to_svg
from justice_data_lab.reporting.wording import capital

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

PLUM = "#801650"
_HEIGHT = 2.9
# Two labels stand apart when one number of people is at least this many times the other.
_APART = 1.25
# Up to this size the words stand right of their line, beyond it left: the curve falls, so there is room above it.
_MIDDLE = 350


class SizeRow(Protocol):
    """A number of people analysed with the smallest difference that would probably show, a fraction; None when none would."""

    @property
    def analysed(self) -> int:
        """People analysed."""

    @property
    def detectable(self) -> float | None:
        """The smallest difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    people: int
    points: float

    @property
    def text(self) -> str:
        return f"{self.points:.1f}"


def feasibility_chart(by_size: Sequence[SizeRow], marked: int, *, whose: str = "this group") -> Chart | None:
    """The detectable difference against the number of people analysed, with one size marked; None when nothing would show.

    Args:
        by_size: public values: sizes with the difference that each would probably show.
        marked: the size to mark; it is drawn when it is among them.
        whose: what the marked size is, as the label says it.
    """
    rows = sorted(by_size, key=lambda row: row.analysed)
    drawn = [_Point(people=row.analysed, points=100 * row.detectable) for row in rows if row.detectable is not None]
    if not drawn:
        return None
    own = next((point for point in drawn if point.people == marked), None)
    words = _in_words(drawn, own, whose)
    with style():
        canvas = Canvas(figsize=(WIDTH, _HEIGHT))
        axes = canvas.add_axes((0.11, 0.19, 0.86, 0.69))
        top = 1.35 * drawn[0].points
        _draw_line(axes, drawn, own)
        if own:
            _draw_marked(axes, own, whose, top)
        _draw_scales(axes, drawn, top)
        caption = "The smallest fall that would probably show, by number of people analysed"
        return Chart(svg=to_svg(canvas, words, "feasibility"), alternative=words, caption=caption)


def _draw_line(axes: Axes, drawn: Sequence[_Point], own: _Point | None) -> None:
    """The sizes joined, each labelled with its difference unless the marked size stands in its place."""
    axes.plot([point.people for point in drawn], [point.points for point in drawn], color=NAVY, linewidth=1.8, zorder=2)
    for point in drawn:
        if own and point != own and _near(point, own):
            continue
        axes.plot((point.people,), (point.points,), marker="o", markersize=4.5, color=NAVY, zorder=3)
        if point != own:
            axes.annotate(
                point.text, (point.people, point.points), (0, 7), textcoords="offset points", ha="left", fontsize=9, color=INK
            )


def _near(point: _Point, own: _Point) -> bool:
    return max(point.people, own.people) < _APART * min(point.people, own.people)


def _draw_marked(axes: Axes, own: _Point, whose: str, top: float) -> None:
    """The marked size: a line from the scale to its words, which stand above the curve, and a diamond on it."""
    axes.plot((own.people, own.people), (0, top), color=PLUM, linewidth=1.2, linestyle=(0, (4, 3)), zorder=2)
    axes.plot((own.people,), (own.points,), marker="D", markersize=8, color=PLUM, zorder=4)
    right = own.people <= _MIDDLE
    axes.annotate(
        f"{capital(whose)}: {own.people:,} people, {own.text} points",
        (own.people, top),
        (5 if right else -5, 0),
        textcoords="offset points",
        ha="left" if right else "right",
        va="top",
        fontsize=9.5,
        fontweight="bold",
        color=PLUM,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
    )


def _draw_scales(axes: Axes, drawn: Sequence[_Point], top: float) -> None:
    """People on a scale of equal ratios, labelled where there is room; percentage points from zero."""
    least, most = drawn[0].people, drawn[-1].people
    axes.set_xscale("log")
    axes.set_xlim(least / 1.12, most * 10 ** (0.06 + 0.02 * log10(max(most / least, 1.0))))
    axes.set_ylim(0, top)
    ticks: list[int] = []
    for point in drawn:
        if not ticks or point.people >= 1.4 * ticks[-1]:
            ticks.append(point.people)
    axes.set_xticks(ticks, [f"{people:,}" for people in ticks], fontsize=8.5)
    axes.minorticks_off()
    axes.tick_params(labelsize=8.5, length=3)
    axes.grid(axis="y", color=RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.set_xlabel("People analysed", fontsize=9.5, color=INK)
    axes.text(0, 1.06, "Percentage points", transform=axes.transAxes, fontsize=9.5, color=GREY, ha="left")


def _in_words(drawn: Sequence[_Point], own: _Point | None, whose: str) -> str:
    """The chart in words: the marked size first, then all."""
    first = (
        f"With the {own.people:,} people of {whose}, a fall of {own.text} percentage points or more would probably show. "
        if own
        else ""
    )
    others = "; ".join(f"{point.people:,} people, {point.text}" for point in drawn)
    return f"{first}Smallest fall that would probably show, in percentage points, by people analysed: {others}."
