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
    _check(job, (Job.State.QUEUED, Job.State.RUNNING), "cancelled")


def check_try_again(job: Job) -> None:
    """It failed or was cancelled.

    Raises:
        NotNow: it is still at work, or was done; or the same was asked for once more and is at work.
    """
    _check(job, _AGAIN, "begun again")
    if _is_at_work(job):
        message = "The same work was asked for once more and is on its way already."
        raise NotNow(message)


def can_try_again(job: Job) -> bool:
    """Whether it failed or was cancelled, and the same is not at work."""
    return job.state in _AGAIN and not _is_at_work(job)


def _is_at_work(job: Job) -> bool:
    """Whether there is another job for the same, of which there is never more than one (`job_once_at_a_time`)."""
    same = Job.objects.filter(request=job.request_id, task=job.task, arguments=job.arguments)
    return job.request_id is not None and same.filter(state__in=(Job.State.QUEUED, Job.State.RUNNING)).exists()


def _check(job: Job, states: tuple[str, ...], act: str) -> None:
    if job.state not in states:
        message = f"This work cannot be {act}: it is {job.get_state_display().lower()}."
        raise NotNow(message)
