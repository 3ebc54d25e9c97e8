"""Outcomes are read only with the hash of the design, for the rows of the design, in their order."""

import json
from datetime import date

import pytest

from justice_data_lab.errors import JDLError, UsageError
from justice_data_lab.files import canonical_json, sha256
from justice_data_lab.measures.catalogue import MEASURES, MERGED_MEASURES, OPTIONAL_MEASURES, TWO_YEAR_MEASURES, WORK_MEASURES
from justice_data_lab.measures.design import measure
from justice_data_lab.measures.outcomes import Outcomes, outcomes
from justice_data_lab.measures.scan import event_columns_of
from justice_data_lab.register.connect import connect
from justice_data_lab.study import Lab, MeasureSpec
from unit.measures_snapshot import FakeRegister, event, linkage, snapshot, study

DESIGN = b'{"covariates": []}\n'
DAY = date(2021, 3, 1)
TREATED = [
    event(
        "T2",
        DAY,
        reoffended=True,
        reoffences=3,
        days_to_first_reoffence=40,
        first_court_outcome="either_way",
        indictable_reoffences=1,
        either_way_reoffences=2,
        custody_for_first_reoffence=True,
        custodial_sentences=1,
    ),
    event("T1", DAY),
]
POOL = [event("P1", DAY, reoffended=True, reoffences=1, first_court_outcome="summary", summary_reoffences=1)]


@pytest.fixture
def measured(tmp_path):
    register = snapshot(tmp_path, [*TREATED, *POOL])
    return measure(linkage(TREATED), register, study(), Lab()), register


def read(measured, specs=MEASURES, **changes):
    measures, register = measured
    return outcomes(measures, register, **({"design": DESIGN, "design_hash": sha256(DESIGN), "specs": specs} | changes))


def test_outcomes_stand_beside_the_rows_they_belong_to(measured):
    rows = read(measured).rows.to_pylist()
    assert [row["row"] for row in rows] == [0, 1, 2]
    assert rows[0] == {
        "row": 0,
        "reoffended": 1,
        "reoffences": 3,
        "days_to_first_reoffence": 40,
        "first_reoffence_indictable": 0,
        "first_reoffence_either_way": 1,
        "first_reoffence_summary": 0,
        "indictable_reoffences": 1,
        "either_way_reoffences": 2,
        "summary_reoffences": 0,
        "custody_for_first_reoffence": 1,
        "custodial_sentences": 1,
    }
    assert (rows[1]["reoffended"], rows[1]["days_to_first_reoffence"], rows[1]["first_reoffence_summary"]) == (0, None, None)
    assert (rows[2]["reoffended"], rows[2]["first_reoffence_summary"]) == (1, 1)


def test_the_merged_measures_add_up(measured):
    rows = read(measured, MERGED_MEASURES, con=connect()).rows.to_pylist()
    assert rows[0] == {
        "row": 0,
        "reoffended": 1,
        "first_reoffence_indictable_or_either_way": 1,
        "indictable_or_either_way_reoffences": 3,
    }


@pytest.mark.parametrize("changes", [{"design": b""}, {"design_hash": ""}, {"design_hash": "0" * 64}, {"design": DESIGN + b" "}])
def test_outcomes_are_refused_without_the_hash_of_the_design(measured, changes):
    with pytest.raises(UsageError, match="design"):
        read(measured, **changes)


@pytest.mark.parametrize("column", ["age_at_index", "first_court_outcome", "nothing"])
def test_a_measure_of_what_is_no_outcome_is_refused_by_name(measured, column):
    with pytest.raises(UsageError, match=f"Measure column {column}"):
        read(measured, (MeasureSpec(name="x", column=column, kind="mean"),))


def test_two_years_and_work_are_read_where_the_snapshot_has_them(tmp_path):
    known = {"employed_year_after": True, "benefit_days_year_after": 12, "reoffended_two_years": True, "reoffences_two_years": 2}
    unknown = {"complete_two_year_follow_up": False, "reoffended_two_years": None, "reoffences_two_years": None}
    treated = [event("T1", DAY, **known), event("T2", DAY, employed_year_after=False, benefit_days_year_after=0, **unknown)]
    register = snapshot(tmp_path, treated, frozenset({"offence_code", "employment"}))
    measures = measure(linkage(treated), register, study(), Lab())
    assert measures.rows.column("complete_two_year_follow_up").to_pylist() == [True, False]
    rows = read((measures, register), OPTIONAL_MEASURES).rows.to_pylist()
    assert rows == [
        {"row": 0, **known},
        {
            "row": 1,
            "reoffended_two_years": None,
            "reoffences_two_years": None,
            "employed_year_after": 0,
            "benefit_days_year_after": 0,
        },
    ]
    assert event_columns_of(register) >= {spec.column for spec in OPTIONAL_MEASURES}


def test_an_outcome_whose_table_the_source_lacks_is_refused_by_name(measured):
    assert read(measured, TWO_YEAR_MEASURES).rows.num_rows == 3
    with pytest.raises(UsageError, match="Measure column employed_year_after: the snapshot has none"):
        read(measured, WORK_MEASURES)


def test_another_snapshot_is_noticed(measured, tmp_path):
    (tmp_path / "other").mkdir()
    other: FakeRegister = snapshot(tmp_path / "other", TREATED)
    with pytest.raises(JDLError, match="outcomes of 3 people, found 2"):
        read((measured[0], other))


def test_outcomes_come_back_from_json_as_they_were(measured):
    found = read(measured)
    back = Outcomes.from_dict(json.loads(canonical_json(found.to_dict())))
    assert back == found
    assert back.table().num_rows == 3
    assert found.summary() == "3 people, 11 measures."
