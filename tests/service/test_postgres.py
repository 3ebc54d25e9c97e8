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
