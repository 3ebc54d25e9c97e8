"""A worker that is killed: another takes the job over, nothing plain is left, nothing is done twice. With real processes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 900  # only so that a failure ends
JOB = "__import__('jdl_service.jobs.models').jobs.models.Job.objects"


@pytest.fixture
def home(tmp_path):
    """A home folder with a migrated database, and how to run one of the service's commands in it."""
    environment = os.environ | {
        "JDL_HOME": str(tmp_path / "home"),
        "JDL_MODE": "test",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")]),
        "DJANGO_SETTINGS_MODULE": "jdl_service.conf.settings",
    }
    (tmp_path / "home").mkdir()
    subprocess.run([sys.executable, "-m", "jdl_service", "migrate", "-v0"], env=environment, check=True)
    return tmp_path / "home", environment


def shell(environment, text):
    code = f"import django; django.setup()\n{text}"
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
    ).stdout.strip()


def start_worker(environment):
    return subprocess.Popen([sys.executable, "-m", "jdl_service", "worker"], env=environment, stderr=subprocess.DEVNULL)


def wait_for(condition):
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.slow
def test_a_killed_worker_is_missed_and_its_job_ends_with_nothing_plain_left(home, tmp_path):
    folder, environment = home
    gate = tmp_path / "gate"
    job = shell(environment, f"from service_tasks import slow\nprint(slow.enqueue(gate={str(gate)!r}).pk)")
    first = start_worker(environment)
    wait_for(gate.with_suffix(".1").is_file)
    plain = list((folder / "scratch").rglob("plain.txt"))
    assert len(plain) == 1
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    # as if its lease had run out, so that the test need not wait for it
    shell(environment, f"{JOB}.update(lease_until='2020-01-01T00:00Z')")
    second = start_worker(environment)
    ended = f"j = {JOB}.get(pk={job})\nprint(j.state, j.epoch, j.attempts)"
    wait_for(lambda: shell(environment, ended) == "done 2 2")
    assert list((folder / "scratch").rglob("plain.txt")) == []
    second.terminate()
    assert second.wait(SECONDS) == 0
