"""A synthetic register, checked and built for real."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from justice_data_lab.errors import DataRefused
from justice_data_lab.prepare import prepare
from justice_data_lab.register.checks import check_source
from justice_data_lab.register.connect import attach, connect
from justice_data_lab.register.describe import describe

if TYPE_CHECKING:
    from pathlib import Path

    from justice_data_lab.register.snapshot import Register

# the module; its name in the package is the function
room = sys.modules["justice_data_lab.prepare"]

PEOPLE = 3_000


@pytest.fixture(scope="module")
def source(source_of_thousands) -> Path:
    return source_of_thousands


@pytest.fixture(scope="module")
def built(built_of_thousands) -> Register:
    return built_of_thousands


def test_the_synthetic_register_obeys_every_rule_that_stops_or_sets_aside(source):
    found = [finding for finding in check_source(source).findings if finding.severity != "warned"]
    assert found == []


def test_every_disposal_with_an_index_date_has_one_index_event(built):
    with connect() as con:
        attach(con, built.linkage_file, "linkage")
        query = "SELECT count(*), count(DISTINCT disposal_id), count(DISTINCT person_id) FROM read_parquet($glob)"
        events, disposals, people = con.execute(query, {"glob": built.index_event_glob}).fetchall()[0]
        identified = con.execute("SELECT count(DISTINCT person_id) FROM linkage.identity").fetchall()[0][0]
    assert events == disposals == built.rows["index_event"]
    assert people <= PEOPLE
    assert identified == PEOPLE
    assert built.left_out == ()


def test_national_rates_are_those_of_the_index_events(built):
    events = pq.read_table(built.path / "index_event")
    followed = events.filter(events["complete_follow_up"])
    overall = describe(built).rates[0]
    assert overall.events == followed.num_rows
    assert overall.reoffended == pc.sum(followed["reoffended"]).as_py()
    assert overall.reoffences == pc.sum(followed["reoffences"]).as_py()
    assert 0.2 < overall.rate < 0.6
    longer = followed.filter(followed["complete_two_year_follow_up"])
    assert overall.followed_two_years == longer.num_rows
    assert overall.two_year_rate == pc.sum(longer["reoffended_two_years"]).as_py() / longer.num_rows
    assert pc.all(pc.or_(pc.invert(longer["reoffended"]), longer["reoffended_two_years"])).as_py()
    assert overall.rate + 0.05 < overall.two_year_rate < overall.rate + 0.25


def test_a_second_build_of_the_same_source_has_the_same_content(source, built, tmp_path):
    again = prepare(source, tmp_path / "again")
    assert again.content == built.content
    assert again.manifest["tables"] == built.manifest["tables"]
    assert again.coverage_file.read_bytes() == built.coverage_file.read_bytes()
    assert again.model_file.read_bytes() == built.model_file.read_bytes()


def test_rows_in_another_order_and_other_files_build_the_same_content(source, built, tmp_path):
    shutil.copytree(source, tmp_path / "source")
    for folder in (folder for folder in (tmp_path / "source").iterdir() if folder.is_dir()):
        table = pq.read_table(folder)
        shutil.rmtree(folder)
        folder.mkdir()
        upside_down = table.take(pa.array(range(table.num_rows - 1, -1, -1)))
        half = table.num_rows // 2
        pq.write_table(upside_down.slice(0, half), folder / "a.parquet")
        pq.write_table(upside_down.slice(half), folder / "b.parquet")
    assert prepare(tmp_path / "source", tmp_path / "snap").content == built.content


@pytest.mark.parametrize("dies", ["build_index_events", "build_linkage", "content_of"])
def test_a_killed_build_resumes_to_the_same_content(source, built, tmp_path, monkeypatch, dies):
    def killed(*args, **options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(room, dies, killed)
        with pytest.raises(KeyboardInterrupt):
            prepare(source, tmp_path / "snap")
    assert prepare(source, tmp_path / "snap").content == built.content


def test_an_offence_of_nobody_is_refused_at_build(source, tmp_path):
    shutil.copytree(source, tmp_path / "source")
    file = next((tmp_path / "source" / "person").glob("*.parquet"))
    people = pq.read_table(file)
    pq.write_table(people.slice(1), file)
    with pytest.raises(DataRefused) as refused:
        prepare(tmp_path / "source", tmp_path / "snap")
    assert {problem.rule for problem in refused.value.problems} == {"key-broken"}
    assert "offence" in {problem.file for problem in refused.value.problems}
    assert not (tmp_path / "snap").exists()
