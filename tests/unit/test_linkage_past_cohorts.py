"""Past cohorts that linkage is trained on are read as at the register's extract, whatever day it is and whatever their dates."""

import json
from datetime import date

import pytest

from intake_files import csv_bytes, people, saved, table
from justice_data_lab.errors import DataRefused
from justice_data_lab.linkage.labelled import read_past_cohorts
from justice_data_lab.prepare import prepare
from tiny_source import tiny_tables, write_source

DAY = date(2024, 6, 30)


def past(folder, name="past.csv", **changes):
    return saved(folder, name, csv_bytes(table(people(60, **changes))))


@pytest.mark.parametrize("written", ["05/11/84", "19841105", "05/11/1984"])
def test_a_year_of_two_digits_and_a_date_without_strokes_are_read_as_in_a_request(tmp_path, written):
    (cohort,) = read_past_cohorts((past(tmp_path, date_of_birth=written),), day=DAY)
    assert cohort.rows["date_of_birth"][0].as_py() == date(1984, 11, 5)


@pytest.mark.parametrize(("written", "full"), [("85/1234567A", "1985/1234567A"), ("24/1234567A", "2024/1234567A")])
def test_a_police_number_is_of_the_century_that_the_extract_says(tmp_path, written, full):
    (cohort,) = read_past_cohorts((past(tmp_path, pnc_id=written),), day=DAY)
    assert cohort.rows["pnc_id"][0].as_py() == full


def test_a_past_cohort_may_have_started_after_the_extract(tmp_path):
    late = past(tmp_path, intervention_start="01/03/2025", intervention_end="01/04/2025", arm_date="01/03/2025")
    (cohort,) = read_past_cohorts((late,), day=DAY)
    assert cohort.rows["intervention_start"][0].as_py() == date(2025, 3, 1)


def test_every_refused_cohort_is_told_at_once_and_without_a_value(tmp_path):
    files = (past(tmp_path, "a.csv", sex="sideways"), past(tmp_path, "b.csv"), past(tmp_path, "c.csv", date_of_birth="Zzyzx"))
    with pytest.raises(DataRefused, match=r"a\.csv cannot be used yet: 1 sex-unknown.* c\.csv cannot be used yet") as refused:
        read_past_cohorts(files, day=DAY)
    errors = [problem for problem in refused.value.problems if problem.severity == "error"]
    assert [(problem.file, problem.row, problem.rule) for problem in errors] == [
        ("a.csv", 2, "sex-unknown"),
        ("c.csv", 2, "date-unreadable"),
    ]
    assert {problem.value for problem in refused.value.problems} == {None}


def test_a_refused_cohort_leaves_the_reasons_and_nothing_of_a_snapshot(tmp_path):
    source = write_source(tmp_path / "source", tiny_tables())
    file = past(tmp_path, sex="sideways")
    with pytest.raises(DataRefused, match=r"Every reason is in snap\.refused\.json"):
        prepare(source, tmp_path / "snap", train_on=(file,))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["past.csv", "snap.refused.json", "source"]
    written = (tmp_path / "snap.refused.json").read_text()
    assert "sex-unknown" in [problem["rule"] for problem in json.loads(written)]
    assert "sideways" not in written
