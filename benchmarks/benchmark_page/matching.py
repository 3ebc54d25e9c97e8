"""The section on matching."""

from collections.abc import Sequence

from benchmark_page.cells import cost, growth, number, seen, table
from benchmark_page.results import Result

WHOLE, FIT, CAUSALLIB = "whole", "fit", "causallib"
FITS = {
    FIT: "this program, aliased columns looked for",
    "glum": "glum 3.4, its own precision",
    "glum_precise": "glum 3.4, precision 1e-8",
    "newton_cholesky": "scikit-learn newton-cholesky, precision 1e-8",
    "statsmodels": "statsmodels logit",
}
TREATED = 1_000
HEAD = """## Matching

Invented people with the columns of the published covariates: twenty numbers and ten categories, 61 columns of the model and an intercept, in one
Parquet file. *Read to tests* is `read_design`, `match` (score, radius weights, balance), `read_outcomes` and `estimate` with three measures, by the
same doors as `jdl evaluate`. *Fit* is the propensity score alone, from columns in memory: peers get their matrix ready-made (glum its own sparse
one, with the conversion counted as it is part of its fit), this program looks for aliased columns and standardises within the time."""


def matching_section(results: Sequence[Result]) -> str:
    """Read to tests as pool and cohort grow, each fit beside its peers, and the peer that matches too."""
    whole = [each for each in results if each.work == WHOLE]
    pools = sorted({each.people for each in results if each.work in FITS})
    parts = (HEAD, _whole(whole), growth("Read to tests", [each for each in whole if each.cohort == TREATED]))
    return "\n\n".join(part for part in (*parts, *(_fits(results, pool) for pool in pools), *_causallib(results)) if part)


def _whole(results: Sequence[Result]) -> str:
    rows = [
        [
            f"{each.cohort:,}",
            f"{each.people:,}",
            *cost(each),
            f"{each.figures['largest']:.3f}" if not each.failed else "",
            seen(each),
        ]
        for each in sorted(results, key=lambda each: (each.cohort != TREATED, each.people, each.cohort))
    ]
    head = [
        "treated",
        "pool",
        "read to tests, processor seconds",
        "on the clock",
        "peak GiB",
        "largest difference after matching",
        "seen",
    ]
    return table(head, rows, words=0)


def _fits(results: Sequence[Result], pool: int) -> str:
    found = {each.work: each for each in results if each.people == pool and each.work in FITS}
    base = found.get(FIT)
    rows = [
        [FITS[name], *cost(found[name]), _times(found[name], base), _apart(found[name]), seen(found[name])]
        for name in FITS
        if name in found
    ]
    head = [
        f"fit of {TREATED:,} treated and {pool:,} in the pool",
        "processor seconds",
        "on the clock",
        "peak GiB",
        "times",
        "coefficients differ by",
        "seen",
    ]
    return table(head, rows)


def _causallib(results: Sequence[Result]) -> list[str]:
    whole = {each.people: each for each in results if each.work == WHOLE and each.cohort == TREATED}
    return [
        f"causallib 0.10 from the same file to one effect (its own score, one neighbour for each treated person, no balance, no interval), "
        f"{each.people:,} in the pool: {number(each.figures['cpu'])} processor seconds and {number(each.figures['memory'])} GiB, "
        f"{_times(each, whole.get(each.people))} times this program ({seen(each)}). A larger pool is not tried with it."
        for each in results
        if each.work == CAUSALLIB and not each.failed
    ]


def _times(result: Result, base: Result | None) -> str:
    return "" if base is None or base.failed or result.failed else number(result.figures["cpu"] / base.figures["cpu"])


def _apart(result: Result) -> str:
    return f"{result.figures['apart']:.0e}" if "apart" in result.figures else ""
