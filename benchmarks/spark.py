"""A build by Spark in local mode and by DuckDB of the same source, each in a process of its own; needs Java 17 and PySpark."""

import json
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

from measured import Meter, children_peak, in_a_process, medians, processor
from part import Part, Sizes, parser_of, part_of
from registers import content_of, register_of

USUAL = Sizes(people=(20_000, 100_000), runs=1)
QUICK = Sizes(people=(5_000,), runs=1)
ENGINES = ("DuckDB", "Spark")


def by_duckdb(source: Path, out: Path) -> None:
    """Build the snapshot in this program."""
    from justice_data_lab.prepare import prepare  # noqa: PLC0415 -- counts, as it does on the command line

    prepare(source, out)


def by_spark(source: Path, out: Path) -> None:
    """Build it on Spark within this program, and wait for Java to end, so that what it took is counted."""
    from pyspark import SparkContext  # noqa: PLC0415 -- one engine does not pay for the other

    from justice_data_lab.prepare import prepare  # noqa: PLC0415 -- the same
    from justice_data_lab.register.spark import LOCAL, open_spark  # noqa: PLC0415 -- the same

    with tempfile.TemporaryDirectory() as scratch, open_spark(master=LOCAL, scratch=Path(scratch)) as spark:
        prepare(source, out, spark=spark)
    gateway = SparkContext._gateway  # noqa: SLF001 -- the only way to the process
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()


def one_engine(engine: str, source: Path, out: Path) -> None:
    """Build by one engine in this process and print what it took as JSON."""
    meter = Meter()
    (by_spark if engine == "Spark" else by_duckdb)(source, out)
    found = meter.read() | {"cpu": processor()}
    print(json.dumps(found | {"memory": found["memory"] + children_peak()}))


def measure_size(part: Part, people: int) -> None:
    """Measure both engines at one size, and see that they built the same."""
    for engine in ENGINES:
        part.measure(engine, people, partial(medians, partial(measured, part, engine, people), part.runs))


def measured(part: Part, engine: str, people: int) -> dict[str, float]:
    """A build by one engine in a process of its own, and whether it is that of the register's snapshot."""
    place = register_of(part.folder, people)
    out = place / f"by-{engine.lower()}"
    shutil.rmtree(out, ignore_errors=True)
    found = in_a_process(Path(__file__), "--engine", engine, str(place / "source"), str(out))
    same = content_of(out) == content_of(place / "snapshot")
    shutil.rmtree(out)
    return found | {"same": float(same)}


def main() -> None:
    """Build every size by both engines."""
    if sys.argv[1:2] == ["--engine"]:
        one_engine(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
        return
    part = part_of("spark", parser_of(__doc__).parse_args(), USUAL, QUICK)
    for people in part.people:
        measure_size(part, people)


if __name__ == "__main__":
    main()
