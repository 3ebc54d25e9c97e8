"""A build that is killed on one engine is finished on the other, with the same snapshot and with nothing of Spark's left beside it."""

import pytest

from killed_builds import BEGINS, ENDS, GOES_ON, KILLED, STAGES, jdl, same, stages_done
from on_spark import NEEDS_SPARK

pytestmark = NEEDS_SPARK

ON_SPARK = ("--engine", "spark")


@pytest.fixture(scope="module")
def undisturbed(source, tmp_path_factory):
    """What a build on DuckDB leaves that nobody killed."""
    place = tmp_path_factory.mktemp("undisturbed") / "place"
    assert jdl(place, "register", "build", source, place / "snap").code == 0
    return same(place / "snap")


def killed(place, source, *engine, stage, after):
    """Kill a build within a stage, not at its end; those before it are done then, and it is not."""
    words, before = ("register", "build", source, place / "snap", *engine), set(STAGES[: STAGES.index(stage)])
    begins = GOES_ON if stages_done(place) == before else BEGINS[stage]
    ended = jdl(place, *words, since=begins, seconds=after, until=ENDS[stage])
    assert ended.code == KILLED, ended.said
    assert begins in ended.steps
    assert ended.steps[-1] != ENDS[stage], "the stage was over before it was killed"
    assert stages_done(place) == before


def finished(place, source, *engine):
    ended = jdl(place, "register", "build", source, place / "snap", *engine)
    assert ended.code == 0, ended.said
    assert [path.name for path in place.iterdir()] == ["snap"]
    return same(place / "snap")


def test_begun_on_duckdb_killed_twice_on_spark_and_finished_on_duckdb(source, undisturbed, tmp_path):
    place = tmp_path / "place"
    killed(place, source, stage="index events", after=0.05)
    killed(place, source, *ON_SPARK, stage="index events", after=1.0)
    assert list(place.glob(".snap.spark-*")), "what Spark put aside is there, for the next to take away"
    killed(place, source, *ON_SPARK, stage="linkage", after=1.0)
    assert finished(place, source) == undisturbed


def test_begun_on_duckdb_and_finished_on_spark(source, undisturbed, tmp_path):
    place = tmp_path / "place"
    killed(place, source, stage="index events", after=0.05)
    assert finished(place, source, *ON_SPARK) == undisturbed
