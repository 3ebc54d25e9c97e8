"""What the state of a job allows."""

from __future__ import annotations

from jdl_service.base.errors import NotNow
from jdl_service.jobs.models import Job

_AGAIN = (Job.State.FAILED, Job.State.CANCELLED)


def check_cancel(job: Job) -> None:
    """It is still to be done.

    Raises:
        NotNow: it has ended.
    """
    _check(job, (Job.State.QUEUED, Job.State.RUNNING), "cancel")


def check_try_again(job: Job) -> None:
    """It failed or was cancelled.

    Raises:
        NotNow: it is still at work, or was done.
    """
    _check(job, _AGAIN, "try again")


def can_try_again(job: Job) -> bool:
    """Whether it failed or was cancelled."""
    return job.state in _AGAIN


def _check(job: Job, states: tuple[str, ...], act: str) -> None:
    if job.state not in states:
        message = f"{act} of job {job.pk}: cannot be done while it is {job.get_state_display().lower()}."
        raise NotNow(message)
