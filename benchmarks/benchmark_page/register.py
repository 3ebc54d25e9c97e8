"""The sections on the register, on whole runs and on Spark."""

from collections.abc import Sequence

from benchmark_page.cells import clock, cost, growth, number, power, seen, table
from benchmark_page.results import Result

HEAD = ("processor seconds", "on the clock", "peak GiB")
ON_PAPER = (50_000_000, 100_000_000)
STEPS = {"synthesise": "Synthesis", "build": "Build", "refresh": "Refresh"}
REGISTER = """## The register

`jdl register synthesise` and `jdl register build`, each size and step in a process of its own. *Written* is the size of the files left.
*Refresh* builds the same snapshot from that of an extract of three months before."""
WHOLE = """## A whole run

`jdl run`, from the cohort file (custody, with ordinary mistakes) to the report as HTML, PDF and workbooks, with every check and the negative control, in a process
of its own with everything that it starts."""
SPARK = """## Spark in local mode

The same build by DuckDB and by Spark within one program (two cores, 1 GB for Java), which is how Spark is tried out; it is no picture of a cluster.
Memory of Spark is that of Python and of Java, both at their most."""


def register_section(results: Sequence[Result]) -> str:
    """Synthesis and build at every size, how they grow, and what each stage of a build takes."""
    steps = [result for step in STEPS for result in results if result.work == step]
    rows = [
        [f"{each.people:,}", each.work, *cost(each), number(each.figures.get("written")), _same(each), seen(each)]
        for each in steps
    ]
    lines = [growth(said, [each for each in steps if each.work == step]) for step, said in STEPS.items()]
    return "\n\n".join(
        part
        for part in (
            REGISTER,
            table(["people", "step", *HEAD, "written GiB", "same content", "seen"], rows, words=2),
            *lines,
            _in_parts([each for each in steps if each.work == "build"], "build by stages", "cpu"),
            _in_parts([each for each in steps if each.work == "refresh"], "refresh by stages", "cpu"),
        )
        if part
    )


def whole_section(results: Sequence[Result]) -> str:
    """A whole run at every size, and what each room takes."""
    rows = [[f"{each.people:,}", f"{each.cohort:,}", *cost(each), seen(each)] for each in results]
    rooms = _in_parts(results, "run by rooms", "wall")
    return "\n\n".join(part for part in (WHOLE, table(["people", "cohort", *HEAD, "seen"], rows, words=0), rooms) if part)


def spark_section(results: Sequence[Result]) -> str:
    """A build by both engines."""
    rows = [
        [f"{each.people:,}", each.work, *cost(each), _same(each), seen(each)]
        for each in sorted(results, key=lambda each: (each.people, each.work))
    ]
    return "\n\n".join([SPARK, table(["people", "engine", *HEAD, "same content", "seen"], rows, words=2)])


def spark_times(builds: Sequence[Result], spark: Sequence[Result]) -> str:
    """The table of times of the how-to on Spark: every size that was built, by DuckDB and by Spark, and larger ones on paper."""
    by_size: dict[int, dict[str, Result]] = {}
    for each in (*(each for each in builds if each.work == "build"), *spark):
        if not each.failed:
            by_size.setdefault(each.people, {})["Spark" if each.work == "Spark" else "DuckDB"] = each
    rows = [
        [f"{people:,}", *(_time(found.get(engine)) for engine in ("DuckDB", "Spark"))]
        for people, found in sorted(by_size.items())
    ]
    known = sorted((people, found["DuckDB"].figures["cpu"]) for people, found in by_size.items() if "DuckDB" in found)
    return table(["people", "DuckDB, 2 cores", "Spark, local mode, 2 cores"], [*rows, *_on_paper(known)], words=3)


def _on_paper(known: Sequence[tuple[int, float]]) -> list[list[str]]:
    """Processor seconds of sizes that were not built, by the growth between the two largest that were."""
    if len(known) < 2:
        return []
    largest, seconds = known[-1]
    exponent = power(known[-2:])
    at = ((people, seconds * (people / largest) ** exponent) for people in ON_PAPER if people > largest)
    return [[f"{people:,}, on paper", f"{number(found)} s of processor", ""] for people, found in at]


def _time(result: Result | None) -> str:
    if result is None:
        return "not measured"
    on_the_clock = f", {clock(result)} s on the clock" if clock(result) else ""
    return f"{number(result.figures['cpu'])} s of processor{on_the_clock}"


def _in_parts(results: Sequence[Result], of: str, figure: str) -> str:
    """What each stage or room took, a line for each size; on the clock only of a free machine; nothing where none was measured."""
    told = [each for each in results if figure == "cpu" or clock(each)]
    with_parts = [each for each in told if any("/" in name for name in each.figures)]
    parts = tuple(dict.fromkeys(name.partition("/")[0] for each in with_parts for name in each.figures if "/" in name))
    if not parts:
        return ""
    unit = {"cpu": "processor seconds", "wall": "seconds on the clock"}[figure]
    rows = [[_size(each), *(number(each.figures.get(f"{part}/{figure}")) for part in parts), seen(each)] for each in with_parts]
    return table([f"{of}, {unit}", *parts, "seen"], rows)


def _size(result: Result) -> str:
    return f"{result.people:,} people" + (f", cohort {result.cohort:,}" if result.cohort else "")


def _same(result: Result) -> str:
    """Whether a build by another way has the content of the usual one; nothing where there is no other."""
    return {1.0: "yes", 0.0: "NO"}.get(result.figures.get("same", -1.0), "")
