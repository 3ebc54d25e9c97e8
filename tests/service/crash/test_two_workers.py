"""Two workers at the same time: each job is done once, by one of them."""

import pytest

from service_crash import copied, wait_for

pytestmark = pytest.mark.slow
JOBS = 30


def test_two_workers_do_each_job_once(stages, tmp_path):
    home = copied(stages.folder / "before-check", tmp_path / "home", stages.settings)
    meeting = tmp_path / "meeting"
    meeting.mkdir()
    home.shell(f"from service_tasks import meets\nfor n in range({JOBS}): meets.enqueue(folder={str(meeting)!r}, number=n)")
    workers = [home.start("jdl_service", "worker") for _ in range(2)]
    wait_for(lambda: home.rows("SELECT count(*) FROM jobs_job WHERE state <> 'done'") == [(0,)])
    for worker in workers:
        worker.terminate()
    assert [worker.wait() for worker in workers] == [0, 0]
    assert home.rows("SELECT DISTINCT epoch, attempts FROM jobs_job") == [(1, 1)]
    assert home.rows("SELECT count(DISTINCT worker) FROM jobs_job WHERE task LIKE '%meets'") == [(2,)]
    worked = home.rows("SELECT count(*), count(DISTINCT subject) FROM audit_auditevent WHERE action = 'worked'")
    assert worked == [(JOBS, JOBS)]
    assert home.rows("SELECT count(*) FROM audit_auditevent WHERE action = 'checked file'") == [(1,)]
    assert home.shell("from jdl_service.audit.log import broken_at\nprint(broken_at())") == "None"
