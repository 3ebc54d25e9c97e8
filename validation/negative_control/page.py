"""The table of `docs/explanation/negative-control.md`, written between its markers from the committed table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from negative_control.table import verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from negative_control.table import Line

_BLOCK = re.compile(r"(<!-- worlds -->\n).*?(<!-- end -->)", re.DOTALL)
_HEAD = (
    "how people come to take part", "cohorts", "shift, future and past", "differed before", "flagged", "differed significantly",
    "the same, OGRS3 held too", "the same, official covariates", "what the report would say", "bar",
)  # fmt: skip


def fill_page(page: str, lines: Iterable[Line]) -> str:
    """The page with its marked table made anew."""
    return _BLOCK.sub(lambda found: f"{found[1]}{lines_table(lines)}{found[2]}", page)


def lines_table(lines: Iterable[Line]) -> str:
    """Every way of taking part: shares flagged in percent, shifts and results in points, Monte Carlo errors in brackets."""
    return "".join(_row(cells) for cells in (_HEAD, ("---",) * len(_HEAD), *map(_cells, lines)))


def _cells(line: Line) -> tuple[str, ...]:
    shift = "" if line.future is None or line.past is None else f"{_points(line.future)} and {_points(line.past)}"
    shares = (
        (line.flagged, line.flagged_mc),
        (line.significant, line.significant_mc),
        (line.with_ogrs3, line.with_ogrs3_mc),
        (line.official, line.official_mc),
    )
    told = tuple(f"{100 * share:.1f}% ({100 * error:.1f})" for share, error in shares)
    before, result = _with_error(line.before, line.before_mc), _with_error(line.result, line.result_mc)
    return (line.world, str(line.cohorts), shift, before, *told, result, verdict(line))


def _with_error(value: float, error: float) -> str:
    return f"{_points(value)} ({_points(error)})"


def _points(value: float) -> str:
    return f"{100 * value:.1f}".replace("-0.0", "0.0")


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
