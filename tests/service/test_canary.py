"""Canaries: from the first box to the last certificate, no name of a cohort is anywhere but in the encrypted store; after retention, nowhere."""

import csv
import io
import logging
import sys
import tempfile
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from canaries import found_in, found_under
from jdl_service import clock
from jdl_service.analysis import actions as analysis
from jdl_service.analysis import links
from jdl_service.base import journal
from jdl_service.base.logs import AllowListed
from jdl_service.files.models import CohortFile, Sealed
from jdl_service.files.sealing import SealBrokenError
from jdl_service.files.store import store
from jdl_service.public.site import site_at
from jdl_service.releases import actions as releases
from jdl_service.releases.periodic import release_due
from jdl_service.requests import actions as requests
from jdl_service.requests import drafting
from jdl_service.requests.models import Request
from jdl_service.retention.periodic import destroy_due
from justice_data_lab.cohorts.cohort import synthesise_cohort
from service_people import make_world
from service_releases import DUE, sent

FORENAME, SURNAME, NOTE = "Quillonbert", "Zxqvarnish", "Wexlebury knows the Plomdrake"
PNC, PRISON = "1999/7654321Q", "Z9876QX"
MENDED = "Yvrothgar"
NAME = f"{FORENAME} {SURNAME}"
CANARIES = {FORENAME, SURNAME, "Wexlebury", "Plomdrake", PNC, PRISON, MENDED}
STUDY = """
[study]
name = "Reading"
organisation = "Alpha Trust"
programme = "Reading"
intervention_type = "education"
setting = "custody"
seed = 5
report_date = 2026-11-22
[columns]
notes = "before_start"
"""
BOXES = {
    "programme": ("programme", "what", "who_delivers", "where"),
    "dates": ("dose",),
    "chosen": ("how_chosen", "not_included_why"),
    "own-words": ("own_words",),
}
ANSWERS = {
    "programme": {},
    "kind": {"intervention_type": "education", "setting": "custody"},
    "dates": {
        "first_start-day": "1", "first_start-month": "2", "first_start-year": "2022", "last_start-day": "3", "last_start-month": "4",
        "last_start-year": "2024",
    },
    "chosen": {"all_included": "no"},
    "own-words": {},
    "declarations": {"true": "on", "everybody": "on", "told": "on", "published": "on"},
}  # fmt: skip
ENOUGH = timedelta(days=800)


class Everything:
    """All that leaves the program while a journey goes on: log lines, addresses, pages of other people, starts of processes."""

    def __init__(self):
        self.lines, self.addresses, self.starts, self.written, self.on = [], [], [], set(), True
        sys.addaudithook(self.hear)

    def hear(self, event, given):
        """Called by Python itself; it cannot be taken away again, so it is only switched off."""
        if self.on and event == "subprocess.Popen":
            self.starts.append(repr(given))
        if (
            self.on
            and event == "open"
            and isinstance(given[0], str)
            and isinstance(given[1], str)
            and set(given[1]) & set("wax+")
        ):
            self.written.add(given[0])


@pytest.fixture
def hear(monkeypatch):
    found, handler = Everything(), logging.Handler()
    handler.emit = lambda record: found.lines.append(AllowListed().format(record))
    logging.getLogger().addHandler(handler)
    whole = Client.request

    def request(self, **given):
        answer = whole(self, **given)
        found.addresses += [f"{given['PATH_INFO']}?{given.get('QUERY_STRING', '')}", answer.headers.get("Location", "")]
        return answer

    monkeypatch.setattr(Client, "request", request)
    yield found
    found.on = False
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def on_disk(db, tmp_path):
    """The service's database as a file with its journal, as it is in production: what was deleted can still lie in it."""
    path = tmp_path / "home" / "service.sqlite3"
    path.parent.mkdir()
    memory = connections["default"]
    path.write_bytes(memory.connection.serialize())
    connections["default"] = connections.create_connection("default")
    connections["default"].settings_dict = memory.settings_dict | {"NAME": str(path)}
    yield path
    connections["default"].close()
    connections["default"] = memory


