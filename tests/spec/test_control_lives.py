"""Every life of the negative control gives its expected columns in plain Python and through the doors that a request uses."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest

from justice_data_lab.files import sha256
from justice_data_lab.measures import reference
from justice_data_lab.measures.columns import HISTORY_COLUMNS
from justice_data_lab.measures.design import measure
from justice_data_lab.measures.negative_control import control_outcomes, measure_control
from justice_data_lab.study import Lab
from spec.control_lives import CONTROL_LIVES, REACH
from spec.test_random_lives import EXTRACT, random_life, same
from spec.test_worked_lives import alone
from unit.measures_snapshot import linkage, snapshot_of_lives, study

DESIGN = b'{"covariates": []}\n'


def on_reference(asked, extract_date, reach):
    """What comes out for each life, and why lives are left out, in plain Python."""
    found, out = {}, Counter()
    for life, disposal in asked:
        why = reference.left_out_of_control(life, disposal, reach)
        out[why] += 1
        if not why:
            found[life.person_id] = reference.control(life, disposal, extract_date)
    return found, out


def through_the_doors(folder, asked, extract_date):
    """The same from the SQL, for a cohort of all these lives and no pool."""
    register = snapshot_of_lives(folder, [life for life, _ in asked], extract_date)
    rows = [
        {"person_id": life.person_id, "disposal_id": disposal.disposal_id, "index_date": reference.index_date(disposal)}
        for life, disposal in asked
    ]
    measured = measure(linkage(rows), register, study(), Lab())
    control = measure_control(measured, register)
    outcome = control_outcomes(control, register, design=DESIGN, design_hash=sha256(DESIGN))
    assert outcome.rows.column("row").equals(control.rows.column("row"))
    steps = control.attrition[len(measured.attrition) :]
    found = {}
    for row, did in zip(control.rows.to_pylist(), outcome.rows.to_pylist(), strict=True):
        found[row["person_id"]] = row | {"offended_in_control_year": did["offended_in_control_year"] == 1}
    return found, {step.key: step.lost for step in steps} | {"": steps[-1].left}


@pytest.fixture(scope="module")
def asked():
    lives = [alone(worked.life, number) for number, worked in enumerate(CONTROL_LIVES)]
    return [(life, next(each for each in life.disposals if each.disposal_id.endswith("-D1"))) for life in lives]


@pytest.fixture(scope="module", params=["reference", "duckdb"])
def results(request, asked, tmp_path_factory):
    extract_date = CONTROL_LIVES[0].extract_date
    assert min(offence.disposal_date for life, _ in asked for offence in life.offences) == REACH
    if request.param == "reference":
        return on_reference(asked, extract_date, REACH)
    return through_the_doors(tmp_path_factory.mktemp("control"), asked, extract_date)


@pytest.mark.parametrize("number", range(len(CONTROL_LIVES)), ids=[worked.claim for worked in CONTROL_LIVES])
def test_control_life(results, number):
    worked, name = CONTROL_LIVES[number], f"P{number:03d}"
    assert (name in results[0]) == (not worked.left_out)
    row = results[0].get(name, {})
    # The time since the previous disposal goes on in bands.
    want = {column: value for column, value in worked.expected.items() if column in row}
    assert worked.left_out or {*worked.expected} - {*row} <= {"days_since_previous_disposal"}
    same({column: row[column] for column in want}, want)


def test_everybody_who_is_left_out_is_counted_under_the_rule_that_leaves_them_out(results):
    expected = Counter(worked.left_out for worked in CONTROL_LIVES)
    assert {key: results[1][key] for key in ("", "index_offence", "reach", "youngest")} == expected


def test_random_lives_agree_through_the_doors(tmp_path):
    rng = random.Random(15)  # noqa: S311  (invented lives)
    asked = []
    for number in range(700):
        life = replace(random_life(rng, number), ogrs3_groups=None, assessments=None, spells=None)
        events = [row for row in reference.index_events(life, EXTRACT) if row["complete_follow_up"] and row["age_at_index"] >= 18]
        if events:
            chosen = events[0]["disposal_id"]
            asked.append((life, next(each for each in life.disposals if each.disposal_id == chosen)))
    reach = min(offence.disposal_date for life, _ in asked for offence in life.offences)
    expected, out = on_reference(asked, EXTRACT, reach)
    found, counted = through_the_doors(tmp_path, asked, EXTRACT)
    assert {key: counted[key] for key in out} == out
    assert out["reach"] > 10
    assert out["index_offence"] > 10
    assert sum(row["offended_in_control_year"] for row in expected.values()) > 10
    assert found.keys() == expected.keys()
    there = next(iter(found.values()))
    compared = [name for name in ("offended_in_control_year", "offences_since_control_year", *HISTORY_COLUMNS) if name in there]
    assert len(compared) > 15
    for name, want in expected.items():
        same({column: found[name][column] for column in compared}, {column: want[column] for column in compared})
