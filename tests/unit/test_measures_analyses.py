"""Whom an analysis is about: both groups are narrowed by one rule, and everybody who leaves is counted."""

from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from justice_data_lab.errors import DataRefused
from justice_data_lab.linkage.attrition import Step
from justice_data_lab.linkage.linkage import Linkage, links_table
from justice_data_lab.measures.analyses import kind_of, restrict
from justice_data_lab.measures.arms import as_assigned, not_served, only
from justice_data_lab.measures.catalogue import Covariate
from justice_data_lab.measures.design import Measures
from justice_data_lab.study import Analysis

COVARIATES = (
    Covariate(name="sex", kind="categorical", group="sex"),
    Covariate(name="need_drugs", kind="categorical", group="needs"),
)


def measures(regions, treated, needs=None):
    rows = {
        "row": np.arange(len(treated)),
        "person_id": [f"P{place}" for place in range(len(treated))],
        "treated": pa.array(treated, pa.int8()),
        "sex": ["M"] * len(treated),
        "region": regions,
        "need_drugs": needs or ["yes"] * len(treated),
    }
    start = Step(key="adult", label="Adult", reason="", lost=0, left=sum(treated))
    return Measures(rows=pa.table(rows), covariates=COVARIATES, exact=("sex",), attrition=(start,))


def column(*values):
    return pa.chunked_array([pa.array(values, pa.string())])


def test_a_regional_analysis_leaves_regions_with_fewer_than_ten_treated_on_both_sides():
    everybody = measures(["N"] * 10 + ["S"] * 9 + ["N", "S", "E", None], [1] * 19 + [0] * 4)
    found = restrict(everybody, Analysis(name="regional", exact=("region",)), {})
    assert found.rows["region"].to_pylist() == ["N"] * 11
    assert found.rows["row"].to_pylist() == [*range(10), 19]
    assert (found.attrition[-1].lost, found.attrition[-1].left) == (9, 10)
    assert [item.name for item in found.covariates] == ["sex", "need_drugs", "region"]


@pytest.mark.parametrize("unknown", [None, "unknown", "Unknown", ""])
def test_people_of_no_known_region_are_in_no_region_however_many_they_are(unknown):
    everybody = measures(["N"] * 10 + [unknown] * 12 + ["N", unknown], [1] * 22 + [0] * 2)
    found = restrict(everybody, Analysis(name="regional", exact=("region",)), {})
    assert found.rows["region"].to_pylist() == ["N"] * 11
    assert (found.attrition[-1].lost, found.attrition[-1].left) == (12, 10)
    assert found.attrition[-1].reason == "in a region with fewer than 10 people, or in none that is known"


def test_a_column_that_the_pool_does_not_have_narrows_the_treated_alone():
    everybody = measures(["N"] * 5, [1, 1, 1, 0, 0])
    found = restrict(
        everybody, Analysis(name="in", where=(("setting", "Custody"),)), {"setting": column("custody ", "x", None, None, None)}
    )
    assert found.rows["row"].to_pylist() == [0, 3, 4]
    assert (found.attrition[-1].lost, found.attrition[-1].left) == (2, 1)
    assert found.attrition[0] == everybody.attrition[0]


def test_a_column_that_both_groups_have_narrows_both():
    everybody = measures(["N"] * 4, [1, 1, 0, 0])
    found = restrict(everybody, Analysis(name="in", where=(("site", "a"),)), {"site": column("a", "b", "a", None)})
    assert found.rows["row"].to_pylist() == [0, 2]


def test_with_and_without_a_needs_assessment():
    everybody = measures(["N"] * 4, [1, 1, 0, 0], needs=["yes", "unknown", "no", "unknown"])
    assessed = restrict(everybody, Analysis(name="a", assessment="with"), {})
    assert assessed.rows["row"].to_pylist() == [0, 2]
    assert [item.name for item in assessed.covariates] == ["sex", "need_drugs"]
    without = restrict(everybody, Analysis(name="a", assessment="without"), {})
    assert without.rows.num_rows == 4
    assert [item.name for item in without.covariates] == ["sex"]


def test_a_register_without_needs_has_nobody_with_an_assessment():
    everybody = measures(["N"] * 2, [1, 0])
    bare = Measures(rows=everybody.rows, covariates=COVARIATES[:1], exact=())
    assert restrict(bare, Analysis(name="a", assessment="with"), {}).rows.num_rows == 0


