"""The clock: which runs, who could have started on its first day, and what is known and follows from then on."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.errors import UsageError
from justice_data_lab.files import canonical_json, sha256
from justice_data_lab.intake.cohort import read_cohort
from justice_data_lab.linkage.linker import link
from justice_data_lab.measures.catalogue import MEASURES, MERGED_MEASURES, TWO_YEAR_MEASURES, WORK_MEASURES
from justice_data_lab.measures.columns import OUTCOME_COLUMNS
from justice_data_lab.measures.design import Measures, measure
from justice_data_lab.measures.lives import Life
from justice_data_lab.measures.outcomes import known_from, outcomes
from justice_data_lab.register.connect import connect
from justice_data_lab.study import CohortSettings, Lab, Method
from spec.worked_lives import BORN, INDEX, custody, offence, order
from unit.measures_snapshot import event, linkage, snapshot, snapshot_of_lives, study

DAY = date(2020, 3, 10)
START = date(2020, 6, 10)
DESIGN = b'{"covariates": []}\n'
SPECS = (*MEASURES, *MERGED_MEASURES, *TWO_YEAR_MEASURES)


def person(name, *offences, disposals=(INDEX,)):
    """A life whose ids are its own; the index disposal is D1."""
    return Life(
        person_id=name,
        date_of_birth=BORN,
        offences=tuple(
            replace(each, offence_id=f"{name}-{each.offence_id}", disposal_id=f"{name}-{each.disposal_id}") for each in offences
        ),
        disposals=tuple(replace(each, disposal_id=f"{name}-{each.disposal_id}") for each in disposals),
    )


def started(name, start=START, day=DAY):
    """A linked row of the cohort."""
    return {"person_id": name, "disposal_id": f"{name}-D1", "index_date": day, "intervention_start": start}


def run(folder, lives, rows, clock="auto", reason="", **options):
    register = snapshot_of_lives(folder, lives)
    settings = study(cohort=CohortSettings(clock=clock, clock_reason=reason))
    return measure(linkage(rows), register, settings, Lab(), **options), register


def read(measures, register, specs=MEASURES, con=None):
    found = outcomes(measures, register, design=DESIGN, design_hash=sha256(DESIGN), specs=specs, con=con)
    rows = measures.rows.column("person_id").to_pylist()
    return dict(zip(rows, found.rows.to_pylist(), strict=True))


def known(measures):
    return {row["person_id"]: row for row in measures.rows.to_pylist()}


def steps(found):
    return [(step.key, step.lost, step.left) for step in found]


def test_auto_is_the_index_clock_when_nobody_started_later(tmp_path):
    rows = [started("T1", start=DAY), started("T2", start=DAY - timedelta(days=3)), started("T3", start=None)]
    found, _ = run(tmp_path, [person(name) for name in ("T1", "T2", "T3", "P1")], rows)
    assert (found.clock, found.late_starts) == ("index", 0)
    assert "lag_days" not in found.rows.column_names


def test_auto_is_the_intervention_clock_when_more_than_a_few_started_later(tmp_path):
    found, _ = run(tmp_path, [person(name) for name in ("T1", "T2", "P1")], [started("T1", start=DAY), started("T2")])
    assert (found.clock, found.late_starts) == ("intervention", 1)
    assert {name: row["lag_days"] for name, row in known(found).items() if name != "P1"} == {"T1": 0, "T2": 92}


def many(folder, on_time, late, children=0, **asked):
    """Measures of people who are alike but for their starts, and of children, who cannot be analysed."""
    names = [f"T{place}" for place in range(on_time + late)]
    young = [replace(person(f"C{place}"), date_of_birth=date(2003, 1, 1)) for place in range(children)]
    rows = [started(name, start=DAY if place < on_time else START) for place, name in enumerate(names)]
    rows += [started(child.person_id, start=DAY) for child in young]
    register = snapshot_of_lives(folder, [*map(person, names), *young, person("P1")])
    return measure(linkage(rows), register, study(**asked), Lab())


def test_one_late_start_among_many_is_put_aside_and_the_index_clock_stays(tmp_path):
    found = many(tmp_path, 60, 1)
    assert (found.clock, found.late_starts) == ("index", 0)
    assert steps(found.attrition)[-2:] == [("adult", 0, 61), ("on_time", 1, 60)]
    assert "under 2 in 100" in found.attrition[-1].reason
    assert sorted(known(found)) == sorted(["P1", *(f"T{place}" for place in range(60))])


@pytest.mark.parametrize(
    ("on_time", "late", "clock"), [(99, 2, "index"), (98, 2, "intervention"), (49, 1, "intervention"), (50, 1, "index")]
)
def test_late_starters_are_put_aside_only_below_two_in_a_hundred_of_those_who_could_be_analysed(tmp_path, on_time, late, clock):
    assert many(tmp_path, on_time, late, children=30).clock == clock


@pytest.mark.parametrize(
    ("asked", "clock"),
    [
        ({"cohort": CohortSettings(clock="index", clock_reason="A. Reviewer: starts were recorded late")}, "index"),
        ({"cohort": CohortSettings(clock="intervention")}, "intervention"),
        ({"method": Method(design="randomised", robustness=False)}, "intervention"),
    ],
)
def test_nobody_is_put_aside_by_another_setting_or_in_a_trial(tmp_path, asked, clock):
    found = many(tmp_path, 60, 1, **asked)
    assert (found.clock, found.late_starts) == (clock, 1)
    assert "on_time" not in [step.key for step in found.attrition]
    assert sum(found.rows.column("treated").to_pylist()) == 61


@pytest.mark.parametrize("changes", [{"age_at_index": 17}, {"complete_follow_up": False}])
def test_a_late_start_of_somebody_who_cannot_be_analysed_does_not_move_the_clock(tmp_path, changes):
    late = event("T2", DAY, **changes) | {"intervention_start": START}
    treated = [event("T1", DAY), late]
    register = snapshot(tmp_path, [{k: v for k, v in row.items() if k != "intervention_start"} for row in treated])
    assert measure(linkage(treated), register, study(), Lab()).clock == "index"


def test_the_index_clock_with_a_late_start_needs_a_reason_and_the_key_is_named(tmp_path):
    lives = [person(name) for name in ("T1", "P1")]
    with pytest.raises(UsageError, match=r"\[cohort\] clock_reason") as refused:
        run(tmp_path, lives, [started("T1")], clock="index")
    assert "missing from the cohort" in str(refused.value)


def test_the_index_clock_with_a_reason_counts_from_the_index_date_and_says_how_many_started_later(tmp_path):
    lives = [person("T1", offence("O1", "2021-04-01", "2021-05-01")), person("P1", offence("O1", "2020-04-01", "2020-05-01"))]
    found, register = run(tmp_path, lives, [started("T1")], clock="index", reason="A. Reviewer: starts were recorded late")
    assert (found.clock, found.late_starts) == ("index", 1)
    assert [row["reoffended"] for row in read(found, register).values()] == [0, 1]


def test_the_pool_starts_as_long_after_its_own_index_date_as_the_drawn_participant_did(tmp_path):
    other = order("2020-03-20")
    lives = [person("T1"), person("T2", disposals=(other,)), person("P1", disposals=(other,))]
    found, _ = run(tmp_path, lives, [started("T1", start=DAY), started("T2", start=date(2020, 3, 27), day=date(2020, 3, 20))])
    drawn = {"T1": 0, "T2": 7}
    assert known(found)["P1"]["lag_days"] in drawn.values()
    assert known(found)["T2"]["lag_days"] == 7


def test_whoever_could_not_have_started_by_then_is_not_in_the_pool_and_is_counted(tmp_path):
    lives = [
        person("T1"),
        person("P1"),
        person("P2", offence("O1", "2020-06-09", "2020-07-01", "D3")),
        person("P3", disposals=(INDEX, custody("2020-06-01", "2020-09-01", "D2"))),
        person("P4", offence("O1", "2020-03-10", "2020-03-10", "D2"), disposals=(INDEX, order("2020-03-10", "D2"))),
    ]
    found, _ = run(tmp_path, lives, [started("T1")])
    assert [name for name in known(found) if name.startswith("P")] == ["P1", "P4"]
    assert known(found)["P4"]["disposal_id"] == "P4-D2"
    assert steps(found.pool)[-4:] == [("pool", 0, 4), ("follow_up", 0, 4), ("superseded", 1, 3), ("early_reoffence", 1, 2)]
    assert all(step.reason for step in found.pool[3:])


def test_a_start_that_cannot_be_followed_up_is_lost_on_either_side(tmp_path):
    late = order("2022-12-01")
    lives = [person("T1"), person("T2", disposals=(late,)), person("P1"), person("P2", disposals=(late,))]
    found, _ = run(tmp_path, lives, [started("T1"), started("T2", start=date(2023, 1, 1), day=date(2022, 12, 1))])
    assert list(known(found)) == ["T1", "P1"]
    assert steps(found.attrition)[1] == ("follow_up", 1, 1)
    assert found.attrition[1].reason == "less than 18 months between the start and the extract"


def test_a_participant_who_had_reoffended_before_the_start_is_lost_with_a_reason(tmp_path):
    lives = [person("T1"), person("T2", offence("O1", "2020-06-09", "2021-01-10")), person("T3"), person("P1")]
    minor = replace(person("T4"), date_of_birth=date(2003, 1, 1))
    again = person("T5", disposals=(INDEX, order("2020-04-01", "D2")))
    rows = [started(name) for name in ("T1", "T2", "T3", "T4", "T5")]
    found, _ = run(tmp_path, [*lives, minor, again], rows)
    assert steps(found.attrition) == [
        ("index_event", 0, 5),
        ("follow_up", 0, 5),
        ("superseded", 1, 4),
        ("early_reoffence", 1, 3),
        ("adult", 1, 2),
    ]
    assert [name for name in known(found) if name.startswith("T")] == ["T1", "T3"]


def test_covariates_and_outcomes_are_as_at_the_start_on_both_sides(tmp_path):
    told = (
        offence("O1", "2019-12-01", "2020-04-10", "D2", offence_group="drugs"),
        offence("O2", "2021-06-09", "2021-12-09", "D3"),
        offence("O3", "2021-06-10", "2021-12-01", "D4"),
    )
    found, register = run(tmp_path, [person("T1", *told), person("P1", *told)], [started("T1")])
    for row in known(found).values():
        assert {name: row[name] for name in ("previous_offences", "previous_drugs", "offences_last_year", "index_quarter")} == {
            "previous_offences": 1, "previous_drugs": 1, "offences_last_year": 1, "index_quarter": "2",
        }  # fmt: skip
        assert (row["previous_disposal_band"], row["age_at_index"]) == ("under_3_months", 29)
    for row in read(found, register).values():
        assert (row["reoffended"], row["reoffences"], row["days_to_first_reoffence"]) == (1, 1, 364)


def test_two_years_of_follow_up_are_judged_from_the_start(tmp_path):
    late = order("2021-12-30")
    found, register = run(
        tmp_path, [person(n, disposals=(late,)) for n in ("T1", "P1")], [started("T1", date(2022, 1, 1), date(2021, 12, 30))]
    )
    assert [row["complete_two_year_follow_up"] for row in known(found).values()] == [False, False]
    assert {row["reoffended_two_years"] for row in read(found, register, TWO_YEAR_MEASURES).values()} == {None}


def test_work_afterwards_is_not_known_from_a_later_start_and_that_is_said(tmp_path):
    found, register = run(tmp_path, [person("T1"), person("P1")], [started("T1")])
    with pytest.raises(UsageError, match="employed_year_after: is not known from a start"):
        read(found, register, WORK_MEASURES)
    every = (*MEASURES, *MERGED_MEASURES, *TWO_YEAR_MEASURES, *WORK_MEASURES)
    assert known_from(found, every) == SPECS
    assert known_from(replace(found, clock="index"), every) == every


def test_the_days_to_the_start_are_a_covariate_only_when_there_are_any(tmp_path):
    (tmp_path / "none").mkdir()
    lives = [person(name) for name in ("T1", "P1")]
    late, _ = run(tmp_path, lives, [started("T1")])
    labels = {covariate.name: covariate.label for covariate in late.covariates}
    assert labels["lag_days"] == "Days from index date to start"
    assert labels["index_year"] == "Year of start"
    none, _ = run(tmp_path / "none", lives, [started("T1", start=DAY)], clock="intervention")
    assert none.clock == "intervention"
    assert "lag_days" not in [covariate.name for covariate in none.covariates]
    assert none.rows.column("lag_days").to_pylist() == [0, 0]


def test_neither_a_date_nor_an_outcome_is_in_the_rows(tmp_path):
    found, _ = run(tmp_path, [person(name) for name in ("T1", "P1")], [started("T1")])
    assert set(found.rows.column_names).isdisjoint({*OUTCOME_COLUMNS, "as_at", "index_date", "disposal_date"})
    assert not [field.name for field in found.rows.schema if "date" in str(field.type)]


def test_nothing_that_happens_from_the_start_on_changes_the_rows(tmp_path):
    after = (offence("O1", "2020-06-10", "2020-07-01", "D2"), offence("O2", "2019-01-01", "2020-06-10", "D3"))
    found = []
    for name, extra, disposals in (("quiet", (), ()), ("busy", after, (custody("2020-06-11", "2020-12-01", "D3"),))):
        (tmp_path / name).mkdir()
        lives = [person(who, *extra, disposals=(INDEX, *disposals)) for who in ("T1", "P1")]
        found.append(run(tmp_path / name, lives, [started("T1")])[0])
    assert found[0] == found[1]
    assert found[0].rows.num_rows == 2


def test_nobody_left_gives_no_rows_with_the_intervention_clock_too(tmp_path):
    lives = [person("T1", offence("O1", "2020-04-01", "2020-05-01")), person("P1")]
    found, _ = run(tmp_path, lives, [started("T1")])
    assert found.rows.num_rows == 0
    assert found.attrition[-1].left == 0
    assert found.pool == ()


def test_measures_with_the_intervention_clock_come_back_from_json_and_still_open_their_outcomes(tmp_path):
    lives = [person("T1", offence("O1", "2021-06-01", "2021-07-01")), person("P1")]
    found, register = run(tmp_path, lives, [started("T1")])
    back = Measures.from_dict(json.loads(canonical_json(found.to_dict())))
    assert back == found
    con = connect()
    assert read(back, register, con=con) == read(found, register)
    assert con.execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchall() == [(0,)]
    con.close()


@pytest.fixture(scope="module")
def cohort_on_time(small_register, tmp_path_factory):
    """A cohort in which nobody started after the index date, linked."""
    file = tmp_path_factory.mktemp("cohort") / "cohort.csv"
    synthesise_cohort(small_register, file, size=300, effect=0.0, seed=5, errors="none")
    return link(read_cohort(file, today=date(2026, 11, 22), lab=Lab()), small_register)


def test_with_nobody_late_both_clocks_give_the_same_covariates_pool_and_outcomes(cohort_on_time, small_register):
    assert cohort_on_time.late_starts == 0
    index, moved = (
        measure(cohort_on_time, small_register, study(cohort=CohortSettings(clock=clock)), Lab())
        for clock in ("index", "intervention")
    )
    assert moved.rows.num_rows > 1000
    assert moved.rows.drop_columns(["lag_days"]).equals(index.rows)
    assert moved.rows.column("lag_days").unique().to_pylist() == [0]
    assert moved.covariates == index.covariates
    assert [step.left for step in moved.attrition if step.key in ("index_event", "follow_up", "adult")] == [
        step.left for step in index.attrition
    ]
    assert {step.left for step in moved.pool[3:]} == {index.pool[-1].left}
    ours, theirs = read(moved, small_register, SPECS), read(index, small_register, SPECS)
    assert ours == theirs
    assert sum(row["reoffended"] for row in ours.values()) > 200
