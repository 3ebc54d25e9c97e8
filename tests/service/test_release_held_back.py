"""A row of a frozen file that somebody edited is never served, holds back its own release alone, and the lab is told."""

import logging
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse

from jdl_service.audit.models import AuditEvent
from jdl_service.public import site
from jdl_service.releases import actions, periodic
from jdl_service.releases.models import Release, ReleaseFile
from service_releases import DUE, scheduled

LIE = b"<html><head></head><body>A much better figure: 99.9%</body></html>"


@pytest.fixture
def two(world, at, service, tmp_path):
    """Two releases of one hour."""
    service()
    return [scheduled(world, tmp_path / name, at=at) for name in ("one", "two")]


def spoil(release, data=LIE):
    """Change a frozen file, as whoever may take the database's own refusal away can."""
    row = ReleaseFile.objects.get(release=release, name="report.html")
    before = bytes(row.data)
    refusal = "file_frozen_no_update"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [refusal])
            (made,) = cursor.fetchone()
            cursor.execute(f"DROP TRIGGER {refusal}")
            ReleaseFile.objects.filter(pk=row.pk).update(data=data)
            cursor.execute(made)
        else:
            cursor.execute(f"ALTER TABLE releases_releasefile DISABLE TRIGGER {refusal}")
            ReleaseFile.objects.filter(pk=row.pk).update(data=data)
            cursor.execute(f"ALTER TABLE releases_releasefile ENABLE TRIGGER {refusal}")
    return before


@pytest.fixture
def at_the_hour(later, at):
    return later(DUE - at)


def test_an_edited_file_is_never_published_and_the_other_release_goes_out(two, browser, at_the_hour):
    first, second = two
    before = spoil(first)
    assert actions.release_due(at=at_the_hour) == 1
    assert actions.release_due(at=at_the_hour) == 0
    for release in two:
        release.refresh_from_db()
    assert (first.state, second.state) == ("scheduled", "released")
    assert AuditEvent.objects.filter(subject=str(first), action="held back").count() == 1
    assert browser().get(f"/results/{second.key}/v1/").status_code == 200
    assert browser().get(f"/results/{first.key}/v1/").status_code == 404
    assert not [name for name, data in site.site_at(at_the_hour).files.items() if b"99.9%" in data]
    spoil(first, before)
    assert actions.release_due(at=at_the_hour) == 1
    assert browser().get(f"/results/{first.key}/v1/").status_code == 200


def test_an_edited_file_is_shown_to_no_organisation_and_to_no_reader(world, two, browser, later, at):
    first, _ = two
    assert actions.release_due(at=later(DUE - at)) == 2
    client, place = browser(world.alpha.manager), f"/requests/{first.request.key}/result/"
    inside = browser(world.reviewer)
    report = reverse("release_report", args=[first.pk])
    assert (client.get(f"{place}report.html").status_code, inside.get(report).status_code) == (200, 200)
    before = spoil(first)
    # nobody has looked at the files since, and none is shown
    told = [client.get(place), client.get(f"{place}report.html"), client.get(f"{place}tables.csv"), inside.get(report)]
    assert [each.status_code for each in told] == [200, 404, 404, 409]
    assert "There is no public result yet" in told[0].text
    assert not [each for each in told if b"99.9%" in each.content]
    spoil(first, before)
    assert "Use this result" in client.get(place).text


def test_the_lab_is_told_once_and_no_figure(world, two, at_the_hour, caplog, django_capture_on_commit_callbacks):
    spoil(two[0])
    mail.outbox.clear()
    with caplog.at_level(logging.ERROR, "jdl.releases"), django_capture_on_commit_callbacks(execute=True):
        actions.release_due(at=at_the_hour)
        actions.release_due(at=at_the_hour)
    assert [record.levelname for record in caplog.records if record.name == "jdl.releases"] == ["ERROR"]
    letters = [letter for letter in mail.outbox if "held back" in letter.subject]
    told = [to for letter in letters for to in letter.to]
    assert sorted(told) == sorted(who.email for who in (world.analyst, world.head_of_profession, world.administrator))
    assert not [letter for letter in letters if "99.9" in letter.body]


def test_the_head_of_profession_sees_which_release_is_held_back(world, two, browser, at_the_hour):
    spoil(two[0])
    actions.release_due(at=at_the_hour)
    head = browser(world.head_of_profession)
    assert "it is held back" in head.get(reverse("release", args=[two[0].pk])).content.decode()
    assert "it is held back" not in head.get(reverse("release", args=[two[1].pk])).content.decode()
    assert "Find out who changed its files" in head.get(reverse("releases")).content.decode()


def test_files_that_are_edited_after_the_hour_are_found_and_shown_no_more(two, browser, later, at):
    due = later(DUE - at)
    assert actions.release_due(at=due) == 2
    first, second = two
    assert browser().get(f"/results/{first.key}/v1/").status_code == 200
    spoil(first)
    periodic.watch_files(at=later(timedelta(hours=1)))
    assert browser().get(f"/results/{first.key}/v1/").status_code == 404
    assert browser().get(f"/results/{second.key}/v1/").status_code == 200
    assert actions.watch_files(at=due) == 0
    assert Release.objects.get(pk=first.pk).state == "released"
