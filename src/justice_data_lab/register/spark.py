"""Opens a Spark session, or works on the one there is, and runs our SQL on it: for registers that outgrow one machine.

Tables come and go as folders of Parquet, so that a cluster's workers and this program see the same ones.
"""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from justice_data_lab.errors import JDLError, UsageError
from justice_data_lab.files import no_room
from justice_data_lab.register.connect import parquet
from justice_data_lab.register.spark_sql import SAME_AS_DUCKDB, to_spark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from pyspark.sql import SparkSession
    from sqlglot.expressions import Expr

Value: TypeAlias = "str | int | float | date"

# Nothing of a row reaches a log or a page; a date is the day it says; what cannot be read as its type stops the build.
SETTINGS = {
    "spark.app.name": "justice data lab",
    "spark.log.level": "OFF",
    "spark.eventLog.enabled": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
}
# On this machine alone: to try it out and to test it. A cluster's sizes are for whoever submits the build to say.
_HERE = {
    "spark.driver.memory": "1g",
    # a small build is over before Java's better compiler would pay
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.catalogImplementation": "in-memory",
}
LOCAL = "local[2]"
# The level of a session does not reach a cluster's executors, whose log is a file for others to read: each starts with this. Without
# an appender Spark would take it for no configuration, and put its own in its place.
_NO_LOG = """\
status = off
appender.nowhere.type = Null
appender.nowhere.name = nowhere
rootLogger.level = off
rootLogger.appenderRef.nowhere.ref = nowhere
"""
_EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions"


@dataclass(frozen=True, slots=True)
class Spark:
    """A Spark session on which our queries run.

    Attributes:
        session: the session.
        shared: folder that Spark's workers and this program both see, for tables on their way.
    """

    session: SparkSession
    shared: Path

    def at(self, folder: Path) -> Spark:
        """The same session, with tables on their way in another folder."""
        return replace(self, shared=folder)

    def read(self, name: str, folder: Path) -> None:
        """Make a folder of Parquet a view of that name."""
        with _told(f"reading {name}"):
            self.session.read.parquet(_address(folder)).createOrReplaceTempView(name)

    def give(self, name: str, table: pa.Table) -> None:
        """Make a small table of ours a view of that name."""
        with _told(f"taking {name}"):
            self.session.createDataFrame(table).createOrReplaceTempView(name)

    def keep(self, name: str, query: str | Expr, values: Mapping[str, Value] | None = None) -> None:
        """Make the rows of a query a view of that name, worked out once however often it is read.

        Args:
            name: of the view, in place of an older one.
            query: in DuckDB's dialect.
            values: to bind, all that the query asks for.
        """
        with _told(name):
            self.session.sql(to_spark(query), args=dict(values or {})).persist().createOrReplaceTempView(name)

    def write(self, name: str, query: str | Expr, values: Mapping[str, Value] | None = None) -> str:
        """Write the rows of a query, in any order, as the folder of that name in `shared`.

        Args:
            name: of the folder; an older one goes.
            query: in DuckDB's dialect.
            values: to bind, all that the query asks for.

        Returns:
            SQL by which DuckDB reads them.
        """
        folder = self.shared / name
        with _told(name):
            self.session.sql(to_spark(query), args=dict(values or {})).write.mode("overwrite").parquet(_address(folder))
        return parquet(folder)

    def fetch(self, query: str | Expr) -> pa.Table:
        """The rows of a query that gives few."""
        with _told("a result"):
            return self.session.sql(to_spark(query)).toArrow()

    def forget(self, name: str) -> None:
        """Drop a view, and what was kept for it."""
        with _told(name):
            self.session.catalog.uncacheTable(name)
            self.session.catalog.dropTempView(name)


@contextmanager
def open_spark(*, master: str | None, scratch: Path) -> Iterator[Spark]:
    """A Spark session for the length of the block; one that is running already is worked on and left running.

    Args:
        master: `local[2]` for this machine alone; None when `spark-submit` has said where Spark runs.
        scratch: folder for what Spark puts aside on this machine (a cluster's workers have their own), and for tables on their way.

    Raises:
        UsageError: PySpark or Java 17 is not installed.
    """
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 -- an extra, and slow to import
    except ImportError as fault:
        message = "Expected PySpark for --engine spark, found none. Install it: pip install 'justice-data-lab[spark]'."
        raise UsageError(message) from fault
    running = SparkSession.getActiveSession()
    session = running or _started(SparkSession.builder, master, scratch)
    try:
        yield Spark(_prepared(session), scratch)
    finally:
        if running is None:
            session.stop()


