"""Compares speed with peers on the same data in the same run; prints medians and ratios, judges nothing."""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from invented_people import request_of, world
from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.disclosure.linked.request import linked_system
from justice_data_lab.matching.radius import radius_weights
from justice_data_lab.study import DisclosureRules

Floats = npt.NDArray[np.float64]
# A request of the usual size.
ANALYSES, PEOPLE = 4, 500


def median_seconds(work: Callable[[], object], runs: int) -> float:
    """The median time of the runs, after one that is not counted."""
    work()
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


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


def radius(runs: int) -> None:
    """Radius weights beside the double loop."""
    rng = np.random.default_rng(2)
    treated = np.r_[np.ones(1_000, bool), np.zeros(200_000, bool)]
    scores = np.r_[rng.normal(0.3, 1, 1_000), rng.normal(0, 1, 200_000)]
    base = median_seconds(lambda: radius_weights(scores, treated, 0.05), runs)
    print(f"radius weights: {base * 1000:.0f} ms")
    print(f"double loop: {median_seconds(lambda: double_loop(scores, treated, 0.05), runs) / base:.0f} times ours")


def clear(runs: int) -> None:
    """disclose() of a whole request: seven tables of four analyses, profile, balance, records and the way to the people analysed."""
    made = next(each for each in map(world, range(100)) if len(each.analyses) == ANALYSES and len(each.whole) > PEOPLE)
    request, rules = request_of(made), DisclosureRules()
    counts = len(linked_system(request, rules).system.cells)
    print(
        f"disclose(), {len(request.measures)} measures of {len(request.analyses)} analyses, {counts} counts that add up:", end=" "
    )
    print(f"{median_seconds(lambda: disclose(request, rules), runs):.2f} s")


def main() -> None:
    """Run every comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    radius(runs)
    clear(runs)


if __name__ == "__main__":
    main()
