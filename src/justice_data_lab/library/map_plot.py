"""The map of the evidence: kinds of help down, outcomes across; size is people, shape and colour the verdict; and its table."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from justice_data_lab.library.drawing import LINE, PHONE, VERDICT_WORDS, WIDTH, Plot, Table, drawn, line, symbol, text, wrapped
from justice_data_lab.library.taxonomy import TYPES
from justice_data_lab.library.words import results
from justice_data_lab.reporting.svg import GREY, RULE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from justice_data_lab.library.gaps import Cell

MOST_ACROSS = 4
_LEFT, _ROW, _SMALLEST, _LARGEST = 150.0, 27.0, 3.0, 11.0


def map_plot(cells: Sequence[Cell], names: Mapping[str, str]) -> Plot:
    """The map; the drawing has the first few outcomes, the table all.

    Args:
        cells: of every kind of help and outcome.
        names: of the outcomes by key, in the order across.
    """
    across = list(islice(names, MOST_ACROSS))
    by_place = {(cell.type, cell.measure): cell for cell in cells}
    most = max((cell.people for cell in cells), default=0) or 1
    wide = (WIDTH - _LEFT) / max(len(across), 1)
    middles = [_LEFT + wide * (place + 0.5) for place in range(len(across))]
    heads, top = _heads([names[measure] for measure in across], middles)
    parts = [heads]
    for row, option in enumerate(TYPES.options):
        y = top + _ROW * (row + 0.5)
        parts.append(line((0, top + _ROW * row), (WIDTH, top + _ROW * row), colour=RULE, width=0.6))
        words = wrapped(option.name, _LEFT - 4, PHONE)
        parts += [text((2, y + 3 + LINE * (at - (len(words) - 1) / 2)), each) for at, each in enumerate(words)]
        parts += [_cell(by_place[option.key, measure], x, y, most) for x, measure in zip(middles, across, strict=True)]
    bottom = top + _ROW * len(TYPES.options)
    parts.append(_legend(bottom + 14))
    return Plot(
        chart=drawn(parts, bottom + 24 + LINE, _alternative(cells, names), _caption(len(across), len(names))),
        table=_table(cells, names),
    )


def _heads(names: Sequence[str], middles: Sequence[float]) -> tuple[str, float]:
    """The name of each column above it, and where the rows begin.

    The last column's stands on top and each ends over its column, from where a line leads down: so a long name has room to its left, and no
    line runs through another's words.
    """
    lines = [wrapped(name, x - 2, PHONE) for name, x in zip(names, middles, strict=True)]
    bottom = 4 + (LINE + 1) * sum(map(len, lines)) + 4
    parts, y = [], 0.0
    for x, words in reversed(list(zip(middles, lines, strict=True))):
        for each in words:
            y += LINE + 1
            parts.append(text((x, y), each, size=8.5, anchor="end", colour=GREY))
        parts.append(line((x, y + 3), (x, bottom), colour=RULE, width=0.6))
    return "".join(parts), bottom


def _caption(drawn_of: int, outcomes: int) -> str:
    start = "What is known about each kind of help"
    return start if drawn_of == outcomes else f"{start}: {drawn_of} of {outcomes} outcomes; the table has all of them"


def _cell(cell: Cell, x: float, y: float, most: int) -> str:
    """A shape as large as its people are many, with the number of results beside it; a dash where there is nothing."""
    if not cell.results:
        return text((x, y + 3), "\u2013", anchor="middle", colour=GREY)
    radius = _SMALLEST + (_LARGEST - _SMALLEST) * (cell.people / most) ** 0.5
    return symbol(x - 5, y, radius, cell.verdict) + text((x + 9, y + 3), str(cell.results), size=8.5)


def _legend(y: float) -> str:
    """What the shapes mean, two on a line."""
    parts = []
    for place, verdict in enumerate(("reduction", "increase", "inconclusive", "mixed")):
        x, at = 6.0 + WIDTH / 2 * (place % 2), y + LINE * (place // 2)
        parts.append(symbol(x, at, 4, verdict) + text((x + 8, at + 3), VERDICT_WORDS[verdict], size=8.5, colour=GREY))
    return "".join(parts)


def _alternative(cells: Sequence[Cell], names: Mapping[str, str]) -> str:
    known = [cell for cell in cells if cell.results]
    told = [
        f"{_type(cell)}, {names[cell.measure]}: {VERDICT_WORDS[cell.verdict]}, {results(cell.results)}"
        for cell in known
        if cell.pooled and cell.verdict in ("reduction", "increase")
    ]
    start = f"{len(known)} of {len(cells)} pairs of a kind of help and an outcome have a result."
    return f"{start} Taken together, results point one way in {len(told)}: {'; '.join(told)}." if told else start


def _table(cells: Sequence[Cell], names: Mapping[str, str]) -> Table:
    rows = tuple(
        (_type(cell), names[cell.measure], str(cell.results), f"{cell.people:,}", VERDICT_WORDS[cell.verdict].capitalize())
        for cell in cells
        if cell.results
    )
    return Table(
        caption="What is known about each kind of help",
        heads=("Kind of help", "Outcome", "Results", "People", "What they show"),
        rows=rows,
    )


def _type(cell: Cell) -> str:
    option = TYPES.option(cell.type)
    return option.name if option else cell.type
