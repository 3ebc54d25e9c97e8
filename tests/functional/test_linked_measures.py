"""A trial of one's own data, end to end: neither groups picked by two columns nor measures that hold each other tell what is hidden."""

import csv
import io
import shutil
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv
import pytest

from justice_data_lab.pipeline import evaluate
from justice_data_lab.request import Linked
from justice_data_lab.run_folder import AUDIT, silent

pytestmark = pytest.mark.usefixtures("no_pdf")
STUDY = """
[study]
name = "Trial"
organisation = "Example Trust"
programme = "Mentoring"
intervention_type = "mentoring"
setting = "custody"
seed = 5
report_date = 2026-11-22
[data]
treatment = "offered"
covariates = ["age"]
[method]
design = "randomised"
robustness = false
[columns]
region = "before_start"
served = "before_start"
[[measure]]
name = "arrested"
column = "arrested"
kind = "proportion"
[[measure]]
name = "convicted"
column = "convicted"
kind = "proportion"
[[measure]]
name = "in work"
column = "work"
kind = "proportion"
[[measure]]
name = "in work, of those with a home"
column = "work"
kind = "proportion"
of = "home"
[[analysis]]
name = "everybody"
headline = true
[[analysis]]
name = "north"
where = { region = "north" }
[[analysis]]
name = "served in the south"
where = { region = "south", served = "yes" }
"""


def write_trial(path):
    """Of the people of the south who were not served three were arrested; four were arrested and not convicted; five work and have no home."""
    rng = np.random.default_rng(5)
    offered = np.repeat([1, 0], (400, 500))
    region, served = rng.choice(["north", "south"], 900), rng.choice(["yes", "no"], 900)
    arrested, work, home = (rng.integers(0, 2, 900) for _ in range(3))
    left = (region == "south") & (served == "no")
    for group in (1, 0):
        arrested[left & (offered == group)] = 0
        arrested[np.flatnonzero(left & (offered == group))[:3]] = 1
        work[(home == 0) & (offered == group)] = 0
        work[np.flatnonzero((home == 0) & (offered == group))[:5]] = 1
    convicted = arrested.copy()
    for group in (1, 0):
        convicted[np.flatnonzero((arrested == 1) & (region == "north") & (offered == group))[:4]] = 0
    columns = {"offered": offered, "age": rng.integers(18, 60, 900), "region": region, "served": served}
    pv.write_csv(pa.table({**columns, "arrested": arrested, "convicted": convicted, "work": work, "home": home}), path)


def made(folder):
    linked = Linked(data=folder / "people.csv", today=date(2026, 11, 22), command="test")
    evaluate(folder / "study.toml", linked, folder / "run", progress=silent)
    return folder / "run"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trial")
    (folder / "study.toml").write_text(STUDY)
    write_trial(folder / "people.csv")
    made(folder)
    return folder


@pytest.fixture(scope="module")
def printed(folder):
    text = (folder / "run" / "7-report" / "tables.csv").read_text(encoding="utf-8-sig")
    return {row["key"]: row["marker"] for row in csv.DictReader(io.StringIO(text))}


def markers(printed, *ends):
    return [next(marker for key, marker in printed.items() if key.endswith(end)) for end in ends]


@pytest.mark.parametrize("group", ["treated", "comparison"])
def test_the_people_of_the_south_who_were_not_served_do_not_follow_from_the_others(printed, group):
    names = ("everybody", "north", "served in the south")
    assert "c" in markers(printed, *(f"/{name}/arrested/rate/{group}" for name in names))


@pytest.mark.parametrize("group", ["treated", "comparison"])
def test_an_event_within_another_is_not_told_beside_it_where_few_had_the_other_alone(printed, group):
    assert "c" in markers(printed, f"/everybody/arrested/rate/{group}", f"/everybody/convicted/rate/{group}")


@pytest.mark.parametrize("group", ["treated", "comparison"])
def test_one_column_of_two_bases_does_not_tell_the_few_of_the_rest(printed, group):
    ends = (f"/everybody/work (in work)/rate/{group}", f"/everybody/work (in work, of those with a home)/rate/{group}")
    assert "c" in markers(printed, *ends)


def test_the_audit_lies_beside_the_rooms_and_a_run_that_is_taken_up_knows_of_its_measures_what_it_knew(folder):
    run = folder / "run"
    assert sorted(path.name for path in (run / "6-disclosure").iterdir()) == ["disclosed.json"]
    before, audit = (run / "6-disclosure" / "disclosed.json").read_bytes(), (run / AUDIT).read_bytes()
    shutil.rmtree(run / "6-disclosure")
    made(folder)
    assert ((run / "6-disclosure" / "disclosed.json").read_bytes(), (run / AUDIT).read_bytes()) == (before, audit)
