"""The worker: takes a job, holds on to it by a heartbeat, and ends it as done, failed, cancelled, or to be tried again."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

from django.db import Error, connection

from jdl_service import clock
from jdl_service.jobs.lease import BEAT_SECONDS, CancelledError, LeaseLostError, claim
from jdl_service.jobs.models import Job
from jdl_service.jobs.scratch import wipe_stale
from jdl_service.jobs.tasks import find_task
from justice_data_lab.errors import JDLError
from justice_data_lab.files import no_room

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jdl_service.jobs.lease import Lease

_log = logging.getLogger("jdl.worker")
FIRST_WAIT = timedelta(seconds=5)
# A full disk is no fault of the job: it waits for as long as it takes.
ROOM_WAIT = timedelta(minutes=1)
NO_ROOM = "Waiting until there is room on the disk of the service"
_UNEXPECTED = "Something went wrong that the program did not expect, several times. Try again; if it happens again, tell whoever runs the service."


@dataclass(slots=True, kw_only=True)
class Worker:
    """One worker.

    Attributes:
        name: of the machine and the process.
        hearts: whether a thread beats while a task works; tests that share one connection do without.
        ending: set to end after the job at hand.
    """

    name: str
    hearts: bool = True
    ending: threading.Event = field(default_factory=threading.Event)

    def run_one(self) -> bool:
        """Do one job; False when none waits."""
        lease = claim(self.name, clock.now())
        # what a killed worker left, of a job that was given up as well
        wipe_stale()
        if lease is None:
            return False
        job = lease.row()
        seen = {"job": lease.job, "kind": job.task.rsplit(".", 1)[-1], "epoch": lease.epoch, "attempt": lease.attempt}
        _log.info("job begun", extra=seen)
        try:
            outcome = self._work(lease, job)
        except LeaseLostError:
            outcome = "lost"
        _log.info("job ended", extra=seen | {"outcome": outcome})
        return True

    def run_all(self) -> int:
        """Do every job that waits; give their number."""
        done = 0
        while self.run_one():
            done += 1
        return done

    def _work(self, lease: Lease, job: Job) -> str:
        try:
            task = find_task(job.task)
            with self._heart(lease, task.most_seconds):
                task.work(lease, **job.arguments)
        except LeaseLostError:
            raise
        except CancelledError:
            lease.end(Job.State.CANCELLED, at=clock.now())
            return "cancelled"
        except JDLError as error:
            # The core's own words, which hold no value; trying again would say the same.
            lease.end(Job.State.FAILED, at=clock.now(), failure=str(error))
            return "failed"
        except Exception as error:  # noqa: BLE001 -- whatever it was, the job must not hang
            _log.exception("job broke", extra={"job": lease.job, "epoch": lease.epoch})
            if not connection.in_atomic_block:  # a connection that broke with the database is opened anew
                connection.close_if_unusable_or_obsolete()
            return _again_or_failed(lease, job, error)
        lease.end(Job.State.DONE, at=clock.now())
        return "done"

    @contextmanager
    def _heart(self, lease: Lease, most_seconds: int) -> Iterator[None]:
        """Beat until the work ends; not for ever, so that a worker that hangs is missed as one that died."""
        if not self.hearts:
            yield
            return
        stop = threading.Event()
        thread = threading.Thread(target=_beat, args=(lease, stop, most_seconds), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def _beat(lease: Lease, stop: threading.Event, most_seconds: int) -> None:
    begun = monotonic()
    try:
        while not stop.wait(BEAT_SECONDS) and monotonic() - begun < most_seconds:
            # a database that is busy or away for a moment costs a beat, not the lease
            try:
                if not lease.beat():
                    return
            except Error:
                connection.close()
    finally:
        connection.close()


def _again_or_failed(lease: Lease, job: Job, error: Exception) -> str:
    if no_room(error):
        lease.put_back(at=clock.now(), wait=ROOM_WAIT, words=NO_ROOM, counted=False)
        return "no room"
    if lease.attempt >= job.most_attempts:
        lease.end(Job.State.FAILED, at=clock.now(), failure=_UNEXPECTED)
        return "failed"
    lease.put_back(at=clock.now(), wait=FIRST_WAIT * 4 ** (lease.attempt - 1))
    return "again"
