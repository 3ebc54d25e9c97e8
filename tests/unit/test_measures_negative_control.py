"""The doors of the negative control: whom they hand on, what is held alike, and that the outcome needs the hash of the design."""

from dataclasses import replace

import pyarrow as pa
import pytest

from justice_data_lab.errors import JDLError, UsageError
from justice_data_lab.estimation.robustness.negative_control import negative_control
from justice_data_lab.files import sha256
from justice_data_lab.matching.matcher import match
from justice_data_lab.measures.catalogue import COVARIATES, NEGATIVE_CONTROL, control_covariates
from justice_data_lab.measures.columns import HISTORY_COLUMNS, OUTCOME_COLUMNS
from justice_data_lab.measures.design import measure
from justice_data_lab.measures.negative_control import control_outcomes, measure_control
from justice_data_lab.measures.outcomes import Outcomes
from justice_data_lab.register.connect import connect
from justice_data_lab.study import Lab, Method
from spec.worked_lives import INDEX, offence, order
from unit.measures_snapshot import linkage, snapshot_of_lives, study
from unit.test_measures_clock import DAY, person, started

DESIGN = b'{"covariates": []}\n'
OWN = offence("O9", "2020-01-15", "2020-03-10", "D1")
OLD = offence("O8", "2012-04-01", "2012-05-01", "D8")
EARLIER = offence("O1", "2018-06-01", "2018-07-01", "D7")


def names(covariates):
    return [covariate.name for covariate in covariates]


@pytest.fixture
def measured(tmp_path):
    """Three treated, of whom T2 has no index offence, and three of the pool, of whom P2 is from before the register's reach."""
    long_ago = (offence("O9", "2014-01-15", "2020-03-10", "D1"), OLD)
    lives = [person("T1", OWN, EARLIER), person("T2"), person("T3", OWN, disposals=(order("2020-03-10", "D1"),))]
    lives += [person("P1", OWN), person("P2", *long_ago), person("P3", OWN, EARLIER)]
    register = snapshot_of_lives(tmp_path, lives)
    return measure(linkage([started(name, start=DAY) for name in ("T1", "T2", "T3")]), register, study(), Lab()), register


def read(control, register, **changes):
    return control_outcomes(control, register, **({"design": DESIGN, "design_hash": sha256(DESIGN)} | changes))


def test_those_whose_control_year_is_known_keep_their_row_and_the_others_are_counted_on_their_side(measured):
    measures, register = measured
    control = measure_control(measures, register)
    assert [(row["row"], row["person_id"], row["treated"]) for row in control.rows.to_pylist()] == [
        (0, "T1", 1),
        (2, "T3", 1),
        (3, "P1", 0),
        (5, "P3", 0),
    ]
    added = [(step.key, step.lost, step.left) for step in control.attrition[len(measures.attrition) :]]
    assert added == [("index_offence", 1, 2), ("reach", 0, 2), ("youngest", 0, 2)]
    added = [(step.key, step.lost, step.left) for step in control.pool[len(measures.pool) :]]
    assert added == [("index_offence", 0, 3), ("reach", 1, 2), ("youngest", 0, 2)]


def test_history_is_as_at_the_start_of_the_control_year_and_no_outcome_is_in_the_rows(measured):
    measures, register = measured
    control = measure_control(measures, register)
    assert measures.rows.column("previous_offences").to_pylist() == [1, 0, 0, 0, 1, 1]
    assert control.rows.column("previous_offences").to_pylist() == [0, 0, 0, 0]
    assert control.rows.column("age_at_index").to_pylist() == [29] * 4
    assert set(control.rows.column_names).isdisjoint({*OUTCOME_COLUMNS, NEGATIVE_CONTROL.column, "year_start", "index_date"})
    assert {item.name for item in control.covariates} <= set(control.rows.column_names)


def test_some_of_the_rows_are_as_good_as_all(measured):
    measures, register = measured
    some = replace(measures, rows=measures.rows.take(pa.array([0, 2, 5])))
    control = measure_control(some, register, con=connect())
    assert control.rows.column("row").to_pylist() == [0, 2, 5]
    outcome = read(control, register, con=connect())
    assert outcome.rows.to_pylist() == [
        {"row": 0, "offended_in_control_year": 1.0},
        {"row": 2, "offended_in_control_year": 0.0},
        {"row": 5, "offended_in_control_year": 1.0},
    ]
    assert outcome.specs == (NEGATIVE_CONTROL,)
    assert Outcomes.from_dict(outcome.to_dict()) == outcome


