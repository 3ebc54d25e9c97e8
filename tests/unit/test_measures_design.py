"""The treated and their pool: who is in, who is not and why, and nothing of what happened afterwards."""

import json
from datetime import date, timedelta

import pytest

from justice_data_lab.errors import JDLError, UsageError
from justice_data_lab.files import canonical_json
from justice_data_lab.measures.columns import INDEX_EVENT_COLUMNS, OUTCOME_COLUMNS
from justice_data_lab.measures.design import Measures, measure
from justice_data_lab.register.connect import connect
from justice_data_lab.study import Lab, Method
from unit.measures_snapshot import event, linkage, snapshot, study

DAY = date(2021, 3, 1)
LATER = date(2021, 9, 1)


def run(folder, treated, others, left=(), **options):
    """Measure a cohort of these events against a register of these and others."""
    register = snapshot(folder, [*treated, *others])
    return measure(linkage(treated, left), register, options.pop("study", study()), Lab(), **options)


def people(measures, treated):
    rows = measures.rows.to_pylist()
    return [row["person_id"] for row in rows if row["treated"] == treated]


def cohort(size=12, **changes):
    return [event(f"T{place:02d}", DAY if place else LATER, **changes) for place in range(size)]


def test_the_treated_come_first_in_the_order_of_the_cohort_then_the_pool(tmp_path):
    treated = [event("T9", DAY), event("T1", LATER)]
    found = run(tmp_path, treated, [event("P2", LATER), event("P1", LATER)])
    assert people(found, 1) == ["T9", "T1"]
    assert people(found, 0) == ["P1", "P2"]
    assert found.rows["row"].to_pylist() == [0, 1, 2, 3]
    assert (found.first_index_date, found.last_index_date) == (DAY, LATER)


def test_no_outcome_is_in_the_rows_whatever_the_register_has(tmp_path):
    found = run(tmp_path, cohort(), [event("P1", LATER, reoffended=True, reoffences=4)])
    assert set(found.rows.column_names).isdisjoint({*OUTCOME_COLUMNS, "index_date", "disposal_date"})
    assert {column.name for column in INDEX_EVENT_COLUMNS if column.role == "outcome"} == set(OUTCOME_COLUMNS)


def test_the_same_rows_come_out_whatever_the_outcomes_are(tmp_path):
    folders = [tmp_path / "a", tmp_path / "b"]
    results = []
    for folder, reoffended in zip(folders, (True, False), strict=True):
        folder.mkdir()
        results.append(run(folder, cohort(reoffended=reoffended), [event("P1", LATER, reoffended=not reoffended)]))
    assert results[0].rows.equals(results[1].rows)


