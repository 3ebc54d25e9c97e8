"""Nothing is frozen before its organisation checked the text without a result, or did not answer and the head of profession said why."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError
from django.urls import reverse

from jdl_service.audit.models import AuditEvent
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.releases import actions
from jdl_service.requests import drafting, policies
from jdl_service.requests.models import Request
from jdl_service.requests.moves import move
from service_people import request_in
from service_releases import checked


@pytest.fixture
def cleared(world, at, service, tmp_path):
    """A release that both reviewers cleared, of whose text the organisation was asked and has said nothing."""
    service()
    release = checked(world, tmp_path, at=at)
    for who in (world.reviewer, world.second_reviewer):
        actions.confirm(release, by=who, at=at)
    Request.objects.filter(pk=release.request_id).update(checked_text_at=None, text_asked_at=at)
    release.request.refresh_from_db()
    return release


def test_nothing_is_frozen_before_the_text_was_checked(world, cleared, at):
    with pytest.raises(NotNow, match="from 2026-12-09 the head of profession"):
        actions.take_step(cleared, "freeze", by=world.analyst, at=at)
    drafting.approve_text(cleared.request, by=world.alpha.member, at=at)
    assert actions.take_step(cleared, "freeze", by=world.analyst, at=at).state == "final"


def test_an_organisation_that_was_never_asked_holds_it_as_well(world, cleared, at):
    Request.objects.update(text_asked_at=None)
    cleared.request.refresh_from_db()
    with pytest.raises(NotNow, match=r"is right\.$"):
        actions.take_step(cleared, "freeze", by=world.analyst, at=at)
    assert not policies.can_waive_text(cleared.request, at.date() + timedelta(days=400))


def test_after_ten_working_days_the_head_of_profession_alone_goes_on_with_a_reason(world, cleared, at, later):
    request = cleared.request
    with pytest.raises(NotNow, match="10 working days"):
        drafting.waive_text(request, by=world.head_of_profession, at=later(timedelta(days=13)), reason="Silence")
    due = later(timedelta(days=1))
    with pytest.raises(NotYours, match="head of profession"):
        drafting.waive_text(request, by=world.analyst, at=due, reason="Silence")
    with pytest.raises(NotNow, match="reason"):
        drafting.waive_text(request, by=world.head_of_profession, at=due, reason=" ")
    drafting.waive_text(request, by=world.head_of_profession, at=due, reason="Two letters, three calls")
    event = AuditEvent.objects.get(action="text not answered")
    assert (event.subject, event.by, event.detail) == (request.key, world.head_of_profession.email, "Two letters, three calls")
    assert actions.take_step(cleared, "freeze", by=world.analyst, at=due).state == "final"
    with pytest.raises(NotNow):
        drafting.waive_text(request, by=world.head_of_profession, at=due, reason="Again")


def test_the_page_shows_where_the_text_stands_and_offers_the_way_on_in_time(world, cleared, browser, later, at):
    head, page = browser(world.head_of_profession), reverse("release", args=[cleared.pk])
    waive = reverse("release_text", args=[cleared.pk])
    assert "has time to answer before 9 December 2026" in head.get(page).content.decode()
    assert head.get(waive).status_code == 404
    later(timedelta(days=14))
    head = browser(world.head_of_profession)  # nobody stays logged in so long
    assert "has not answered in time" in head.get(page).content.decode()
    assert waive in head.get(page).content.decode()
    assert waive not in browser(world.analyst).get(page).content.decode()
    assert browser(world.analyst).get(waive).status_code == 404
    assert "Enter a reason" in head.post(waive, {"reason": ""}).content.decode()
    assert head.post(waive, {"reason": "Nobody picks up"}).status_code == 302
    assert "went on: Nobody picks up" in head.get(page).content.decode()
    Request.objects.update(checked_text_at=at)
    assert "The organisation said on 25 November 2026" in head.get(page).content.decode()
    Request.objects.update(checked_text_at=None, text_asked_at=None, text_waived_at=None, text_waived_by=None, text_waived_why="")
    assert "has not been asked yet" in head.get(page).content.decode()


@pytest.mark.parametrize("answered", [False, True])
def test_the_letter_that_it_is_being_checked_asks_for_the_text(world, at, answered, django_capture_on_commit_callbacks):
    request = request_in("analysed", world.alpha, at=at, owner=world.analyst)
    request.checked_text_at = at if answered else None
    request.save()
    with django_capture_on_commit_callbacks(execute=True):
        move(request, "send", by=world.analyst, at=at)
    request.refresh_from_db()
    assert (request.text_asked_at is None) == answered
    assert ("Please check the text" in mail.outbox[-1].body) != answered


def test_the_database_refuses_going_on_without_a_name_or_a_reason(world, at):
    with pytest.raises(IntegrityError):
        Request.objects.update(text_waived_at=at)