@pytest.mark.parametrize("changes", [{"design": b""}, {"design_hash": ""}, {"design_hash": "0" * 64}, {"design": DESIGN + b" "}])
def test_the_outcome_is_refused_without_the_hash_of_the_design(measured, changes):
    control = measure_control(*measured)
    with pytest.raises(UsageError, match="design"):
        read(control, measured[1], **changes)


def test_rows_that_are_not_of_the_negative_control_are_noticed(measured):
    with pytest.raises(JDLError, match="control years of 6 people, found 4"):
        read(*measured)


def test_nobody_left_is_no_error(tmp_path):
    register = snapshot_of_lives(tmp_path, [person("T1", disposals=(INDEX,)), person("P1", disposals=(INDEX,))])
    control = measure_control(measure(linkage([started("T1", start=DAY)]), register, study(), Lab()), register)
    assert control.rows.num_rows == 0
    assert [(step.key, step.left) for step in control.pool[-3:]] == [("index_offence", 0), ("reach", 0), ("youngest", 0)]
    assert read(control, register).rows.num_rows == 0


def test_what_is_held_alike_does_not_hold_the_control_year_itself():
    found = control_covariates(COVARIATES)
    moved = [item for item in found if (item.source or item.name) in HISTORY_COLUMNS]
    assert len(moved) == 19
    assert all(item.label.endswith("as at the start of the control year") for item in moved)
    gone = set(names(COVARIATES)) - set(names(found))
    assert len(gone) == 14
    assert {"age_at_first_disposal", "ogrs3_score", "need_drugs", "employed_year_before", "benefit_days_year_before"} <= gone
    assert {"index_offence_group", "region", "age_at_index"} <= set(names(found))
    assert len(set(names(found))) == len(found)


def test_the_doors_lead_from_measures_to_the_flag(tmp_path):
    lives = [person(f"T{n}", OWN, *([EARLIER] * (n < 6)), *([OLD] * (n % 3 == 0))) for n in range(12)]
    lives += [person(f"P{n}", OWN, *([EARLIER] * (n < 30)), *([OLD] * (n % 2))) for n in range(40)]
    register = snapshot_of_lives(tmp_path, lives)
    measures = measure(linkage([started(f"T{n}", start=DAY) for n in range(12)]), register, study(), Lab())
    control = measure_control(measures, register)
    matched = match(control, Method())
    design = matched.design.to_bytes()
    did = read(control, register, design=design, design_hash=sha256(design)).rows.column(NEGATIVE_CONTROL.column).to_numpy()
    weight, treated = (matched.weights.column(name).to_numpy() for name in ("weight", "treated"))
    found = negative_control(did[treated == 1], did[treated == 0], weight[treated == 0])
    assert (found.n_treated, found.n_comparison) == (12, 40)
    assert found.difference == pytest.approx(0.5 - 0.75)
    assert found.flagged is False


class Noted:
    """A connection that notes what it is told to do."""

    def __init__(self, con):
        self.con, self.said = con, []

    def __getattr__(self, name):
        return getattr(self.con, name)

    def execute(self, text, *values):
        self.said.append(text)
        return self.con.execute(text, *values)

    def reads_of_offences(self):
        return sum(text.startswith("INSERT INTO proven_offence") for text in self.said)


def test_on_one_connection_the_offences_of_a_person_are_read_once_for_both_rooms(measured):
    measures, register = measured
    con = Noted(connect(same_files=True))
    control = measure_control(measures, register, con=con)
    outcome = read(control, register, con=con)
    assert con.reads_of_offences() == 1
    assert control == measure_control(measures, register)
    assert outcome == read(control, register)
    con.close()


def test_only_of_people_who_are_new_to_the_connection_more_is_read(measured):
    measures, register = measured
    con = Noted(connect())
    for places, reads in (([0], 1), ([0], 1), ([0, 2, 3], 2), ([2, 3], 2)):
        some = replace(measures, rows=measures.rows.take(pa.array(places)))
        assert measure_control(some, register, con=con) == measure_control(some, register)
        assert con.reads_of_offences() == reads
    con.close()


def test_what_was_read_of_one_register_is_not_taken_for_what_another_holds(measured, tmp_path):
    measures, register = measured
    con = connect()
    measure_control(measures, register, con=con)
    place = tmp_path / "other"
    place.mkdir()
    other = snapshot_of_lives(place, [person(name, OWN) for name in ("T1", "T2", "T3", "P1", "P2", "P3")])
    assert measure_control(measures, other, con=con) == measure_control(measures, other)
    con.close()
