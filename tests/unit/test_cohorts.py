"""Invented cohorts: the truth beside them is true, the draw does not look ahead, the planted effect is there."""

import csv
import json
from datetime import date, datetime
from itertools import product

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from justice_data_lab.cohorts import events, numbered, risk
from justice_data_lab.cohorts.cohort import HEADINGS, synthesise_cohort
from justice_data_lab.cohorts.draw import Wish, draw_participants
from justice_data_lab.cohorts.events import CANDIDATES_A_PLACE, Events, every_event, one_event_a_person, read_events
from justice_data_lab.cohorts.numbered import give_each
from justice_data_lab.cohorts.past import read_past
from justice_data_lab.cohorts.risk import COUNTS, NUMBERS, WORDS, fit_risk, in_blocks
from justice_data_lab.cohorts.slips import RATES, Person, Rates, make_mistakes, ten_by
from justice_data_lab.errors import NotPossible, UsageError
from justice_data_lab.intake.cohort import read_cohort
from justice_data_lab.intake.columns import COLUMNS
from justice_data_lab.linkage.linker import link
from justice_data_lab.register.connect import attach, connect
from justice_data_lab.register.snapshot import Register
from justice_data_lab.study import Lab
from negative_control.worlds import first_of_each

SIZE = 200


@pytest.fixture(scope="module")
def con(small_register):
    con = connect()
    con.execute(f"CREATE TABLE event AS FROM read_parquet('{small_register.index_event_glob}')")
    attach(con, small_register.linkage_file, "link")
    yield con
    con.close()


def written(register, folder, name="cohort", **wish):
    out = folder / f"{name}.csv"
    synthesise_cohort(register, out, **({"size": SIZE, "effect": 0.0, "seed": 1} | wish))
    rows = list(csv.DictReader(out.read_text().splitlines()))
    truth = list(csv.DictReader((folder / f"{name}.truth.csv").read_text().splitlines()))
    return rows, truth, json.loads((folder / f"{name}.truth.json").read_text())


def day(text):
    return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 -- a date has no zone


def test_the_headings_are_the_templates(small_register, tmp_path):
    rows, _, _ = written(small_register, tmp_path)
    assert tuple(rows[0]) == HEADINGS
    assert set(HEADINGS) <= {column.name for column in COLUMNS}


def test_the_truth_names_the_event_each_row_is_about(con, small_register, tmp_path):
    rows, truth, _ = written(small_register, tmp_path, errors="none")
    assert [int(row["row"]) for row in truth] == list(range(2, len(rows) + 2))
    for row, true in zip(rows, truth, strict=True):
        event = con.execute(
            "SELECT disposal_date, index_date, kind, complete_follow_up, age_at_index FROM event "
            "WHERE person_id = $person_id AND disposal_id = $disposal_id",
            {name: true[name] for name in ("person_id", "disposal_id")},
        ).fetchall()
        assert event[0][:4] == (day(row["conviction_date"]), day(row["index_date"]), "custody", True)
        assert event[0][4] >= 18
        assert day(row["conviction_date"]) <= day(row["intervention_start"]) < day(row["index_date"])
        name = "SELECT count(*) FROM link.identity WHERE person_id = $id AND is_primary AND date_of_birth = $born"
        assert con.execute(name, {"id": true["person_id"], "born": day(row["date_of_birth"])}).fetchall() == [(1,)]


def test_without_errors_nobody_is_doubled_strange_or_unnumbered(small_register, tmp_path):
    rows, truth, said = written(small_register, tmp_path, errors="none")
    assert (len(rows), said["doubles"], said["not_in_register"]) == (SIZE, 0, 0)
    assert len({row["person_id"] for row in truth}) == SIZE
    assert all(row["prison_number"] for row in rows)


def test_normal_errors_are_about_as_many_as_they_say(small_register, tmp_path):
    rows, truth, said = written(small_register, tmp_path, errors="normal")
    assert said["not_in_register"] == sum(not row["person_id"] for row in truth) == round(0.03 * SIZE)
    assert len(rows) == SIZE + said["doubles"]
    assert 0.45 < np.mean([bool(row["pnc_id"]) for row in rows]) < 0.72
    assert 0.55 < np.mean([bool(row["prison_number"]) for row in rows]) < 0.82
    assert all(row[name] for row in rows for name in ("surname", "forename", "date_of_birth", "sex", "intervention_start"))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(small_register, tmp_path):
    for name, seed in (("a", 4), ("b", 4), ("c", 5)):
        written(small_register, tmp_path, name, seed=seed, errors="hard", effect=-0.1)
    for end in ("csv", "truth.csv", "truth.json"):
        first, second, other = ((tmp_path / f"{name}.{end}").read_bytes() for name in "abc")
        assert first == second
        assert first != other


