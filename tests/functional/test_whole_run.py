"""A whole run: the same bytes every time, resumed after a kill, silent about names, and nothing half-written."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.past_submissions import record_runs
from justice_data_lab.pipeline import run
from justice_data_lab.register.coverage import FIELDS
from justice_data_lab.register.snapshot import open_register
from justice_data_lab.request import Request
from justice_data_lab.run_folder import ROOMS
from run_jdl import MENTORING, SMALL
from uncounted import uncounted
from without_pango import without_pango, without_pdf

SECONDS = 900  # only so that a failure ends
PROMISED = ("5-estimation/estimates.json", "6-disclosure/disclosed.json")


def silent(room, *, resumed):
    del room, resumed


@pytest.fixture(scope="module")
def inputs(tmp_path_factory, small_register):
    folder = tmp_path_factory.mktemp("inputs")
    (folder / "study.toml").write_text(SMALL)
    synthesise_cohort(small_register, folder / "cohort.csv", size=200, effect=-0.05, seed=3)
    return folder


@pytest.fixture(scope="module")
def finished(inputs, small_register, tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "run"
    request = Request(cohort=inputs / "cohort.csv", register=small_register, today=date(2026, 11, 22), command="test")
    with uncounted():
        run(inputs / "study.toml", request, out, progress=silent)
    return out


def promised(out):
    """The bytes that the same inputs must give again."""
    files = [out / name for name in PROMISED] + sorted((out / "7-report").iterdir())
    return {path.name: path.read_bytes() for path in files}


def command(inputs, register, out):
    jdl = Path(sys.executable).with_name("jdl")
    words = ["run", inputs / "study.toml", "--cohort", inputs / "cohort.csv", "--register", register.path, "--out", out]
    return [str(word) for word in (jdl, *words)]


def test_every_room_is_there_whole(finished):
    assert sorted(path.name for path in finished.iterdir()) == sorted([*ROOMS, "audit.json", "manifest.json", "study.toml"])
    assert {path.name for path in (finished / "7-report").iterdir()} >= {
        "report.html",
        "tables.csv",
        "tables.csv-metadata.json",
        "report.json",
    }


def test_files_have_the_promised_columns(finished):
    assert pq.read_schema(finished / "2-linkage" / "links.parquet").names[:5] == [
        "row",
        "person_id",
        "disposal_id",
        "weight",
        "status",
    ]
    assert pq.read_schema(finished / "4-matching" / "weights.parquet").names == ["row", "treated", "score", "weight", "k"]
    rows = json.loads((finished / "5-estimation" / "estimates.json").read_text())["estimates"]
    assert set(rows[0]) == {
        "analysis", "measure", "n_treated", "n_comparison", "n_eff", "mean_treated", "mean_comparison", "difference", "se",
        "df", "ci_low", "ci_high", "p_value", "n_times_p", "detectable", "people_needed", "verdict",
    }  # fmt: skip


def test_the_same_inputs_give_the_same_bytes_from_another_process(finished, inputs, small_register, tmp_path):
    done = subprocess.run(command(inputs, small_register, tmp_path / "again"), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert promised(tmp_path / "again") == promised(finished)


def test_a_run_killed_in_one_room_after_the_other_leaves_whole_rooms_and_resumes_to_the_same_bytes(
    finished, inputs, small_register, tmp_path
):
    out = tmp_path / "run"
    # the PDF is drawn from the page alone, whose bytes are compared
    undrawn = os.environ | {"PYTHONPATH": without_pango(os.environ.get("PYTHONPATH", ""))}
    for room in ("2-linkage", "4-matching", "6-disclosure"):
        killed_in(room, out, command(inputs, small_register, out), undrawn)
        listed = json.loads((out / "manifest.json").read_text())["rooms"]
        for name in listed:
            there = [path.relative_to(out / name).as_posix() for path in (out / name).rglob("*") if path.is_file()]
            assert sorted(listed[name]["files"]) == sorted(there)
    done = subprocess.run(command(inputs, small_register, out), env=undrawn, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "finished earlier" in done.stderr
    expected = promised(finished)
    expected.pop("report.pdf", None)
    assert promised(out) == expected
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []


def killed_in(room, out, words, environment):
    """Start or resume the run, and kill it at the moment at which the room's folder is there."""
    process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + SECONDS
    while not (out / room).is_dir() and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert (out / room).is_dir()


def test_no_name_date_of_birth_or_identifier_goes_past_linkage(finished, inputs):
    lines = [line.split(",") for line in (inputs / "cohort.csv").read_text().splitlines()]
    heading = lines[0]
    numbers = {row[heading.index(name)] for row in lines[1:] for name in ("pnc_id", "prison_number")} - {""}
    births = {row[heading.index("date_of_birth")] for row in lines[1:]}
    assert len(numbers) > 50
    for room in ROOMS[1:]:
        for path in (each for each in (finished / room).rglob("*") if each.is_file()):
            content = path.read_bytes() if path.suffix != ".parquet" else repr(pq.read_table(path).to_pydict()).encode()
            assert [number for number in numbers if number.encode() in content] == [], path
            if path.suffix in {".json", ".html", ".csv"}:
                assert [birth for birth in births if birth.encode() in content] == [], path


def test_people_of_an_earlier_cohort_stay_out_of_the_pool(finished, inputs, small_register, tmp_path):
    synthesise_cohort(small_register, tmp_path / "second.csv", size=200, effect=0.0, seed=4)
    request = Request(
        cohort=tmp_path / "second.csv",
        register=small_register,
        today=date(2026, 11, 22),
        command="test",
        earlier=(finished,),
    )
    (tmp_path / "study.toml").write_text(MENTORING)
    with without_pdf(), uncounted():
        run(tmp_path / "study.toml", request, tmp_path / "run", progress=silent)
    links = pq.read_table(finished / "2-linkage" / "links.parquet").column("person_id").to_pylist()
    rows = pq.read_table(tmp_path / "run" / "3-measures" / "rows.parquet").to_pydict()
    pool = {person for person, treated in zip(rows["person_id"], rows["treated"], strict=True) if not treated}
    assert len(pool) > 100
    assert pool.isdisjoint(person for person in links if person)


def test_a_finished_run_can_be_recorded_in_the_public_coverage_file(finished, small_register, tmp_path):
    snapshot = shutil.copytree(small_register.path, tmp_path / "snapshot")
    done = record_runs(snapshot, [finished])
    matched = json.loads((finished / "4-matching" / "design.json").read_text())["n_matched"]
    links = json.loads((finished / "2-linkage" / "links.json").read_text())
    shares = {share.fields: share.analysed for share in done.coverage.analysed}
    assert shares["all"] == pytest.approx(matched / links["attrition"][0]["left"], abs=0.005)
    assert {row["group"] for row in links["quality"] if row["section"] == "fields given"} <= set(FIELDS)
    assert open_register(snapshot).content == small_register.content
