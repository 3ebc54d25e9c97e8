"""Early readers: invited by a letter without a figure, asked for a second factor, told when the hour moves; their roles are published after."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from jdl_service.audit.models import AuditEvent
from jdl_service.releases import actions
from service_people import person
from service_releases import DUE, final, scheduled


@pytest.fixture
def given(world, at, service, tmp_path, django_capture_on_commit_callbacks):
    """A scheduled release, and a reader who was given leave to see it in the last day before its hour."""
    service()
    release, reader = scheduled(world, tmp_path, at=at), person("minister")
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        actions.give_access(
            release, viewer="Minister@example.org", role="Minister", purpose="pre_release", by=world.head_of_profession, at=at
        )
    return release, reader


def test_the_letter_names_the_release_its_hours_and_no_figure(given):
    release, reader = given
    (letter,) = mail.outbox
    assert letter.to == [reader.email]
    for words in (
        release.as_book().release.title,
        "7 January 2027 at 9:30am",
        "6 January 2027 at 9:30am",
        "second factor",
        "Every look".lower(),
    ):
        assert words in letter.body
    report = bytes(release.files.get(name="tables.csv").data).decode()
    figures = {
        cell for line in report.splitlines()[1:] for cell in line.split(",") if "." in cell and cell.replace(".", "").isdigit()
    }
    assert len(figures) > 5
    assert not [figure for figure in figures if figure in letter.body]


def test_nobody_sees_a_release_early_without_a_second_factor(given, browser, settings):
    release, reader = given
    settings.MFA_REQUIRED = True
    for address in (reverse("early"), reverse("early_release", args=[release.pk]), reverse("early_report", args=[release.pk])):
        answer = browser(reader).get(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, reverse("mfa_activate_totp"))
    settings.MFA_REQUIRED = False
    assert browser(reader).get(reverse("early_release", args=[release.pk])).status_code == 200


def test_access_ends_by_itself_each_look_is_logged_and_the_role_is_published_after(given, browser, later, at):
    release, reader = given
    later(DUE - timedelta(hours=2) - at)
    client, report = browser(reader), reverse("early_report", args=[release.pk])
    client.post(reverse("early_accept", args=[release.pk]))
    assert client.get(report).status_code == 200
    assert AuditEvent.objects.filter(action="view", by=reader.email).count() == 1
    public = f"/results/{release.key}/"
    assert browser().get(public).status_code == 404
    due = later(timedelta(hours=2))
    assert client.get(report).status_code == 404
    actions.release_due(at=due)
    assert client.get(report).status_code == 404
    assert "Seen before release, outside the lab: Minister." in browser().get(public).content.decode()


@pytest.fixture
def unsure(world, at, service, tmp_path, django_capture_on_commit_callbacks):
    """The same before an hour that may still move, with the words of the letter."""
    service()
    release, reader, head = final(world, tmp_path, at=at), person("minister"), world.head_of_profession
    actions.take_step(release, "schedule", by=head, at=at, asked=actions.Asked(due=DUE, provisional=True))
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        actions.give_access(release, viewer=reader.email, role="Minister", purpose="pre_release", by=head, at=at)
    return release, reader, " ".join(mail.outbox[0].body.split())


def test_a_briefing_before_an_hour_that_may_still_move_waits_until_it_is_confirmed(unsure, world, browser, at, later):
    release, reader, letter = unsure
    assert "6 January 2027 at 9:30am, once the hour is confirmed, and" in letter
    now = later(DUE - timedelta(hours=2) - at)
    client, page, report = (
        browser(reader),
        reverse("early_release", args=[release.pk]),
        reverse("early_report", args=[release.pk]),
    )
    client.post(reverse("early_accept", args=[release.pk]))
    assert "once the hour is confirmed" in client.get(page).content.decode()
    assert client.get(report).status_code == 403
    actions.take_step(release, "confirm", by=world.head_of_profession, at=now)
    assert "Read the report" in client.get(page).content.decode()
    assert client.get(report).status_code == 200


@pytest.mark.parametrize("action", ["postpone", "cancel"])
def test_early_readers_are_told_that_the_hour_moved_and_that_they_are_bound(
    world, given, at, action, django_capture_on_commit_callbacks
):
    release, reader = given
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        actions.take_step(
            release, action, by=world.head_of_profession, at=at, asked=actions.Asked(reason="A figure is looked at.")
        )
    letters = [letter for letter in mail.outbox if letter.to == [reader.email]]
    assert len(letters) == 1
    assert "still bound" in letters[0].body
    assert "A figure is looked at." not in letters[0].body


def test_a_step_that_leaves_the_hour_tells_early_readers_nothing(world, given, at, django_capture_on_commit_callbacks):
    release, reader = given
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        actions.take_step(release, "breach", by=world.analyst, at=at, asked=actions.Asked(reason="A copy was seen."))
    assert not [letter for letter in mail.outbox if letter.to == [reader.email]]
