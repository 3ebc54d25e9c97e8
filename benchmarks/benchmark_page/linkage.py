"""The section on linkage."""

from collections.abc import Iterator, Sequence

from benchmark_page.cells import cost, growth, number, seen, table
from benchmark_page.results import Result

OURS = "this program"
NAIVE = "naive Splink: load, clean, train, predict"
FROZEN = "frozen model, `predict_between` on the register"
BY_HAND = "SQL by hand, exact and fuzzy"
COHORT = 1_000
HEAD = """## Linkage

A cohort with ordinary mistakes (`jdl cohort synthesise --errors normal`) against an invented register; each way in a process of its own, the first run
of each not counted (of naive Splink, which reads its files anew each time, every run counts). Reading the cohort file is left out for all. Naive Splink
is trained on pairs with the same police number, or the same surname and birthday: in training it joins the register with itself, and pairs with the
same birthday alone would grow with the square of the register. *Times* and *memory* are the way's processor seconds and peak memory over this
program's. Precision: of those linked, how many are right. Recall: of those who are in the register, how many were found. The ways are written out in `benchmarks/linkage_peers.py`."""


def linkage_section(results: Sequence[Result]) -> str:
    """Every way at every size of the register, then this program at every size of the cohort."""
    sizes = sorted({each.people for each in results})
    usual = [each for each in results if each.cohort == COHORT]
    ours = [each for each in usual if each.work == OURS]
    tables = [_beside(people, [each for each in usual if each.people == people]) for people in sizes]
    largest = [each for each in results if each.people == sizes[-1]] if sizes else []
    return "\n\n".join(part for part in (HEAD, *tables, growth("This program", ours), _cohorts(largest)) if part)


def _beside(people: int, results: Sequence[Result]) -> str:
    base = next((each for each in results if each.work == OURS), None)
    rows = [
        [each.work, *cost(each), *_ratios(each, base), *_right(each), seen(each)]
        for way in (OURS, NAIVE, FROZEN, BY_HAND)
        for each in results
        if each.work == way
    ]
    head = [
        f"{COHORT:,} against {people:,} people",
        "processor seconds",
        "on the clock",
        "peak GiB",
        "times",
        "memory",
        "precision",
        "recall",
        "seen",
    ]
    return table(head, rows) if rows else ""


def _ratios(result: Result, base: Result | None) -> Iterator[str]:
    for figure in ("cpu", "memory"):
        known = base is not None and base is not result and not (base.failed or result.failed)
        yield number(result.figures[figure] / base.figures[figure]) if known and base is not None else ""


def _right(result: Result) -> list[str]:
    return [f"{result.figures[name]:.4f}" if name in result.figures else "" for name in ("precision", "recall")]


def _cohorts(results: Sequence[Result]) -> str:
    """This program by size of the cohort; nothing where there is but one."""
    ours = sorted((each for each in results if each.work == OURS), key=lambda each: each.cohort)
    rows = [[f"{each.cohort:,}", *cost(each), *_right(each), seen(each)] for each in ours]
    head = [f"cohort against {results[0].people:,} people" if rows else "", "processor seconds", "on the clock", "peak GiB"]
    return table([*head, "precision", "recall", "seen"], rows, words=0) if len(rows) > 1 else ""
