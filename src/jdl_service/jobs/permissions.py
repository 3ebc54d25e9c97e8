"""Who may cancel a job or try it again: the lab's analysts, and whoever asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.base.errors import NotYours

if TYPE_CHECKING:
    from jdl_service.accounts.models import User
    from jdl_service.jobs.models import Job


def may_steer(user: User, job: Job) -> bool:
    """Whether this person may cancel it or try it again."""
    return user.is_analyst or job.by_id == user.pk


def check_may_steer(user: User, job: Job) -> None:
    """See that this person may.

    Raises:
        NotYours: it is somebody else's.
    """
    if not may_steer(user, job):
        message = f"job {job.pk}: is for the lab's analysts and for whoever asked for it."
        raise NotYours(message)