@pytest.fixture
def lab(on_disk, service, small_register, at, tmp_path, monkeypatch):
    """The world, with a register and a temporary folder of its own."""
    service(register=str(small_register.path))
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    return make_world(at)


@pytest.fixture
def cohort(tmp_path_factory, small_register):
    """200 people of the register, two canaries more, and a column of the organisation's own in which somebody wrote too much."""
    path = tmp_path_factory.mktemp("cohort") / "cohort.csv"
    synthesise_cohort(small_register, path, size=200, effect=-0.05, seed=3)
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    more = {"surname": SURNAME, "forename": FORENAME, "pnc_id": PNC, "prison_number": PRISON}
    rows += [rows[0] | more, rows[1] | {"surname": "Plomdrake", "pnc_id": "", "prison_number": ""}]
    return [row | {"notes": NOTE if number % 2 else "none"} for number, row in enumerate(rows)]


def sheet(rows):
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


@pytest.fixture
def published(lab, cohort, hear, worker, browser, monkeypatch):
    """A request that went the whole way, with canaries in its file and in every box."""
    member, at = browser(lab.alpha.member), clock.now()
    key = writes_with_names(lab, member, browser)
    disk = {path.rsplit("/", 1)[-1] for path in found_under([settings.ENVIRONMENT.home], CANARIES)}
    assert disk & {"service.sqlite3", "service.sqlite3-wal"}, (
        "until the worker has seen the file a name is there, and the search sees it"
    )
    sends_and_mends(member, key, cohort, worker)
    fails(member, key, monkeypatch)
    request = Request.objects.get(key=key)
    goes_to_the_checks(lab, request, browser, worker)
    release = goes_to_the_hour(lab, request, at)
    monkeypatch.setattr(clock, "now", lambda: DUE)
    release_due(at=DUE)
    reads_and_responds(request, browser(lab.alpha.member))
    return SimpleNamespace(request=request, release=release, heard=hear)


@pytest.mark.slow
def test_no_name_is_anywhere_but_in_the_store_and_after_retention_nowhere(published, lab, browser, tmp_path):
    places = [tmp_path / "home", tmp_path / "scratch", tmp_path / "tmp"]
    journal.overwrite(at=DUE)
    nowhere(places, published.heard, pages_of(lab, published.request, browser))
    copies = in_the_store()
    destroy_due(at=DUE + ENOUGH)
    journal.overwrite(at=DUE)
    gone(copies, tmp_path / "home")
    nowhere(places, published.heard, pages_of(lab, published.request, browser))
    published.release.refresh_from_db()
    assert published.release.state == "released", "what is public stays"


def writes_with_names(lab, member, browser):
    """Every box that an organisation can type into; identifiers are refused, names wait for the worker."""
    place = member.post("/requests/start/", {"organisation": lab.alpha.row.pk, "kind": "single"}).url
    key = place.split("/")[2]
    for code, said in ANSWERS.items():
        boxes = dict.fromkeys(BOXES.get(code, ()), f"Weekly groups with {NAME}")
        for box in boxes:
            for identifier in (PNC, PRISON, f"Mr {SURNAME}"):
                refused = member.post(f"/requests/{key}/tasks/{code}/", said | boxes | {box: f"About {identifier}"})
                assert "There is a problem" in refused.text
        assert member.post(f"/requests/{key}/tasks/{code}/", said | boxes).status_code == 302
    signature = {
        "signatory_name": "A",
        "signatory_position": "B",
        "lawful_basis": "consent",
        "how_told": f"Told {PRISON}",
        "agreed": "on",
    }
    signed = browser(lab.alpha.manager).post(f"/organisation/{lab.alpha.row.pk}/sign/", signature)
    assert signed.status_code in (200, 409)
    assert PRISON not in str(list(lab.alpha.row.agreements.values()))
    assert "There is a problem" in browser().post("/concerns/", {"text": f"{PNC} is wrong", "about": ""}).text
    return key


