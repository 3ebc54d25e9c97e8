"""Spark gives what DuckDB and the plain reference give: every worked life, and random lives to the last bit."""

import random

import pytest

from on_spark import NEEDS_SPARK, spark  # noqa: F401  (a fixture)
from spec.engines import on_duckdb, on_spark
from spec.test_random_lives import EXTRACT, random_life
from spec.test_worked_lives import as_expected, found_on
from spec.worked_lives import WORKED_LIVES

pytestmark = NEEDS_SPARK


@pytest.fixture(scope="module")
def worked(spark):  # noqa: F811
    return found_on(lambda lives, day: on_spark(spark, lives, day))


@pytest.mark.parametrize("number", range(len(WORKED_LIVES)), ids=[life.claim for life in WORKED_LIVES])
def test_worked_life(worked, number):
    as_expected(worked[number], WORKED_LIVES[number].expected)


def test_random_lives_are_the_same_rows_to_the_last_bit(spark):  # noqa: F811
    rng = random.Random(20261122)  # noqa: S311  (invented lives)
    lives = [random_life(rng, number) for number in range(600)]
    assert on_spark(spark, lives, EXTRACT, people_at_once=250) == on_duckdb(lives, EXTRACT, people_at_once=250)
