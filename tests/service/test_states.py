"""The table of a request's states: drawn into the docs, each state can be left and reached, and each row does what it says."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from jdl_service.base.errors import NotNow, NotYours
from jdl_service.requests import actions, drawing
from jdl_service.requests.models import Passage, Request
from jdl_service.requests.moves import move
from jdl_service.requests.states import AT_WORK, BEFORE_ANALYSIS, ENDED, STATES, TRANSITIONS, WORDS, follows, possible
from justice_data_lab.publication.states import STATES as OF_RELEASES
from service_people import WORDS as TASKS
from service_people import request_in

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "service-states.md").read_text()


def test_the_docs_show_the_table_as_it_is():
    for drawn in (drawing.diagram(), drawing.table(), drawing.promises()):
        assert drawn in PAGE


def test_every_state_can_be_reached_and_left_and_has_its_words():
    reached = {each.to for each in TRANSITIONS} | {"draft"}
    assert reached == set(STATES) == set(WORDS)
    stuck = {state for state in STATES if not possible(state)}
    assert stuck == {"refused", "withdrawn", "result_withdrawn"}
    assert stuck < ENDED
    assert set(STATES) >= (BEFORE_ANALYSIS | AT_WORK | ENDED)
    assert {follows(state) for state in OF_RELEASES} <= set(STATES)


def test_no_action_has_two_meanings_in_one_state():
    seen = [(each.action, state) for each in TRANSITIONS for state in each.states]
    assert len(seen) == len(set(seen))


ACTORS = {
    "organisation": lambda world: world.alpha.member,
    "manager": lambda world: world.alpha.manager,
    "analyst": lambda world: world.analyst,
    "reviewer": lambda world: world.reviewer,
    "worker": lambda world: "worker",
    "clock": lambda world: "clock",
}


@pytest.mark.parametrize(
    ("transition", "state"),
    [(each, state) for each in TRANSITIONS if not each.of_release for state in each.states],
    ids=lambda value: value if isinstance(value, str) else value.action,
)
def test_each_row_of_the_table_moves_a_request_leaves_a_passage_and_asks_who_and_why(world, at, transition, state):
    row = request_in(state if state != "parked" else "accepted", world.alpha, at=at, owner=world.analyst)
    Request.objects.filter(pk=row.pk).update(state=state, parked_until="2027-01-01", submitted_at=at)
    row.refresh_from_db()
    by = ACTORS[transition.actor](world)
    if transition.reason:
        with pytest.raises(NotNow, match="reason"):
            move(row, transition.action, by=by, at=at)
    if not isinstance(by, str):
        with pytest.raises(NotYours):
            move(row, transition.action, by=world.beta.manager, at=at, reason="x")
    move(row, transition.action, by=by, at=at, reason="Because.")
    row.refresh_from_db()
    assert row.state == transition.to
    assert Passage.objects.filter(request=row, before=state, after=transition.to).count() == 1


def test_what_the_table_does_not_list_is_refused_with_where_it_is_and_what_happens_next(world, at):
    with pytest.raises(NotNow, match=r"it is at “Draft”\. You finish the task list"):
        move(world.request, "accept", by=world.analyst, at=at)
    refused = request_in("refused", world.alpha, at=at)
    with pytest.raises(NotNow, match=r"it is at “Refused”\. Nothing more happens"):
        move(refused, "accept", by=world.analyst, at=at)


def test_two_people_cannot_both_be_first(world, at):
    row = request_in("submitted", world.alpha, at=at)
    stale = Request.objects.get(pk=row.pk)
    actions.accept(row, by=world.analyst, at=at)
    with pytest.raises(NotNow):
        actions.accept(stale, by=world.analyst_reviewer, at=at)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "nowhere"},
        {"state": "accepted", "owner": None},
        {"state": "parked", "parked_until": None},
        {"state": "submitted", "submitted_at": None},
        {"declared_at": "2026-01-01T00:00Z"},
        {"kind": "accumulating", "state": "ready"},
    ],
)
def test_the_database_refuses_a_request_that_cannot_be(world, at, change):
    row = request_in("submitted", world.alpha, at=at, owner=world.analyst)
    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.filter(pk=row.pk).update(**change)


def test_a_draft_is_submitted_when_every_task_is_done_and_not_before(world, at):
    with pytest.raises(NotNow, match="Declarations"):
        actions.submit(world.request, by=world.alpha.member, at=at)
    Request.objects.filter(pk=world.request.pk).update(**{**TASKS, "dose": ""})
    world.request.refresh_from_db()
    with pytest.raises(NotNow, match="Dates and amount"):
        actions.submit(world.request, by=world.alpha.member, at=at)


def test_an_organisation_that_is_not_approved_or_has_not_signed_begins_nothing(world, at):
    world.alpha.row.agreements.all().delete()
    with pytest.raises(NotNow, match="sign"):
        actions.begin(organisation=world.alpha.row, by=world.alpha.member, at=at)
    world.alpha.row.state = "suspended"
    with pytest.raises(NotNow, match="approved"):
        actions.begin(organisation=world.alpha.row, by=world.alpha.member, at=at)
    with pytest.raises(NotYours):
        actions.begin(organisation=world.alpha.row, by=world.beta.member, at=at)


def test_references_count_up_through_the_year(world, at):
    assert [request_in("draft", world.beta, at=at).key for _ in range(2)] == ["2026-002", "2026-003"]


def test_references_go_on_beyond_the_thousandth_request_of_a_year(world, at):
    Request.objects.filter(pk=world.request.pk).update(key="2026-999")
    assert [request_in("draft", world.beta, at=at).key for _ in range(3)] == ["2026-1000", "2026-1001", "2026-1002"]


def test_a_parked_request_wakes_on_its_date_or_before_when_asked(world, at):
    rows = [request_in("coverage", world.alpha, at=at, owner=world.analyst) for _ in range(2)]
    for row in rows:
        with pytest.raises(NotNow, match="tomorrow"):
            actions.park(row, until=at.date(), by=world.alpha.member, at=at)
        actions.park(row, until=at.date().replace(year=2027), by=world.alpha.member, at=at)
    actions.unpark(rows[0], by=world.alpha.member, at=at)
    assert actions.wake_due(at=at) == 0
    assert actions.wake_due(at=at.replace(year=2027)) == 1
    assert set(Request.objects.filter(pk__in=[row.pk for row in rows]).values_list("state", flat=True)) == {"accepted"}


@pytest.mark.parametrize(("hour", "woken"), [("2027-06-30T22:59:59+00:00", 0), ("2027-06-30T23:00:00+00:00", 1)])
def test_a_parked_request_wakes_when_its_day_begins_where_the_lab_is(world, at, hour, woken):
    row = request_in("coverage", world.alpha, at=at, owner=world.analyst)
    actions.park(row, until=date(2027, 7, 1), by=world.alpha.member, at=at)
    assert actions.wake_due(at=datetime.fromisoformat(hour)) == woken  # midnight of British Summer Time


def test_the_first_day_to_wait_for_is_tomorrow_where_the_lab_is(world, at):
    row = request_in("coverage", world.alpha, at=at, owner=world.analyst)
    after_midnight = datetime(2027, 6, 30, 23, 30, tzinfo=UTC)
    with pytest.raises(NotNow, match="tomorrow"):
        actions.park(row, until=date(2027, 7, 1), by=world.alpha.member, at=after_midnight)
    assert actions.park(row, until=date(2027, 7, 2), by=world.alpha.member, at=after_midnight).state == "parked"


def test_an_organisation_steers_its_request_after_coverage(world, at):
    row = request_in("coverage", world.alpha, at=at, owner=world.analyst)
    actions.add_people(row, by=world.alpha.member, at=at)
    with pytest.raises(NotNow, match="cohort file"):
        actions.resubmit(row, by=world.alpha.member, at=at)
    actions.withdraw(row, by=world.alpha.manager, at=at, reason="We closed.")
    assert row.state == "withdrawn"
    back = actions.give_back(request_in("submitted", world.alpha, at=at), by=world.analyst, at=at, reason="Say more.")
    assert back.state == "draft"


def test_messages_go_between_the_organisation_and_the_lab_and_nobody_else(world, at):
    row = request_in("submitted", world.alpha, at=at)
    assert not actions.write_message(row, text=" Hello ", by=world.alpha.member, at=at).from_lab
    assert actions.write_message(row, text="Hello", by=world.analyst, at=at).from_lab
    with pytest.raises(NotYours):
        actions.write_message(row, text="Hello", by=world.beta.member, at=at)
    with pytest.raises(NotNow):
        actions.write_message(row, text=" ", by=world.analyst, at=at)
    with pytest.raises(NotYours):
        actions.declare(row, by=world.analyst, at=at)
