"""Saying no to being analysed: a public page, and a row that an organisation takes out; the name is sealed and goes nowhere else."""

import json

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from jdl_service.audit.models import AuditEvent
from jdl_service.files import objections
from jdl_service.files.models import CohortFile, Objection
from jdl_service.files.store import store
from jdl_service.jobs.models import Job
from jdl_service.requests.models import Request
from service_browser import NARROW, complaints, faults
from service_cohorts import CANARY, everything_kept, row_of, sheet
from service_people import request_in

SAID = {
    "surname": CANARY,
    "forename": "Zoë",
    "born-day": "5",
    "born-month": "11",
    "born-year": "1984",
    "organisation": "",
    "more": "",
}


@pytest.fixture
def visitor(world, service, browser):
    return browser()


def test_anybody_can_object_and_gets_a_reference(world, visitor):
    assert b"Nobody can be found in them, so nobody can be taken out" in visitor.get("/object/").content
    answer = visitor.post("/object/", SAID)
    made = Objection.objects.get()
    assert made.reference in answer.content.decode()
    assert made.reference.startswith("OB-")
    assert answer.headers["Cache-Control"] == "no-store"
    assert json.loads(b"".join(store().open(made.sealed))) == {
        "surname": CANARY, "forename": "Zoë", "date_of_birth": "1984-11-05", "organisation": None, "request": None
    }  # fmt: skip
    assert made.sealed.opened_by == "worker"
    assert made.sealed.keep_until is None  # retention's to destroy, with a certificate


def test_only_organisations_of_the_public_register_can_be_chosen(world, visitor, at):
    assert b"Alpha Trust" not in visitor.get("/object/").content  # a draft is nobody's business
    request_in("submitted", world.alpha, at=at)
    assert b"Alpha Trust" in visitor.get("/object/").content
    assert b"Beta Trust" not in visitor.get("/object/").content
    visitor.post("/object/", SAID | {"organisation": str(world.alpha.row.pk)})
    assert objections.read_objection(Objection.objects.get())[1] == {"organisation": world.alpha.row.pk, "request": None}
    assert b"There is a problem" in visitor.post("/object/", SAID | {"organisation": str(world.beta.row.pk)}).content


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"surname": ""}, "Enter surname"),
        ({"born-day": ""}, "Date of birth must include a day"),
        ({"born-year": "2026"}, ""),
        ({"born-year": "2027"}, "Date of birth must be in the past"),
        ({"more": "https://example.org"}, "Leave the last box empty"),
    ],
)
def test_what_is_missing_is_asked_for_and_programs_are_kept_out(world, visitor, changes, words):
    shown = visitor.post("/object/", SAID | changes).content.decode()
    assert words in shown
    assert Objection.objects.exists() == (not words)


def test_one_address_and_everybody_together_send_so_many_an_hour(world, visitor, at, monkeypatch):
    for _ in range(10):
        assert visitor.post("/object/", SAID).status_code == 200
    answer = visitor.post("/object/", SAID)
    assert (answer.status_code, Objection.objects.count()) == (429, 10)
    assert b"Too many objections came from your network" in answer.content
    cache.clear()
    monkeypatch.setattr(objections, "_MOST_AN_HOUR", 10)
    assert visitor.post("/object/", SAID).status_code == 409
    assert Objection.objects.count() == 10


def test_no_name_is_in_the_database_or_a_log_and_the_lab_sees_none(world, visitor, caplog, browser):
    visitor.post("/object/", SAID)
    made = Objection.objects.get()
    kept = everything_kept()
    assert CANARY not in kept + caplog.text
    line = AuditEvent.objects.get(action="objection")
    assert (line.subject, line.by, line.detail) == (made.reference, "public", "")
    for user in (world.analyst, world.head_of_profession, world.alpha.member, world.administrator):
        assert not Objection.objects.for_user(user).exists()


@pytest.fixture
def file(world, service, browser, worker):
    client = browser(world.alpha.member)
    client.post(
        f"/requests/{world.request.key}/file/", {"file": SimpleUploadedFile("l.csv", sheet(row_of(), row_of(forename="Ann")))}
    )
    worker.run_all()
    return CohortFile.objects.get()


def test_an_organisation_takes_a_row_out_by_its_number(world, file, browser, worker, caplog):
    client = browser(world.alpha.member)
    place = f"/requests/{world.request.key}/file/{file.address}/objection/"
    assert b"Take their row out" in client.get(place.removesuffix("objection/")).content
    assert b"never the name" in client.get(place).content
    assert b"There is a problem" in client.post(place, {"row": "1"}).content
    assert b"left out from the next run on" in client.post(place, {"row": "3"}, follow=True).content
    worker.run_all()
    person, limits = objections.read_objection(Objection.objects.get())
    assert (person.forename, limits) == ("Ann", {"organisation": None, "request": world.request.pk})
    assert AuditEvent.objects.filter(action="row taken out", subject=world.request.key, detail="").exists()
    client.post(place, {"row": "99"})
    worker.run_all()
    assert b"Nobody stands in row 99 of version 1" in client.get(place).content
    assert "Okafor" not in caplog.text + str(list(Job.objects.values()))


def test_a_row_is_taken_out_until_the_result_is_cleared_and_by_its_own_people(world, file, browser, at):
    place = f"/requests/{world.request.key}/file/{file.address}/objection/"
    Request.objects.filter(pk=world.request.pk).update(state="checked", submitted_at=at, owner=world.analyst)
    assert browser(world.alpha.member).get(place).status_code == 200
    assert browser(world.analyst).get(place).status_code == 403
    Request.objects.filter(pk=world.request.pk).update(state="cleared")
    answer = browser(world.alpha.member).get(place)
    assert answer.status_code == 409
    assert b"figures of groups only" in answer.content
    assert b"Take their row out" not in browser(world.alpha.member).get(place.removesuffix("objection/")).content


@pytest.mark.browser
@pytest.mark.parametrize("size", [None, NARROW])
def test_the_page_to_object_by_is_for_everybody(world, visit, size):
    page = visit("/object/", **({"size": size} if size else {}))
    assert complaints(page) == []
    assert faults(page) == []
