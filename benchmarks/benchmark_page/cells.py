"""What the sections share: tables, cells, and the power with which a cost grows."""

import math
from collections.abc import Iterable, Sequence
from datetime import date

from benchmark_page.results import Result

# Other work may take this much of a processor, and the clock still tells of the work that was measured.
FREE = 0.25


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, words: int = 1) -> str:
    """A table in Markdown; all columns but the first `words` are numbers, and the last is words again."""
    sides = ["---" if place < words or place == len(head) - 1 else "--:" for place in range(len(head))]
    lines = (f"| {' | '.join(cells)} |" for cells in (head, *rows))
    first, *rest = lines
    return "\n".join([first, f"|{'|'.join(sides)}|", *rest])


def number(value: float | None) -> str:
    """Three digits that count; nothing where there is no figure."""
    if value is None:
        return ""
    if value >= 100:
        return f"{value:,.0f}"
    if value >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 1 else f"{value:.3g}"


def clock(result: Result) -> str:
    """Seconds on the clock, where other work left the processors free."""
    return number(result.figures.get("wall")) if result.figures.get("others", math.inf) <= FREE else ""


def cost(result: Result) -> list[str]:
    """Processor seconds, seconds on the clock, memory; or why there are none."""
    if result.failed:
        return [f"failed: {result.failed}", "", ""]
    return [number(result.figures.get("cpu")), clock(result), number(result.figures.get("memory"))]


def seen(result: Result) -> str:
    """When it was measured, in how many runs, how busy the machine was."""
    runs = "1 run" if result.runs == 1 else f"{result.runs} runs"
    day = date.fromisoformat(result.seen)
    load = "" if result.load is None else f", load {result.load:.1f}"
    return f"{day.day} {day:%B %Y}, {runs}{load}"


def machines(results: Iterable[Result]) -> str:
    """On what machine; each with its days where there were several."""
    found: dict[str, set[str]] = {}
    for result in results:
        found.setdefault(result.machine, set()).add(result.seen)
    if len(found) == 1:
        return f"Machine: {next(iter(found))}."
    return "\n".join(f"- Machine of {', '.join(sorted(days))}: {machine}." for machine, days in sorted(found.items()))


def power(points: Sequence[tuple[float, float]]) -> float:
    """The power of a size with which a cost grows: the slope of its logarithm, by least squares."""
    x, y = ([math.log(point[axis]) for point in points] for axis in (0, 1))
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
    above = sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True))
    return above / sum((a - middle_x) ** 2 for a in x)


def growth(what: str, results: Sequence[Result]) -> str:
    """In a sentence, how processor seconds grow with the people, over all sizes and over the two largest; empty for one size."""
    points = sorted((result.people, result.figures["cpu"]) for result in results if not result.failed)
    if len(points) < 2:
        return ""
    sentence = (
        f"{what}: from {points[0][0]:,} to {points[-1][0]:,} people, processor seconds grow with people to the power "
        f"{power(points):.2f}"
    )
    return f"{sentence}; between the two largest, {power(points[-2:]):.2f}." if len(points) > 2 else f"{sentence}."
