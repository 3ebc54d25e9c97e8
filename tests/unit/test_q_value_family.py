"""Which measures are adjusted together: two to eleven of a request, all but the primary one of data that came linked."""

from types import SimpleNamespace

import pytest

from justice_data_lab.estimation.effects import estimate
from justice_data_lab.estimation.robustness.discovery import discoveries
from justice_data_lab.matching.matcher import match
from justice_data_lab.measures.catalogue import MEASURES, WORK_MEASURES
from justice_data_lab.rooms.scrutiny import _is_adjusted
from justice_data_lab.rooms.sources import FromFile, FromRegister
from justice_data_lab.study import Lab, Method
from sample_rooms import made_measures, made_outcomes, study

REGISTER = FromRegister(register=None, linkage=None, study=None, lab=None)
FILE = FromFile(data=None, study=None)


@pytest.fixture(scope="module")
def matched():
    return match(made_measures(), Method())


def q_values_of(matched, specs, source):
    work = SimpleNamespace(source=source, study=study(), lab=Lab())
    estimates = estimate(matched, made_outcomes(specs), Method(), Lab())
    return {row.column: row.q_value for row in discoveries(estimates, "national", lambda row: _is_adjusted(work, row))}


def test_measures_of_work_change_no_q_value_of_the_eleven(matched):
    """A register that knows of work adds two measures beside the eleven; they have a p-value and no q-value."""
    eleven = q_values_of(matched, MEASURES, REGISTER)
    assert set(eleven) == {spec.column for spec in MEASURES[1:]}
    assert q_values_of(matched, (*MEASURES, *WORK_MEASURES), REGISTER) == eleven


def test_whatever_a_file_measures_is_one_family(matched):
    found = q_values_of(matched, (*MEASURES, *WORK_MEASURES), FILE)
    assert set(found) == {spec.column for spec in (*MEASURES[1:], *WORK_MEASURES)}
