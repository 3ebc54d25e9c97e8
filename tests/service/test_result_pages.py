"""An organisation reads its result at the hour at which everybody does, and answers to it."""

from datetime import timedelta

import pytest

from jdl_service.releases import actions
from service_releases import DUE, final, scheduled


@pytest.fixture
def release(world, at, tmp_path):
    """A release that was announced."""
    return scheduled(world, tmp_path, at=at)


@pytest.fixture
def out(release, later, at):
    """The same a second after its hour."""
    later(DUE - at + timedelta(seconds=1))
    assert actions.release_due(at=DUE + timedelta(seconds=1)) == 1
    release.refresh_from_db()
    return release


def test_nothing_is_shown_before_the_hour(world, browser, release, later, at):
    later(DUE - at - timedelta(seconds=1))
    client, place = browser(world.alpha.manager), f"/requests/{release.request.key}/result/"
    assert b"There is no public result yet" in client.get(place).content
    for name in release.files.values_list("name", flat=True):
        assert client.get(place + name).status_code == 404
    assert b"There is no public result yet" in client.post(place, {"text": "We knew."}).content


def test_an_hour_that_may_still_move_is_said_to_be_provisional(world, browser, at, tmp_path):
    release, head = final(world, tmp_path, at=at), world.head_of_profession
    place, client = f"/requests/{release.request.key}/", browser(world.alpha.member)
    actions.take_step(release, "schedule", by=head, at=at, asked=actions.Asked(due=DUE, provisional=True))
    assert "7 January 2027 at 9:30am, provisional" in client.get(place).text
    actions.take_step(release, "confirm", by=head, at=at)
    assert "7 January 2027 at 9:30am" in client.get(place).text
    assert "provisional" not in client.get(place).text


def test_at_the_hour_the_organisation_reads_what_everybody_reads(world, browser, out):
    client, place = browser(world.alpha.member), f"/requests/{out.request.key}/result/"
    shown = client.get(place).content.decode()
    for words in ("Use this result", "Do not say", "There is no response yet", "Publish your response"):
        assert words in shown
    assert b"Read the result" in client.get(f"/requests/{out.request.key}/").content
    for file in out.files.all():
        assert client.get(place + file.name).content == bytes(file.data)
    assert client.get(place + "nothing").status_code == 404


def test_a_response_is_public_at_once_and_names_nobody(world, browser, out):
    client, place = browser(world.alpha.member), f"/requests/{out.request.key}/result/"
    assert b"a prison number" in client.post(place, {"text": "A1234BC did well"}).content
    assert out.as_book().responses == ()
    client.post(place, {"text": "We are glad to know."})
    out.refresh_from_db()
    assert [each.text for each in out.as_book().responses] == ["We are glad to know."]
    assert b"We are glad to know." in client.get(place).content
    inside = browser(world.analyst)
    assert b"Publish your response" not in inside.get(place).content
    assert inside.post(place, {"text": "Well said."}).status_code == 403
