"""A release goes from draft to the public by one table, and nobody can step around it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.publication.release import Hours, Person, Release, Step, act
from justice_data_lab.publication.states import ACTIONS, STATES, TRANSITIONS, possible, transition

HOURS = Hours(zone=ZoneInfo("Europe/London"))
NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
DUE = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
ANALYST, FIRST, SECOND = (
    Person(name="Ana", role="analyst"),
    Person(name="Rob", role="reviewer"),
    Person(name="Sue", role="reviewer"),
)
HEAD, CLOCK = Person(name="Hope", role="head_of_profession"), Person(name="clock", role="clock")
HASH = "ab" * 32
DRAFT = Release(key="2026-014", version=1, title="Mentoring", organisation="Example Trust", analyst="Ana")


def do(release, *steps):
    for step in steps:
        release = act(release, step, HOURS)
    return release


def step(action, by, at=NOW, **given):
    return Step(action=action, by=by, at=at, **given)


CHECK, CLEAR, FREEZE = step("check", FIRST), step("clear", SECOND), step("freeze", ANALYST, manifest=HASH)
SCHEDULE = step("schedule", HEAD, due=DUE)
OUT = step("release", CLOCK, at=DUE)


def test_the_whole_way_to_the_public():
    found = do(DRAFT, CHECK, CLEAR, FREEZE, SCHEDULE, OUT)
    assert (found.state, found.checked_by, found.cleared_by, found.manifest) == ("released", "Rob", "Sue", HASH)
    assert found.released_at == DUE
    assert [(notice.kind, notice.due) for notice in found.notices] == [("announced", DUE)]


@pytest.mark.parametrize(
    ("before", "wrong", "why"),
    [
        ((), step("check", Person(name="Ana", role="reviewer")), "did not run the analysis"),
        ((CHECK,), step("clear", FIRST), "a second person"),
        ((CHECK,), step("clear", Person(name="Ana", role="reviewer")), "a second person"),
        ((), step("check", HEAD), "for the reviewer"),
        ((), CLEAR, "cannot be done while it is draft"),
        ((CHECK, CLEAR), step("freeze", ANALYST, manifest="ab"), "SHA-256"),
        ((CHECK, CLEAR, FREEZE), step("schedule", HEAD), "day and hour"),
        ((CHECK, CLEAR, FREEZE), step("schedule", HEAD, due=NOW + timedelta(days=27, hours=23)), "four weeks"),
        ((CHECK, CLEAR, FREEZE), step("schedule", HEAD, due=datetime(2026, 12, 5, 9, 30, tzinfo=UTC)), "working day"),
        ((CHECK, CLEAR, FREEZE), step("schedule", HEAD, due=datetime(2026, 12, 25, 9, 30, tzinfo=UTC)), "working day"),
        ((CHECK, CLEAR, FREEZE, SCHEDULE), step("release", CLOCK, at=DUE - timedelta(seconds=1)), "wait for its hour"),
        ((CHECK, CLEAR, FREEZE, SCHEDULE), step("release", HEAD, at=DUE), "for the clock"),
        ((CHECK, CLEAR, FREEZE, SCHEDULE), step("postpone", HEAD), "reason in words"),
        ((CHECK, CLEAR, FREEZE, SCHEDULE), step("confirm", HEAD), "definite already"),
        (
            (CHECK, CLEAR, FREEZE, SCHEDULE, OUT),
            step("change", ANALYST, reason="a typing error"),
            "cannot be done while it is released",
        ),
    ],
)
def test_what_the_table_does_not_allow_is_refused_and_changes_nothing(before, wrong, why):
    release = do(DRAFT, *before)
    with pytest.raises(UsageError, match=why):
        act(release, wrong, HOURS)


def test_a_postponement_tells_its_reason_and_a_new_date_needs_four_weeks_again():
    later = DUE + timedelta(days=14)
    found = do(DRAFT, CHECK, CLEAR, FREEZE, SCHEDULE, step("postpone", HEAD, reason="The register was late."))
    assert (found.state, found.due) == ("postponed", None)
    with pytest.raises(UsageError, match="four weeks"):
        act(found, step("schedule", HEAD, at=DUE - timedelta(days=1), due=later), HOURS)
    found = act(found, step("schedule", HEAD, due=later), HOURS)
    assert [(notice.kind, notice.due, notice.reason) for notice in found.notices] == [
        ("announced", DUE, ""), ("postponed", DUE, "The register was late."), ("announced", later, ""),
    ]  # fmt: skip


def test_a_provisional_date_becomes_definite():
    found = do(DRAFT, CHECK, CLEAR, FREEZE, replace(SCHEDULE, provisional=True))
    assert found.provisional
    assert not act(found, step("confirm", HEAD), HOURS).provisional


@pytest.mark.parametrize("before", [(CHECK,), (CHECK, CLEAR), (CHECK, CLEAR, FREEZE), (CHECK, CLEAR, FREEZE, SCHEDULE)])
def test_any_change_begins_every_check_again(before):
    found = do(DRAFT, *before, step("change", ANALYST, reason="a table was wrong"))
    assert (found.state, found.checked_by, found.cleared_by, found.manifest, found.due) == ("draft", "", "", "", None)


def test_a_change_after_the_announcement_stays_visible():
    found = do(DRAFT, CHECK, CLEAR, FREEZE, SCHEDULE, step("change", ANALYST, reason="a table was wrong"))
    assert [(notice.kind, notice.reason) for notice in found.notices] == [("announced", ""), ("postponed", "a table was wrong")]


@pytest.mark.parametrize(("action", "state"), [("correct", "corrected"), ("withdraw", "withdrawn")])
def test_what_is_out_can_be_corrected_or_withdrawn_with_a_reason(action, state):
    found = do(DRAFT, CHECK, CLEAR, FREEZE, SCHEDULE, OUT, step(action, HEAD, at=DUE, reason="An error in the register."))
    assert (found.state, found.ended_reason) == (state, "An error in the register.")


def test_no_state_lets_two_rows_of_the_table_answer_and_every_action_is_in_it():
    keys = [(each.action, state) for each in TRANSITIONS for state in each.states]
    assert len(keys) == len(set(keys))
    assert {each.action for each in TRANSITIONS} == set(ACTIONS)
    assert {each.to for each in TRANSITIONS} | {"draft"} == set(STATES)
    assert transition("release", "draft") is None
    assert possible("cancelled") == possible("withdrawn") == ()


def test_only_the_clock_releases_and_only_from_the_calendar():
    assert [(each.states, each.role) for each in TRANSITIONS if each.to == "released"] == [(("scheduled",), "clock")]
