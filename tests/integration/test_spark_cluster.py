"""A cluster of Spark's builds what DuckDB builds: submitted as the how-to says, on executors that have Arrow and nothing of ours."""

import re
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from justice_data_lab.prepare import prepare
from justice_data_lab.register.snapshot import open_register
from killed_builds import PEOPLE
from on_spark import NEEDS_SPARK
from spark_cluster import WORKERS, cluster

pytestmark = NEEDS_SPARK

ROOT = Path(__file__).parents[2]
HOW_TO = ROOT / "docs" / "how-to" / "run-on-spark.md"
# Before the how-to's own program: a value that an executor cannot read, which Spark would quote in the executor's log.
REFUSED = """
import atexit
from pathlib import Path
from justice_data_lab.errors import JDLError
from justice_data_lab.register.spark import open_spark

held = open_spark(master=None, scratch=Path({scratch!r}))
spark = held.__enter__()
atexit.register(held.__exit__, None, None, None)
spark.read("names", Path({source!r}) / "identity")
try:
    spark.write("refused", "SELECT CAST(surname AS DATE) AS day FROM names")
except JDLError as told:
    print(told)
"""
# Python of an executor: any import of ours would end the build.
BARRED = """#!/bin/sh
PYTHONPATH="{barred}:$PYTHONPATH" exec {python} "$@"
"""


@pytest.fixture(scope="module")
def built(source, tmp_path_factory):
    """What was said, what the executors wrote, and the snapshot."""
    folder = tmp_path_factory.mktemp("cluster")
    bare = folder / "bare" / "justice_data_lab"
    bare.mkdir(parents=True)
    (bare / "__init__.py").write_text("raise ImportError('nothing of ours is on the workers')\n")
    python = folder / "python"
    python.write_text(BARRED.format(barred=bare.parent, python=sys.executable))
    python.chmod(0o755)
    program = folder / "build.py"
    theirs = re.search(r'```python title="build.py"\n(.*?)```', HOW_TO.read_text(), re.DOTALL)
    program.write_text(REFUSED.format(scratch=str(folder / "refused"), source=str(source)) + theirs[1])
    ours = {"PYTHONPATH": str(ROOT / "src"), "PYSPARK_DRIVER_PYTHON": sys.executable, "PYSPARK_PYTHON": str(python)}
    with cluster(folder / "cluster") as running:
        words = ("register", "build", source, folder / "snapshot", "--engine", "spark")
        done = running.submit(program, *words, environment=ours)
        said = done.stdout + done.stderr
        assert done.returncode == 0, said
        return said, running.logs(), folder / "snapshot"


def test_the_snapshot_is_the_one_that_duckdb_builds(source, built, tmp_path):
    here = prepare(source, tmp_path / "snapshot")
    there = open_register(built[2])
    assert there.manifest["tables"] == here.manifest["tables"]
    assert there.content == here.content


def test_every_worker_had_an_executor_and_no_log_holds_a_name(source, built):
    said, logs, _ = built
    assert {name.split("/")[0] for name in logs} == {f"worker-{number}" for number in range(WORKERS)}
    names = pq.read_table(source / "identity", columns=["surname", "pnc_id", "prison_number", "person_id"])
    values = {value.casefold() for column in names.columns for value in column.to_pylist() if value}
    words = {word.casefold() for text in (said, *logs.values()) for word in re.findall(r"[\w'/-]+", text)}
    assert len(values) > PEOPLE
    assert words & values == set()


def test_what_an_executor_cannot_read_is_told_without_its_value(built):
    assert "Spark stopped at refused" in built[0]
    assert not any("CAST_INVALID_INPUT" in text for text in (built[0], *built[1].values()))
