"""`jdl run --batch`: many requests, each by itself, and one summary of how each ended."""

import csv
import io
from contextlib import redirect_stderr, redirect_stdout
from types import SimpleNamespace

import pytest

from justice_data_lab import batch
from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.errors import UsageError
from run_jdl import MENTORING, said
from uncounted import uncounted

pytestmark = pytest.mark.usefixtures("no_pdf")


def request(folder, name, cohort, study=MENTORING):
    (folder / name).mkdir(parents=True)
    (folder / name / "study.toml").write_text(study)
    (folder / name / "cohort.csv").write_text(cohort)


@pytest.fixture(scope="module")
def cohorts(tmp_path_factory, two_requests, small_register):
    """The text of cohort files of 200 and of 12 people."""
    few = tmp_path_factory.mktemp("cohorts") / "12.csv"
    synthesise_cohort(small_register, few, size=12, effect=-0.05, seed=3)
    return {200: (two_requests / "cohort.csv").read_text(), 12: few.read_text()}


def summary(runs):
    return {row["request"]: row for row in csv.DictReader((runs / "summary.csv").read_text().splitlines())}


@pytest.fixture(scope="module")
def ended(cohorts, small_register, tmp_path_factory):
    """A batch of three requests: its folder and that of its runs, the words of the command, how it ended and what it printed."""
    folder, text = tmp_path_factory.mktemp("three"), io.StringIO()
    requests, runs = folder / "batch", folder / "runs"
    request(requests, "1-refused", "surname,forename\nMarvell,Ada\n")
    request(requests, "2-few", cohorts[12])
    request(requests, "3-done", cohorts[200])
    words = ("run", "--batch", requests, "--register", small_register.path, "--out", runs)
    # its lines are counted where it is taken up again
    with redirect_stdout(text), redirect_stderr(text), uncounted():
        code = said(*words)
    return SimpleNamespace(requests=requests, runs=runs, words=words, code=code, text=text.getvalue())


def test_each_request_ends_by_itself_and_the_batch_can_be_taken_up_again(ended, capsys):
    runs, words = ended.runs, ended.words
    assert ended.code == 4
    found = summary(runs)
    assert {name: row["exit_code"] for name, row in found.items()} == {"1-refused": "3", "2-few": "4", "3-done": "0"}
    assert found["3-done"]["report"] == "3-done/7-report/report.html"
    assert (runs / "2-few" / "7-report" / "report.html").is_file()
    assert found["1-refused"]["report"] == ""
    assert "Marvell" not in ended.text + (runs / "summary.csv").read_text()
    assert "3-done" in ended.text
    before = (runs / "3-done" / "manifest.json").read_bytes()
    assert said(*words) == 4
    assert "7-report (finished earlier)" in capsys.readouterr().err
    assert (runs / "3-done" / "manifest.json").read_bytes() == before
    assert summary(runs) == found


def test_a_run_of_a_batch_is_the_run_by_itself(ended, two_requests):
    assert (ended.requests / "3-done" / "study.toml").read_text() == (two_requests / "study.toml").read_text()
    for file in ("5-estimation/estimates.json", "6-disclosure/disclosed.json", "7-report/report.html"):
        assert (ended.runs / "3-done" / file).read_bytes() == (two_requests / "first" / file).read_bytes()


def test_a_fault_of_the_program_ends_one_request_and_shows_nothing_of_it(tmp_path, monkeypatch, small_register, capsys):
    for name in ("a", "b"):
        request(tmp_path / "batch", name, "surname\n")
    ran = []

    def fails(study, *_, **__):
        ran.append(study.parent.name)
        message = "Ada Marvell"
        raise RuntimeError(message)

    monkeypatch.setattr(batch, "run", fails)
    assert said("run", "--batch", tmp_path / "batch", "--register", small_register.path, "--out", tmp_path / "runs") == 1
    assert ran == ["a", "b"]
    shown = capsys.readouterr()
    assert "RuntimeError" in shown.out
    assert "Marvell" not in shown.out + shown.err + (tmp_path / "runs" / "summary.csv").read_text()


def test_ctrl_c_ends_the_whole_batch(tmp_path, monkeypatch, small_register, capsys):
    for name in ("first", "second"):
        (tmp_path / "batch" / name).mkdir(parents=True)
        for file in ("study.toml", "cohort.csv"):
            (tmp_path / "batch" / name / file).write_text("")
    asked = []

    def interrupted(study, *args, **options):
        asked.append(study.parent.name)
        message = "Query interrupted"
        raise RuntimeError(message)

    monkeypatch.setattr(batch, "run", interrupted)
    words = ("run", "--batch", tmp_path / "batch", "--register", small_register.path, "--out", tmp_path / "runs")
    assert said(*words) == 1
    assert asked == ["first"]
    assert "Stopped before the end." in capsys.readouterr().err


def test_a_folder_that_is_no_batch_is_refused_before_anything_runs(tmp_path, monkeypatch):
    with pytest.raises(UsageError, match="expected a folder with a folder for each request"):
        batch.entries(tmp_path / "nowhere")
    request(tmp_path, "a", "surname\n")
    (tmp_path / "a" / "cohort.ods").write_bytes(b"")
    with pytest.raises(UsageError, match="found a study and 2 cohort files"):
        batch.entries(tmp_path)
    (tmp_path / "a" / "study.toml").unlink()
    with pytest.raises(UsageError, match="no study and 2 cohort files"):
        batch.entries(tmp_path)


def test_the_files_of_a_request_are_found_in_its_folder(tmp_path):
    request(tmp_path, "a", "surname\n")
    request(tmp_path, "b", "surname\n")
    (tmp_path / "lab.toml").write_text("")
    for name in ("lab.toml", "map.toml", "protocol.json"):
        (tmp_path / "b" / name).write_text("")
    first, second = batch.entries(tmp_path)
    assert (first.lab, first.column_map, first.protocol) == (tmp_path / "lab.toml", None, None)
    assert (second.lab, second.column_map, second.protocol) == tuple(
        tmp_path / "b" / name for name in ("lab.toml", "map.toml", "protocol.json")
    )
    assert batch.entries(tmp_path, tmp_path / "other.toml")[0].lab == tmp_path / "other.toml"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("run --register s --out o", "expected STUDY.toml and --cohort FILE, or --batch"),
        ("run study.toml --batch b --register s --out o", "STUDY.toml cannot be given with it"),
        ("run --cohort c.csv --map m --batch b --register s --out o", "--cohort, --map cannot be given"),
    ],
)
def test_one_study_and_a_batch_are_not_mixed(words, why, capsys):
    assert said(*words.split()) == 2
    assert why in " ".join(capsys.readouterr().err.split())
