"""Canaries: a result that is due has words and figures like no other, and not a byte of the library, of its counts or of its headers tells of it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from jdl_service.library import standing
from jdl_service.releases import actions
from justice_data_lab.library_site.by_path import page_paths
from service_library import put
from service_releases import DUE

SECOND = timedelta(seconds=1)
CANARY, KEY = "Zq7canary", "2026-777"
ASKED = (
    "q=mentoring",
    f"q={CANARY}",
    f"q={CANARY[:4].lower()}",
    "sex=women",
    "type=mentoring&order=effect",
    f"compare={KEY}",
    "verdict=reduction&page=2",
)
_FILES = (
    "style.css", "search.js", "index.json", "feed.xml", "sitemap.xml", "downloads/library.csv", "downloads/library.csv-metadata.json", "downloads/library.json",
    "downloads/library.parquet", f"results/{KEY}/", f"results/{KEY}/index.html", f"results/{KEY}/v1/index.html", f"results/{KEY}/entry.json", f"results/{KEY}/citation.bib",
    f"organisations/{CANARY.lower()}-trust/index.html", f"programmes/{CANARY.lower()}-trust-{CANARY.lower()}/index.html",
)  # fmt: skip
# What counts, lists or pools results of this kind of help: at the hour each has other bytes and another ETag.
CHANGED = (
    "index.html", "index.json", "feed.xml", "sitemap.xml", "map/index.html", "gaps/index.html", "types/index.html", "types/mentoring/index.html",
    "types/mentoring/outcome-reoffended.html", "types/mentoring/compare.html", "types/mentoring/women/community/index.html", "all/index.html",
    "organisations/index.html", "downloads/index.html", "downloads/library.csv", "downloads/library.json", "downloads/library.parquet",
    *(f"all/?{query}" for query in ASKED),
)  # fmt: skip


API = tuple(
    f"api/v1/{path}"
    for path in (
        "", "openapi.json", *(f"results?{query}" for query in ASKED if "page=2" not in query), f"results/{KEY}", f"results/{KEY}/versions/1",
        f"suggestions?q={CANARY[:3]}", "types", "types/mentoring", "types/mentoring/outcomes/reoffended", "taxonomy", "programmes", "organisations",
        f"programmes/{CANARY.lower()}-trust-{CANARY.lower()}", f"organisations/{CANARY.lower()}-trust", "gaps", "gaps?group=setting", "national", "snapshots", "outside", "types/mentoring/outcomes/reoffended?outside=yes",
    )
)  # fmt: skip


@pytest.fixture(autouse=True)
def forgotten(monkeypatch, settings):
    monkeypatch.setattr(standing, "_kept", standing._Kept())
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, address="https://lab.example")


@pytest.fixture
def due(world, at):
    """Four results that are public, and one of the same kind of help that is due."""
    for number in range(4):
        put(world, f"2026-00{number}", at=at - timedelta(days=40 - number), title=f"Mentors {number}")
    return put(
        world, KEY, at=at, state="scheduled", due=DUE, title=CANARY, organisation=f"{CANARY} Trust",
        study={"what": f"{CANARY} what", "own_words": f"{CANARY} own words"},
    )  # fmt: skip


def everything(client, at):
    """Status, bytes and headers of every address of the library, by address."""
    desk = standing.library_at(at).desk
    addresses = [*page_paths(desk), *_FILES, *(f"all/?{query}" for query in ASKED), *API]
    found = {address: client.get(f"/library/{address}") for address in addresses}
    return {address: (each.status_code, each.content, dict(each.headers)) for address, each in found.items()}


def test_nothing_derived_from_a_result_is_in_any_byte_or_header_before_its_hour(world, browser, due, at, later):
    before = everything(browser(), at)
    told = {address for address, (_, content, _) in before.items() if re.search(CANARY.encode(), content, re.IGNORECASE)}
    # whoever asks for the word gets it back in the box that they wrote it in, and nothing else
    assert told == {f"all/?q={CANARY}", f"api/v1/results?q={CANARY}"}
    assert b"0 results" in before[f"all/?q={CANARY}"][1]
    assert before[f"results/{KEY}/"][0] == before[f"organisations/{CANARY.lower()}-trust/index.html"][0] == 404
    moment = later(DUE - at - SECOND)
    assert actions.release_due(at=moment) == 0
    actions.look(due, name="report.html", by=world.reviewer, purpose="production", at=moment)
    put(world, "2026-778", at=moment, state="scheduled", due=DUE + SECOND, title=f"{CANARY} again")
    assert everything(browser(), moment) == before
    moment = later(SECOND)
    assert everything(browser(), moment) == before  # the hour alone, before the row flips, shows nothing
    assert actions.release_due(at=moment) == 1
    after = everything(browser(), moment)
    assert [address for address in CHANGED if after[address][1:] == before[address][1:]] == []
    assert {after[address][0] for address in _FILES} == {200}
    assert CANARY.encode() in after[f"all/?q={CANARY[:4].lower()}"][1]
    assert b"2026-778" not in b"".join(content for _, content, _ in after.values())


def test_another_process_opened_later_draws_the_same_bytes(world, browser, due, at, later, monkeypatch):
    before = everything(browser(), at)
    moment = later(timedelta(hours=3))
    monkeypatch.setattr(standing, "_kept", standing._Kept())
    assert everything(browser(), moment) == before


def test_a_row_that_is_ahead_of_the_clock_is_shown_to_nobody_and_not_kept(world, browser, due, at, later):
    later(DUE - at)
    actions.release_due(at=DUE)
    address = f"/library/results/{KEY}/"
    assert browser().get(address).status_code == 200
    later(-SECOND)
    assert browser().get(address).status_code == 404
    later(SECOND)
    assert browser().get(address).status_code == 200
