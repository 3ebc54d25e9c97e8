"""Work for the worker. A lease says who is at it and until when; the epoch fences every write of a worker that lost it."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from jdl_service.base.tenancy import TenantQuerySet
from jdl_service.requests.models import Request


def new_key() -> str:
    """A name that says nothing: numbers would tell an organisation how much is done besides, and so how far the lab is with its request."""
    return secrets.token_urlsafe(12)


class JobQuerySet(TenantQuerySet["Job"]):
    """Jobs: those of requests that a person sees; how far one is, is for fewer (`permissions`)."""

    paths: ClassVar[tuple[str, ...]] = ("request__organisation", "request__partners")


class Job(models.Model):
    """Something to be done once, however often it is begun.

    Attributes:
        key: its name in addresses.
        task: name of the registered task.
        arguments: keys of rows only; never a value of anybody.
        epoch: counts the leases; a write with an older one is refused.
        lease_until: when others may take it over; moved on by each heartbeat.
        not_before: when it may be begun (again).
    """

    class State(models.TextChoices):
        """Where it is."""

        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    key = models.CharField(max_length=22, unique=True, default=new_key, editable=False)
    task = models.CharField(max_length=60)
    request = models.ForeignKey(Request, models.CASCADE, null=True, blank=True, related_name="jobs")
    arguments = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.QUEUED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    queued_at = models.DateTimeField()
    not_before = models.DateTimeField()
    epoch = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    most_attempts = models.PositiveIntegerField(default=4)
    step = models.CharField("what it is at, in words", max_length=80, blank=True)
    done_steps = models.PositiveIntegerField(default=0)
    steps = models.PositiveIntegerField(default=1)
    cancel_asked = models.BooleanField(default=False)
    failure = models.TextField("why it failed, in plain words without a value", blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[JobQuerySet] = JobQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "not_before"], name="job_next")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False) | (~Q(state="running") & Q(lease_until=None)),
                name="job_runs_under_a_lease",
            ),
            CheckConstraint(
                condition=Q(state__in=("queued", "running"), ended_at=None)
                | (Q(state__in=("done", "failed", "cancelled")) & Q(ended_at__isnull=False)),
                name="job_ended_has_a_time",
            ),
            # one at a time for a request and the same arguments: what would be done twice cannot even be asked for
            UniqueConstraint(
                fields=["request", "task", "arguments"], condition=Q(state__in=("queued", "running")), name="job_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state in (self.State.QUEUED, self.State.RUNNING)


class Periodic(models.Model):
    """Something that is done again and again, by its dotted name, and when it is due next."""

    name = models.CharField(max_length=120, primary_key=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
