"""Differences with their 95% ranges on one scale: the panel that the charts of results share, and that of all analyses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.figure import Figure as Canvas

from justice_data_lab.reporting.svg import GREY, NAVY, WIDTH, Chart, drawn_value, style, to_svg
from justice_data_lab.reporting.wording import between, directions, unit_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from justice_data_lab.reporting.findings import Finding

# Inches: below the scale; an interval with its line of words, or without one; the panel's heading.
FOOT = 0.46
_LABELLED, _BARE, _TITLE = 0.46, 0.24, 0.34
# Letters of a label and its figures that fit on their line.
_FITS = 72
# Numbers of the scale stand within this share of it, so that none is cut off at an end.
_SCALE = 0.94


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One difference with what stands before its figures; an empty label puts the figures in the panel's heading."""

    label: str
    finding: Finding


def interval_chart(lines: Sequence[Line], title: str) -> Chart | None:
    """One measure in several analyses, a difference with its range for each; None when fewer than two may be drawn."""
    drawn = [line for line in lines if drawable(line.finding)]
    if len(drawn) < 2:
        return None
    height = panel_height(len(drawn), several=True) + FOOT
    with style():
        canvas = Canvas(figsize=(WIDTH, height))
        draw_differences(canvas.add_axes((0.01, FOOT / height, 0.98, 1 - FOOT / height)), drawn)
        alternative = " ".join(f"{line.label}: {difference_in_words(line.finding)}." for line in drawn)
        return Chart(svg=to_svg(canvas, alternative, f"analyses/{title}"), alternative=alternative, caption=title)


def drawable(finding: Finding) -> bool:
    """Whether every figure that a chart needs is shown."""
    result = finding.result
    return finding.shown and None not in (result.treated.value, result.comparison.value, result.difference.value)


def panel_height(lines: int, *, several: bool) -> float:
    """Inches that the differences take."""
    return _TITLE + lines * (_LABELLED if several else _BARE)


def draw_differences(axes: Axes, lines: Sequence[Line]) -> None:
    """One interval a line, around its dot, on a shared scale with zero marked; its figures in a line above it."""
    several = bool(lines[0].label)
    ends = [abs(drawn_value(end)) for line in lines for end in (line.finding.result.ci_low, line.finding.result.ci_high)]
    reach = 1.15 * (max(ends) or 1.0)
    bottom = panel_height(len(lines), several=several)
    draw_label(axes, -reach, 0.2, _title(lines, several=several), weight="bold")
    for index, line in enumerate(lines):
        y = _TITLE + index * (_LABELLED if several else _BARE) + (0.1 if several else 0)
        if several:
            draw_label(axes, -reach, y + 0.04, _fitted(line))
        _draw_interval(axes, line.finding, y + (0.2 if several else 0.1))
    axes.set_xlim(-reach, reach)
    axes.set_ylim(bottom, 0)
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=7)
    axes.set_xticks([tick for tick in axes.get_xticks() if abs(tick) <= _SCALE * reach])
    axes.tick_params(axis="x", labelsize=8.5, length=3)
    _draw_directions(axes, lines[0].finding, reach, bottom)


def _title(lines: Sequence[Line], *, several: bool) -> str:
    unit = unit_of(lines[0].finding.measure)
    title = "Difference and its 95% range" + (f", {unit}" if unit else "")
    return title if several else f"{title}: {_printed(lines[0].finding)}"


def _fitted(line: Line) -> str:
    """The figures after as much of the label as fits; the text alternative has all of it."""
    printed = _printed(line.finding)
    room = _FITS - len(printed)
    label = line.label if len(line.label) <= room else f"{line.label[: room - 1].rstrip()}\u2026"
    return f"{label}: {printed}"


def _printed(finding: Finding) -> str:
    result = finding.result
    return f"{result.difference.text} ({result.ci_low.text} to {result.ci_high.text})"


def _draw_interval(axes: Axes, finding: Finding, y: float) -> None:
    result = finding.result
    low, high, middle = drawn_value(result.ci_low), drawn_value(result.ci_high), drawn_value(result.difference)
    axes.plot((0, 0), (y - 0.08, y + 0.16), color=GREY, linewidth=1)
    axes.plot((low, high), (y, y), color=NAVY, linewidth=2.2, solid_capstyle="butt")
    for end in (low, high):
        axes.plot((end, end), (y - 0.05, y + 0.05), color=NAVY, linewidth=1.6)
    axes.plot((middle,), (y,), marker="o", markersize=6.5, color=NAVY)


def _draw_directions(axes: Axes, finding: Finding, reach: float, bottom: float) -> None:
    """What left and right of zero mean, under the scale."""
    lower, higher = directions(finding.measure)
    for x, words, side in (
        (-reach, f"\u2190 {lower}", "left"),
        (0, "no difference", "center"),
        (reach, f"{higher} \u2192", "right"),
    ):
        axes.text(x, bottom + 0.4, words, ha=side, va="baseline", fontsize=8.5, color=GREY)


def draw_label(axes: Axes, x: float, y: float, words: str, weight: str = "normal") -> None:
    """Words at a place, from the left."""
    axes.text(x, y, words, ha="left", va="baseline", fontsize=9.5, fontweight=weight)


def difference_in_words(finding: Finding) -> str:
    """A difference and its range as a text alternative says them."""
    result = finding.result
    bounds = {
        "below": lambda: f"lower by {between(result.ci_high, result.ci_low, finding.measure)}",
        "above": lambda: f"higher by {between(result.ci_low, result.ci_high, finding.measure)}",
    }.get(finding.shape, lambda: f"between {result.ci_low.text} and {result.ci_high.text}, so it may be lower or higher")()
    return f"difference {result.difference.text}, {bounds}"
