"""Room 3: a group that was not served has a clock of its own."""

from dataclasses import replace
from datetime import date

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.linkage.linkage import Linkage, links_table
from justice_data_lab.measures.lives import Life
from justice_data_lab.rooms.measured import measure_all
from justice_data_lab.study import CohortSettings, Lab
from spec.worked_lives import BORN, INDEX
from unit.measures_snapshot import snapshot_of_lives, study

DAY, LATER = date(2020, 3, 10), date(2020, 6, 10)
REASON = "A. Reviewer: starts were recorded late"


def life(name):
    return Life(person_id=name, date_of_birth=BORN, offences=(), disposals=(replace(INDEX, disposal_id=f"{name}-D1"),))


def sent(*, served_start=DAY):
    """Two people who were served and two who were put on a waiting list three months after their index date."""
    arms = ["served", "served", "waiting", "waiting"]
    columns = {
        "row": [2, 3, 4, 5],
        "person_id": ["S1", "S2", "W1", "W2"],
        "disposal_id": ["S1-D1", "S2-D1", "W1-D1", "W2-D1"],
        "status": ["linked"] * 4,
        "intervention_start": [served_start, served_start, None, None],
        "arm": arms,
        "arm_date": [None, None, LATER, LATER],
    }
    return Linkage(links=links_table(columns), attrition=(), quality=(), late_starts=0, model_sha256="")


@pytest.fixture
def register(tmp_path):
    return snapshot_of_lives(tmp_path, [life(name) for name in ("S1", "S2", "W1", "W2", "P1", "P2")])


def clocks(register, linkage, **settings):
    asked = study(cohort=CohortSettings(**settings))
    found = measure_all(linkage, register, asked, Lab(min_matched=2), earlier=())
    return found.main.clock, found.side("placebo waiting").clock


def test_people_who_were_put_on_a_list_late_do_not_need_a_reason_for_those_who_were_served_on_time(register):
    assert clocks(register, sent(), clock="index") == ("index", "intervention")


def test_a_reason_holds_for_every_group(register):
    assert clocks(register, sent(), clock="index", clock_reason=REASON) == ("index", "index")


def test_the_index_clock_is_still_refused_when_those_who_were_served_began_late(register):
    with pytest.raises(UsageError, match="clock_reason"):
        clocks(register, sent(served_start=LATER), clock="index")


@pytest.mark.parametrize(("clock", "expected"), [("auto", ("index", "intervention")), ("intervention", ("intervention",) * 2)])
def test_the_other_clocks_are_those_that_were_asked_for(register, clock, expected):
    assert clocks(register, sent(), clock=clock) == expected
