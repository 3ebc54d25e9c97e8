"""Small parts: doors for servers, Django's commands, the seeds of the demonstration, how rows call themselves, triggers both ways."""

import os
import re
import signal
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.test import Client
from pyrage import x25519

from jdl_service import __main__, demo, serving, web
from jdl_service.accounts.models import User
from jdl_service.analysis import actions as analysis
from jdl_service.analysis import permissions, policies
from jdl_service.audit import log
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.base.triggers import Refusal, append_only, refuse
from jdl_service.jobs.models import Job, Periodic
from jdl_service.organisations.models import AgreementText, Organisation
from jdl_service.releases.models import Concern
from jdl_service.requests import periodic
from jdl_service.requests.models import Request
from jdl_service.requests.permissions import may
from jdl_service.requests.states import transition
from jdl_service.retention.models import Certificate, LegalHold, RetentionRule
from jdl_service.wsgi import application
from justice_data_lab.errors import UsageError
from service_people import request_in
from service_releases import drafted
from service_tasks import two_steps


def test_the_web_process_serves_the_application_and_believes_a_proxy_only_where_there_is_one(monkeypatch, service):
    served = []
    monkeypatch.setattr(
        web.waitress, "serve", lambda app, **given: served.append((app, given["port"], given.get("trusted_proxy")))
    )
    web.main("127.0.0.1", 8001)
    service(https=True)
    web.main("127.0.0.1", 8001)
    assert served == [(application, 8001, None), (application, 8001, "*")]


def test_djangos_commands_are_there(monkeypatch):
    asked = []
    monkeypatch.setattr(__main__, "execute_from_command_line", asked.append)
    monkeypatch.setattr(__main__.sys, "argv", ["x", "migrate"])
    __main__.main()
    assert asked == [["python -m jdl_service", "migrate"]]


def test_the_worker_command_does_what_waits_and_what_comes_round_then_ends(world, at, settings):
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    settings.PERIODIC = {"jdl_service.requests.periodic.wake": 60}
    job = two_steps.using(request=world.request).enqueue(request=world.request.key)
    call_command("worker", once=True)
    job.refresh_from_db()
    assert job.state == "done"
    assert Periodic.objects.count() == 1
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_what_comes_round_for_requests_wakes_the_parked(world, at):
    row = request_in("coverage", world.alpha, at=at, owner=world.analyst)
    Request.objects.filter(pk=row.pk).update(state="parked", parked_until=at.date())
    periodic.wake(at=at)
    row.refresh_from_db()
    assert row.state == "accepted"


def test_the_demonstration_has_somebody_in_each_role_and_prints_them_once(db, at, service):
    lines = list(demo.seed(service()))
    assert {role for user in User.objects.all() for role in user.roles} == {"analyst", "reviewer", "head_of_profession"}
    assert User.objects.filter(is_administrator=True).count() == 1
    assert Organisation.objects.filter(state="approved").count() == 2
    assert any("manager of Example Trust" in line for line in lines)
    assert list(demo.seed(service())) == lines


@pytest.mark.parametrize("demonstration", [True, False])
def test_serving_brings_the_database_up_to_date_and_keeps_the_processes_alive(db, service, monkeypatch, capsys, demonstration):
    found = service(register="r")
    ran = []
    monkeypatch.setattr(serving.Supervisor, "run", lambda self: ran.append([child.name for child in self.children]))
    monkeypatch.setattr(serving, "call_command", lambda *words, **given: ran.append(words))
    serving.serve_all(host="h", port=1, only=None, demo=demonstration)
    assert ran == [("migrate",), ["web", "worker 1"]]
    printed = capsys.readouterr().out
    assert ("analyst@lab.example" in printed) == demonstration
    assert "http://h:1/" in printed
    assert found.home.is_dir()


@pytest.fixture(autouse=True)
def _mask():
    """What a test of the start sets for everything that is made from there on ends with it."""
    kept = os.umask(0o022)
    yield
    os.umask(kept)


