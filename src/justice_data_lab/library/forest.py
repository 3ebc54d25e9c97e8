"""The forest plot: every result of one measure with its interval, the pooled effect and the prediction interval, and the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.library.drawing import (
    LINE,
    PHONE,
    WIDTH,
    Plot,
    Table,
    axis,
    bar,
    diamond,
    drawn,
    line,
    over,
    scale_of,
    shortened,
    symbol,
    text,
)
from justice_data_lab.library.words import in_words, number, printed, results, unit_of
from justice_data_lab.reporting.dates import date_in_words
from justice_data_lab.reporting.svg import GREY, INK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from justice_data_lab.library.counting import Synthesis
    from justice_data_lab.library.drawing import Scale
    from justice_data_lab.library.entry import Entry, Outcome
    from justice_data_lab.library.synthesis import Pooled

ROW, NUMBERS = 27.0, 118.0
# Of more results a plot cannot be read: then it has those of one page.
MOST_ROWS = 100
_HEADS = ("Result", "People", "Programme group", "Comparison group", "Difference", "95% range", "Weight")


def forest(synthesis: Synthesis, titles: Mapping[str, str], page: int = 1) -> Plot | None:
    """The forest plot of the differences in one measure; None when no result can be drawn.

    Args:
        synthesis: of a measure, on the scale of differences.
        titles: of the entries, by key.
        page: from 1. Of more than a hundred results the first page has the latest hundred, the next those before them, each the
            earliest first; all have the same axis, and below the results what all of them say together.
    """
    last = len(synthesis.outcomes) - (page - 1) * MOST_ROWS
    shown = slice(max(last - MOST_ROWS, 0), max(last, 0))
    rows = synthesis.outcomes[shown]
    if not rows:
        return None
    pooled, unit = synthesis.pooled, unit_of(synthesis)
    ends = [bound for _, each in synthesis.outcomes for bound in (each.ci_low.value, each.ci_high.value) if bound is not None]
    times = 100.0 if unit == "percentage points" else 1.0
    if pooled:
        ends += [times * pooled.pi_low, times * pooled.pi_high]
    scale = scale_of(ends, 2, WIDTH - NUMBERS)
    bottom = 4 + ROW * (len(rows) + (2 if pooled else 0))
    parts = [axis(scale, 2, bottom, [number(value / times, unit, whole=True) for value in scale.ticks()], _axis_name(unit))]
    weights = dict(zip((each.key for each in pooled.effects), pooled.weights, strict=True)) if pooled else {}
    for place, (key, outcome) in enumerate(rows):
        parts.append(result_row(scale, 2 + ROW * place, titles[key], outcome, weights.get(key, 0.2)))
    if pooled:
        parts.append(_average(scale, 2 + ROW * len(rows), synthesis, pooled, times))
    name, which = rows[0][1].name, _which(synthesis, shown)
    alternative = f"{name}: {results(len(synthesis.outcomes))}{which}. {' '.join(in_words(synthesis))}"
    caption = (
        f"Every result on \u201c{name}\u201d" if not which else f"Results on \u201c{name}\u201d: {len(synthesis.outcomes)}{which}"
    )
    return Plot(
        chart=drawn(parts, bottom + 26, alternative, caption),
        table=_table(synthesis, rows, titles, weights),
    )


def _which(synthesis: Synthesis, shown: slice) -> str:
    """Which of all results stand in a plot; nothing where it has all of them."""
    effects = synthesis.effects[shown]
    if len(effects) == len(synthesis.effects):
        return ""
    first, last = (date_in_words(each.released.isoformat()) for each in (effects[0], effects[-1]))
    return (
        f", of which {len(effects)} stand here, released from {first} to {last}; the average is of all {len(synthesis.effects)}"
    )


def side_by_side(entries: Sequence[Entry]) -> Plot | None:
    """The first outcomes of a few results under each other, nothing pooled; None unless two or more are of one measure.

    Args:
        entries: as chosen. One without a published interval, or of another measure than the first that has one, is in the table beside
            this plot only.
    """
    found = [(each, each.first) for each in entries if each.first and each.first.ci_low.value is not None]
    mine = [(each, outcome) for each, outcome in found if outcome.measure == found[0][1].measure]
    if len(mine) < 2:
        return None
    scale = scale_of(
        [bound for _, each in mine for bound in (each.ci_low.value or 0.0, each.ci_high.value or 0.0)], 2, WIDTH - NUMBERS
    )
    bottom, name = 4 + ROW * len(mine), mine[0][1].name
    unit = "percentage points" if mine[0][1].kind == "proportion" else mine[0][1].unit
    parts = [axis(scale, 2, bottom, [f"{value:g}".replace("-", "\u2212") for value in scale.ticks()], _axis_name(unit))]
    parts += [result_row(scale, 2 + ROW * place, _marked(each), outcome, 0.2) for place, (each, outcome) in enumerate(mine)]
    told = "; ".join(f"{_marked(each)} {figures(outcome)}" for each, outcome in mine)
    rows = tuple(
        (_marked(each), outcome.n_treated.text, outcome.difference.text, f"{outcome.ci_low.text} to {outcome.ci_high.text}")
        for each, outcome in mine
    )
    return Plot(
        chart=drawn(
            parts, bottom + 26, f"{name}: {told}. They are not taken together.", f"The chosen results on \u201c{name}\u201d"
        ),
        table=Table(caption=f"{name}: the chosen results", heads=("Result", "People", "Difference", "95% range"), rows=rows),
    )


def _marked(entry: Entry) -> str:
    """A title, with what has to be known of the figures beside it."""
    return f"Corrected: {entry.title}" if entry.corrected else entry.title


def result_row(scale: Scale, top: float, title: str, outcome: Outcome, weight: float) -> str:
    """One result: its title on a line, its interval and figures below."""
    y = top + LINE + 7
    low, high, middle = (scale.at(each.value or 0.0) for each in (outcome.ci_low, outcome.ci_high, outcome.difference))
    return (
        over(text((2, top + LINE - 2), shortened(title, WIDTH, PHONE)))
        + line((low, y), (high, y), width=1.6)
        + symbol(middle, y, 2.6 + 7 * weight**0.5 / 2, outcome.verdict)
        + text((WIDTH - 2, y + 3), figures(outcome), anchor="end", size=9)
    )


def figures(outcome: Outcome) -> str:
    """The difference with its interval, as printed."""
    return f"{outcome.difference.text} ({outcome.ci_low.text} to {outcome.ci_high.text})"


def _average(scale: Scale, top: float, synthesis: Synthesis, pooled: Pooled, times: float) -> str:
    told = printed(synthesis)
    if told is None:
        return ""
    y, ahead = top + LINE + 7, top + ROW + LINE + 7
    return (
        line((0, top + 1), (WIDTH, top + 1), colour=INK)
        + over(text((2, top + LINE - 1), f"All {pooled.k} together", bold=True))
        + diamond(scale.at(times * pooled.ci_low), scale.at(times * pooled.effect), scale.at(times * pooled.ci_high), y)
        + text((WIDTH - 2, y + 3), f"{told.effect} ({told.interval})", anchor="end", size=9, bold=True)
        + over(text((2, top + ROW + LINE - 1), "One more programme (prediction interval)", colour=GREY))
        + bar(scale.at(times * pooled.pi_low), scale.at(times * pooled.pi_high), ahead)
        + text((WIDTH - 2, ahead + 3), told.prediction, anchor="end", size=9)
    )


def _axis_name(unit: str) -> str:
    return f"Lower \u2190 {unit or 'difference'} \u2192 higher"


def _table(
    synthesis: Synthesis, shown: Sequence[tuple[str, Outcome]], titles: Mapping[str, str], weights: Mapping[str, float]
) -> Table:
    rows = [
        (
            titles[key], each.n_treated.text, each.treated.text, each.comparison.text, each.difference.text,
            f"{each.ci_low.text} to {each.ci_high.text}", f"{100 * weights[key]:.0f}%" if key in weights else "",
        )
        for key, each in shown
    ]  # fmt: skip
    told = printed(synthesis)
    if told:
        rows.append(("All together", "", "", "", told.effect, told.interval, "100%"))
        rows.append(("One more programme (95% prediction interval)", "", "", "", "", told.prediction, ""))
    name, unit, total = shown[0][1].name, unit_of(synthesis), len(synthesis.outcomes)
    which = "every result" if len(shown) == total else f"{len(shown)} of {total} results"
    return Table(caption=f"{name}: {which}{f', differences in {unit}' if unit else ''}", heads=_HEADS, rows=tuple(rows))
