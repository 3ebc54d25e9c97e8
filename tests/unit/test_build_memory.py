"""How much memory a build may take: more for a larger source, and never more than half of the machine."""

import os

import pytest

from justice_data_lab.register.connect import connect, memory_for

GB = 10**9


@pytest.mark.parametrize(
    ("source", "machine", "allowed"),
    [(0, 64 * GB, "2500MB"), (2 * GB, 64 * GB, "8500MB"), (2 * GB, 8 * GB, "4000MB"), (0, 4 * GB, "2000MB")],
)
def test_it_grows_with_the_source_up_to_half_of_the_machine(tmp_path, monkeypatch, source, machine, allowed):
    monkeypatch.setattr(os, "sysconf", {"SC_PAGE_SIZE": 4_000, "SC_PHYS_PAGES": machine // 4_000}.__getitem__)
    (tmp_path / "person").mkdir()
    with (tmp_path / "person" / "part-0.parquet").open("wb") as file:
        file.truncate(source)
    assert memory_for(tmp_path) == allowed
    assert memory_for(tmp_path / "person" / "part-0.parquet") == allowed


def test_the_engine_understands_it(tmp_path):
    with connect(memory_limit=memory_for(tmp_path)) as con:
        assert con.execute("SELECT current_setting('memory_limit')").fetchall()[0][0].endswith(("GiB", "MiB"))
