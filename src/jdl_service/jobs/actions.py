"""What is done to a job by people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from jdl_service.audit import log
from jdl_service.jobs import permissions, policies
from jdl_service.jobs.models import Job

if TYPE_CHECKING:
    from datetime import datetime

    from jdl_service.accounts.models import User


@transaction.atomic
def cancel(job: Job, *, by: User, at: datetime) -> Job:
    """Cancel it: at once when it waits, at its next step when it runs."""
    permissions.check_may_steer(by, job)
    job = Job.objects.select_for_update().get(pk=job.pk)
    policies.check_cancel(job)
    if job.state == Job.State.QUEUED:
        job.state, job.ended_at = Job.State.CANCELLED, at
    job.cancel_asked = True
    job.save()
    log.record("cancel job", _subject(job), by=by, at=at, detail=job.task)
    return job


@transaction.atomic
def try_again(job: Job, *, by: User, at: datetime) -> Job:
    """Begin it again, with all its attempts; what was finished stays finished."""
    permissions.check_may_steer(by, job)
    job = Job.objects.select_for_update().get(pk=job.pk)
    policies.check_try_again(job)
    job.state, job.attempts, job.failure, job.cancel_asked, job.ended_at, job.not_before = (
        Job.State.QUEUED,
        0,
        "",
        False,
        None,
        at,
    )
    job.save()
    log.record("try job again", _subject(job), by=by, at=at, detail=job.task)
    return job


def _subject(job: Job) -> str:
    return job.request.key if job.request else f"job {job.pk}"
