"""Back-up, restore and upgrade as the operator's guide says: what was sealed opens, the log's chain stands, nothing is lost."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 900  # only so that a failure ends
CANARY = "nobody here: canary QX7"
MAKES = """
import django; django.setup()
from django.conf import settings
from jdl_service.files.keys import make_keys
make_keys(settings.ENVIRONMENT)
"""
# a service at work: it seals a file and says so in the log, one transaction each, until it is told to end
WORKS = """
import sys, django; django.setup()
from pathlib import Path
from django.db import transaction
from jdl_service.clock import now
from jdl_service.files.store import store
from jdl_service.audit import log
told = Path(sys.argv[1])
number = 0
while not told.exists():
    number += 1
    with transaction.atomic():
        sealed = store().put([f"nobody here: canary QX7, {number}".encode()], opener="worker", at=now()); sealed.save()
        log.record("rehearse", sealed.name, by=log.WORKER, at=now())
    print(number, flush=True)
"""
AFTER = """
import django; django.setup()
from jdl_service.clock import now
from jdl_service.files.models import Sealed
from jdl_service.files.store import store
from jdl_service.audit import log
rows = list(Sealed.objects.order_by("pk"))
opened = [b"".join(store().open(row)).decode() for row in rows]
assert opened == [f"nobody here: canary QX7, {n}" for n in range(1, len(rows) + 1)]
assert [event.subject for event in log.AuditEvent.objects.filter(action="rehearse")] == [row.name for row in rows]
log.record("rehearse", "again", by=log.WORKER, at=now())
print(len(rows), log.broken_at(), log.last().number)
"""
UPGRADES = "import django; django.setup()\nfrom django.core.management import call_command"
OURS = (
    "accounts", "organisations", "audit", "requests", "files", "jobs", "analysis", "releases", "retention", "library", "public",
)  # fmt: skip


def environment_of(home):
    return os.environ | {
        "JDL_HOME": str(home),
        "JDL_MODE": "test",
        "JDL_DATABASE": "",
        "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "jdl_service.conf.settings",
    }


def service(home, *words):
    done = subprocess.run([sys.executable, *words], env=environment_of(home), check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def query(home, text):
    with closing(sqlite3.connect(home / "service.sqlite3")) as database, database:
        return database.execute(text).fetchall()


@pytest.fixture
def home(tmp_path):
    made = tmp_path / "home"
    made.mkdir()
    return made


def back_up(home, backup):
    """The database first, then the store, whose files never change under a name; while the service is at work."""
    backup.mkdir()
    for name in ("service.sqlite3", "ledger.sqlite3"):
        with closing(sqlite3.connect(home / name, timeout=SECONDS)) as database:
            database.execute("VACUUM INTO ?", (str(backup / name),))
    # what is only being sealed has its name no more by the time at which it is copied
    shutil.copytree(home / "store", backup / "store", ignore=shutil.ignore_patterns("*.part"))


@pytest.mark.slow
def test_a_home_that_was_lost_comes_back_from_a_backup_that_was_taken_while_it_worked(home, tmp_path):
    backup, vault, told = tmp_path / "backup", tmp_path / "vault", tmp_path / "end"
    service(home, "-m", "jdl_service", "migrate", "-v0")
    service(home, "-c", MAKES)
    shutil.copytree(home / "keys", vault)
    at_work = [sys.executable, "-c", WORKS, str(told)]
    with subprocess.Popen(at_work, env=environment_of(home), stdout=subprocess.PIPE, text=True) as worker:
        assert [worker.stdout.readline() for _ in range(3)] == ["1\n", "2\n", "3\n"]
        back_up(home, backup)
        end = time.monotonic() + SECONDS
        told.touch()
        lines = worker.stdout.read().split()
        assert time.monotonic() < end
    shutil.rmtree(home)
    assert CANARY.encode() not in b"".join(path.read_bytes() for path in backup.rglob("*") if path.is_file())
    shutil.copytree(backup, home)
    shutil.copytree(vault, home / "keys")
    service(home, "-m", "jdl_service", "migrate", "-v0")
    kept, chain, last = service(home, "-c", AFTER).split()
    assert 3 <= int(kept) <= int(lines[-1] if lines else 3)
    assert (chain, int(last)) == ("None", int(kept))


def before_last(app):
    """The migration of an app before its last; None where there is only one."""
    found = sorted(path.stem for path in (ROOT / "src" / "jdl_service" / app / "migrations").glob("0*.py"))
    return found[-2] if len(found) > 1 else None


@pytest.mark.slow
def test_a_home_of_the_version_before_is_brought_up_to_date_with_what_is_in_it(home):
    earlier = {app: name for app in OURS if (name := before_last(app))}
    earlier["retention"] = "0002_first_rules"  # before the classes of data, whose migration moves what a lab had set
    service(home, "-c", f"{UPGRADES}\nfor app, name in {earlier}.items(): call_command('migrate', app, name, verbosity=0)")
    assert ("retention", "0003_classes_of_data") not in query(home, "SELECT app, name FROM django_migrations")
    query(home, "UPDATE retention_retentionrule SET days = 30, why = 'Ours.' WHERE data_class = 'cohort'")
    service(home, "-c", f"{UPGRADES}\ncall_command('migrate', verbosity=0)\ncall_command('migrate', check_unapplied=True)")
    assert query(home, "SELECT data_class, days, why FROM retention_retentionrule") == [("cohort", 30, "Ours.")]
    assert query(home, "PRAGMA foreign_key_check") == []
    assert query(home, "PRAGMA integrity_check") == [("ok",)]
