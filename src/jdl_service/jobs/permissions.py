"""Who may see how far a job is, and who may cancel it or try it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.base.errors import NotYours
from jdl_service.files.models import CohortFile

if TYPE_CHECKING:
    from jdl_service.accounts.models import User
    from jdl_service.jobs.models import Job


def may_see(user: User, job: Job) -> bool:
    """Whether this person may see how far a job is: the lab may, whoever asked for it, and whoever sees the file that it is about.

    *Notes*: what the lab has done of a request tells an organisation how far the analysis came, and with that whether enough of its
    people were found, before disclosure control has cleared a report that says so.
    """
    if user.is_staff_of_lab or job.by_id == user.pk:
        return True
    return CohortFile.objects.for_user(user).filter(pk=job.arguments.get("file"), request=job.request_id).exists()


def may_steer(user: User, job: Job) -> bool:
    """Whether this person may cancel it or try it again."""
    return user.is_analyst or job.by_id == user.pk


def check_may_steer(user: User, job: Job) -> None:
    """See that this person may.

    Raises:
        NotYours: it is somebody else's.
    """
    if not may_steer(user, job):
        message = "This job is for the lab's analysts and for whoever asked for it."
        raise NotYours(message)
