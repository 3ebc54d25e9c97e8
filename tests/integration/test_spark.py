"""Spark builds the very snapshot that DuckDB builds, from a register of 20,000 people."""

import pytest

from justice_data_lab.prepare import prepare
from on_spark import lacking, spark  # noqa: F401  (a fixture)

pytestmark = [
    pytest.mark.spark,
    pytest.mark.slow,
    pytest.mark.enable_socket,
    pytest.mark.skipif(bool(lacking()), reason=f"Spark: {lacking()}"),
]


@pytest.fixture(scope="module")
def built(spark, small_source, tmp_path_factory):  # noqa: F811
    return prepare(small_source, tmp_path_factory.mktemp("built") / "snapshot", spark=spark)


def test_every_table_has_the_same_content(built, small_register):
    assert built.manifest["tables"] == small_register.manifest["tables"]
    assert built.content == small_register.content


def test_the_public_file_and_the_model_are_the_same_bytes(built, small_register):
    assert built.coverage_file.read_bytes() == small_register.coverage_file.read_bytes()
    assert built.model_file.read_bytes() == small_register.model_file.read_bytes()


def test_nothing_is_left_beside_the_snapshot(built, small_register):
    names = [sorted(path.name for path in each.path.iterdir()) for each in (built, small_register)]
    assert names[0] == names[1]
