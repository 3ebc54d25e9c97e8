"""The tables of `docs/explanation/calibration.md`, written between its markers from the committed table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from calibration.bars import BARS, judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from calibration.bars import Judged
    from calibration.table import Line

_BLOCK = re.compile(r"(<!-- (bars|[a-z ]+: measure \d+) -->\n).*?(<!-- end -->)", re.DOTALL)
_RATE = (
    "analysis",
    "people",
    "effect",
    "cohorts",
    "matched",
    "red",
    "bias",
    "se/sd",
    "coverage",
    "significant",
    "feasibility",
    "bars",
)
_MEAN = ("analysis", "people", "effect", "cohorts", "matched", "bias", "se/sd", "coverage", "significant", "bars")


def fill_page(page: str, lines: Sequence[Line]) -> str:
    """The page with every marked table made anew; markers name an experiment and a measure, or the bars."""

    def made(found: re.Match[str]) -> str:
        text = bars_table(lines) if found[2] == "bars" else lines_table(lines, *_named(found[2]))
        return f"{found[1]}{text}{found[3]}"

    return _BLOCK.sub(made, page)


def _named(marker: str) -> tuple[str, int]:
    experiment, measure = marker.split(": measure ")
    return experiment, int(measure)


def bars_table(lines: Iterable[Line]) -> str:
    """One line a bar: in how many settings it holds, and the value furthest out."""
    judged = judge(lines)
    text = _row(("bar", "settings", "holds", "within chance", "fails", "furthest out"))
    text += _row(("---",) * 6)
    for bar in BARS:
        own = [one for one in judged if one.bar is bar]
        if own:
            counts = [sum(one.verdict == verdict for one in own) for verdict in ("holds", "within chance", "fails")]
            text += _row((bar.name, str(len(own)), *map(str, counts), _furthest(own)))
    return text


def _furthest(judged: Sequence[Judged]) -> str:
    """The value nearest to breaking the bar, or furthest past it, with its setting."""
    worst = max(
        judged, key=lambda one: (one.bar.outside(one.value, one.error), max(one.bar.low - one.value, one.value - one.bar.high))
    )
    shown = (
        f"{worst.value:.2f} ({worst.error:.2f})"
        if worst.bar.figure == "se_ratio"
        else f"{_points(worst.value)} ({_points(worst.error)})"
    )
    line = worst.line
    return f"{shown}: {line.experiment}, {line.analysis}, {line.size:,} people, {_effect(line)}"


def lines_table(lines: Iterable[Line], experiment: str, measure: int) -> str:
    """Every setting of one experiment and measure; in points where the measure is a rate."""
    own = [line for line in lines if (line.experiment, line.measure) == (experiment, measure)]
    judged = judge(own)
    rate = measure != 2
    text = _row(_RATE if rate else _MEAN) + _row(("---",) * len(_RATE if rate else _MEAN))
    for line in own:
        missed = [f"{one.bar.short} {one.verdict}" for one in judged if one.line is line and one.verdict != "holds"]
        text += _row(_cells(line, rate=rate, bars=", ".join(missed) or "hold"))
    return text


def _cells(line: Line, *, rate: bool, bars: str) -> tuple[str, ...]:
    start = (line.analysis, f"{line.size:,}", _effect(line), f"{line.cohorts:,}", f"{line.n_treated:,.0f}")
    bias = f"{_points(line.bias, 2)} ({_points(line.bias_mc, 2)})" if rate else f"{line.bias:+.3f} ({line.bias_mc:.3f})"
    middle = (
        bias,
        f"{line.se_ratio:.2f} ({line.se_ratio_mc:.2f})",
        f"{100 * line.coverage:.1f}% ({100 * line.coverage_mc:.1f})",
        f"{100 * line.significant:.1f}% ({100 * line.significant_mc:.1f})",
    )
    if not rate:
        return (*start, *middle, bars)
    feasible = ""
    if line.feasible is not None and line.feasible_seen is not None:
        feasible = f"{100 * line.feasible:.1f}% ({100 * line.feasible_seen:.1f})"
    return (*start, f"{100 * line.red:.0f}%", *middle, feasible, bars)


def _effect(line: Line) -> str:
    return "no effect" if line.effect == 0 else f"{100 * line.effect:+.0f}"


def _points(value: float, places: int = 1) -> str:
    return f"{100 * value:+.{places}f}" if value < 0 else f"{100 * value:.{places}f}"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
