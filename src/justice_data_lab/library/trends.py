"""How the pooled effect came about over time, and the funnel plot; each with its table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.library.drawing import (
    LINE,
    WIDTH,
    Plot,
    Scale,
    Table,
    axis,
    diamond,
    drawn,
    line,
    over,
    scale_of,
    symbol,
    text,
)
from justice_data_lab.library.synthesis import cumulative
from justice_data_lab.library.words import number, unit_of
from justice_data_lab.reporting.dates import date_in_words
from justice_data_lab.reporting.svg import GREY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justice_data_lab.library.counting import Synthesis
    from justice_data_lab.library.synthesis import Pooled

_ROW, _NUMBERS, _MOST_ROWS = 27.0, 118.0, 20
_TALL = 190.0


def over_time(synthesis: Synthesis) -> Plot | None:
    """The pooled effect after each day of release, twenty of them at most, the earliest first; None with fewer than three results."""
    steps = cumulative(synthesis.effects, most=_MOST_ROWS)
    if not steps:
        return None
    unit = unit_of(synthesis)
    times = 100.0 if unit == "percentage points" else 1.0
    scale = scale_of([times * bound for each in steps for bound in (each.ci_low, each.ci_high)], 2, WIDTH - _NUMBERS)
    bottom = 4 + _ROW * len(steps)
    parts = [
        axis(scale, 2, bottom, [number(value / times, unit, whole=True) for value in scale.ticks()], "Average effect so far")
    ]
    for place, each in enumerate(steps):
        y = 2 + _ROW * place + LINE + 7
        parts.append(over(text((2, y - 9), _when(each))))
        parts.append(diamond(scale.at(times * each.ci_low), scale.at(times * each.effect), scale.at(times * each.ci_high), y))
        parts.append(text((WIDTH - 2, y + 3), _figures(each, unit), anchor="end", size=9))
    name = synthesis.outcomes[0][1].name
    alternative = (
        f"{name}: the average effect after the first {steps[0].k} results was {_figures(steps[0], unit)}; after all {steps[-1].k}, "
        f"{_figures(steps[-1], unit)}."
    )
    rows = tuple((_when(each), str(each.k), number(each.effect, unit), _interval(each, unit)) for each in steps)
    table = Table(caption=f"{name}: the average effect over time", heads=("As at", "Results", "Average", "95% range"), rows=rows)
    return Plot(chart=drawn(parts, bottom + 26, alternative, f"The average effect on \u201c{name}\u201d over time"), table=table)


def funnel(synthesis: Synthesis, titles: Mapping[str, str]) -> Plot | None:
    """Each effect against its standard error, with the lines between which 95% would lie if all true effects were one.

    Returns:
        None without a pooled effect.

    Notes:
        Here every result is published, so that an uneven funnel is no sign of results held back.
    """
    pooled = synthesis.pooled
    if pooled is None:
        return None
    unit = unit_of(synthesis)
    times = 100.0 if unit == "percentage points" else 1.0
    widest = max(each.se for each in pooled.effects) * 1.05
    middle, reach = times * pooled.effect, times * 1.96 * widest
    across = scale_of([middle - reach, middle + reach, *(times * each.value for each in pooled.effects)], 28, WIDTH - 4)
    down = Scale(low=0.0, high=times * widest, start=8, end=_TALL)
    verdicts = {key: outcome.verdict for key, outcome in synthesis.outcomes}
    parts = [
        axis(across, 8, _TALL, [number(value / times, unit, whole=True) for value in across.ticks()], f"Difference in {unit}" if unit else "Difference"),
        *(text((24, down.at(value) + 3), f"{value:g}", size=8.5, anchor="end", colour=GREY) for value in down.ticks()),
        over(text((2, _TALL + 10), "Standard error", size=8.5, colour=GREY)),
        line((across.at(middle), 8), (across.at(middle), _TALL), width=1.2),
        line((across.at(middle), 8), (across.at(middle - reach), _TALL), dashed=True),
        line((across.at(middle), 8), (across.at(middle + reach), _TALL), dashed=True),
        *(symbol(across.at(times * each.value), down.at(times * each.se), 3.6, verdicts[each.key]) for each in pooled.effects),
    ]  # fmt: skip
    name = synthesis.outcomes[0][1].name
    outside = sum(abs(each.value - pooled.effect) > 1.96 * each.se for each in pooled.effects)
    alternative = (
        f"{name}: {pooled.k} results by how precise they are, the most precise at the top. {outside} lie outside the lines between which "
        "95% would lie if the programmes all had one effect."
    )
    rows = tuple((titles[each.key], number(each.value, unit), number(each.se, unit)) for each in pooled.effects)
    table = Table(caption=f"{name}: effects and their precision", heads=("Result", "Difference", "Standard error"), rows=rows)
    return Plot(chart=drawn(parts, _TALL + 26, alternative, f"Funnel plot of \u201c{name}\u201d"), table=table)


def _when(pooled: Pooled) -> str:
    return f"{date_in_words(pooled.effects[-1].released.isoformat())}: {pooled.k} results"


def _figures(pooled: Pooled, unit: str) -> str:
    return f"{number(pooled.effect, unit)} ({_interval(pooled, unit)})"


def _interval(pooled: Pooled, unit: str) -> str:
    return f"{number(pooled.ci_low, unit)} to {number(pooled.ci_high, unit)}"
