"""Subgroups by the template's own columns, end to end: every one that does not say who somebody is."""

import json
from datetime import date

import pyarrow.parquet as pq
import pytest

from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.errors import UsageError
from justice_data_lab.pipeline import run
from justice_data_lab.request import Request
from run_jdl import MENTORING

pytestmark = pytest.mark.usefixtures("no_pdf")
TODAY = date(2026, 11, 22)
STUDY = (
    MENTORING
    + """[columns]
sex = "before_start"
setting = "before_start"
arm = "before_start"
completed = "after_start"
[[analysis]]
name = "national"
headline = true
[[analysis]]
name = "women"
where = { sex = "F" }
[[analysis]]
name = "inside"
where = { setting = "custody" }
[[analysis]]
name = "served"
where = { arm = "served" }
[[analysis]]
name = "completed"
where = { completed = "yes" }
"""
)


def silent(room, *, resumed):
    del room, resumed


@pytest.fixture(scope="module")
def inputs(tmp_path_factory, small_register):
    folder = tmp_path_factory.mktemp("inputs")
    (folder / "study.toml").write_text(STUDY)
    synthesise_cohort(small_register, folder / "cohort.csv", size=600, effect=-0.05, seed=3)
    lines = (folder / "cohort.csv").read_text().splitlines()
    arms = ["arm", *(("served", "refused")[place % 5 == 0] for place in range(len(lines) - 1))]
    (folder / "cohort.csv").write_text("\n".join(f"{line},{arm}" for line, arm in zip(lines, arms, strict=True)) + "\n")
    return folder


def request(inputs, register):
    return Request(cohort=inputs / "cohort.csv", register=register, today=TODAY, command="test")


@pytest.fixture(scope="module")
def finished(inputs, small_register, tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "run"
    run(inputs / "study.toml", request(inputs, small_register), out, progress=silent)
    return out


def used(finished, analysis):
    """The people whom an analysis counts: rows of room 3, those treated and those compared."""
    weights = pq.read_table(finished / "4-matching" / analysis / "weights.parquet").to_pylist()
    rows = pq.read_table(finished / "3-measures" / "rows.parquet").to_pylist()
    inside = [(rows[each["row"]], each["treated"]) for each in weights if each["weight"]]
    return [row for row, treated in inside if treated], [row for row, treated in inside if not treated]


def test_a_subgroup_of_women_has_women_on_both_sides(finished):
    treated, compared = used(finished, "women")
    assert len(treated) >= 30
    assert {row["sex"] for row in (*treated, *compared)} == {"F"}
    names = {row["analysis"] for row in json.loads((finished / "5-estimation" / "estimates.json").read_text())["estimates"]}
    assert "women" in names


def test_the_pool_of_a_subgroup_of_women_has_no_men(finished):
    steps = json.loads((finished / "4-matching" / "women" / "analysis.json").read_text())
    rows = pq.read_table(finished / "3-measures" / "rows.parquet").to_pylist()
    women = sum(row["sex"] == "F" for row in rows if row["treated"])
    assert next(step for step in steps["attrition"] if step["key"] == "where sex")["left"] == women


@pytest.mark.parametrize(
    ("analysis", "column", "value"),
    [("inside", "setting", "custody"), ("served", "arm", "served"), ("completed", "completed", "yes")],
)
def test_a_subgroup_by_a_column_of_codes_has_only_people_with_that_code(finished, analysis, column, value):
    cohort = {row["row"]: row[column] for row in pq.read_table(finished / "1-intake" / "cohort.parquet").to_pylist()}
    links = pq.read_table(finished / "2-linkage" / "links.parquet", filters=[("status", "=", "linked")]).to_pylist()
    given = {link["person_id"]: cohort[link["row"]] for link in links}
    treated, _ = used(finished, analysis)
    assert {given[row["person_id"]] for row in treated} == {value}


def test_no_sex_as_submitted_leaves_linkage(finished):
    names = pq.read_schema(finished / "2-linkage" / "links.parquet").names
    assert "sex" not in names
    assert {"setting", "arm", "completed"} <= set(names)


def test_a_spelling_that_intake_reads_as_a_code_is_answered_with_the_codes(inputs, small_register, tmp_path):
    (tmp_path / "study.toml").write_text(STUDY.replace('sex = "F"', 'sex = "female"'))
    with pytest.raises(UsageError, match=r"sex = 'female', found none\. It is read as one of F, M, U"):
        run(tmp_path / "study.toml", request(inputs, small_register), tmp_path / "run", progress=silent)
