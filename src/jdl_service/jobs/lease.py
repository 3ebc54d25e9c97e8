"""A lease on a job: who is at it and until when. Every write is fenced by its epoch: whoever lost the lease writes nothing."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NoReturn

from django.db import connection, transaction
from django.db.models import F, Q

from jdl_service import clock
from jdl_service.jobs.models import Job
from justice_data_lab.errors import JDLError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import QuerySet

# A worker that was killed is missed after this long; three beats fit in.
LEASE = timedelta(seconds=15)
BEAT_SECONDS = 4.0
# No job is put back for longer.
LONGEST_WAIT = timedelta(minutes=5)
_DIED = "The worker ended in the middle of it several times. Try again; if it happens again, tell whoever runs the service."


class LeaseLostError(JDLError):
    """Somebody else is at the job now. Nothing more may be written."""


class CancelledError(JDLError):
    """Somebody asked for the job to be cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to work on a job.

    Attributes:
        job: its key.
        epoch: the number of this lease; a later one makes it void.
        attempt: how often it was begun, this time included.
    """

    job: int
    epoch: int
    attempt: int

    def row(self) -> Job:
        """The job as it stands."""
        return Job.objects.select_related("request").get(pk=self.job)

    def step(self, words: str, *, done: int | None = None) -> None:
        """Say what is being done: heartbeat, progress, and the point where it can be cancelled.

        Args:
            words: what, in plain words without a value.
            done: how many steps are finished.

        Raises:
            LeaseLostError: somebody else is at it.
            CancelledError: it was cancelled.
        """
        told = {"step": words} | ({} if done is None else {"done_steps": done})
        if not self._mine().update(lease_until=clock.now() + LEASE, **told):
            self._lost()
        if Job.objects.filter(pk=self.job, cancel_asked=True).exists():
            message = "It was cancelled."
            raise CancelledError(message)

    def beat(self) -> bool:
        """Hold on to it; False when it is lost or to be cancelled."""
        return bool(self._mine().filter(cancel_asked=False).update(lease_until=clock.now() + LEASE))

    @contextmanager
    def fenced(self) -> Iterator[None]:
        """A transaction in which this lease is sure to be the last: what is written in it is written once.

        Raises:
            LeaseLostError: it is not.
        """
        with transaction.atomic():
            # The row stays locked until the transaction ends, so nobody can take the job over in between.
            if not self._mine().update(lease_until=clock.now() + LEASE):
                self._lost()
            yield

    @contextmanager
    def last(self) -> Iterator[None]:
        """The last fenced transaction: what is written in it and the end of the job are one."""
        with self.fenced():
            yield
            self.end(Job.State.DONE, at=clock.now())

    def end(self, state: Job.State, *, at: datetime, failure: str = "") -> bool:
        """End the job, unless somebody else is at it."""
        done = {"done_steps": F("steps")} if state == Job.State.DONE else {}
        return bool(self._mine().update(state=state, lease_until=None, ended_at=at, failure=failure, **done))

    def put_back(self, *, at: datetime, wait: timedelta, words: str = "", counted: bool = True) -> bool:
        """Let it be tried again after a while.

        Args:
            at: by the server's clock.
            wait: how long.
            words: what it waits for; empty: its last step stands.
            counted: whether this attempt is one of those after which it fails.
        """
        told = ({"step": words} if words else {}) | ({} if counted else {"attempts": F("attempts") - 1})
        return bool(
            self._mine().update(state=Job.State.QUEUED, lease_until=None, not_before=at + min(wait, LONGEST_WAIT), **told)
        )

    def _mine(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.job, epoch=self.epoch, state=Job.State.RUNNING)

    def _lost(self) -> NoReturn:
        message = f"job {self.job}: lease {self.epoch} is over; another worker has it, or it has ended."
        raise LeaseLostError(message)


def claim(worker: str, at: datetime) -> Lease | None:
    """Take the next job that waits, or one whose worker has not been heard of; None when there is none."""
    skip = connection.features.has_select_for_update_skip_locked
    waits = _waits(at)
    with transaction.atomic():
        job = Job.objects.select_for_update(skip_locked=skip).filter(waits).order_by("not_before", "pk").first()
        if job is None:
            return None
        if job.state == Job.State.RUNNING and (job.attempts >= job.most_attempts or job.cancel_asked):
            job.state, job.failure = (Job.State.CANCELLED, "") if job.cancel_asked else (Job.State.FAILED, _DIED)
            job.lease_until, job.ended_at, job.epoch = None, at, job.epoch + 1
            job.save()
            return None
        job.state, job.worker, job.lease_until = Job.State.RUNNING, worker, at + LEASE
        job.epoch, job.attempts = job.epoch + 1, job.attempts + 1
        job.save()
    return Lease(job=job.pk, epoch=job.epoch, attempt=job.attempts)


def _waits(at: datetime) -> Q:
    """Jobs that can be begun. A time further off than any that is ever set was written before the clock was put back, and holds nobody up."""
    queued = Q(not_before__lte=at) | Q(queued_at__gt=at) | Q(not_before__gt=at + LONGEST_WAIT)
    unheard = Q(lease_until__lt=at) | Q(lease_until__gt=at + 2 * LEASE)
    return Q(queued, state=Job.State.QUEUED) | Q(unheard, state=Job.State.RUNNING)
