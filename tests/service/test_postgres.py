"""The same tests on PostgreSQL: a server of our own on a private socket, no port open."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service_postgres import BINARIES

ROOT = Path(__file__).parents[2]
# what stands on the database itself: constraints, triggers, locks, leases, the chain
ON_THE_DATABASE = (
    "test_states",
    "test_jobs",
    "test_releases",
    "test_audit",
    "test_tenancy",
    "test_wall",
    "test_duties",
    # pages, made behind the wall
    "test_request_pages",
    "test_organisation_pages",
    "test_result_pages",
    "test_retention",
    "test_matrix",
    "test_under_way",
    "test_naming",
    "test_administration",
    "test_fuzzed_forms",
    "test_file_pages",
    "test_objection_pages",
    # pages of the lab
    "test_lab_board",
    "test_lab_triage",
    "test_lab_study",
    "test_lab_links",
    "test_lab_rooms",
    "test_worker_process",
    "test_library_outside",
)


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.skipif(BINARIES is None, reason="needs PostgreSQL (apt-get install postgresql)")
def test_what_stands_on_the_database_holds_on_postgresql(postgres):
    files = [str(ROOT / "tests" / "service" / f"{name}.py") for name in ON_THE_DATABASE]
    environment = os.environ | {"JDL_DATABASE": postgres.address, "COVERAGE_PROCESS_START": ""}
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--reuse-db", *files]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    query = [
        BINARIES / "psql",
        postgres.address.replace("/postgres?", "/test_postgres?"),
        "-Atc",
        "SELECT count(*) FROM audit_audithead",
    ]
    assert subprocess.run(query, capture_output=True, text=True, check=True).stdout == "1\n"


FILLS = """
import django; django.setup()
from jdl_service.audit import log
from jdl_service.clock import now
from jdl_service.files.keys import make_keys
from django.conf import settings
make_keys(settings.ENVIRONMENT)
from service_people import make_world, sealed_upload
from jdl_service.files.models import CohortFile
from jdl_service.requests import actions
world = make_world(now())
sealed = sealed_upload(b"somebody", at=now()).sealed; sealed.save()
CohortFile.objects.create(request=world.request, organisation=world.alpha.row, version=1, suffix=".csv", state="clean", errors=0,
    sealed=sealed, uploaded_by=world.alpha.member, uploaded_at=now())
world.request.partners.add(world.beta.row)
actions.write_message(world.request, text="We ask.", by=world.alpha.member, at=now())
"""
LOOKS = """
import django; django.setup()
from django.db import IntegrityError, transaction
from jdl_service.accounts.models import User
from jdl_service.audit import log
from jdl_service.audit.models import AuditEvent
from jdl_service.clock import now
from jdl_service.files.models import Sealed
from jdl_service.files.store import store
from jdl_service.jobs.models import Job
from jdl_service.requests import actions
from jdl_service.requests.models import Request
row = Request.objects.get()
print(User.objects.count(), row.key, row.partners.get().name, row.messages.get().text, Job.objects.get().state, log.broken_at())
print(b"".join(store().open(Sealed.objects.get())).decode())
member = User.objects.get(email="member.alpha@example.org")
print(actions.begin(organisation=row.organisation, by=member, at=now()).key, log.broken_at())
try:
    with transaction.atomic(): AuditEvent.objects.update(detail="")
except IntegrityError: print("append-only")
"""


def in_home(home, *words, **more):
    environment = os.environ | {
        "JDL_HOME": str(home),
        "JDL_MODE": "test",
        "JDL_DATABASE": "",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")]),
        "DJANGO_SETTINGS_MODULE": "jdl_service.conf.settings",
        **more,
    }
    return subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, check=False)


AT_ONCE = """
import django; django.setup()
from datetime import UTC, datetime
from threading import Event, Thread
from time import sleep
from django.conf import settings
from django.db import connection, transaction
from jdl_service.audit import log
from jdl_service.files.keys import make_keys
make_keys(settings.ENVIRONMENT)
from types import SimpleNamespace
from jdl_service.analysis import actions as analysis
from jdl_service.base.errors import NotNow
from jdl_service.files.actions import upload
from jdl_service.library import outside_actions
from jdl_service.requests import actions
from service_library import ELSEWHERE
from service_people import make_world, request_in, sealed_upload
from service_requests import clean_file
world, made, done = make_world(datetime(2026, 6, 1, 9, tzinfo=UTC)), [], Event()
def act(what, stays):
    try:
        with transaction.atomic():
            made.append(what().key)
            done.set()
            sleep(stays)
    except NotNow:
        made.append("refused")
    finally:
        connection.close()
