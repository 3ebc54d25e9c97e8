"""The example of the page of the Python API runs as it stands, and every door takes a path as text."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import justice_data_lab as jdl
from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.errors import UsageError
from run_jdl import MENTORING

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.usefixtures("no_pdf")


@pytest.fixture
def place(tmp_path, monkeypatch, small_register):
    """A folder with what the example names, in which the test is."""
    (tmp_path / "snapshot").symlink_to(small_register.path.resolve())
    synthesise_cohort(small_register, tmp_path / "cohort.csv", size=200, effect=-0.05, seed=3)
    (tmp_path / "study.toml").write_text(MENTORING)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_example_runs(place, capsys):
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    exec(compile(example, "python.md", "exec"), {})  # noqa: S102 -- our own page
    assert "report.html" in capsys.readouterr().out
    assert (place / "run" / "7-report" / "report.html").is_file()


def asked(**more):
    return jdl.Request(cohort="cohort.csv", register=jdl.open_register("snapshot"), today=date(2026, 1, 1), **more)


def test_a_path_may_be_a_text_at_every_door(place, small_source):
    assert jdl.prepare(str(small_source), "snapshot").path == jdl.open_register("snapshot").path.resolve()
    assert jdl.read_lab() == jdl.Lab()
    for wrong in (
        lambda: jdl.read_lab("nothing.toml"),
        lambda: jdl.read_study("nothing.toml"),
        lambda: jdl.read_cohort("nothing.csv", today=date(2026, 1, 1)),
        lambda: jdl.read_cohort("cohort.csv", today=date(2026, 1, 1), column_map="nothing.toml"),
        lambda: jdl.open_register("nothing"),
        lambda: jdl.prepare("nothing", "snap"),
        lambda: jdl.prepare(str(small_source), "snap", train_on=["nothing.csv"]),
        lambda: jdl.prepare(str(small_source), "snap", refresh="nothing"),
        lambda: jdl.run("nothing.toml", asked(), "run"),
        lambda: jdl.run("study.toml", asked(protocol="nothing.json"), "run"),
        lambda: jdl.run("study.toml", asked(earlier=["nothing"]), "run"),
        lambda: jdl.evaluate("nothing.toml", jdl.Linked(data="nothing.csv", today=date(2026, 1, 1)), "run"),
        lambda: jdl.publish("nothing", "site", datetime(2026, 1, 1, tzinfo=UTC)),
    ):
        with pytest.raises(UsageError, match="nothing"):
            wrong()


def test_a_study_without_a_date_of_its_report_needs_one(place):
    undated = "".join(line for line in MENTORING.splitlines(keepends=True) if not line.startswith("report_date"))
    (place / "study.toml").write_text(undated)
    with pytest.raises(UsageError, match="report_date"):
        jdl.read_study("study.toml")
    assert jdl.read_study("study.toml", today=date(2026, 1, 1)).report_date == date(2026, 1, 1)
