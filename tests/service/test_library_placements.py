"""The lab's editor says where results stand, and every state of the library is kept while all of it is public."""

from datetime import timedelta

import pytest

from jdl_service import demo
from jdl_service.accounts.models import User
from jdl_service.audit.models import AuditEvent
from jdl_service.base.errors import NotYours
from jdl_service.demo_results import programmes
from jdl_service.library import actions, standing
from jdl_service.library.models import Placement, Snapshot
from jdl_service.library.periodic import keep_snapshot
from jdl_service.releases import actions as releases
from justice_data_lab.library.classified import Classified
from service_library import put

CHOSEN = {
    "types": ["mentoring", "peer-support"],
    "primary": "peer-support",
    "sexes": ["women"],
    "settings": ["community"],
    "region": "North ",
}
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    monkeypatch.setattr(standing, "_kept", standing._Kept())


def test_what_the_editor_says_of_a_public_result_is_public_at_once(world, browser, at):
    put(world, "2026-001", at=at - DAY, said=None)
    assert b"Programme 2026-001" not in browser().get("/library/all/?sex=women").content
    client = browser(world.analyst)
    assert "As the study says" in client.get("/lab/library/").content.decode()
    assert "Leading kind of help" in client.get("/lab/library/2026-001/").content.decode()
    answer = client.post("/lab/library/2026-001/", CHOSEN)
    assert answer.headers["Location"] == "/lab/library/"
    said = Classified(types=("peer-support", "mentoring"), sexes=("women",), settings=("community",), region="North")
    assert Placement.objects.get().as_classified() == said
    assert AuditEvent.objects.order_by("-number")[0].action == "place"
    assert b"Programme 2026-001" in browser().get("/library/all/?sex=women").content
    assert "Peer support, Mentoring; Community; Women; North" in client.get("/lab/library/").content.decode()
    again = client.get("/lab/library/2026-001/").content.decode()
    assert again.count("checked") >= 4


def test_what_is_said_of_a_result_that_is_due_changes_no_public_byte(world, browser, at):
    put(world, "2026-001", at=at - DAY)
    put(world, "2026-002", at=at, state="scheduled", due=at + 30 * DAY, said=None)
    paths = ("", "all/?sex=men", "types/arts/", "downloads/library.csv", "downloads/", "sitemap.xml", "api/v1/results")
    before = [
        (browser().get(f"/library/{path}").content, browser().get(f"/library/{path}").headers.get("ETag")) for path in paths
    ]
    actions.place("2026-002", Classified(types=("arts",), sexes=("men",)), by=world.analyst, at=at)
    assert [
        (browser().get(f"/library/{path}").content, browser().get(f"/library/{path}").headers.get("ETag")) for path in paths
    ] == before


def test_a_leading_kind_that_was_not_chosen_is_refused(world, browser, at):
    put(world, "2026-001", at=at - DAY)
    answer = browser(world.analyst).post("/lab/library/2026-001/", CHOSEN | {"primary": "arts"})
    assert "Choose a leading kind of help that is among the kinds above" in answer.content.decode()
    answer = browser(world.analyst).post("/lab/library/2026-001/", {"region": ""})
    assert answer.status_code == 302
    assert "As the study says" in browser(world.analyst).get("/lab/library/").content.decode()


def test_only_analysts_and_the_head_of_profession_say_where_results_stand(world, browser, at):
    put(world, "2026-001", at=at - DAY)
    with pytest.raises(NotYours):
        actions.place("2026-001", Classified(), by=world.reviewer, at=at)
    assert browser(world.reviewer).get("/lab/library/").status_code == 200
    assert browser(world.reviewer).post("/lab/library/2026-001/", CHOSEN).status_code == 403
    assert browser(world.alpha.member).get("/lab/library/").status_code == 403
    assert browser(world.alpha.member).get("/lab/library/2026-001/").status_code == 404
    assert browser(world.analyst).get("/lab/library/2026-999/").status_code == 404
    assert "There is no release yet" not in browser(world.head_of_profession).get("/lab/library/").content.decode()


def test_a_lab_without_releases_is_told_so(world, browser):
    assert "There is no release yet" in browser(world.analyst).get("/lab/library/").content.decode()


def states(browser):
    return browser().get("/library/api/v1/snapshots").json()["snapshots"]


def test_every_state_is_kept_and_served_byte_for_byte_while_all_of_it_is_public(world, browser, at):
    put(world, "2026-001", at=at - 3 * DAY)
    keep_snapshot(at=at)
    first = browser().get("/library/downloads/library.csv").content
    assert not actions.keep_snapshot(at=at)
    row = put(world, "2026-002", at=at - DAY)
    assert actions.keep_snapshot(at=at)
    (new, old) = states(browser)
    assert (new["current"], new["entries"], old["current"], old["entries"]) == (True, 2, False, 1)
    table = next(each for each in old["files"] if each.endswith("library.csv"))
    assert browser().get(table).content == first
    assert f"snapshots/{old['name']}/library.csv" in browser().get("/library/downloads/").content.decode()
    assert browser().get(table.replace("library.csv", "unheard.csv")).status_code == 404
    assert browser().get(f"/library/downloads/snapshots/{'0' * 16}/library.csv").status_code == 404
    both = states(browser)[0]["name"]
    releases.take_step(row, "withdraw", by=world.head_of_profession, at=at, asked=releases.Asked(reason="The data were wrong."))
    # the state with the withdrawn figures is not shown from that moment on, and not kept
    assert [each["entries"] for each in states(browser)] == [2, 1]
    assert browser().get(f"/library/downloads/snapshots/{both}/library.csv").status_code == 404
    actions.keep_snapshot(at=at)
    assert sorted(Snapshot.objects.values_list("name", flat=True)) == sorted(each["name"] for each in states(browser))
    assert both not in Snapshot.objects.values_list("name", flat=True)
    assert str(Snapshot.objects.all()[0].files.all()[0]).startswith(Snapshot.objects.all()[0].name)


def test_the_demonstration_says_where_its_programmes_stand(world, browser, at):
    sample = next(iter(programmes().values()))
    person_of_the_demonstration = User.objects.create_user("analyst@lab.example", None, roles=("analyst",))
    put(world, "2026-001", at=at - DAY, said=None, title=sample.title)
    put(world, "2026-002", at=at - DAY, said=None, title="Of nobody's making")
    demo._place(at)
    row = Placement.objects.get()
    assert (row.key, row.by) == ("2026-001", person_of_the_demonstration)
    assert row.as_classified().region == sample.region


def test_an_empty_library_is_no_state_to_keep(world, at):
    assert not actions.keep_snapshot(at=at)
    assert not Snapshot.objects.exists()


def test_rows_say_what_they_are(world, at):
    put(world, "2026-001", at=at - DAY)
    assert str(Placement.objects.get()) == "2026-001"
    assert actions.keep_snapshot(at=at)
    assert str(Snapshot.objects.get()) == Snapshot.objects.get().name