@pytest.mark.parametrize(
    "changes",
    [
        {"complete_follow_up": False},
        {"age_at_index": 17},
        {"kind": "caution"},
        {"index_date": DAY - timedelta(days=1)},
        {"index_date": LATER + timedelta(days=1)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_the_pool_has_only_events_that_the_treated_could_have_had(tmp_path, changes):
    found = run(tmp_path, cohort(), [event("P1", LATER), event("P2", LATER) | changes])
    assert people(found, 0) == ["P1"]


@pytest.mark.parametrize("status", ["review", "ambiguous", "duplicate", "no_index_disposal"])
def test_nobody_of_the_cohort_as_submitted_is_in_the_pool(tmp_path, status):
    found = run(tmp_path, cohort(), [event("P1", LATER), event("P2", LATER)], left=(("P2", status), (None, "not_found")))
    assert people(found, 0) == ["P1"]
    assert [(step.key, step.lost, step.left) for step in found.pool] == [
        ("candidates", 0, 14),
        ("not_in_cohort", 13, 1),
        ("not_in_earlier", 0, 1),
        ("pool", 0, 1),
    ]


def test_nobody_of_an_earlier_cohort_is_in_the_pool_but_the_treated_stay(tmp_path):
    found = run(tmp_path, cohort(), [event("P1", LATER), event("P2", LATER)], earlier=("P2", "T01", "elsewhere"))
    assert people(found, 0) == ["P1"]
    assert len(people(found, 1)) == 12
    assert [step.lost for step in found.pool] == [0, 12, 1, 0]


def test_the_pool_enters_with_the_first_event_from_the_drawn_date_on(tmp_path):
    treated = [event("T1", LATER)]
    days = [LATER - timedelta(days=1), LATER]
    found = run(tmp_path, treated, [event("P1", day) for day in days] + [event("P2", days[0])])
    assert [row["disposal_id"] for row in found.rows.to_pylist()][1:] == [f"P1/{LATER}"]


def test_each_person_is_in_the_pool_once(tmp_path):
    others = [event(f"P{n}", DAY + timedelta(days=23 * step)) for n in range(40) for step in range(9)]
    found = run(tmp_path, cohort(), others)
    pool = people(found, 0)
    assert len(pool) == len(set(pool)) == 40


def test_the_draw_depends_on_the_seed_and_on_nothing_else(tmp_path):
    treated = [event(f"T{n:02d}", DAY + timedelta(days=10 * n)) for n in range(18)]
    others = [event(f"P{n:02d}", DAY + timedelta(days=7 * step)) for n in range(50) for step in range(24)]
    drawn = {}
    for name, seed, rows in (("first", 1, others), ("again", 1, others[::-1]), ("other", 2, others)):
        (tmp_path / name).mkdir()
        found = run(tmp_path / name, treated, rows, study=study(seed=seed))
        drawn[name] = found.rows["disposal_id"].to_pylist()
    assert drawn["first"] == drawn["again"] != drawn["other"]


def test_each_loss_of_a_linked_person_is_a_step_with_a_reason(tmp_path):
    good = cohort(10)
    lost = [event("L1", DAY, complete_follow_up=False), event("L2", DAY, age_at_index=17), event("L3", DAY)]
    register = snapshot(tmp_path, [*good, *lost[:2], event("P1", LATER)])
    found = measure(linkage([*good, *lost]), register, study(), Lab())
    assert [(step.key, step.lost, step.left) for step in found.attrition] == [
        ("index_event", 1, 12),
        ("follow_up", 1, 11),
        ("adult", 1, 10),
    ]
    assert all(step.reason for step in found.attrition)
    assert "L1" not in people(found, 0)


def test_nobody_left_gives_no_rows_and_the_attrition_that_says_why(tmp_path):
    found = run(tmp_path, cohort(3, complete_follow_up=False), [event("P1", LATER)])
    assert found.rows.num_rows == 0
    assert found.attrition[-1].left == 0
    assert found.pool == ()
    assert found.first_index_date is None
    assert found.summary().startswith("0 treated, 0 in the pool")


def test_a_person_linked_twice_is_an_error_of_linkage(tmp_path):
    treated = cohort(2)
    with pytest.raises(JDLError, match="one linked row a person"):
        measure(linkage([*treated, treated[0]]), snapshot(tmp_path, treated), study(), Lab())


def test_sex_is_always_matched_exactly_and_the_study_may_add_to_it(tmp_path):
    assert run(tmp_path, cohort(), []).exact == ("sex",)
    (tmp_path / "more").mkdir()
    more = study(method=Method(exact=("index_year", "sex")))
    assert run(tmp_path / "more", cohort(), [], study=more).exact == ("sex", "index_year")


def test_an_exact_column_that_is_no_covariate_is_refused_by_name(tmp_path):
    with pytest.raises(UsageError, match="shoe_size is not a covariate"):
        run(tmp_path, cohort(), [], study=study(method=Method(exact=("shoe_size",))))


@pytest.mark.parametrize(("south", "there"), [(4, False), (5, True)])
def test_region_is_in_the_score_when_two_regions_have_five_of_the_treated(tmp_path, south, there):
    treated = [*cohort(), *(event(f"S{n}", DAY, region="South") for n in range(south))]
    found = run(tmp_path, treated, [event("P1", LATER)])
    assert ("region" in [covariate.name for covariate in found.covariates]) is there
    assert "region" in found.rows.column_names


@pytest.mark.parametrize("unknown", ["unknown", ""])
def test_people_of_no_known_region_are_no_second_region(tmp_path, unknown):
    treated = [*cohort(), *(event(f"S{n}", DAY, region=unknown) for n in range(9))]
    found = run(tmp_path, treated, [event("P1", LATER)])
    assert "region" not in [covariate.name for covariate in found.covariates]


def test_covariates_come_in_the_form_in_which_they_are_published(tmp_path):
    others = [event("P1", LATER, days_since_previous_disposal=None, ogrs3_score=None), event("P2", date(2021, 8, 1))]
    found = run(tmp_path, cohort(), others)
    row = next(row for row in found.rows.to_pylist() if row["person_id"] == "P1")
    assert row["previous_disposal_band"] == "none"
    assert row["ogrs3_score"] is None
    assert (row["index_year"], row["index_quarter"]) == ("2021", "3")
    by_name = {covariate.name: covariate for covariate in found.covariates}
    assert by_name["index_year"].ordered == ("2021",)
    carried = {"row", "person_id", "disposal_id", "treated", "complete_two_year_follow_up", "region"}
    assert set(by_name) == set(found.rows.column_names) - carried


@pytest.mark.parametrize(
    ("days", "band"),
    [(0, "under_3_months"), (91, "3_to_6_months"), (182, "6_to_12_months"), (365, "1_to_2_years"), (5000, "5_years_or_more")],
)
def test_time_since_the_previous_disposal_is_in_half_open_bands(tmp_path, days, band):
    found = run(tmp_path, cohort(1, days_since_previous_disposal=days), [])
    assert found.rows["previous_disposal_band"].to_pylist() == [band]


def test_a_register_without_optional_tables_is_measured_without_them(tmp_path):
    treated = [{name: value for name, value in row.items() if name != "ogrs3_score"} for row in cohort()]
    register = snapshot(tmp_path, treated, frozenset())
    con = connect()
    found = measure(linkage(treated), register, study(), Lab(), con=con)
    con.close()
    assert "ogrs3_score" not in found.rows.column_names


def test_a_linkage_without_starts_is_measured(tmp_path):
    treated = cohort()
    links = linkage(treated)
    without = type(links)(links=links.links.drop_columns(["intervention_start"]))
    assert measure(without, snapshot(tmp_path, treated), study(), Lab()).attrition[-1].left == 12


def test_measures_come_back_from_json_as_they_were(tmp_path):
    found = run(tmp_path, cohort(), [event("P1", LATER, ogrs3_score=None)])
    back = Measures.from_dict(json.loads(canonical_json(found.to_dict())))
    assert back.table().equals(found.rows)
    assert back == found