def test_orders_start_on_the_day_of_the_order(small_register, tmp_path):
    rows, _, said = written(small_register, tmp_path, errors="none", kind="community_order", size=100)
    assert said["kind"] == "community_order"
    assert all(row["intervention_start"] == row["index_date"] and row["setting"] == "community" for row in rows)


def test_late_starters_start_after_the_index_date_and_none_of_them_had_reoffended_by_then(con, small_register, tmp_path):
    rows, truth, said = written(small_register, tmp_path, errors="none", max_lag_days=120)
    assert said["max_lag_days"] == 120
    lags = [(day(row["intervention_start"]) - day(row["index_date"])).days for row in rows]
    assert (min(lags) >= 1, max(lags) <= 120, np.mean(lags) == pytest.approx(60, abs=8)) == (True, True, True)
    assert {row["setting"] for row in rows} == {"community"}
    con.execute(f"CREATE OR REPLACE TABLE offence AS FROM read_parquet('{small_register.offence_glob}')")
    early = 0
    for row, true in zip(rows, truth, strict=True):
        early += con.execute(
            "SELECT count(*) FROM offence WHERE person_id = $person AND disposal_id <> $own AND offence_date >= $index "
            "AND offence_date < $start AND disposal_date < $start + INTERVAL 18 MONTH AND is_recordable AND NOT is_breach",
            {"person": true["person_id"], "own": true["disposal_id"]}
            | {"index": day(row["index_date"]), "start": day(row["intervention_start"])},
        ).fetchall()[0][0]
    assert early == 0


def test_late_starters_are_linked_to_the_disposal_they_were_drawn_with(small_register, tmp_path):
    _, truth, _ = written(small_register, tmp_path, errors="none", max_lag_days=120)
    links = link(read_cohort(tmp_path / "cohort.csv", today=date(2026, 11, 22), lab=Lab()), small_register)
    assert links.late_starts == links.linked().num_rows > 0.95 * SIZE
    known = {int(row["row"]): row["disposal_id"] for row in truth}
    assert all(known[row["row"]] == row["disposal_id"] for row in links.linked().to_pylist())


def test_the_rate_of_late_starters_is_that_of_the_year_from_the_start(small_register):
    con = connect()
    usual = every_event(read_events(con, small_register, "custody", np.random.default_rng(1)))
    late = every_event(read_events(con, small_register, "custody", np.random.default_rng(1), max_lag_days=180))
    con.close()
    assert len(late) < 0.9 * len(usual)
    assert late.reoffended.mean() < usual.reoffended.mean() - 0.03
    assert set(usual.lag) == {0}


def test_a_negative_lag_is_refused(small_register, tmp_path):
    with pytest.raises(UsageError, match="0 or more days"):
        synthesise_cohort(small_register, tmp_path / "cohort.csv", size=10, effect=0.0, seed=1, max_lag_days=-1)


