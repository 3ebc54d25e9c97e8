"""The service asks its own ledger who is in more than one result: each group of people counts once, and nobody is told of what is due."""

from dataclasses import asdict
from datetime import timedelta

import pytest

from jdl_service.audit.models import AuditEvent
from jdl_service.library import overlaps, standing
from jdl_service.library.models import LedgerAnswer, Sharing
from jdl_service.library.periodic import ask_ledger
from jdl_service.library.resources import API
from jdl_service.releases import actions as releases
from jdl_service.releases.models import Release
from sample_ledgers import tokens
from service_library import ledger_knows, put

DAY = timedelta(days=1)
POOLED = f"{API}/types/mentoring/outcomes/reoffended"
NOT_CHECKED = "It was not checked whether some people are in more than one result."
# 000 and 001 share 11 of 100, 001 and 002 share 10 of 100, which is not more than a tenth
WHOSE = {"2026-000 v1": (0, 100), "2026-001 v1": (89, 189), "2026-002 v1": (179, 279), "2026-003 v1": (500, 600)}


@pytest.fixture
def library(world, at, service, monkeypatch):
    """Four results of one kind of help, a week apart; the lab has a ledger."""
    monkeypatch.setattr(standing, "_kept", standing._Kept())
    service()
    for number in range(4):
        put(world, f"2026-00{number}", at=at - (40 - 7 * number) * DAY, title=f"Mentors {number}")


def pooled(browser):
    told = browser().get(POOLED).json()
    return {each["key"] for each in told["difference"]["effects"]}, told


def test_until_the_ledger_was_asked_the_pages_say_that_nobody_checked(library, browser):
    keys, told = pooled(browser)
    assert len(keys) == 4
    assert not told["overlaps_known"]
    assert NOT_CHECKED in told["words"]


def test_of_two_that_share_more_than_a_tenth_of_the_smaller_ones_people_the_older_is_dropped(library, browser, at):
    browser().get(POOLED)
    ledger_knows(WHOSE)
    ask_ledger(at=at)
    keys, told = pooled(browser)
    assert keys == {"2026-001", "2026-002", "2026-003"}
    assert told["overlaps_known"]
    assert NOT_CHECKED not in told["words"]
    assert [(each["key"], each["why"]) for each in told["difference"]["left_out"]] == [("2026-000", "overlap")]
    assert [(each["key"], each["why"]) for each in told["odds"]["left_out"]] == [("2026-000", "overlap")]
    page = browser().get("/library/types/mentoring/").content.decode()
    assert "Not taken together with these: 1" in page
    assert "A newer result is partly about the same people" in page
    assert browser().get(f"{API}/types/mentoring").json()["outcomes"][0]["results"] == 3


def test_the_smaller_set_decides_what_a_tenth_is(library, browser, at):
    ledger_knows(WHOSE | {"2026-001 v1": (95, 135)})
    overlaps.ask(at=at)
    # 5 of 40, though only 5 of 100 of the other
    assert [(str(each), each.share) for each in Sharing.objects.all()] == [("2026-000 v1 and 2026-001 v1", 0.125)]
    assert "2026-000" not in pooled(browser)[0]


def test_only_pairs_of_releases_are_kept_and_no_token(library, at):
    ledger_knows(WHOSE)
    assert overlaps.ask(at=at) == 4
    every = [*LedgerAnswer.objects.values(), *Sharing.objects.values(), *AuditEvent.objects.values()]
    assert not any(token in str(every) for token in tokens(0, 600))
    assert Sharing.objects.count() == 1
    assert str(LedgerAnswer.objects.first()) == "2026-000 v1"
    asked = AuditEvent.objects.filter(action=overlaps.ASKED)
    assert sorted(asked.values_list("subject", flat=True)) == sorted(WHOSE)


def test_nothing_is_asked_twice_and_what_the_ledger_learns_later_is_asked_then(library, browser, at):
    ledger_knows({name: WHOSE[name] for name in list(WHOSE)[:3]})
    assert overlaps.ask(at=at) == 4
    assert overlaps.ask(at=at) == 0
    keys, told = pooled(browser)
    # one of those taken together is unknown to the ledger, so that not everything was checked
    assert "2026-000" not in keys
    assert not told["overlaps_known"]
    assert overlaps.told(standing.library_at(at).desk.entries).lacking == ("2026-003",)
    ledger_knows({"2026-003 v1": (180, 280)})
    assert overlaps.ask(at=at) == 1
    keys, told = pooled(browser)
    assert keys == {"2026-001", "2026-003"}
    assert told["overlaps_known"]


def test_a_release_with_other_files_is_asked_about_again(library, at):
    ledger_knows(WHOSE)
    overlaps.ask(at=at)
    Release.objects.filter(key="2026-000").update(manifest="1" * 64)
    ledger_knows({"2026-000 v1": (1000, 1100)})
    assert overlaps.ask(at=at) == 1
    assert not Sharing.objects.exists()


def test_a_result_that_is_due_drops_nothing_and_changes_no_byte_before_its_hour(library, browser, world, at):
    ledger_knows(WHOSE | {"2026-777 v1": (500, 600)})
    paths = (POOLED, "/library/types/mentoring/", "/library/map/", "/library/downloads/library.json", f"{API}/results")
    overlaps.ask(at=at)
    before = [(browser().get(path).content, browser().get(path).headers["ETag"]) for path in paths]
    put(world, "2026-777", at=at, state="scheduled", due=at + DAY)
    assert overlaps.ask(at=at) == 1
    assert Sharing.objects.filter(second__name="2026-777 v1").count() == 1
    assert [(browser().get(path).content, browser().get(path).headers["ETag"]) for path in paths] == before
    assert "2026-003" in pooled(browser)[0]


def test_a_withdrawn_result_leaves_out_nobody(library, browser, world, at):
    ledger_knows(WHOSE)
    overlaps.ask(at=at)
    row = Release.objects.get(key="2026-001")
    releases.take_step(row, "withdraw", by=world.head_of_profession, at=at, asked=releases.Asked(reason="The data were wrong."))
    assert pooled(browser)[0] == {"2026-000", "2026-002", "2026-003"}


def test_without_a_ledger_nothing_is_asked(library, at, service, tmp_path):
    service(ledger=tmp_path / "nothing.sqlite3")
    assert overlaps.ask(at=at) == 0
    assert overlaps.told(()) is None


def test_what_comes_out_is_keys_and_shares(library, at):
    ledger_knows(WHOSE)
    overlaps.ask(at=at)
    told = asdict(overlaps.told(standing.library_at(at).desk.entries))
    assert told == {"overlaps": ({"first": "2026-000", "second": "2026-001", "share": 0.11},), "lacking": ()}