def sends_and_mends(member, key, cohort, worker):
    """A faulty file with a canary in its faulty row, what to fix, a cell mended in the browser, and a clean file at last."""
    faulty = [*cohort[:-1], cohort[-1] | {"date_of_birth": f"31/02/1990 {FORENAME}"}]
    place = f"/requests/{key}/file/"
    assert member.post(place, {"file": SimpleUploadedFile(f"{SURNAME}.csv", sheet(faulty))}).status_code == 302
    worker.run_all()
    row = CohortFile.objects.get()
    assert (row.state, row.errors) == ("faulty", 1)
    assert FORENAME in member.get(f"{place}{row.address}/").text
    member.post(f"{place}{row.address}/what-to-fix/")
    worker.run_all()
    assert SURNAME in member.get(f"{place}{row.address}/what-to-fix/?fetch=1").text
    assert member.post(f"{place}{row.address}/mend/", {"cell-0": MENDED}).status_code == 302
    worker.run_all()
    assert CohortFile.objects.first().state == "faulty"
    assert MENDED in member.get(f"{place}{CohortFile.objects.first().address}/").text
    assert member.post(place, {"file": SimpleUploadedFile("list.csv", sheet(cohort))}).status_code == 302
    worker.run_all()
    assert CohortFile.objects.first().state == "clean"


def fails(member, key, monkeypatch):
    """Something nobody expected, with a name in what broke: the page, the log and the mail say nothing of it."""

    def breaks(*args, **given):
        message = f"{NAME} {PNC}"
        raise RuntimeError(message)

    member.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("jdl_service.files.actions.upload", breaks)
        broken.setattr("jdl_service.requests.drafting.answer", breaks)
        pages = [
            member.post(f"/requests/{key}/file/", {"file": SimpleUploadedFile(f"{SURNAME}.csv", NAME.encode())}),
            member.post(f"/requests/{key}/tasks/own-words/", {"own_words": NAME}),
        ]
    member.raise_request_exception = True
    assert [page.status_code for page in pages] == [500, 500]
    assert found_in(b"".join(page.content for page in pages), CANARIES) == set()


def goes_to_the_checks(lab, request, browser, worker):
    """Sent, linked, coverage, links, groups, outcomes."""
    at, member = clock.now(), browser(lab.alpha.member)
    member.post(f"/requests/{request.key}/check/")
    member.post(f"/requests/{request.key}/messages/", {"text": f"{NAME} has objected: {SURNAME}'s choice, says {NAME.lower()}."})
    assert "There is a problem" in member.post(f"/requests/{request.key}/messages/", {"text": f"{PRISON} has."}).text
    request.refresh_from_db()
    requests.accept(request, by=lab.analyst, at=at)
    analysis.start_linking(request, by=lab.analyst, at=at)
    worker.run_all()
    assert member.post(f"/requests/{request.key}/coverage/", {"step": "go_on"}).status_code == 302
    browser(lab.alpha.manager).post(
        f"/requests/{request.key}/facts/", {"right": "no", "wrong": f"Leave out {FORENAME} {SURNAME}."}
    )
    request.refresh_from_db()
    links.prepare(request, by=lab.analyst, at=at)
    worker.run_all()
    for case in links.sit(request, by=lab.analyst, at=at).queue.cases:
        links.decide(request, row=case.row, choice="1", by=lab.analyst, at=at)
    analysis.set_study(request, toml=STUDY, by=lab.analyst, at=at)
    analysis.start_matching(request, by=lab.analyst, at=at)
    worker.run_all()
    request.refresh_from_db()
    analysis.unlock(request, by=lab.analyst, at=at)
    worker.run_all()
    request.refresh_from_db()
    assert request.state == "analysed"


