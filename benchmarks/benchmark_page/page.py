"""Puts the page together from the results of every part, and the table of times into the how-to on Spark."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmark_page.cells import FREE, machines
from benchmark_page.linkage import linkage_section
from benchmark_page.matching import matching_section
from benchmark_page.register import register_section, spark_section, spark_times, whole_section
from benchmark_page.results import Result, read_results
from benchmark_page.steps import steps_section

BENCHMARKS = Path(__file__).resolve().parents[1]
RESULTS = BENCHMARKS / "results"
DOCS = BENCHMARKS.parent / "docs"
PAGE, ON_SPARK = DOCS / "reference" / "benchmarks.md", DOCS / "how-to" / "run-on-spark.md"
SECTIONS: Mapping[str, Callable[[Sequence[Result]], str]] = {
    "register": register_section,
    "whole": whole_section,
    "linkage": linkage_section,
    "matching": matching_section,
    "spark": spark_section,
    "steps": steps_section,
}
HEAD = f"""# Benchmarks

Made by `python3 dev.py bench`, which keeps what it measures in `benchmarks/results/` and writes this page from it; no row is typed by hand. Sizes may be
run one at a time: each row says when it was seen, in how many runs (figures are their medians), and the load average of the last minute when it ended.

Every program works on the same data, in a process of its own, with one thread for linear algebra. Processor seconds are those of all processors
together, the operating system's part included; they depend little on what else the machine does. The clock does: it is given only where other work
took less than {FREE} of a processor meanwhile. *Peak* is the most memory that the process held, interpreter and data included, pages of files that are
mapped into memory too, in GiB. How each comparison is made stands in `benchmarks/`.

The machine is a share of a larger one, and its speed is not always the same: one run of the same program took 35 processor seconds, and 42 two hours
later, on 26 November 2026. Peers are measured one after the other; rows of different hours are not that close."""
_TIMES = re.compile(r"(<!-- times: written by dev\.py bench -->\n).*?(<!-- end of times -->)", flags=re.DOTALL)


def page(results: Path) -> str:
    """The page that a folder of results makes."""
    found = {part: read_results(results / f"{part}.jsonl") for part in SECTIONS}
    sections = [section(found[part]) for part, section in SECTIONS.items() if found[part]]
    return "\n\n".join([HEAD, machines(each for part in found.values() for each in part), *sections]) + "\n"


def with_times(text: str, results: Path) -> str:
    """The how-to on Spark with its table of times as the results have it."""
    times = spark_times(*(read_results(results / f"{part}.jsonl") for part in ("register", "spark")))
    return _TIMES.sub(lambda found: f"{found[1]}{times}\n{found[2]}", text)


def write_page(results: Path) -> Path:
    """Write the page; the committed one and the how-to only when the committed results are asked for.

    Returns:
        Where it stands.
    """
    if results != RESULTS:
        (results / PAGE.name).write_text(page(results), encoding="utf-8")
        return results / PAGE.name
    PAGE.write_text(page(results), encoding="utf-8")
    ON_SPARK.write_text(with_times(ON_SPARK.read_text(encoding="utf-8"), results), encoding="utf-8")
    return PAGE
