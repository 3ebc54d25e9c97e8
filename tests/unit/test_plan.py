"""The plan says what will be held alike and compared, with the clock that will run."""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from justice_data_lab.measures.catalogue import WORK_MEASURES
from justice_data_lab.rooms.plan import plan
from justice_data_lab.study import CohortSettings, Lab
from unit.measures_snapshot import study

DAY = date(2026, 11, 22)
WORK = {spec.name for spec in WORK_MEASURES}


@dataclass(frozen=True)
class Snapshot:
    """What a plan reads of a snapshot: the columns of its events, and the day of its extract."""

    index_event_glob: str
    extract_date: date = date(2026, 6, 30)


@pytest.fixture
def register(tmp_path):
    """One whose table of employment is there, so that work is measured."""
    (tmp_path / "index_event").mkdir()
    names = {name for spec in WORK_MEASURES for name in (spec.column,)} | {"sex", "age_at_index", "index_year"}
    pq.write_table(pa.table({name: pa.array([None], pa.int32()) for name in names}), tmp_path / "index_event" / "part.parquet")
    return Snapshot(index_event_glob=str(tmp_path / "index_event" / "*.parquet"))


def planned(register, clock):
    asked = study(cohort=CohortSettings(clock=clock))
    return {key: text.split(", ") for key, text in plan(asked, Lab(), register, today=DAY).content.items()}


def test_with_the_index_clock_work_is_compared_and_no_wait_is_held_alike(register):
    content = planned(register, "index")
    assert set(content["measures"]) >= WORK
    assert "lag_days" not in content["covariates"]
    assert not [key for key in content if "intervention_clock" in key]


def test_with_the_intervention_clock_the_wait_is_held_alike_and_work_is_not_compared(register):
    content = planned(register, "intervention")
    assert not WORK & set(content["measures"])
    assert content["covariates"][-1] == "lag_days"
    assert content["measures"][0] == "one-year proven reoffending rate"
    assert not [key for key in content if "intervention_clock" in key]


def test_while_the_starts_decide_the_plan_says_what_holds_with_either_clock(register):
    content, index, moved = (planned(register, clock) for clock in ("auto", "index", "intervention"))
    assert {name: content[name] for name in ("covariates", "measures")} == {
        name: index[name] for name in ("covariates", "measures")
    }
    assert content["covariates.intervention_clock"] == moved["covariates"]
    assert content["measures.intervention_clock"] == moved["measures"]