def goes_to_the_hour(lab, request, at):
    """Checked by two, cleared, frozen, and given an hour."""
    release = sent(request, by=lab.analyst, at=at)
    pair = (lab.reviewer, lab.second_reviewer)
    for who in pair:
        check = releases.assign(release, reviewer=who, by=lab.analyst, at=at)
        releases.submit_check(check, verdict="sound", answers={"figures": "yes"}, text="", by=who, at=at)
        releases.read_evidence(release, by=who, at=at)
    for who in pair:
        releases.confirm(release, by=who, at=at)
    request.refresh_from_db()
    drafting.approve_text(request, by=lab.alpha.member, at=at)
    releases.take_step(release, "freeze", by=lab.analyst, at=at)
    return releases.take_step(release, "schedule", by=lab.head_of_profession, at=at, asked=releases.Asked(due=DUE))


def reads_and_responds(request, member):
    """Two weeks later, so with a log-in of their own."""
    place = f"/requests/{request.key}/result/"
    assert "There is a problem" in member.post(place, {"text": f"{PRISON} did well"}).text
    assert member.post(place, {"text": "We are glad to know."}).status_code == 302


def pages_of(lab, request, browser):
    """What people see who sent no file, and what everybody sees."""
    key, head = request.key, browser(lab.head_of_profession)
    inside = [
        f"/requests/{key}/",
        f"/requests/{key}/messages/",
        "/lab/",
        "/lab/retention/",
        "/lab/audit/",
        f"/lab/analysis/{key}/",
    ]
    outside = ["/", "/register/", "/results/", "/calendar/", "/concerns/", "/requests/"]
    pages = [head.get(address).content for address in inside] + [browser().get(address).content for address in outside]
    return b"\n".join([*pages, browser(lab.beta.member).get("/requests/").content, *site_at(DUE).files.values()])


def nowhere(places, heard, pages):
    """Not on a disk, in a log line, an address, a letter, a page of somebody else, or what a process was started with."""
    assert found_under(places, CANARIES) == {}
    letters = [f"{each.subject}{each.body}{each.to}" for each in mail.outbox]
    assert len(letters) > 3
    assert len(heard.starts) > 3
    assert len(heard.addresses) > 40
    assert len(heard.lines) > 40
    told = "\n".join([*heard.lines, *heard.addresses, *heard.starts, *heard.written, *letters])
    assert found_in(told.encode(), CANARIES) == set()
    assert found_in(pages, CANARIES) == set()
    elsewhere = [path for path in map(SimpleFile, heard.written) if path.content is not None]
    assert [path.name for path in elsewhere if found_in(path.content, CANARIES)] == []


class SimpleFile:
    """A file that was written to at some time, if it is there still."""

    def __init__(self, name):
        self.name = name
        try:
            with open(name, "rb") as stream:  # noqa: PTH123 -- by the name that Python heard
                self.content = stream.read()
        except OSError:
            self.content = None


def in_the_store():
    """What is sealed, with a copy of its bytes: opened, it holds every canary that was sent."""
    live = list(Sealed.objects.filter(destroyed_at=None))
    opened = b"\n".join(b"".join(store().open(row)) for row in live if row.opened_by == Sealed.Opener.WORKER)
    packed = [b"".join(store().open(row)) for row in live]
    assert {FORENAME, SURNAME, PNC, PRISON} <= found_in(opened, CANARIES)
    assert CANARIES - set().union(*(found_in(each, CANARIES) for each in packed)) <= {MENDED}
    return [SimpleNamespace(row=row, key=bytes(row.wrapped_key), data=b"".join(store().blobs.read(row.name))) for row in live]


def gone(copies, home):
    """No key is left, not even in what the database freed, and with the bytes put back nothing opens."""
    assert len(copies) > 5
    disk = b"".join(path.read_bytes() for path in sorted(home.glob("service.sqlite3*")))
    for copy in copies:
        copy.row.refresh_from_db()
        assert (bytes(copy.row.wrapped_key), copy.row.destroyed_at is None) == (b"", False)
        assert copy.key[-64:] not in disk
        store().blobs.write(copy.row.name, [copy.data])
        with pytest.raises(SealBrokenError):
            b"".join(store().open(copy.row))
        store().blobs.delete(copy.row.name)