def test_two_years_keep_those_who_were_followed_up_so_long():
    everybody = measures(["N"] * 4, [1, 1, 0, 0])
    rows = everybody.rows.append_column("complete_two_year_follow_up", [[True, False, True, False]])
    found = restrict(replace(everybody, rows=rows), Analysis(name="a", years=2), {})
    assert found.rows["row"].to_pylist() == [0, 2]
    assert found.attrition[-1].lost == 1


@pytest.mark.parametrize(
    ("analysis", "kind"),
    [
        (Analysis(), "national"),
        (Analysis(exact=("region",)), "regional"),
        (Analysis(where=(("setting", "x"),), exact=("region",)), "subgroup"),
        (Analysis(where=(("setting", "x"), ("completed", "yes"))), "after_start"),
    ],
)
def test_what_sort_an_analysis_is(analysis, kind):
    assert kind_of(analysis, {"setting": "before_start", "completed": "after_start"}) == kind


def linkage(arms, *, statuses=None, starts=None, arm_dates=None):
    rows = len(arms)
    columns = {
        "row": list(range(2, rows + 2)),
        "person_id": [f"P{place}" for place in range(rows)],
        "status": statuses or ["linked"] * rows,
        "intervention_start": starts or [None] * rows,
        "arm_date": arm_dates or [None] * rows,
        "arm": arms,
    }
    return Linkage(links=links_table(columns), attrition=(), quality=(), late_starts=0, model_sha256="")


def test_only_the_served_are_linked_and_the_others_stay_known():
    found = only(linkage(["served", "waiting", None, "refused"], statuses=["linked", "linked", "linked", "review"]), ("served",))
    assert found.links["status"].to_pylist() == ["linked", "other_arm", "linked", "review"]
    assert found.links["person_id"].to_pylist() == ["P0", "P1", "P2", "P3"]


def test_people_of_other_arms_are_counted_out():
    (step,) = not_served(linkage(["served", "waiting", "refused"]))
    assert (step.lost, step.left) == (2, 1)
    assert not_served(linkage(["served", None])) == ()


def test_the_clock_of_people_who_never_started_is_the_day_they_were_put_in_their_arm():
    day, start = date(2021, 3, 1), date(2021, 4, 1)
    found = only(linkage(["waiting", "served"], starts=[None, start], arm_dates=[day, None]), ("waiting",), from_arm_date=True)
    assert found.links["intervention_start"].to_pylist() == [day, start]


def test_a_trial_is_analysed_as_assigned():
    arms = ["waiting", "refused", "served", "control"]
    everybody = measures(["N"] * 5, [1, 1, 1, 1, 0])
    found = as_assigned(everybody, linkage(arms))
    assert found.rows["person_id"].to_pylist() == ["P1", "P2", "P0", "P3"]
    assert found.rows["treated"].to_pylist() == [1, 1, 0, 0]
    assert found.rows["row"].to_pylist() == [0, 1, 2, 3]
    assert (found.exact, found.pool) == ((), ())
    assert (found.attrition[-1].key, found.attrition[-1].lost, found.attrition[-1].left) == ("offered", 2, 2)


def test_a_person_sent_in_both_arms_is_in_the_arm_of_the_row_that_was_kept():
    twice = linkage(["served", "control", "control"])
    people = pa.array(["P0", "P1", "P0"])
    status = pa.array(["linked", "linked", "duplicate"])
    links = twice.links.set_column(twice.links.column_names.index("person_id"), "person_id", people)
    links = links.set_column(links.column_names.index("status"), "status", status)
    found = as_assigned(measures(["N"] * 2, [1, 1]), replace(twice, links=links))
    assert found.rows.select(["person_id", "treated"]).to_pylist() == [
        {"person_id": "P0", "treated": 1}, {"person_id": "P1", "treated": 0},
    ]  # fmt: skip


@pytest.mark.parametrize("arms", [["served", "refused"], ["control", "waiting"]])
def test_a_trial_with_one_arm_is_refused(arms):
    with pytest.raises(DataRefused, match="people offered the programme"):
        as_assigned(measures(["N"] * 2, [1, 1]), linkage(arms))
