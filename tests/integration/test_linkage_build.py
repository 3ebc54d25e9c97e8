"""The linkage side of a snapshot: the same for the same register, and trained only when it can be."""

import json
from dataclasses import replace
from datetime import date

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.linkage.build import build_linkage
from justice_data_lab.linkage.labelled import read_past_cohorts
from justice_data_lab.linkage.model import read_model, shipped_model
from justice_data_lab.register.connect import attach, connect
from small_linkage import fillers, name, register, source_tables

DAY = date(2024, 6, 30)


def built(folder, names, **options):
    con = connect()
    source_tables(con, names)
    files = {"database": folder / "linkage.duckdb", "index": folder / "linkage_index", "model": folder / "model.json"}
    build = build_linkage(con, **files, **({"train_on": (), "seed": 1} | options))
    con.close()
    return build


def contents(folder):
    con = connect()
    attach(con, folder / "linkage.duckdb", "linkage")
    tables = [
        row[0]
        for row in con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'linkage' ORDER BY 1").fetchall()
    ]
    rows = {table: con.execute(f"SELECT * FROM linkage.{table} ORDER BY ALL").fetchall() for table in tables}  # noqa: S608
    con.close()
    return rows


@pytest.fixture
def aliases():
    one = {"pnc_id": "1999/0000001A", "prison_number": None}
    return [
        name("p1", "O'Neill", "Séan", date(1980, 1, 2), **one),
        name("p1", "O\u2019NEILL", "SEAN", date(1980, 1, 2), is_primary=False),
        name("p1", "Smyth", "Sean", date(1980, 1, 2), is_primary=False, sex="U"),
        name("p2", "Smyth", "Ada", date(1900, 1, 1), sex="F"),
    ]


def test_names_are_cleaned_once_and_an_alias_takes_the_persons_numbers(tmp_path, aliases):
    assert built(tmp_path, aliases).identities == 3
    rows = [row[1:] for row in contents(tmp_path)["identity"]]
    assert rows[0] == ("p1", "ONEILL", "SEAN", None, date(1980, 1, 2), "M", "19990000001A", None, True)
    assert rows[1] == ("p1", "SMYTH", "SEAN", None, date(1980, 1, 2), "M", "19990000001A", None, False)
    assert rows[2][4] is None


def test_a_name_counts_once_for_each_person_who_bears_it_however_many_rows_say_so(tmp_path, aliases):
    built(tmp_path, aliases)
    assert contents(tmp_path)["frequency_surname"] == [("ONEILL", 1), ("SMYTH", 2)]
    assert contents(tmp_path)["frequency_forename"] == [("ADA", 1), ("SEAN", 1)]


def test_the_same_register_builds_the_same_tables_and_model(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    assert built(first, fillers()) == built(second, fillers())
    assert contents(first) == contents(second)
    assert (first / "model.json").read_bytes() == (second / "model.json").read_bytes()


def test_a_small_register_takes_the_shipped_values_and_says_so(tmp_path, aliases):
    build = built(tmp_path, aliases)
    assert (build.u_from, build.m_from, build.people) == ("shipped", "shipped", 2)
    model = read_model(tmp_path / "model.json")
    assert model == replace(shipped_model(), prior=1e-4)
    assert build.to_dict()["model_sha256"] == model.sha256()


def test_a_larger_register_estimates_u_and_names_the_levels_that_it_could_not(small_register):
    manifest = small_register.manifest["linkage"]
    model, shipped = read_model(small_register.model_file), shipped_model()
    assert manifest["u_from"] == "register"
    for comparison, before in zip(model.comparisons, shipped.comparisons, strict=True):
        for level, old in zip(comparison.levels, before.levels, strict=True):
            kept = comparison.by_design or f"{comparison.name}/{level.name}" in manifest["u_shipped_levels"]
            assert (level.u == old.u) == kept
            assert level.m == old.m


def test_a_killed_build_leaves_no_half_written_file(tmp_path, aliases, monkeypatch):
    monkeypatch.setattr("justice_data_lab.linkage.build.shipped_model", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        built(tmp_path, aliases)
    assert not (tmp_path / "linkage.duckdb").exists()
    assert not (tmp_path / "model.json").exists()


def training_file(folder, rows):
    heading = (
        "surname,forename,date_of_birth,sex,pnc_id,prison_number,conviction_date,index_date,intervention_start,intervention_end"
    )
    lines = [
        f"{row['surname']},{row['forename']},{row['date_of_birth']:%d/%m/%Y},M,{row['pnc_id'] or ''},,,,01/05/2021,"
        for row in rows
    ]
    path = folder / "past.csv"
    path.write_text("\n".join([heading, *lines]) + "\n")
    return path


def test_past_cohorts_with_police_numbers_train_m(tmp_path):
    rows = fillers()[:300]
    for at, row in enumerate(rows):
        if row["forename"] == "Gerald":
            row["forename"] = "Gerry"
        elif at % 10 == 0:
            row["surname"] += "e"
        elif at % 10 == 1:
            row["forename"] += "e"
    past = training_file(tmp_path, rows)
    small = register(tmp_path / "snapshot", [], train_on=read_past_cohorts((past,), day=DAY))
    names = read_model(small.model_file).comparisons[0]
    nickname, shipped = names.levels[1], shipped_model().comparisons[0].levels[1].m
    gerrys = sum(row["forename"] == "Gerry" for row in rows)
    assert nickname.m == pytest.approx((gerrys + 200 * shipped) / 500, rel=1e-5)
    assert sum(level.m for level in names.levels) == pytest.approx(1, abs=0.01)
    assert any("known police numbers" in note for note in json.loads(small.model_file.read_text())["notes"])


def test_a_level_that_was_due_and_never_came_is_refused_in_training(tmp_path):
    past = training_file(tmp_path, fillers()[:300])
    with pytest.raises(UsageError, match="names/nickname without a single pair"):
        register(tmp_path / "snapshot", [], train_on=read_past_cohorts((past,), day=DAY))


def test_too_few_known_rows_are_refused_in_training(tmp_path):
    past = training_file(tmp_path, fillers()[:70])
    with pytest.raises(UsageError, match="at least 100 rows with a known police number"):
        register(tmp_path / "snapshot", [], train_on=read_past_cohorts((past,), day=DAY))
    assert not (tmp_path / "snapshot" / "linkage.duckdb").exists()