def test_production_starts_only_with_the_keys_of_its_processes_and_makes_none(db, service, monkeypatch, tmp_path):
    monkeypatch.setattr(serving, "call_command", lambda *words, **given: None)
    worker, web = tmp_path / "own.age", tmp_path / "web.age"
    service(mode="production", worker_key=worker, web_key=web)
    for only, lacks in (
        ("web", ("JDL_WORKER_RECIPIENT", "JDL_WEB_KEY")),
        ("worker", ("JDL_WORKER_KEY", "JDL_WEB_KEY")),
        (None, ("JDL_WORKER_RECIPIENT", "JDL_WEB_KEY", "JDL_WORKER_KEY", "JDL_WEB_KEY")),
    ):
        with pytest.raises(UsageError, match=r"does not start without its keys.*run-the-service\.md") as caught:
            serving.prepare_home(only)
        assert tuple(re.findall(r"(JDL_\w+): expected", str(caught.value))) == lacks
    assert "`age-keygen -o own.age`" in str(caught.value)
    assert "`age-keygen -y own.age > own.public`" in str(caught.value)
    assert list(tmp_path.glob("*.age")) == []
    identity = x25519.Identity.generate()
    for path in (worker, web):
        path.write_text(f"# created: 2026-11-25\n{identity}\n")
        path.with_suffix(".public").write_text(f"{identity.to_public()}\n")
    serving.prepare_home()
    service(worker_recipient="age1none")
    with pytest.raises(UsageError, match="JDL_WORKER_RECIPIENT: expected the public half of a key"):
        serving.prepare_home("web")
    worker.write_text("AGE-SECRET-KEY-NONE")
    with pytest.raises(UsageError, match="JDL_WORKER_KEY: expected a key of age"):
        serving.prepare_home("worker")


def test_a_key_that_is_missing_later_is_told_to_whoever_watches_and_not_to_the_public(db, service, browser, tmp_path):
    service(worker_key=tmp_path / "none.age")
    client = Client(raise_request_exception=False)
    said = {
        "surname": "Smith",
        "forename": "Ann",
        "born-day": "1",
        "born-month": "2",
        "born-year": "1980",
        "organisation": "",
        "more": "",
    }
    answer = client.post("/object/", said)
    assert answer.status_code == 503
    assert "The service is being worked on" in answer.text
    assert "JDL_" not in answer.text
    ready = client.get("/health/ready")
    assert (ready.status_code, ready.text) == (503, "not ready: a key is missing; jdl serve says which\n")


def test_a_demonstration_does_not_begin_where_somebody_has_an_account(world, service, monkeypatch):
    service()
    monkeypatch.setattr(serving, "call_command", lambda *words, **given: None)
    with pytest.raises(UsageError, match="--demo: expected an empty home and database"):
        serving.serve_all(host="h", port=1, only=None, demo=True)


def test_whatever_is_made_after_the_start_is_for_its_account_alone(db, service, monkeypatch):
    home = service().home
    home.mkdir(mode=0o755)
    made = home / "service.sqlite3"
    monkeypatch.setattr(serving, "call_command", lambda *words, **given: made.touch())
    serving.prepare_home()
    assert made.stat().st_mode & 0o777 == 0o600


def test_an_account_can_be_made_by_anybody(browser, db):
    assert browser().get("/account/signup/").status_code == 200


