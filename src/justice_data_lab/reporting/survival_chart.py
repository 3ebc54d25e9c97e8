"""Survival curves as inline SVG, from cleared points alone: between two of them each curve stays where it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from matplotlib.figure import Figure as Canvas

from justice_data_lab.reporting.survival_words import free_share
from justice_data_lab.reporting.svg import GREY, NAVY, RULE, WIDTH, Chart, drawn_value, style, to_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from justice_data_lab.disclosure.printed import Figure
    from justice_data_lab.disclosure.published_survival import SurvivalResult
    from justice_data_lab.reporting.findings import Groups

_HEIGHT = 3.1
_APART = 7.5  # percentage points between the baselines of two labels
_MONTH = 365 / 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One group's curve as drawn: solid with filled circles, or dashed with hollow diamonds."""

    group: str
    figures: tuple[Figure, ...]
    colour: str
    dash: Literal["-", "--"]
    marker: Literal["o", "D"]
    fill: str


def survival_chart(result: SurvivalResult, groups: Groups) -> Chart | None:
    """Both curves as steps, each with its group at its end; None when no point may be drawn."""
    if not result.curve:
        return None
    with style():
        canvas = Canvas(figsize=(WIDTH, _HEIGHT))
        axes = canvas.add_axes((0.1, 0.17, 0.5, 0.72))
        _draw(axes, result, _lines(result, groups))
        alternative = _in_words(result, groups)
        caption = f"{free_share(result)}, from the start of follow-up on"
        return Chart(svg=to_svg(canvas, alternative, f"{result.analysis}/survival"), alternative=alternative, caption=caption)


def _lines(result: SurvivalResult, groups: Groups) -> tuple[_Line, _Line]:
    return (
        _Line(group=groups.treated, figures=tuple(point.treated for point in result.curve), colour=NAVY, dash="-", marker="o", fill=NAVY),
        _Line(group=groups.comparison, figures=tuple(point.comparison for point in result.curve), colour=GREY, dash="--", marker="D", fill="white"),
    )  # fmt: skip


def _draw(axes: Axes, result: SurvivalResult, lines: tuple[_Line, _Line]) -> None:
    ends = [point.end for point in result.curve]
    for line in reversed(lines):
        heights = [drawn_value(figure) for figure in line.figures]
        axes.plot(
            [0, *ends],
            [100, *heights],
            drawstyle="steps-post",
            color=line.colour,
            linestyle=line.dash,
            linewidth=1.8,
            clip_on=False,
        )
        axes.plot(
            ends,
            heights,
            linestyle="",
            marker=line.marker,
            markersize=5,
            markerfacecolor=line.fill,
            markeredgecolor=line.colour,
            clip_on=False,
        )
    for y, line in zip(_label_heights(lines), lines, strict=True):
        axes.text(1.04 * ends[-1], y, line.figures[-1].text, va="center", fontweight="bold", color=line.colour, clip_on=False)
        axes.text(1.22 * ends[-1], y, line.group, va="center", color=line.colour, clip_on=False)
    axes.set_title(free_share(result), loc="left", fontsize=9.5, fontweight="bold", x=-0.16)
    _draw_scales(axes, result)


def _draw_scales(axes: Axes, result: SurvivalResult) -> None:
    """From nobody to everybody, and from the start of follow-up to the horizon."""
    for level in (25, 50, 75, 100):
        axes.axhline(level, color=RULE, linewidth=0.5, zorder=0)
    axes.set_ylim(0, 103)
    axes.set_yticks((0, 25, 50, 75, 100), ("0%", "25%", "50%", "75%", "100%"))
    axes.set_xlim(0, result.horizon)
    unit, marks = _marks(result)
    axes.set_xticks([place for place, _ in marks], [text for _, text in marks])
    axes.set_xlabel(f"{unit} since follow-up began", fontsize=8.5, color=GREY)
    axes.tick_params(labelsize=8.5, length=3)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _marks(result: SurvivalResult) -> tuple[str, list[tuple[float, str]]]:
    """Quarters of the follow-up, days as months; a follow-up that has no whole quarters is marked at its ends alone."""
    unit, step, count = (
        ("months", _MONTH, result.horizon / _MONTH) if result.unit == "days" else (result.unit, 1.0, result.horizon)
    )
    whole = round(count)
    parts = 4 if whole % 4 == 0 and abs(count - whole) < 0.1 else 1
    if parts == 1:
        return result.unit, [(0.0, "0"), (result.horizon, f"{result.horizon:g}")]
    return unit, [(quarter * whole / 4 * step, str(quarter * whole // 4)) for quarter in range(5)]


def _label_heights(lines: tuple[_Line, _Line]) -> tuple[float, float]:
    """Where the two names stand: beside the end of their curve, and never one on the other."""
    first, second = (drawn_value(line.figures[-1]) for line in lines)
    gap = _APART - abs(first - second)
    if gap <= 0:
        return first, second
    up = gap / 2 if first >= second else -gap / 2
    return first + up, second - up


def _in_words(result: SurvivalResult, groups: Groups) -> str:
    """The points in words, as printed."""
    points = "; ".join(
        f"by {point.end:g} {result.unit} {groups.treated.lower()} {point.treated.text}, {groups.comparison.lower()} {point.comparison.text}"
        for point in result.curve
    )
    return f"{free_share(result)}: {points}."