@pytest.mark.parametrize("effect", [float("nan"), float("inf"), -1.01])
def test_an_effect_that_is_no_fraction_is_refused_before_the_register_is_read(tmp_path, effect):
    nowhere = Register(path=tmp_path / "none", manifest={}, extract_date=date(2026, 1, 1))
    with pytest.raises(UsageError, match="as a fraction from -1 to 1"):
        synthesise_cohort(nowhere, tmp_path / "cohort.csv", size=10, effect=effect, seed=1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("hidden", [float("nan"), 11.0])
def test_a_hidden_trait_that_nobody_can_mean_is_refused_before_the_register_is_read(tmp_path, hidden):
    with pytest.raises(UsageError, match="from 0 to 10"):
        synthesise_cohort(None, tmp_path / "cohort.csv", size=10, effect=0.0, seed=1, hidden=hidden)


def test_a_file_that_is_no_csv_or_has_no_people_is_refused(small_register, tmp_path):
    for name, size in (("cohort.xlsx", 10), ("cohort.csv", 0)):
        with pytest.raises(UsageError, match=r"\.csv and at least one person"):
            synthesise_cohort(small_register, tmp_path / name, size=size, effect=0.0, seed=1)


def test_a_register_without_enough_people_is_said_so(small_register, tmp_path):
    with pytest.raises(NotPossible, match="Take a larger register"):
        synthesise_cohort(small_register, tmp_path / "cohort.csv", size=100_000, effect=0.0, seed=1)
    with pytest.raises(NotPossible, match="index events of kind fine"):
        synthesise_cohort(small_register, tmp_path / "cohort.csv", size=10, effect=0.0, seed=1, kind="fine")


def test_an_effect_larger_than_the_rate_is_refused(small_register, tmp_path):
    with pytest.raises(UsageError, match="smaller effect"):
        synthesise_cohort(small_register, tmp_path / "cohort.csv", size=SIZE, effect=-0.95, seed=1)


@pytest.fixture(scope="module")
def table(small_register):
    con = connect()
    yield read_events(con, small_register, "custody", np.random.default_rng(1))
    con.close()


@pytest.fixture(scope="module")
def followed(small_register, table):
    """Candidates for a programme of this size, and what they did in their control year."""
    candidates = one_event_a_person(table, SIZE, np.random.default_rng(1))
    con = connect()
    yield candidates, read_past(con, small_register, candidates[0])
    con.close()


def drawn(table, effect=0.0, hidden=0.0, seed=1):
    rng = np.random.default_rng(seed)
    candidates = one_event_a_person(table, SIZE, rng)
    return draw_participants(candidates, SIZE, Wish(effect=effect, hidden=hidden), rng).events


def test_the_event_is_the_first_on_or_after_a_date_drawn_blindly():
    index = np.array([100, 3000, 6000, 7000] * 2_000)
    person = np.repeat(np.arange(2_000), 4)
    people = np.array([f"P{number:05d}" for number in person], dtype=object)
    nought = np.zeros(len(index))
    made = Events(
        person_id=people, disposal_id=people, begun=index - 10, index=index, lag=index * 0, reoffended=nought > 0, woman=nought > 0, logit=nought,
        leaning=nought,
    )  # fmt: skip
    found, reach = first_of_each(made, person, 2_000 // CANDIDATES_A_PLACE, np.random.default_rng(1))
    assert (len(found), reach) == (2_000, 2_000)
    share = np.mean(found.index == 7000)
    assert share == pytest.approx(1000 / (3 * 365.25), abs=0.04)  # the gap before an event, out of the years it ran


@pytest.mark.parametrize(("size", "seed"), [*product((1, SIZE, 1_000_000), (1, 2))])
def test_the_database_draws_whom_the_plain_rule_draws(table, size, seed):
    everybody, here, plainly = every_event(table), np.random.default_rng(seed), np.random.default_rng(seed)
    person = np.unique(everybody.person_id, return_inverse=True)[1]
    found, reach = one_event_a_person(table, size, here)
    expected, people = first_of_each(everybody, person, size, plainly)
    assert (len(found), reach) == (len(expected), people)
    for name in Events.__slots__:
        assert getattr(found, name).tolist() == getattr(expected, name).tolist()
    assert here.random() == plainly.random()  # as much was drawn


def look_at(monkeypatch, rows):
    """So many records at a time."""
    for module in (events, numbered, risk):
        monkeypatch.setattr(module, "BLOCK", rows)


class Counted:
    """A connection, or an answer of it, that notes how many rows come into Python at once."""

    def __init__(self, real, most):
        self.real, self.most = real, most

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        self.real.close()

    def __getattr__(self, name):
        return lambda *values, **named: self.noted(getattr(self.real, name)(*values, **named))

    def noted(self, answer):
        if isinstance(answer, (duckdb.DuckDBPyConnection, duckdb.DuckDBPyRelation)):
            return Counted(answer, self.most)
        assert answer is None or isinstance(answer, (list, pa.Table)), "rows come in by a way that is not counted here"
        self.most.append(0 if answer is None else len(answer))
        return answer


@pytest.mark.parametrize("wish", [{}, {"max_lag_days": 90}, {"hidden": 0.4}])
def test_of_a_register_only_those_who_could_be_drawn_come_into_memory(small_register, table, tmp_path, monkeypatch, wish):
    most = []
    monkeypatch.setattr("justice_data_lab.register.connect.connect", lambda **options: Counted(connect(**options), most))
    look_at(monkeypatch, 500)
    _, _, said = written(small_register, tmp_path, size=40, **wish)
    assert max(most) == max(500, said["candidates"]) < table.rows / 2


def test_how_much_is_looked_at_together_changes_nothing(small_register, tmp_path, monkeypatch):
    wish = {"effect": -0.1, "hidden": 0.4, "max_lag_days": 60}
    written(small_register, tmp_path, "whole", **wish)
    look_at(monkeypatch, 700)
    written(small_register, tmp_path, "parts", **wish)
    for end in ("csv", "truth.csv", "truth.json"):
        assert (tmp_path / f"whole.{end}").read_bytes() == (tmp_path / f"parts.{end}").read_bytes()


@pytest.mark.parametrize("draw", [lambda rng: rng.random, lambda rng: lambda rows: rng.integers(1, 91, rows)])
def test_what_is_drawn_in_parts_is_what_is_drawn_at_once(monkeypatch, draw):
    look_at(monkeypatch, 7)
    with connect() as con:
        give_each(con, "given", 40, draw(np.random.default_rng(1)))
        give_each(con, "nothing", 0, draw(np.random.default_rng(1)))
        assert con.execute("SELECT count(*) FROM nothing").fetchall() == [(0,)]
        found = con.execute("SELECT number, drawn FROM given ORDER BY number").fetchall()
    assert found == list(enumerate(draw(np.random.default_rng(1))(40).tolist()))


def test_the_risk_is_that_of_a_ridge_regression_on_all_records(monkeypatch):
    rng, rows = np.random.default_rng(1), 900
    column = {name: rng.integers(0, 40, rows) for name in (*NUMBERS, *COUNTS)} | {
        name: rng.integers(0, 3, rows) for name in WORDS
    }
    column["index_year"] = np.full(rows, 2020)  # what never differs says nothing
    column["reoffended"] = rng.random(rows) < 1 / (1 + np.exp(column["age_at_index"] / 20 - column["sex"]))
    look_at(monkeypatch, 170)
    logits = fit_risk(lambda: in_blocks(column), dict.fromkeys(WORDS, (1, 2))).logits(column)
    number = {name: column[name].astype(float) for name in (*NUMBERS, *COUNTS)}
    shown = [number["age_at_index"] ** 2, *(number[name] for name in NUMBERS if name != "index_year")]
    shown += [np.log1p(number[name]) for name in COUNTS] + [(column[name] == level) * 1.0 for name in WORDS for level in (1, 2)]
    x = np.column_stack([(each - each.mean()) / each.std() for each in shown])
    left = column["reoffended"] - 1 / (1 + np.exp(-logits))
    weights = np.linalg.lstsq(np.column_stack([np.ones(rows), x]), logits, rcond=None)[0]
    assert left.sum() == pytest.approx(0, abs=1e-6)  # the intercept is free
    assert x.T @ left == pytest.approx(weights[1:], abs=1e-6)  # the penalty holds each other weight back by itself
    assert logits.tolist() == np.round(logits, 9).tolist()


def test_the_planted_effect_changes_outcomes_and_hardly_anything_else(table):
    before, after = ([drawn(table, effect, seed=seed) for seed in range(12)] for effect in (0.0, -0.12))
    moved = [b.reoffended.mean() - a.reoffended.mean() for a, b in zip(before, after, strict=True)]
    assert -0.14 < np.mean(moved) < -0.07
    risk = [np.mean(1 / (1 + np.exp(-b.logit))) - np.mean(1 / (1 + np.exp(-a.logit))) for a, b in zip(before, after, strict=True)]
    assert abs(np.mean(risk)) < 0.01
    assert all(a.woman.sum() == b.woman.sum() for a, b in zip(before, after, strict=True))


def test_a_harmful_effect_is_the_mirror(table):
    moved = [drawn(table, 0.12, seed=seed).reoffended.mean() - drawn(table, seed=seed).reoffended.mean() for seed in range(12)]
    assert 0.07 < np.mean(moved) < 0.14


def test_without_an_effect_participants_reoffend_as_their_record_says(table):
    left = [
        found.reoffended.mean() - np.mean(1 / (1 + np.exp(-found.logit))) for found in (drawn(table, seed=s) for s in range(30))
    ]
    blind = [one_event_a_person(table, SIZE, np.random.default_rng(s))[0] for s in range(30)]
    usual = [found.reoffended.mean() - np.mean(1 / (1 + np.exp(-found.logit))) for found in blind]
    assert abs(np.mean(left) - np.mean(usual)) < 0.025


def test_a_hidden_trait_makes_participants_better_than_their_record(table):
    left = [drawn(table, hidden=1.0, seed=s).reoffended.mean() - drawn(table, seed=s).reoffended.mean() for s in range(10)]
    assert np.mean(left) < -0.05


def test_a_hidden_trait_shows_in_the_past_too_and_the_truth_says_by_how_much(followed):
    candidates, past = followed
    drawings = [
        draw_participants(candidates, SIZE, Wish(effect=0.0, hidden=0.8), np.random.default_rng(s), past=past) for s in range(20)
    ]
    place = {person: at for at, person in enumerate(candidates[0].person_id)}
    did = [past.offended[[place[person] for person in one.events.person_id]] for one in drawings]
    usual = [draw_participants(candidates, SIZE, Wish(effect=0.0, hidden=0.0), np.random.default_rng(s)) for s in range(20)]
    before = [past.offended[[place[person] for person in one.events.person_id]] for one in usual]
    shift = np.mean([one.shift.past for one in drawings])
    assert shift < -0.05
    assert np.mean(did) - np.mean(before) == pytest.approx(shift, abs=0.03)
    future = np.mean([one.rate_before for one in drawings]) - np.mean([one.rate_before for one in usual])
    assert future == pytest.approx(np.mean([one.shift.future for one in drawings]), abs=0.03)
    assert {(one.shift.past, one.shift.future) for one in usual} == {(None, 0.0)}


def test_in_the_control_year_people_offend_as_their_record_said(followed):
    _, past = followed
    assert past.known.mean() > 0.95
    assert abs(past.less_than_expected[past.known].mean()) < 0.005
    assert set(np.unique(past.offended)) == {0.0, 1.0}
    assert not past.less_than_expected[~past.known].any()


def test_a_trait_that_never_showed_moves_the_future_alone(followed):
    candidates, _ = followed
    found = draw_participants(candidates, SIZE, Wish(effect=0.0, hidden=0.8), np.random.default_rng(1))
    assert found.shift.past is None
    assert found.shift.future < -0.05


def test_when_nobody_is_left_to_change_places_it_is_said_so(table):
    everyone, reach = one_event_a_person(table, SIZE, np.random.default_rng(1))
    quiet = everyone.take(np.flatnonzero(~everyone.reoffended)[:SIZE])
    again = everyone.take(np.flatnonzero(everyone.reoffended)[: SIZE // 4])
    few = Events(**{name: np.concatenate([getattr(quiet, name), getattr(again, name)]) for name in Events.__slots__})
    with pytest.raises(NotPossible, match="too few like those drawn"):
        draw_participants((few, reach), SIZE // 2, Wish(effect=0.7, hidden=0.0), np.random.default_rng(1))


def someone(**details):
    usual = {"surname": "Ashby", "forename": "Robert", "born": date(1980, 3, 4), "sex": "M", "pnc_id": "2012/0123456N"}
    return Person(**(usual | {"prison_number": "A1234BC", "other_surnames": ("Beckford",)} | details))


def changed(seed=1, **rates):
    person = someone()
    make_mistakes(person, Rates(**({"pnc_id": 1.0, "prison_number": 1.0} | rates)), np.random.default_rng(seed))
    return person


def test_each_mistake_touches_what_it_names():
    assert changed() == someone()
    assert changed(pnc_id=0.0).pnc_id == ""
    assert changed(prison_number=0.0).prison_number == ""
    assert changed(short_form=1.0).forename in {"Bob", "Bobby", "Rob", "Robbie"}
    assert changed(other_name=1.0).surname == "Beckford"
    assert changed(day_and_month=1.0).born == date(1980, 4, 3)
    assert changed(names_turned=1.0).surname == "Robert"
    assert changed(sex_unknown=1.0).sex == "U"
    assert changed(birth_slip=1.0).born != date(1980, 3, 4)


def test_nobody_is_born_so_late_by_mistake_that_no_list_with_them_is_accepted():
    day = date(2009, 8, 3)
    assert ten_by(date(1999, 8, 3), day) == date(1999, 8, 3)
    assert ten_by(date(2010, 5, 19), day) == date(1990, 5, 20)
    assert ten_by(date(2002, 1, 1), day) == date(1992, 1, 2)


@pytest.mark.parametrize("seed", range(20))
def test_a_slip_changes_a_letter_or_a_digit_and_no_more(seed):
    person = changed(seed, surname_slip=1.0, forename_slip=1.0, number_slip=1.0)
    assert person.surname[0] == "A"
    assert abs(len(person.surname) - len("Ashby")) <= 1
    assert person.forename != "Robert"
    assert sum(a != b for a, b in zip(person.pnc_id, "2012/0123456N", strict=True)) == 1
    assert sum(a != b for a, b in zip(person.prison_number, "A1234BC", strict=True)) == 1


def test_a_short_name_is_not_misspelt_away():
    person = someone(surname="Le", forename="Bo", other_surnames=())
    make_mistakes(person, Rates(pnc_id=1, prison_number=1, surname_slip=1, forename_slip=1), np.random.default_rng(1))
    assert (person.surname, person.forename) == ("Le", "Bo")


def test_a_garbled_row_has_no_number_and_no_name_left():
    person = changed(garbled=1.0)
    assert (person.pnc_id, person.prison_number) == ("", "")
    assert person.born != date(1980, 3, 4)
    assert set(RATES) == {"none", "normal", "hard"}
