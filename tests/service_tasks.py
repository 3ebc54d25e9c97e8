"""Tasks for the tests of the worker."""

import os
import time
from pathlib import Path

from jdl_service.jobs.scratch import private_folder
from jdl_service.jobs.tasks import task
from justice_data_lab.errors import UsageError


@task(steps=2)
def two_steps(lease, *, request):
    """Two steps, each finished once: a row is written in the last."""
    from jdl_service.audit import log  # noqa: PLC0415 -- after Django's set-up
    from jdl_service.clock import now  # noqa: PLC0415

    lease.step("first", done=0)
    lease.step("second", done=1)
    with lease.last():
        log.record("worked", request, by=log.WORKER, at=now())


@task()
def refuses(lease):
    """Says in the core's words why it cannot be done."""
    message = "The study names no measure. Add one."
    raise UsageError(message)


@task(most_attempts=2)
def breaks(lease):
    """Meets what nobody expected, with somebody's name in it."""
    message = "Canary Surname"
    raise RuntimeError(message)


@task()
def meets(lease, *, folder, number):
    """Writes a row once another worker is at a job of its own, so that both are sure to have worked."""
    from jdl_service.audit import log  # noqa: PLC0415 -- after Django's set-up
    from jdl_service.clock import now  # noqa: PLC0415

    (Path(folder) / str(os.getpid())).touch()
    while len(list(Path(folder).iterdir())) < 2:
        time.sleep(0.01)
    with lease.last():
        log.record("worked", f"job {lease.job}", by=log.WORKER, at=now())


@task()
def slow(lease, *, gate):
    """Writes plain text into scratch, says so, and waits until it may end; on the second attempt it ends at once."""
    with private_folder(lease) as folder:
        (folder / "plain.txt").write_text("Canary Surname")
        Path(gate).with_suffix(f".{lease.attempt}").write_text(str(os.getpid()))
        while lease.attempt == 1:
            lease.step("waiting", done=0)
            time.sleep(0.1)
