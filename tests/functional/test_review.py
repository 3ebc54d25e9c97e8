"""`jdl review` from end to end: a linked run, two scripted reviewers, and the run again with what they decided."""

import csv
import io
import json
import re
import shutil
import sys
from datetime import date

import pytest

from justice_data_lab import cli
from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.pipeline import link_only
from justice_data_lab.request import Request


@pytest.fixture
def jdl(monkeypatch, capsys):
    """Run the command with what is typed; gives exit code and what was printed."""

    def invoke(*words, typed=""):
        monkeypatch.setattr(sys, "argv", ["jdl", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), re.sub(r"\x1b\[[0-9;]*m", "", printed.out + printed.err)

    return invoke


def read(file):
    return list(csv.DictReader(file.read_text().splitlines()))


@pytest.fixture(scope="module")
def submitted(small_register, tmp_path_factory):
    """A cohort without a number in it, a third of whose dates of birth are a digit off, so that some rows are uncertain."""
    file = tmp_path_factory.mktemp("review") / "cohort.csv"
    synthesise_cohort(small_register, file, size=150, effect=0.0, seed=8)
    rows = read(file)
    for at, row in enumerate(rows):
        row["pnc_id"] = row["prison_number"] = ""
        day, month, year = row["date_of_birth"].split("/")
        if at % 3 == 0 and day not in ("10", "20", "30"):
            row["date_of_birth"] = (
                f"{day[0]}{max(1, (int(day[1]) + 1) % 10)}/{month}/{year}" if day < "28" else f"{day[0]}0/{month}/{year}"
            )
    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return file


@pytest.fixture(scope="module")
def linked(submitted, small_register, tmp_path_factory):
    """The run folder, and the options that name it and its snapshot."""
    run = tmp_path_factory.mktemp("runs") / "link"
    request = Request(cohort=submitted, register=small_register, today=date(2026, 11, 22), command="test")
    link_only(request, run, progress=lambda room, *, resumed: None)
    return run, ("review", run, "--register", small_register.path)


def waiting(text):
    return int(re.search(r"For review: (\d+)", text).group(1))


def test_a_review_is_listed_begun_taken_up_again_and_linked_with(jdl, linked, submitted, small_register, tmp_path):
    _, review = linked
    code, text = jdl(*review, "--list")
    number = waiting(text)
    assert code == 0
    assert number >= 4
    mine = tmp_path / "decisions" / "a.json"
    sit = (*review, "--reviewer", "A. Reviewer", "--decisions", mine)
    code, text = jdl(*sit, typed="1\nq\n")
    assert code == 0
    assert "The output is not a terminal." in text
    assert json.loads(mine.read_text())["decisions"][0]["choice"] == 1
    code, text = jdl(*sit, typed="n\n" + "1\n" * number)
    assert f"Decided: {number} (a person {number - 1}, nobody 1, cannot tell 0)" in text
    assert jdl("link", submitted, "--register", small_register.path, "--out", tmp_path / "again", "--review", mine)[0] == 0
    quality = json.loads((tmp_path / "again" / "2-linkage" / "links.json").read_text())["quality"]
    counts = {row["group"]: row["rows"] for row in quality if row["section"] == "review"}
    assert (counts["Linked after review"], counts["Rejected by review"], counts["Not reviewed"]) == (number - 1, 1, 0)


def test_the_decisions_are_among_the_inputs_of_a_run(jdl, linked, submitted, small_register, tmp_path):
    _, review = linked
    mine, out = tmp_path / "a.json", tmp_path / "again"
    jdl(*review, "--reviewer", "A", "--decisions", mine, typed="1\nq\n")
    again = ("link", submitted, "--register", small_register.path, "--out", out, "--review", mine)
    assert jdl(*again)[0] == 0
    jdl(*review, "--reviewer", "A", "--decisions", mine, typed="1\nq\n")
    code, text = jdl(*again)
    assert code == 2
    assert "review 1 changed" in text


def test_counts_and_files_hold_no_name(jdl, linked, submitted, tmp_path):
    _, review = linked
    mine, table = tmp_path / "a.json", tmp_path / "m.csv"
    jdl(*review, "--reviewer", "A", "--decisions", mine, typed="1\nn\nc\nq\n")
    code, text = jdl(*review, "--list", "--decisions", mine, "--evidence", table)
    assert code == 0
    assert "Decided: 3 (a person 1, nobody 1, cannot tell 1)" in text
    assert "No model was changed" in text
    surnames = {row["surname"].lower() for row in read(submitted)}
    shown = (text + mine.read_text() + table.read_text()).lower()
    assert [surname for surname in surnames if re.search(rf"\b{re.escape(surname)}\b", shown)] == []
    assert read(table)[0]["comparison"] == "names"


def test_two_reviewers_are_compared_only_when_one_has_finished(jdl, linked, tmp_path):
    _, review = linked
    number = waiting(jdl(*review, "--list")[1])
    mine, other = tmp_path / "a.json", tmp_path / "b.json"
    jdl(*review, "--reviewer", "A", "--decisions", mine, typed="1\nq\n")
    jdl(*review, "--reviewer", "B", "--decisions", other, typed="1\nn\nq\n")
    code, text = jdl(*review, "--decisions", mine, "--compare", other)
    assert code == 2
    assert f"{number - 1} rows of yours are not decided" in text
    jdl(*review, "--reviewer", "A", "--decisions", mine, typed="1\n" * number)
    code, text = jdl(*review, "--decisions", mine, "--compare", other)
    assert code == 0
    second = json.loads(other.read_text())["decisions"][1]["row"]
    assert f"Decided by both: 2, agreed 1 (50%)\nRows on which they disagree, which stay unlinked: {second}\n" in text


def test_a_review_says_what_it_needs(jdl, linked, small_register, tmp_path):
    run, review = linked
    mine = tmp_path / "a.json"
    assert "Expected --reviewer NAME and --decisions FILE" in jdl(*review)[1]
    assert jdl(*review, "--reviewer", "A")[0] == 2
    assert "expected --decisions FILE beside it" in jdl(*review, "--evidence", tmp_path / "m.csv")[1]
    jdl(*review, "--reviewer", "A", "--decisions", mine, typed="1\nq\n")
    code, text = jdl(*review, "--reviewer", "B", "--decisions", mine)
    assert code == 2
    assert "holds the decisions of another reviewer" in text
    code, text = jdl("review", tmp_path, "--register", small_register.path, "--list")
    assert code == 2
    assert "expected a run folder with its cohort in 1-intake" in text
    copy = shutil.copytree(run, tmp_path / "copy")
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["inputs"]["register"] = "another"
    (copy / "manifest.json").write_text(json.dumps(manifest))
    code, text = jdl("review", copy, "--register", small_register.path, "--list")
    assert code == 2
    assert "was made with another snapshot" in text


def test_decisions_on_another_cohort_are_refused_by_a_run(jdl, linked, small_register, tmp_path):
    _, review = linked
    mine, other = tmp_path / "a.json", tmp_path / "other.csv"
    jdl(*review, "--reviewer", "A", "--decisions", mine, typed="1\nq\n")
    synthesise_cohort(small_register, other, size=70, effect=0.0, seed=9)
    code, text = jdl("link", other, "--register", small_register.path, "--out", tmp_path / "run", "--review", mine)
    assert code == 2
    assert "were made on another cohort file" in text


def test_a_whole_run_takes_decisions_too(jdl, submitted, small_register, tmp_path):
    study = tmp_path / "study.toml"
    study.write_text(
        '[study]\nname = "A"\norganisation = "B"\nprogramme = "C"\nintervention_type = "mentoring"\nsetting = "custody"\nseed = 1\n'
    )
    run = ("run", study, "--cohort", submitted, "--register", small_register.path, "--out", tmp_path / "run")
    code, text = jdl(*run, "--review", tmp_path / "no.json")
    assert code == 2
    assert "no.json: expected a file" in text
