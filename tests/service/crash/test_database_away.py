"""A database that is locked, crashes or comes back in the middle of a job: the job goes on, and the result is the same."""

import sqlite3
import time

import pytest

from jdl_service.analysis.rooms import WORDS
from service_crash import LEASED, SAME, Home, copied, kill_in_one_of, names_in, wait_for
from service_postgres import BINARIES

pytestmark = pytest.mark.slow

LOCKED_SECONDS = 6  # longer than a heartbeat
ROOMS = [WORDS["1-intake"], WORDS["2-linkage"]]


def running(home):
    return [step for _, state, step, _ in home.rows(LEASED) if state == "running"]


def test_a_locked_database_is_waited_for(stages, tmp_path):
    home = copied(stages.folder / "before-link", tmp_path / "home", stages.settings)
    worker = home.start("jdl_service", "worker")
    wait_for(lambda: set(ROOMS).intersection(running(home)))
    other = sqlite3.connect(home.folder / "service.sqlite3", timeout=30, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    time.sleep(LOCKED_SECONDS)
    other.execute("ROLLBACK")
    other.close()
    wait_for(lambda: not home.rows(LEASED))
    worker.terminate()
    assert worker.wait() == 0
    undisturbed = copied(stages.folder / "after-link", tmp_path / "undisturbed", stages.settings)
    assert home.same() == undisturbed.same()
    assert home.rows("SELECT max(attempts) FROM jobs_job") == [(1,)]


@pytest.mark.postgres
@pytest.mark.skipif(BINARIES is None, reason="needs PostgreSQL (apt-get install postgresql)")
def test_on_postgresql_a_killed_worker_and_then_a_crashed_server_change_nothing(stages, walk, cohort, postgres, tmp_path):
    home = Home(folder=tmp_path / "home", settings=stages.settings | {"JDL_DATABASE": postgres.address})
    walk(home, cohort, tmp_path / "templates", "link")
    undisturbed = copied(stages.folder / "after-link", tmp_path / "undisturbed", stages.settings)
    ((begun,),) = undisturbed.rows("SELECT begun_at FROM analysis_run")
    home.write(f"UPDATE analysis_run SET begun_at = '{begun}+00'")  # noqa: S608 -- a walk of its own; midnight may lie between
    assert kill_in_one_of(home, ROOMS)
    home.let_leases_run_out()
    worker = home.start("jdl_service", "worker")
    wait_for(lambda: any(state == "running" and epoch > 1 for _, state, _, epoch in home.rows(LEASED)))
    postgres.stop()
    postgres.start()
    wait_for(lambda: not home.rows(LEASED))
    worker.terminate()
    assert worker.wait() == 0
    for name in ("requests", "passages", "files", "rooms", "log", "jobs"):
        assert home.rows(SAME[name]) == undisturbed.rows(SAME[name]), name
    assert home.scratch() == []
    assert home.plain(names_in(cohort.read_bytes())) == []
