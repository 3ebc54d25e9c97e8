"""Files and folders may be called anything: signs that an engine takes for a pattern or a column stand for themselves."""

import shutil

import pytest

from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.measures.scan import index_events_of
from justice_data_lab.register.checks import check_source
from justice_data_lab.register.snapshot import open_register
from run_jdl import said
from tiny_source import tiny_tables, write_source

# A folder `[1]` is met by no pattern of its own name, `*` and `?` meet its neighbours, and `kind=caution` is read as a column.
ODD = ("extract [1]", "extract*", "extract ?", "kind=caution", "100% 'a' \"b\" #1; é 日本")


@pytest.fixture(scope="module")
def one_kind(small_register):
    with index_events_of(small_register, None) as con:
        return con.execute("SELECT kind, count(*) FROM index_event GROUP BY ALL ORDER BY ALL").fetchall()


@pytest.mark.parametrize("name", ODD)
def test_a_snapshot_is_read_the_same_wherever_it_stands(tmp_path, small_register, one_kind, name):
    shutil.copytree(small_register.path, tmp_path / name / "snapshot")
    # what `*`, `?` and `[1]` would be taken for
    shutil.copytree(small_register.path / "index_event", tmp_path / "extract 1" / "snapshot" / "index_event")
    register = open_register(tmp_path / name / "snapshot")
    with index_events_of(register, None) as con:
        assert con.execute("SELECT kind, count(*) FROM index_event GROUP BY ALL ORDER BY ALL").fetchall() == one_kind
    for number, each in enumerate((small_register, register)):
        synthesise_cohort(each, tmp_path / f"{number}.csv", size=60, effect=-0.05, seed=3)
    assert (tmp_path / "0.csv").read_bytes() == (tmp_path / "1.csv").read_bytes()


def test_people_are_linked_the_same_wherever_snapshot_and_files_stand(tmp_path, small_register):
    odd = tmp_path / "kind=caution" / "extract [1]*"
    shutil.copytree(small_register.path, odd / "snapshot?")
    synthesise_cohort(small_register, odd / "cohort [2026]*.csv", size=60, effect=-0.05, seed=3)
    for register, out in ((small_register.path, tmp_path / "plain"), (odd / "snapshot?", odd / "run [1]")):
        assert said("link", odd / "cohort [2026]*.csv", "--register", register, "--out", out) == 0
    links = "2-linkage/links.parquet"
    assert (odd / "run [1]" / links).read_bytes() == (tmp_path / "plain" / links).read_bytes()


@pytest.mark.parametrize("name", ODD)
def test_a_source_is_checked_the_same_wherever_it_stands(tmp_path, name):
    source = write_source(tmp_path / name / "register", tiny_tables())
    write_source(tmp_path / "extract 1" / "register", tiny_tables())
    assert not check_source(source).refused
    assert {table.name: table.rows for table in check_source(source).tables} == dict.fromkeys(tiny_tables(), 3)


def test_a_register_is_built_into_the_folder_one_is_in(tmp_path, monkeypatch, capsys):
    source = write_source(tmp_path / "source", tiny_tables())
    (tmp_path / "snapshot").mkdir()
    monkeypatch.chdir(tmp_path / "snapshot")
    assert said("register", "build", source, ".") == 0
    assert "Snapshot snapshot: register extract of" in capsys.readouterr().out
    assert (tmp_path / "snapshot" / "manifest.json").is_file()


def test_reasons_of_a_refusal_stand_beside_the_folder_one_is_in(tmp_path, monkeypatch):
    tables = tiny_tables()
    source = write_source(tmp_path / "source", {**tables, "identity": [row | {"person_id": "P9"} for row in tables["identity"]]})
    (tmp_path / "snapshot").mkdir()
    monkeypatch.chdir(tmp_path / "snapshot")
    assert said("register", "build", source, ".") == 3
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["snapshot.refused.json", "source"]


@pytest.mark.parametrize(
    "words", ["register synthesise . --people 10 --seed 1", "register synthesise ../here --people 10 --seed 1"]
)
def test_a_folder_that_appears_whole_is_not_the_one_one_is_in(tmp_path, monkeypatch, capsys, words):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert said(*words.split()) == 2
    assert "got the one you are in. Give its name from the folder above" in capsys.readouterr().err
    assert list((tmp_path / "here").iterdir()) == []


@pytest.mark.parametrize("words", ["register build SOURCE /", "run STUDY --cohort no.csv --register no --out out"])
def test_no_path_is_too_short(tmp_path, monkeypatch, capsys, words):
    source = write_source(tmp_path / "source", tiny_tables())
    monkeypatch.chdir(tmp_path)
    assert said(*({"SOURCE": source, "STUDY": ""}.get(word, word) for word in words.split())) == 2
    assert "fault of the program" not in capsys.readouterr().err
