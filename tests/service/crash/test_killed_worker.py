"""The worker is killed in every room: its child dies with it, another goes on from the last sealed room, and the result is the same."""

from datetime import UTC, datetime, timedelta

import pytest

from jdl_service import clock, serving
from jdl_service.analysis.rooms import WORDS
from jdl_service.jobs.lease import LEASE
from jdl_service.jobs.management.commands import worker
from service_crash import LEASED, LOST, copied, kill_in_one_of, names_in, wait_for

pytestmark = pytest.mark.slow

TRIES = 4  # a room that is over before anybody looks is tried again
KILLED = {
    "check": ["Reading the file"],
    "link": [WORDS["1-intake"], WORDS["2-linkage"]],
    "match": [WORDS["3-measures"], WORDS["4-matching"]],
    "analyse": [WORDS["5-estimation"], WORDS["6-disclosure"], WORDS["7-report"]],
    "draft": ["Taking in the report"],
}


@pytest.mark.parametrize("stage", KILLED)
def test_a_worker_killed_in_any_room_is_followed_by_one_that_ends_with_the_same(stage, stages, cohort, tmp_path):
    left, names = list(KILLED[stage]), names_in(cohort.read_bytes())
    undisturbed = copied(stages.folder / f"after-{stage}", tmp_path / "undisturbed", stages.settings)
    for number in range(TRIES):
        home = copied(stages.folder / f"before-{stage}", tmp_path / f"home-{number}", stages.settings)
        left = killed_in_each(home, left)
        home.run("worker", "--once")
        assert home.same() == undisturbed.same()
        assert home.rows(LOST) == []
        assert home.scratch() == []
        assert home.plain(names) == []
        if not left:
            return
    pytest.fail(f"never seen: {left}")


def test_another_worker_takes_over_by_itself_within_half_a_minute(stages, tmp_path):
    home = copied(stages.folder / "before-link", tmp_path / "home", stages.settings)
    workers = {process.pid: process for process in (home.start("jdl_service", "worker") for _ in range(2))}
    seen = "SELECT worker FROM jobs_job WHERE state = 'running' AND step <> '' AND task LIKE '%link_people'"
    ((name,),) = wait_for(lambda: home.rows(seen))
    killed = workers.pop(int(name.rpartition(":")[2]))
    killed.kill()
    killed.wait()
    wait_for(lambda: not home.rows(LEASED))
    (other,) = workers.values()
    other.terminate()
    assert other.wait() == 0
    assert home.rows("SELECT epoch, attempts FROM jobs_job WHERE task LIKE '%link_people'") == [(2, 2)]
    assert home.same() == copied(stages.folder / "after-link", tmp_path / "undisturbed", stages.settings).same()
    assert home.scratch() == []
    # the lease has to run out, and the other worker or whatever starts a new one has to look
    assert LEASE.total_seconds() + worker._PAUSE + serving._PAUSE < 30


# What a second worker gets that looks at one moment, and at another, by the clock of the service.
LOOKS = """
from datetime import datetime
from jdl_service.jobs.lease import claim
for moment in {moments!r}:
    print(claim("second", datetime.fromisoformat(moment)))
"""


def test_half_a_minute_after_the_kill_whoever_looks_takes_the_job_over(stages, tmp_path):
    home = copied(stages.folder / "before-link", tmp_path / "home", stages.settings)
    assert kill_in_one_of(home, KILLED["link"])
    killed = clock.now()
    # however slow this machine is: by the clock, and with what the pauses of worker and supervisor take away
    late = killed + timedelta(seconds=30 - worker._PAUSE - serving._PAUSE)
    ((heard,),) = home.rows("SELECT lease_until FROM jobs_job WHERE state = 'running'")
    before = datetime.fromisoformat(heard).replace(tzinfo=UTC)
    looks = home.shell(LOOKS.format(moments=[before.isoformat(), late.isoformat()])).splitlines()
    assert looks[0] == "None"
    assert "epoch=2, attempt=2" in looks[1]
    home.let_leases_run_out()
    home.run("worker", "--once")
    assert home.same() == copied(stages.folder / "after-link", tmp_path / "undisturbed", stages.settings).same()
    assert (home.rows(LOST), home.scratch()) == ([], [])


def killed_in_each(home, steps):
    """Kill a worker in one step after the other; give those that were over too soon."""
    missed = []
    while steps:
        found = kill_in_one_of(home, steps)
        home.let_leases_run_out()
        at = steps.index(found) if found else len(steps)
        missed, steps = [*missed, *steps[:at]], steps[at + 1 :]
    return missed
