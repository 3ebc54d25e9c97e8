"""Compares speed with peers on the same data in the same run; prints medians and ratios, judges nothing."""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import statsmodels.api as sm
from sklearn.linear_model import LogisticRegression

from invented_people import request_of, world
from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.disclosure.linked.request import linked_system
from justice_data_lab.matching.matcher import match
from justice_data_lab.matching.radius import radius_weights
from justice_data_lab.measures.catalogue import Covariate
from justice_data_lab.measures.design import Measures
from justice_data_lab.study import DisclosureRules, Method

Floats = npt.NDArray[np.float64]
# A request of the usual size.
ANALYSES, PEOPLE = 4, 500


def people(treated: int, pool: int, columns: int) -> tuple[npt.NDArray[np.int8], Floats]:
    """Invented people whose chance of treatment depends on what is known of them."""
    rng = np.random.default_rng(1)
    flags = np.r_[np.ones(treated), np.zeros(pool)].astype(np.int8)
    x = rng.normal(size=(treated + pool, columns))
    x[:treated] += rng.normal(scale=0.2, size=columns)
    return flags, x


def median_seconds(work: Callable[[], object], runs: int) -> float:
    """The median time of the runs, after one that is not counted."""
    work()
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def fit(runs: int) -> None:
    """The whole of match() beside the fits alone of two peers."""
    flags, x = people(1_000, 100_000, 40)
    columns = {f"x{place}": pa.array(x[:, place]) for place in range(x.shape[1])}
    covariates = tuple(Covariate(name=name, kind="numeric", group=name, label=name) for name in columns)
    rows = pa.table({"row": pa.array(range(len(flags)), pa.int64()), "treated": pa.array(flags), **columns})
    measures = Measures(rows=rows, covariates=covariates, exact=(), attrition=())
    with_constant = sm.add_constant(x)
    peer = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10, max_iter=100)
    ours = [c.value for c in match(measures, Method()).design.coefficients]
    theirs = sm.Logit(flags, with_constant).fit(disp=0, tol=1e-12).params
    print(f"largest difference of a coefficient from statsmodels': {np.max(np.abs(np.array(ours) - theirs)):.1e}")
    base = median_seconds(lambda: match(measures, Method()), runs)
    print(f"match(), fit to balance: {base:.2f} s")
    for name, work in {
        "statsmodels logit, fit alone": lambda: sm.Logit(flags, with_constant).fit(disp=0),
        "scikit-learn newton-cholesky, fit alone": lambda: peer.fit(x, flags),
    }.items():
        print(f"{name}: {median_seconds(work, runs) / base:.2f} times ours")


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
    fit(runs)
    radius(runs)
    clear(runs)


if __name__ == "__main__":
    main()