def test_rows_call_themselves_by_what_they_are(world, at, tmp_path):
    release, (check, _) = drafted(world, tmp_path, at=at)
    request = release.request
    run = request.runs.first()
    study = analysis.set_study(request_in("ready", world.alpha, at=at, owner=world.analyst), toml=STUDY, by=world.analyst, at=at)
    named = {
        str(release): "2026-002 v1",
        str(check): "2026-002 v1 check 1",
        str(release.files.get(name="report.html")): "2026-002 v1 report.html",
        str(run): "2026-002 run 1",
        str(run.rooms.get(room="7-report")): "2026-002 run 1 7-report",
        str(run.findings.create(kind="balance", content={})): "2026-002 run 1 balance",
        str(study): "study of 2026-003",
        str(analysis.comment(request, text="x", by=world.analyst, at=at)): f"2026-002: {at}",
        str(Concern(number=3)): "concern 3",
        str(request.cohort_files.first()): "2026-002 file 1",
        str(Job(task="t", pk=1)): "t 1",
        str(Periodic(name="p")): "p",
        str(AgreementText.objects.get(version="1")): "1",
        str(world.alpha.row.agreements.get()): "Alpha Trust, 1",
        str(world.alpha.row.memberships.first()): "Manager.Alpha (manager) of Alpha Trust",
        str(RetentionRule(data_class="cohort", days=30)): "cohort: 30 days",
        str(LegalHold(request=request)): "hold on 2026-002",
        str(Certificate(request=request, data_class="cohort")): "cohort of 2026-002",
        str(request.passages.first()): "2026-002: add",
        str(request.messages.create(by=world.analyst, at=at, text="x", from_lab=True)): f"2026-002: {at}",
        str(run.rooms.first().sealed): run.rooms.first().sealed.name,
    }
    assert [(found, meant) for found, meant in named.items() if found != meant] == []
    assert (request.words, request.next_words) == ("Being checked", "Two people who did not run the analysis check it.")


STUDY = """
[study]
name = "n"
organisation = "o"
programme = "p"
intervention_type = "mentoring"
setting = "custody"
seed = 1
"""


def test_what_analysts_do_is_for_analysts_and_needs_what_comes_before(world, at):
    row = request_in("ready", world.alpha, at=at, owner=world.analyst)
    with pytest.raises(NotYours):
        analysis.set_study(row, toml=STUDY, by=world.reviewer, at=at)
    with pytest.raises(NotYours):
        permissions.check_analyst(world.alpha.member, "x")
    with pytest.raises(NotNow, match="cohort file"):
        policies.clean_file(row)
    with pytest.raises(NotNow, match="not been run"):
        policies.last_run(row)
    with pytest.raises(NotYours):
        analysis.comment(row, text="x", by=world.alpha.member, at=at)
    with pytest.raises(NotNow):
        analysis.comment(row, text=" ", by=world.analyst, at=at)
    assert may(world.analyst, row, transition("match", "ready"))
    assert not may(world.alpha.member, row, transition("match", "ready"))


def test_an_analyst_goes_back_to_the_study_before_any_outcome_was_read(world, at):
    row = request_in("ready", world.alpha, at=at, owner=world.analyst)
    analysis.set_study(row, toml=STUDY, by=world.analyst, at=at)
    row.state = "balance"
    row.save(update_fields=["state"])
    assert analysis.redesign(row, by=world.analyst, at=at, reason="A covariate too few.").state == "ready"


def test_a_trigger_is_made_and_taken_away_on_both_databases():
    refusal = Refusal(name="t", table="x", on="DELETE", when="1 = 1", message="no")
    ran = []
    step = refuse(refusal)
    for vendor in ("sqlite", "postgresql"):
        editor = SimpleNamespace(connection=SimpleNamespace(vendor=vendor), execute=ran.append)
        step.code(None, editor)
        step.reverse_code(None, editor)
    assert [statement.split()[0:2] for statement in ran] == [
        ["CREATE", "TRIGGER"], ["DROP", "TRIGGER"],
        ["CREATE", "FUNCTION"], ["CREATE", "TRIGGER"], ["DROP", "TRIGGER"], ["DROP", "FUNCTION"],
    ]  # fmt: skip
    assert "RETURN OLD" in ran[2]
    assert [each.on for each in append_only("x")] == ["UPDATE", "DELETE"]


def test_the_log_has_no_last_line_before_the_first(db):
    assert log.last() is None


def test_the_migrations_make_the_models_as_they_are(db):
    told = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=told)
    assert told.getvalue() == "No changes detected\n"
