"""What Spark is given to read in place of our SQL where the two engines would differ, and what is said where there is no Spark."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from justice_data_lab.errors import JDLError, UsageError
from justice_data_lab.linkage.keys import read_sql
from justice_data_lab.register.spark import LOCAL, SETTINGS, Spark, open_spark
from justice_data_lab.register.spark_sql import to_spark


@pytest.mark.parametrize(
    ("ours", "sparks"),
    [
        ("SELECT days / 365.25 FROM t", "SELECT days / CAST(365.25 AS DOUBLE) FROM t"),
        ("SELECT days / 365 FROM t", "SELECT days / 365 FROM t"),
        ("SELECT '365.25' FROM t", "SELECT '365.25' FROM t"),
        ("SELECT 1 / (1 + exp(-ln(x))) FROM t", "SELECT 1 / (1 + JDL_EXP(-JDL_LN(x))) FROM t"),
        ("SELECT upper(trim(upper(x))) FROM t", "SELECT JDL_UPPER(TRIM(JDL_UPPER(x))) FROM t"),
        ("SELECT CAST('0x' || substr(md5(x), 1, 15) AS BIGINT)", "SELECT CAST(CONV(SUBSTRING(MD5(x), 1, 15), 16, 10) AS BIGINT)"),
        ("jaro_winkler_similarity(a_l, a_r) >= 0.9", "JARO_WINKLER(a_l, a_r) >= CAST(0.9 AS DOUBLE)"),
        ("list_has_any(a_l, a_r)", "ARRAYS_OVERLAP(a_l, a_r)"),
        ("SELECT * FROM linkage.identity AS i", "SELECT * FROM identity AS i"),
        ("SELECT x FROM t WHERE id >= $low", "SELECT x FROM t WHERE id >= :low"),
        ("SELECT max(x) OVER (ORDER BY y) FROM t", "SELECT MAX(x) OVER (ORDER BY y NULLS LAST) FROM t"),
    ],
)
def test_where_the_engines_differ_spark_reads_what_duckdb_means(ours, sparks):
    assert to_spark(ours) == sparks


@pytest.mark.parametrize("name", ["identity", "register_keys", "cohort_keys", "cohort", "records", "frequency_full_name"])
def test_no_query_of_linkage_leaves_case_and_hashes_to_spark(name):
    text = to_spark(read_sql(name))
    assert " UPPER(" not in text
    assert "'0x'" not in text


def test_without_pyspark_one_sentence_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(UsageError, match=r"justice-data-lab\[spark\]"), open_spark(master=LOCAL, scratch=tmp_path):
        pass


class Builder:
    """Stands for PySpark's: remembers the settings, and finds no Java."""

    def __init__(self):
        self.settings = {}

    def config(self, map):  # noqa: A002
        self.settings = map
        return self

    def getOrCreate(self):  # noqa: N802
        message = "JAVA_GATEWAY_EXITED"
        raise RuntimeError(message)


# What `spark-submit` was told of the executors.
SUBMITTED = {"spark.executor.extraJavaOptions": "-Xss4m"}


@pytest.mark.parametrize("master", [LOCAL, None])
def test_without_java_one_sentence_says_so_and_a_cluster_keeps_its_own_sizes(monkeypatch, tmp_path, master):
    builder = Builder()
    session = SimpleNamespace(builder=builder, getActiveSession=lambda: None)
    for name, inside in (
        ("pyspark", {"SparkConf": lambda: SUBMITTED, "SparkContext": SimpleNamespace(_ensure_initialized=lambda: None)}),
        ("pyspark.sql", {"SparkSession": session}),
        ("splink.internals.spark.jar_location", {"similarity_jar_location": lambda: "similarity.jar"}),
    ):
        module = ModuleType(name)
        module.__dict__.update(inside)
        monkeypatch.setitem(sys.modules, name, module)
    with pytest.raises(UsageError, match="Java 17"), open_spark(master=master, scratch=tmp_path):
        pass
    assert builder.settings["spark.log.level"] == "OFF"
    assert ("spark.jars" in builder.settings) is (master is not None), "a cluster's own jars are left alone"
    assert set(SETTINGS) <= set(builder.settings)
    assert ("spark.driver.memory" in builder.settings) is (master is not None)
    assert builder.settings.get("spark.master") == master
    if master is None:
        quiet = tmp_path / "log4j2.properties"
        assert builder.settings["spark.executor.extraJavaOptions"] == f"-Xss4m -Dlog4j2.configurationFile={quiet.as_uri()}"
        assert "rootLogger.level = off" in quiet.read_text()


class Broken:
    """Stands for a session on which a cast fails, with the value in the message as Spark puts it."""

    def sql(self, text, args):
        message = "[CAST_INVALID_INPUT] The value 'Yardley' of the type STRING cannot be cast"
        raise ValueError(message)


class Full:
    """Stands for a session whose workers have no room left."""

    def sql(self, text, args):
        message = "java.io.IOException: No space left on device"
        raise RuntimeError(message)


def test_a_disk_of_sparks_that_is_full_is_told_as_that(tmp_path):
    with pytest.raises(JDLError, match=r"no room left on a disk of Spark's\. Make room; the same command goes on"):
        Spark(Full(), tmp_path).keep("cleaned", "SELECT 1")


class Reading:
    """Stands for a session, and remembers from where it was to read."""

    def __init__(self):
        self.read = self
        self.places = []

    def parquet(self, place):
        self.places.append(place)
        return SimpleNamespace(createOrReplaceTempView=lambda name: None)


def test_a_folder_is_named_in_full_as_a_place_that_every_machine_sees(tmp_path, monkeypatch):
    session = Reading()
    monkeypatch.chdir(tmp_path)
    Spark(session, tmp_path).read("person", Path("snap 1") / "person")
    assert session.places == [f"file://{tmp_path}/snap 1/person"]


def test_a_value_that_spark_names_goes_no_further(tmp_path):
    with pytest.raises(JDLError) as told:
        Spark(Broken(), tmp_path).keep("cleaned", "SELECT 1")
    assert "cleaned" in str(told.value)
    assert "Yardley" not in str(told.value)
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__
