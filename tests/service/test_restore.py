"""Back-up and restore as docs/how-to/run-the-service.md says: what was sealed opens, the log's chain stands, nothing is lost."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BEFORE = """
import django; django.setup()
from django.conf import settings
from jdl_service.clock import now
from jdl_service.files.keys import make_keys
from jdl_service.files.store import store
from jdl_service.audit import log
make_keys(settings.ENVIRONMENT)
sealed = store().put([b"nobody here: canary QX7"], opener="worker", at=now()); sealed.save()
for each in ("one", "two"): log.record("rehearse", each, by=log.WORKER, at=now())
"""
AFTER = """
import django; django.setup()
from jdl_service.clock import now
from jdl_service.files.models import Sealed
from jdl_service.files.store import store
from jdl_service.audit import log
print(b"".join(store().open(Sealed.objects.get())).decode())
log.record("rehearse", "three", by=log.WORKER, at=now())
print(log.broken_at(), log.last().number)
"""


def service(home, *words):
    environment = os.environ | {
        "JDL_HOME": str(home),
        "JDL_MODE": "test",
        "JDL_DATABASE": "",
        "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "jdl_service.conf.settings",
    }
    return subprocess.run([sys.executable, *words], env=environment, check=True, capture_output=True, text=True).stdout


@pytest.mark.slow
def test_a_home_that_was_lost_comes_back_from_its_backup(tmp_path):
    home, backup, vault = tmp_path / "home", tmp_path / "backup", tmp_path / "vault"
    home.mkdir()
    service(home, "-m", "jdl_service", "migrate", "-v0")
    service(home, "-c", BEFORE)
    backup.mkdir()
    for name in ("service.sqlite3", "ledger.sqlite3"):
        with sqlite3.connect(home / name) as database:
            database.execute("VACUUM INTO ?", (str(backup / name),))
        database.close()
    shutil.copytree(home / "store", backup / "store")
    shutil.copytree(home / "keys", vault)
    shutil.rmtree(home)
    assert b"nobody here: canary QX7" not in b"".join(path.read_bytes() for path in backup.rglob("*") if path.is_file())
    shutil.copytree(backup, home)
    shutil.copytree(vault, home / "keys")
    opened, chain = service(home, "-c", AFTER).splitlines()
    assert opened == "nobody here: canary QX7"
    assert chain == "None 2"
