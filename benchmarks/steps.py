"""Single steps of a request: radius weights beside the textbook's double loop, and disclosure control of a whole request, which has no peer."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from benchmark_page.steps import CLEAR, DOUBLE_LOOP, RADIUS
from invented_people import request_of, world
from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.disclosure.linked.request import linked_system
from justice_data_lab.matching.radius import radius_weights
from justice_data_lab.study import DisclosureRules
from measured import Meter, middle
from part import Part, Sizes, parser_of, part_of

Floats = npt.NDArray[np.float64]
# A pool small enough for the loop to end.
USUAL = Sizes(people=(200_000,), cohorts=(1_000,))
QUICK = Sizes(people=(20_000,), cohorts=(100,), runs=2)
# A request of the usual size.
ANALYSES, PEOPLE = 4, 500


def warm(work: Callable[[], object], runs: int) -> dict[str, float]:
    """Medians over the runs, after one that is not counted."""
    work()
    found = []
    for _ in range(runs):
        meter = Meter()
        work()
        found.append(meter.read())
    return {name: figure for name, figure in middle(found).items() if name != "memory"}


def double_loop(scores: Floats, treated: npt.NDArray[np.bool_], width: float) -> Floats:
    """Radius weights as the textbook writes them."""
    weights = np.zeros(len(scores))
    controls = np.flatnonzero(~treated)
    for person in np.flatnonzero(treated):
        near = controls[np.abs(scores[controls] - scores[person]) <= width]
        if len(near):
            weights[near] += 1 / len(near)
            weights[person] = 1
    return weights


def radius(part: Part, pool: int, cohort: int) -> None:
    """Radius weights beside the double loop."""
    rng = np.random.default_rng(2)
    treated = np.r_[np.ones(cohort, bool), np.zeros(pool, bool)]
    scores = np.r_[rng.normal(0.3, 1, cohort), rng.normal(0, 1, pool)]
    part.measure(RADIUS, pool, lambda: warm(lambda: radius_weights(scores, treated, 0.05), part.runs), cohort=cohort)
    part.measure(DOUBLE_LOOP, pool, lambda: warm(lambda: double_loop(scores, treated, 0.05), part.runs), cohort=cohort)


def clear(part: Part) -> None:
    """disclose() of a whole request: seven tables of four analyses, profile, balance, records and the way to the people analysed."""
    made = next(each for each in map(world, range(100)) if len(each.analyses) == ANALYSES and len(each.whole) > PEOPLE)
    request, rules = request_of(made), DisclosureRules()
    counts = len(linked_system(request, rules).system.cells)
    people = len(made.whole)
    part.measure(CLEAR, people, lambda: warm(lambda: disclose(request, rules), part.runs) | {"counts": float(counts)})


def main() -> None:
    """Measure every step."""
    part = part_of("steps", parser_of(__doc__).parse_args(), USUAL, QUICK)
    for pool in part.people:
        for cohort in part.cohorts:
            radius(part, pool, cohort)
    clear(part)


if __name__ == "__main__":
    main()
