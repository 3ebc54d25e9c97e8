"""Homes of the service in which real processes are killed: started, watched through the database, compared with one that was left in peace."""

import csv
import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from without_pango import without_pango

ROOT = Path(__file__).parents[1]
SECONDS = 900  # only so that a failure ends
# What has to be the same however often the worker was killed. No time of day is in it, and no name of a sealed file.
SAME = {
    "requests": "SELECT key, state FROM requests_request ORDER BY id",
    "passages": "SELECT request_id, action, before, after FROM requests_passage ORDER BY id",
    "files": "SELECT version, state, rows, errors, warnings FROM files_cohortfile ORDER BY id",
    "runs": "SELECT number, outcome, words, coverage FROM analysis_run ORDER BY id",
    "rooms": "SELECT run_id, room, content FROM analysis_sealedroom ORDER BY run_id, room",
    "findings": "SELECT run_id, kind, content FROM analysis_finding ORDER BY run_id, kind",
    "protocol": "SELECT request_id, protocol FROM analysis_study ORDER BY id",
    "releases": "SELECT key, version, state, round FROM releases_release ORDER BY id",
    "frozen": "SELECT name, data FROM releases_releasefile ORDER BY name",
    "log": "SELECT number, action, subject FROM audit_auditevent ORDER BY number",
    "jobs": "SELECT task, state, done_steps FROM jobs_job ORDER BY id",
}
LEASED = "SELECT id, state, step, epoch FROM jobs_job WHERE state IN ('queued', 'running')"
# Sealed files whose key still opens them, and that nothing points at: nobody would ever destroy them.
LOST = """
SELECT id FROM files_sealed WHERE destroyed_at IS NULL AND keep_until IS NULL
AND id NOT IN (SELECT sealed_id FROM files_cohortfile) AND id NOT IN (SELECT sealed_id FROM analysis_sealedroom)
AND id NOT IN (SELECT for_web_id FROM analysis_linkreview) AND id NOT IN (SELECT for_worker_id FROM analysis_linkreview)
"""


# Ended at the latest when the test ends, however it did.
STARTED = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A home folder of the service, and the settings with which its processes are started.

    Attributes:
        folder: `JDL_HOME`.
        settings: further `JDL_…` variables.
    """

    folder: Path
    settings: dict[str, str]

    @property
    def environment(self):
        """What a process is started with; its temporary files lie where the test can look."""
        temporary = self.folder.with_name(f"{self.folder.name}-tmp")
        temporary.mkdir(exist_ok=True)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("JDL_")}
        own = {
            "JDL_HOME": str(self.folder),
            "JDL_MODE": "test",
            "PYTHONPATH": without_pango(os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])),
            "DJANGO_SETTINGS_MODULE": "jdl_service.conf.settings",
            "TMPDIR": str(temporary),
        }
        return inherited | own | self.settings

    def run(self, *words):
        """One of Django's commands, to its end."""
        return self._python("-m", "jdl_service", *words)

    def shell(self, text):
        """What a few lines of Python print in the service's settings."""
        return self._python("-c", f"import django; django.setup()\n{text}")

    def start(self, *words):
        """A process that runs until it is ended."""
        command = [sys.executable, "-m", *words]
        process = subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        STARTED.append(process)
        return process

    def rows(self, query):
        """What the database holds, read past the service."""
        if "JDL_DATABASE" in self.settings:
            with psycopg.connect(self.settings["JDL_DATABASE"]) as connection:
                return connection.execute(query).fetchall()
        with sqlite3.connect(self.folder / "service.sqlite3", timeout=30) as connection:
            found = connection.execute(query).fetchall()
        connection.close()
        return found

    def write(self, statement):
        """Change the database past the service."""
        if "JDL_DATABASE" in self.settings:
            with psycopg.connect(self.settings["JDL_DATABASE"]) as connection:
                connection.execute(statement)
            return
        with sqlite3.connect(self.folder / "service.sqlite3", timeout=30) as connection:
            connection.execute(statement)
        connection.close()

    def let_leases_run_out(self):
        """As if the time of a lease were over, so that a test need not wait for it."""
        self.write("UPDATE jobs_job SET lease_until = '2020-01-01 00:00:00+00:00' WHERE state = 'running'")

    def same(self):
        """Everything that has to be the same, by name; long bytes as their hash."""
        return {name: [tuple(map(_short, row)) for row in self.rows(query)] for name, query in SAME.items()}

    def plain(self, names):
        """Which of these names stand in a file of this home or of its processes' temporary folder."""
        places = (self.folder, self.folder.with_name(f"{self.folder.name}-tmp"))
        found = b"".join(path.read_bytes() for place in places for path in place.rglob("*") if path.is_file())
        return [name for name in names if name.encode() in found]

    def scratch(self):
        """What lies in the folder for plain text."""
        return [str(path) for path in (self.folder / "scratch").rglob("*")]

    def _python(self, *words):
        command = [sys.executable, *words]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip()


def copied(template, to, settings):
    """A home like another."""
    shutil.copytree(template, to)
    return Home(folder=to, settings=settings)


def names_in(cohort):
    """Surnames that are no ordinary word, as they stand in a cohort file."""
    found = {row["surname"] for row in csv.DictReader(cohort.decode().splitlines()) if len(row["surname"]) > 6}
    assert len(found) > 20
    return found


def wait_for(condition, *, every=0.05):
    """Wait until something holds, and give what it gave."""
    end = time.monotonic() + SECONDS
    while not (found := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(every)
    return found


def kill_in_one_of(home, steps):
    """Start a worker, kill it in the first of these steps in which it is seen, and give that step; None when all were over too soon."""
    worker = home.start("jdl_service", "worker")

    def look():
        jobs = home.rows(LEASED)
        return "" if not jobs else next((step for _, state, step, _ in jobs if state == "running" and step in steps), None)

    step = wait_for(lambda: (look() or "over") if look() is not None else None, every=0.002)
    children = children_of(worker.pid)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    wait_for(lambda: not any(map(lives, children)))
    return None if step == "over" else step


def children_of(pid):
    """The processes that a process started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def lives(pid):
    """Whether a process still does something."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


def _short(value):
    return hashlib.sha256(bytes(value)).hexdigest() if isinstance(value, bytes | memoryview) else value
