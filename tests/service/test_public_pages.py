"""What everybody sees: the core's own bytes, nothing before its hour, and nothing in a cache that no longer stands."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from jdl_service.analysis.models import Study
from jdl_service.public import site
from jdl_service.releases import actions
from jdl_service.releases.models import Concern, Release
from jdl_service.requests import actions as requests
from justice_data_lab.files import write_json
from service_people import request_in
from service_releases import DUE, final, scheduled

SECOND = timedelta(seconds=1)
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')  # another one each time
PUBLIC = ("/", "/register/", "/concerns/", "/results/", "/calendar/", "/bulletins/", "/index.html", "/releases.json", "/log.txt")


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    """Nothing kept from another test."""
    monkeypatch.setattr(site, "_kept", site._Kept())


def everything(client, key):
    """The bytes and headers of every public address, by address."""
    names = ("index.html", "use.html", "report.html", "report.json", "tables.csv", "manifest.json")
    more = [
        f"/results/{key}/",
        *(f"/results/{key}/v1/{name}" for name in names),
        "/about/concerns.html",
        "/about/compliance.html",
    ]
    found = {address: client.get(address) for address in (*PUBLIC, *more)}
    return {address: (each.status_code, _TOKEN.sub(b"", each.content), dict(each.headers)) for address, each in found.items()}


def test_nothing_of_a_result_is_in_any_public_byte_before_its_hour(world, browser, at, later, tmp_path):
    release = scheduled(world, tmp_path, at=at)
    files = {each.name: bytes(each.data) for each in release.files.all()}
    before = everything(browser(), release.key)
    later(DUE - at - SECOND)
    assert actions.release_due(at=DUE - SECOND) == 0
    actions.look(release, name="report.html", by=world.reviewer, purpose="production", at=DUE - SECOND)
    # a second before, after private acts: byte for byte and header for header what it was when the date was announced
    assert everything(browser(), release.key) == before
    assert not [address for address, (status, _, _) in before.items() if "/v1/" in address and status != 404]
    assert not [address for address, (_, _, headers) in before.items() if address.endswith("/v1/") and "ETag" in headers]
    later(SECOND)
    assert everything(browser(), release.key) == before  # the hour alone, before the row flips, shows nothing
    assert actions.release_due(at=DUE) == 1
    after = everything(browser(), release.key)
    assert {status for status, _, _ in after.values()} == {200}
    assert after[f"/results/{release.key}/v1/report.html"][1] == files["report.html"]
    assert release.as_book().release.title.encode() in after["/"][1]
    assert b"No result has been released yet" not in after["/"][1]
    later(SECOND)
    assert everything(browser(), release.key) == after


def test_a_row_ahead_of_the_clock_is_not_shown_and_not_kept(world, browser, at, later, tmp_path):
    release = scheduled(world, tmp_path, at=at)
    later(DUE - at)
    actions.release_due(at=DUE)
    address = f"/results/{release.key}/v1/report.html"
    assert browser().get(address).status_code == 200
    later(-SECOND)
    assert browser().get(address).status_code == 404
    later(SECOND)
    assert browser().get(address).status_code == 200


def test_a_cache_asks_each_time_and_is_told_that_nothing_changed(world, browser, at, later, tmp_path):
    release = scheduled(world, tmp_path, at=at)
    later(DUE - at)
    actions.release_due(at=DUE)
    address = f"/results/{release.key}/v1/report.html"
    first = browser().get(address)
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert first.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "script-src 'none'" in first.headers["Content-Security-Policy"]
    assert browser().get(address, headers={"if-none-match": first.headers["ETag"]}).status_code == 304
    assert browser(world.reviewer).get(address).headers["Cache-Control"] == "no-store"
    actions.take_step(
        release, "withdraw", by=world.head_of_profession, at=DUE + SECOND, asked=actions.Asked(reason="The data were wrong.")
    )
    later(SECOND)
    assert browser().get(address, headers={"if-none-match": first.headers["ETag"]}).status_code == 404
    assert b"The data were wrong." in browser().get(f"/results/{release.key}/").content
    assert b"Published, then withdrawn" in browser().get("/register/").content


def test_pages_are_drawn_once_for_all_until_something_public_happens(world, browser, at, monkeypatch, tmp_path):
    drawn = []
    draw = site._draw
    monkeypatch.setattr(site, "_draw", lambda now: drawn.append(now) or draw(now))
    release = final(world, tmp_path, at=at)
    for address in PUBLIC:
        browser().get(address)
    actions.look(release, name="report.html", by=world.reviewer, purpose="production", at=at)
    browser().get("/results/")
    assert len(drawn) == 1
    actions.take_step(release, "schedule", by=world.head_of_profession, at=at, asked=actions.Asked(due=DUE))
    assert release.as_book().release.title.encode() in browser().get("/calendar/").content
    assert len(drawn) == 2


def test_an_address_without_its_slash_leads_to_the_page_and_others_are_not_there(world, browser, at):
    assert browser().get("/results").headers["Location"] == "/results/"
    assert browser().get("/about/compliance").status_code == 404
    assert browser().get("/results/2026-001/v1").status_code == 404
    assert browser().post("/results/").status_code == 405


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("submitted", "Received"), ("refused", "Not taken on"), ("withdrawn", "Withdrawn by the organisation"), ("coverage", "Being worked on"),
        ("not_analysable", "Being worked on"), ("analysed", "Being worked on"), ("released", "Being worked on"), ("cancelled", "Release cancelled"),
    ],
)  # fmt: skip
def test_the_register_tells_of_each_request_where_it_is_and_never_what_was_found(world, browser, at, state, words):
    row = request_in(state, world.alpha, at=at, owner=world.analyst)
    Study.objects.create(request=row, toml="[study]", protocol=json.dumps({"sha256": "ab" * 32}), set_by=world.analyst, set_at=at)
    text = browser().get("/register/").content.decode()
    assert words in text
    assert "abababababab" in text
    assert "Alpha Trust" in text
    assert world.request.key not in text  # a draft is nobody's business


def test_a_request_that_was_given_back_stays_on_the_register(world, browser, at):
    row = request_in("submitted", world.alpha, at=at)
    assert "Received" in browser().get("/register/").content.decode()
    requests.give_back(row, by=world.analyst, at=at, reason="Say more.")
    text = browser().get("/register/").content.decode()
    assert row.key in text
    assert "With the organisation" in text
    assert "Say more" not in text


def test_the_register_leads_to_what_was_published(world, browser, at, later, tmp_path):
    release = scheduled(world, tmp_path, at=at)
    assert "Release announced" in browser().get("/register/").content.decode()
    later(DUE - at)
    actions.release_due(at=DUE)
    text = browser().get("/register/").content.decode()
    assert f'href="/results/{release.key}/">Published' in text


def test_a_concern_is_raised_without_a_name_and_shown_with_its_answer(world, browser, at):
    answer = browser().post("/concerns/", {"text": "canary concern", "about": ""})
    assert "Concern 1" in answer.content.decode()
    assert "canary concern" not in browser().get("/concerns/").content.decode()
    concern = Concern.objects.get()
    actions.answer_concern(concern, text="You are right.", by=world.head_of_profession, at=at)
    for address in ("/concerns/", "/about/concerns.html"):
        text = browser().get(address).content.decode()
        assert "canary concern" in text
        assert "You are right." in text
    assert "Enter what is wrong" in browser().post("/concerns/", {}).content.decode()


def test_a_concern_cannot_be_about_what_is_not_public(world, browser, at, tmp_path):
    release = scheduled(world, tmp_path, at=at)
    answer = browser().post("/concerns/", {"text": "I heard something.", "about": release.key})
    assert "Select a valid choice" in answer.content.decode()
    assert not Release.objects.get(pk=release.pk).concerns.exists()


def test_feasibility_is_worked_out_by_the_core_from_the_national_rate(db, browser, register):
    text = browser().get("/feasibility/", {"people": "500", "sentence": "custody", "effect": "5"}).content.decode()
    assert "How many of them would be analysed" in text
    assert "Of 500 people sent, about 400" in text
    assert "Enter how many people" in browser().get("/feasibility/", {"people": ""}).content.decode()
    assert browser().get("/feasibility/").status_code == 200


def test_feasibility_without_a_coverage_file_asks_for_the_rate(db, browser):
    text = browser().get("/feasibility/", {"people": "500"}).content.decode()
    assert "Enter how many of 100 people would offend again" in text
    text = browser().get("/feasibility/", {"people": "500", "base_rate": "40"}).content.decode()
    assert "Smallest fall that would probably show" in text
    text = browser().get("/feasibility/", {"people": "500", "base_rate": "3", "effect": "5"}).content.decode()
    assert "There is a problem" in text or "What could be published" in text


@pytest.mark.parametrize(
    ("year", "words"),
    [
        ("2024", "Yes. All of them started early enough"),
        ("2025", "next refreshed on 15 January 2027, which is too early for all of them"),
        ("2030", "You can record them now, and send them later"),
        ("2009", "Yes. All of them started early enough"),
        ("2008", "Ask the lab first. The public dates do not say how far back the register goes"),
        ("1066", "Enter a day from 1950 to 2036"),
        ("9999", "Enter a day from 1950 to 2036"),
    ],
)
def test_whether_people_can_be_followed_up_is_said_from_the_public_dates(db, at, browser, register, year, words):
    given = {"started-day": "31", "started-month": "12", "started-year": year}
    assert words in browser().get("/when/", given).content.decode()


@pytest.mark.parametrize(
    ("refresh", "words"),
    [
        (date(2027, 8, 1), "next refreshed on 1 August 2027. Look here again"),
        (date(2026, 8, 1), "No day for its next refresh is announced yet"),
        (None, "No day for its next refresh is announced yet"),
    ],
)
@pytest.mark.usefixtures("db", "at")
def test_a_refresh_is_said_with_what_it_brings_and_never_when_it_is_over(browser, register, tmp_path, refresh, words):
    write_json(tmp_path / "snapshot" / "coverage.json", replace(register, next_refresh=refresh).to_dict())
    given = {"started-day": "31", "started-month": "12", "started-year": "2025"}
    assert words in browser().get("/when/", given).content.decode()


def test_when_a_later_start_can_be_analysed_is_moved_by_as_many_days(db, browser, register):
    given = {"started-day": "31", "started-month": "12", "started-year": "2025"}
    assert "it has to run to about June 2027" in browser().get("/when/", given).content.decode()


@pytest.mark.parametrize("asked", [("1", "1", "99"), ("1", "99", "1"), ("1000000", "50", "50"), ("60", "", "")])
def test_feasibility_answers_at_the_ends_of_what_may_be_asked(db, browser, register, asked):
    given = dict(zip(("people", "base_rate", "effect"), asked, strict=True)) | {"sentence": "all"}
    answer = browser().get("/feasibility/", given)
    assert answer.status_code == 200
    assert b"There is a problem" in answer.content or b"What could be published" in answer.content


def test_the_register_names_every_organisation_that_sends_a_list(world, browser, at):
    row = request_in("accepted", world.alpha, at=at, owner=world.analyst)
    row.partners.add(world.beta.row)
    assert b"Alpha Trust, Beta Trust" in browser().get("/register/").content
    assert b"Beta Trust" in browser().get("/object/").content


def test_national_rates_are_shown_in_whole_percents_and_a_gap_is_said(db, browser, register):
    text = browser().get("/rates/").content.decode()
    assert "40%" in text
    assert "[x]" in text
    assert "Custody" in text


def test_pages_without_a_coverage_file_say_so(db, browser):
    assert "has not said yet" in browser().get("/when/").content.decode()
    assert "has not published national rates yet" in browser().get("/rates/").content.decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_the_template_is_everybodys_and_a_cache_may_keep_it(db, browser, kind):
    address = f"/requests/template.{kind}"
    first = browser().get(address)
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "public, max-age=0, must-revalidate")
    assert first.headers["Content-Disposition"] == f'attachment; filename="cohort-template.{kind}"'
    assert browser().get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_every_public_page_is_served_to_people_who_are_not_logged_in(db, browser):
    names = ("home", "register", "concerns", "feasibility", "when", "rates", "object")
    assert {browser().get(reverse(name)).status_code for name in names} == {200}
