"""`jdl diff`: what differs between two runs, counted, and nobody named."""

import json
import shutil

import pyarrow.parquet as pq
import pytest

from justice_data_lab.files import file_sha256
from justice_data_lab.run_difference import difference
from justice_data_lab.run_facts import PARTS, read_facts
from run_jdl import said


@pytest.fixture(scope="module")
def runs(two_requests):
    """A run, and one of a cohort that is five rows shorter with a narrower caliper."""
    return two_requests


def people(run, *, treated, matched):
    """The same sets read another way: a table at a time."""
    rows = pq.read_table(run / "3-measures" / "rows.parquet", columns=["person_id", "treated"]).to_pylist()
    weights = pq.read_table(run / "4-matching" / "weights.parquet", columns=["weight"]).column("weight").to_pylist()
    return {
        row["person_id"]
        for row, weight in zip(rows, weights, strict=True)
        if bool(row["treated"]) is treated and (weight > 0 or not matched)
    }


def test_a_run_beside_itself_differs_in_nothing(runs, capsys):
    assert said("diff", runs / "first", runs / "first") == 0
    assert "Nothing differs" in capsys.readouterr().out


def test_why_two_runs_differ_is_told_by_setting_and_input(runs):
    found = difference(read_facts(runs / "first"), read_facts(runs / "second"))
    why = {each.about: (each.first, each.second) for each in found.why}
    assert why["study: method.caliper.sd"][1] == "0.02"
    assert "input: cohort" in why
    assert "input: register" not in why
    assert found.begins == "1-intake"


def test_people_are_counted_by_their_part(runs):
    first, second = runs / "first", runs / "second"
    found = difference(read_facts(first), read_facts(second)).people
    for part, (treated, matched) in zip(PARTS, [(True, False), (True, True), (False, False), (False, True)], strict=True):
        one = people(first, treated=treated, matched=matched)
        other = people(second, treated=treated, matched=matched)
        assert found[part] == (len(one & other), len(one - other), len(other - one))
    assert found["usable"][1] in range(1, 6)
    assert found["matched"][0] > 100


def test_every_estimate_that_moved_stands_with_both_figures(runs):
    found = difference(read_facts(runs / "first"), read_facts(runs / "second")).estimates
    told = {each.about: (each.first, each.second) for each in found}
    rows = [
        {row["measure"]: row for row in json.loads((runs / name / "5-estimation" / "estimates.json").read_text())["estimates"]}
        for name in ("first", "second")
    ]
    measure = "one-year proven reoffending rate"
    want = tuple(f"{each[measure]['difference']:.4f}" for each in rows)
    assert told[f"national: {measure}: difference"] == want
    assert want[0] != want[1]


def test_no_person_and_no_row_is_shown(runs, capsys, tmp_path):
    assert said("diff", runs / "first", runs / "second", "--out", tmp_path / "diff.json") == 0
    shown = capsys.readouterr().out + (tmp_path / "diff.json").read_text()
    ids = people(runs / "first", treated=True, matched=False)
    assert not [each for each in ids if each in shown]
    assert "narrow" not in shown


def test_a_row_that_went_to_another_person_is_counted(runs, tmp_path):
    shutil.copytree(runs / "first", tmp_path / "again")
    links = tmp_path / "again" / "2-linkage" / "links.parquet"
    table = pq.read_table(links)
    linked = [place for place, status in enumerate(table.column("status").to_pylist()) if status == "linked"]
    ids = table.column("person_id").to_pylist()
    ids[linked[0]], ids[linked[1]] = ids[linked[1]], ids[linked[0]]
    place = table.column_names.index("person_id")
    pq.write_table(table.set_column(place, table.schema.field("person_id"), [ids]), links)
    manifest = tmp_path / "again" / "manifest.json"
    told = json.loads(manifest.read_text())
    told["rooms"]["2-linkage"]["files"]["links.parquet"] = file_sha256(links)
    manifest.write_text(json.dumps(told))
    assert difference(read_facts(runs / "first"), read_facts(tmp_path / "again")).relinked == 2


def test_a_run_that_stopped_early_is_held_against_one_that_did_not(runs, tmp_path):
    shutil.copytree(runs / "first", tmp_path / "half")
    manifest = json.loads((tmp_path / "half" / "manifest.json").read_text())
    for room in ("4-matching", "5-estimation", "6-disclosure", "7-report"):
        shutil.rmtree(tmp_path / "half" / room)
        del manifest["rooms"][room]
    (tmp_path / "half" / "manifest.json").write_text(json.dumps(manifest))
    found = difference(read_facts(runs / "first"), read_facts(tmp_path / "half"))
    assert found.begins == "4-matching"
    assert found.people["matched"][0] == 0
    assert {each.second for each in found.estimates} == {"none"}
    assert any(line.endswith("made → none") for line in found.lines())


@pytest.mark.parametrize("command", ["diff FIRST RUN", "register coverage SNAPSHOT --run RUN", "run STUDY --similar RUN"])
@pytest.mark.parametrize("damage", ["flip", "delete", "add"])
def test_a_run_that_was_changed_since_is_not_read(runs, tmp_path, small_register, damage, command, capsys):
    run = tmp_path / "changed"
    shutil.copytree(runs / "first", run)
    links = run / "2-linkage" / "links.parquet"
    content = bytearray(links.read_bytes())
    content[len(content) // 2] ^= 1
    links.with_name("links.json" if damage == "delete" else "links.parquet").unlink()
    if damage != "delete":
        links.write_bytes(content if damage == "flip" else (runs / "first" / "2-linkage" / "links.parquet").read_bytes())
    if damage == "add":
        links.with_name("notes.txt").write_text("mine")
    study = [runs / "study.toml", "--cohort", runs / "cohort.csv", "--register", small_register.path, "--out", tmp_path / "out"]
    places = {"FIRST": [runs / "first"], "RUN": [run], "SNAPSHOT": [small_register.path], "STUDY": study}
    assert said(*(each for word in command.split() for each in places.get(word, [word]))) == 2
    assert "changed/2-linkage: expected the files that the run wrote there" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [None, "[]", "{"])
def test_a_folder_that_is_no_run_is_said_to_be_none(runs, tmp_path, content, capsys):
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    assert said("diff", runs / "first", tmp_path) == 2
    assert "expected a run folder" in capsys.readouterr().err