def at_once(*acts):
    # the second comes while the first is done and does not stand yet
    done.clear()
    threads = [Thread(target=act, args=(what, stays)) for what, stays in zip(acts, (1, 0))]
    threads[0].start()
    done.wait(60)
    threads[1].start()
    for each in threads: each.join()
def begins(who, year):
    return lambda: actions.begin(organisation=who.row, by=who.member, at=datetime(year, 7, 1, 9, tzinfo=UTC))
for year in (2026, 2027):
    at_once(begins(world.alpha, year), begins(world.beta, year))
at = datetime(2027, 7, 2, 9, tzinfo=UTC)
at_once(*[lambda: outside_actions.add(ELSEWHERE, by=world.analyst, at=at)] * 2)
def sends():
    sent = sealed_upload(b"x", at=at)
    row = upload(world.request, organisation=world.alpha.row, sent=sent, by=world.alpha.member, at=at)
    return SimpleNamespace(key=f"version-{row.version}")
at_once(sends, sends)
taken = request_in("accepted", world.alpha, at=at, owner=world.analyst)
clean_file(taken, world.alpha, at=at)
at_once(*[lambda: SimpleNamespace(key=f"run-{analysis.start_linking(type(taken).objects.get(pk=taken.pk), by=world.analyst, at=at).number}")] * 2)
print(*made, log.broken_at())
"""


def at_once(home, **more):
    home.mkdir()
    for words in (["-m", "jdl_service", "migrate", "-v0"], ["-c", AT_ONCE]):
        done = in_home(home, *words, **more)
        assert done.returncode == 0, done.stderr
    return done.stdout.split()


ELSEWHERE = "mentors-for-women-after-release-2021"
KEYS = [
    "2026-002", "2026-003", "2027-001", "2027-002", ELSEWHERE, f"{ELSEWHERE}-2", "version-1", "version-2", "run-1", "refused", "None",
]  # fmt: skip


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.skipif(BINARIES is None, reason="needs PostgreSQL (apt-get install postgresql)")
def test_what_is_begun_at_the_same_moment_takes_two_numbers_or_is_refused_on_postgresql(postgres, tmp_path):
    assert at_once(tmp_path / "home", JDL_DATABASE=postgres.address) == KEYS


@pytest.mark.slow
def test_what_is_begun_at_the_same_moment_takes_two_numbers_or_is_refused_on_sqlite(tmp_path):
    assert at_once(tmp_path / "home") == KEYS


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.skipif(BINARIES is None, reason="needs PostgreSQL (apt-get install postgresql)")
def test_a_service_moves_from_sqlite_with_every_row_counted_and_the_log_whole(postgres, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    for words in (["-m", "jdl_service", "migrate", "-v0"], ["-c", FILLS]):
        done = in_home(home, *words)
        assert done.returncode == 0, done.stderr
    moved = in_home(home, "-m", "jdl_service", "move", JDL_DATABASE=postgres.address)
    assert moved.returncode == 0, moved.stderr
    counted = {line.split()[1]: line.split()[0] for line in moved.stdout.splitlines()}
    assert (counted["accounts_user"], counted["requests_request_partners"], counted["files_cohortfile"]) == ("10", "1", "1")
    assert "and the log stands" in moved.stdout
    there = in_home(home, "-c", LOOKS, JDL_DATABASE=postgres.address)
    assert there.returncode == 0, there.stderr
    year = there.stdout.split()[1][:4]
    assert there.stdout.splitlines() == [
        f"10 {year}-001 Beta Trust We ask. queued None", "somebody", f"{year}-002 None", "append-only",
    ]  # fmt: skip
    again = in_home(home, "-m", "jdl_service", "move", JDL_DATABASE=postgres.address)
    assert (again.returncode, "expected an empty database" in again.stderr) == (1, True)
