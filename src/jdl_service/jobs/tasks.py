"""Tasks in the call shape of Django's own: `check_file.using(request=row, by=user, at=at).enqueue(file=3)`.

A task is a function of a `jobs.py`; a job keeps its dotted name, so that nothing has to be registered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Concatenate, Generic, ParamSpec, cast

from django.utils.module_loading import import_string

from jdl_service import clock
from jdl_service.jobs.models import Job
from justice_data_lab.errors import JDLError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from jdl_service.accounts.models import User
    from jdl_service.jobs.lease import Lease
    from jdl_service.requests.models import Request

P = ParamSpec("P")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Generic[P]):
    """Work that can be asked for.

    Attributes:
        name: dotted name of the function.
        work: does it; may be begun again at any moment, so it looks at what is done already.
        steps: how many there are, for the progress bar.
        most_attempts: how often it is begun before it fails.
        most_seconds: after which nobody believes any more that it lives.
        request: that it is about.
        by: who asked.
        at: when it was asked for.
    """

    name: str
    work: Callable[Concatenate[Lease, P], None]
    steps: int
    most_attempts: int
    most_seconds: int
    request: Request | None = None
    by: User | None = None
    at: datetime | None = None

    def using(self, *, request: Request | None = None, by: User | None = None, at: datetime | None = None) -> Task[P]:
        """The same task for a request, asked for by somebody at a moment."""
        return replace(self, request=request, by=by, at=at)

    def enqueue(self, *args: P.args, **kwargs: P.kwargs) -> Job:
        """Ask for it, in the transaction of whoever asks; its arguments are keys of rows, never values.

        Raises:
            django.db.IntegrityError: the same is asked for already, for the same request.
        """
        if args:
            message = f"{self.name}: its arguments are given by name."
            raise TypeError(message)
        at = self.at or clock.now()
        return Job.objects.create(
            task=self.name, request=self.request, by=self.by, arguments=dict(kwargs), steps=self.steps,
            most_attempts=self.most_attempts, queued_at=at, not_before=at,
        )  # fmt: skip


def task(
    *, steps: int = 1, most_attempts: int = 4, most_seconds: int = 3600
) -> Callable[[Callable[Concatenate[Lease, P], None]], Task[P]]:
    """Make a task of a function."""

    def made(work: Callable[Concatenate[Lease, P], None]) -> Task[P]:
        return Task(
            name=f"{work.__module__}.{work.__qualname__}",
            work=work,
            steps=steps,
            most_attempts=most_attempts,
            most_seconds=most_seconds,
        )

    return made


def find_task(name: str) -> Task[...]:
    """The task of a job.

    Raises:
        JDLError: there is none of this name in this version.
    """
    try:
        found = import_string(name)
    except ImportError:
        found = None
    if not isinstance(found, Task):
        message = (
            f"{name}: this version of the service has no such task. Cancel the job, or go back to the version that asked for it."
        )
        raise JDLError(message)
    return cast("Task[...]", found)