def _started(builder: SparkSession.Builder, master: str | None, scratch: Path) -> SparkSession:
    from splink.internals.spark.jar_location import similarity_jar_location  # noqa: PLC0415 -- needs PySpark

    folders = {"spark.local.dir": str(scratch), "spark.sql.warehouse.dir": str(scratch / "warehouse")}
    # to score a cohort; on a cluster `--jars` says it, which this would put aside
    here = {**_HERE, **folders, "spark.jars": similarity_jar_location()}
    try:
        settings = _quiet_executors(scratch) if master is None else {**here, "spark.master": master}
        session = builder.config(map={**SETTINGS, **settings}).getOrCreate()
    except Exception as fault:  # noqa: BLE001 -- whatever PySpark raises when no Java answers
        message = f"Spark did not start ({type(fault).__name__}). It needs Java 17; see docs/how-to/run-on-spark.md."
        raise UsageError(message) from None
    if master is not None:
        # the Python that runs this has Arrow; the one that is first on the path may not
        session.sparkContext.pythonExec = sys.executable
    return session


def _quiet_executors(scratch: Path) -> dict[str, str]:
    """The settings by which executors write no log and spill nothing that can be read, after what the cluster has them started with; the file lies where all see it."""
    from pyspark import SparkConf, SparkContext  # noqa: PLC0415 -- an extra

    SparkContext._ensure_initialized()  # noqa: SLF001 -- before it, nothing is known of what `spark-submit` was told
    given = SparkConf().get(_EXECUTOR_OPTIONS, "")
    file = scratch.absolute() / "log4j2.properties"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_NO_LOG, encoding="utf-8")
    return {
        _EXECUTOR_OPTIONS: f"{given} -Dlog4j2.configurationFile={file.as_uri()}".strip(),
        "spark.io.encryption.enabled": "true",
    }


def _prepared(session: SparkSession) -> SparkSession:
    """The session with the functions that our SQL asks for, and with no log on either side: Spark's errors quote values."""
    from pyspark.logger import PySparkLogger  # noqa: PLC0415 -- an extra
    from pyspark.sql.functions import arrow_udf  # noqa: PLC0415 -- an extra

    session.sparkContext.setLogLevel("OFF")
    own = [PySparkLogger.getLogger(f"{kind}QueryContextLogger") for kind in ("SQL", "DataFrame")]
    for logger in (*own, logging.getLogger("py4j")):
        logger.setLevel(logging.CRITICAL + 1)

    # functions within a function are sent to the workers whole: those need Arrow, and not this package
    def ln(values: pa.Array) -> pa.Array:
        return pc.ln(values)

    def exp(values: pa.Array) -> pa.Array:
        return pc.exp(values)

    def upper(values: pa.Array) -> pa.Array:
        return pc.utf8_upper(values)

    for function, kind in ((ln, "double"), (exp, "double"), (upper, "string")):
        session.udf.register(SAME_AS_DUCKDB[function.__name__], arrow_udf(function, kind))
    return session


def _address(folder: Path) -> str:
    """The folder as Spark must be told of it: a bare path is one of the cluster's own storage, and a relative one is nobody's."""
    return f"file://{folder.absolute()}"


@contextmanager
def _told(step: str) -> Iterator[None]:
    """Say at which step Spark stopped, in our words: its own may hold a value."""
    try:
        yield
    except Exception as fault:  # noqa: BLE001 -- Spark's, Py4J's and the operating system's
        advice = (
            "There is no room left on a disk of Spark's. Make room; the same command goes on from there."
            if no_room(fault)
            else "Build with --engine duckdb to see whether the data are at fault."
        )
        message = f"Spark stopped at {step} ({type(fault).__name__}). {advice}"
        raise JDLError(message) from None
