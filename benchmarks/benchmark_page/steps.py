"""The section on single steps of a request."""

from collections.abc import Sequence

from benchmark_page.cells import clock, number, seen, table
from benchmark_page.results import Result

RADIUS, DOUBLE_LOOP = "radius weights", "radius weights by the textbook's double loop"
CLEAR = "disclosure control of a whole request"
HEAD = """## Single steps

Radius weights on scores that are there already. Disclosure control: seven tables of four analyses, profile, balance, records and the way to the
people analysed, protected and audited together."""


def steps_section(results: Sequence[Result]) -> str:
    """Each step at its size."""
    rows = [[each.work, _size(each), each.failed or number(each.figures.get("cpu")), clock(each), seen(each)] for each in results]
    return "\n\n".join([HEAD, table(["step", "size", "processor seconds", "on the clock", "seen"], rows, words=2)])


def _size(result: Result) -> str:
    if result.work == CLEAR:
        return f"{result.people:,} people, {result.figures.get('counts', 0):,.0f} counts that add up"
    return f"{result.cohort:,} treated, {result.people:,} in the pool"
