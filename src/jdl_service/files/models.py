"""What the database knows of a sealed file: its size, counts and the wrapped key; never a value from it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from jdl_service import clock
from jdl_service.base.tenancy import TenantQuerySet
from jdl_service.organisations.models import Organisation
from jdl_service.requests.models import Request


class Sealed(models.Model):
    """One sealed file in the store. Its data key is wrapped for whoever may open it; without the row nobody can.

    Attributes:
        name: in the store; random, and says nothing.
        wrapped_key: the data key, encrypted to the age key of the worker or of the web; empty once it is destroyed.
        opened_by: whose key opens it.
        keep_until: when it is destroyed at the latest; None: by the retention of its class.
    """

    class Opener(models.TextChoices):
        """Whose key it is wrapped for."""

        WORKER = "worker", "The worker"
        WEB = "web", "The web, for whoever sent it"

    name = models.CharField(max_length=64, unique=True)
    wrapped_key = models.BinaryField()
    opened_by = models.CharField(max_length=10, choices=Opener, default=Opener.WORKER)
    size = models.PositiveBigIntegerField()
    sealed_at = models.DateTimeField(default=clock.now)
    keep_until = models.DateTimeField(null=True, blank=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            CheckConstraint(condition=Q(destroyed_at__isnull=True) | Q(wrapped_key=b""), name="sealed_destroyed_has_no_key"),
        ]

    def __str__(self) -> str:
        return self.name


class CohortFileQuerySet(TenantQuerySet["CohortFile"]):
    """Cohort files: members see their own organisation's, in a joint request too."""

    paths: ClassVar[tuple[str, ...]] = ("organisation",)

    def for_lab(self, user: object) -> CohortFileQuerySet:  # noqa: ARG002
        """Those of requests that were sent."""
        return self.exclude(request__state="draft", request__submitted_at=None)


class CohortFile(models.Model):
    """A version of the cohort file of a request: metadata and counts, no personal value and not even its own name."""

    class State(models.TextChoices):
        """How far its check is."""

        CHECKING = "checking", "Being checked"
        FAULTY = "faulty", "Has errors"
        CLEAN = "clean", "Ready"
        DESTROYED = "destroyed", "Destroyed"

    request = models.ForeignKey(Request, models.PROTECT, related_name="cohort_files")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="cohort_files")
    version = models.PositiveIntegerField()
    # people who are added each year come as a list of their own; a version of the same list takes the place of the one before
    part = models.PositiveIntegerField("which of several lists", default=1)
    made_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="made")
    left_out = models.PositiveIntegerField("rows of the file it was split from that are in no request", default=0)
    suffix = models.CharField(max_length=5, choices=[(kind, kind) for kind in (".csv", ".xlsx", ".ods")])
    state = models.CharField(max_length=20, choices=State, default=State.CHECKING)
    sealed = models.OneToOneField(Sealed, models.PROTECT, related_name="cohort_file")
    # what the check found, with the faulty cells: sealed for the web for a few days, then destroyed
    problems = models.OneToOneField(Sealed, models.PROTECT, null=True, blank=True, related_name="problems_of")
    # the same file with a column that says what to fix: made when it is asked for, sealed for the web for an hour
    annotated = models.OneToOneField(Sealed, models.PROTECT, null=True, blank=True, related_name="annotated_of")
    # how many rows have which value in a column, to split the file by: sealed for the web for an hour
    groups = models.OneToOneField(Sealed, models.PROTECT, null=True, blank=True, related_name="groups_of")
    column_map = models.JSONField("own headings and codes by those of the template", default=dict, blank=True)
    known_when = models.JSONField("when each of their own columns was known", default=dict, blank=True)
    unsaid = models.PositiveIntegerField("own columns of which it is not said when they were known", default=0)
    rows = models.PositiveIntegerField(null=True, blank=True)
    # where people are added each year: somebody who is in two lists is one
    together = models.PositiveIntegerField("people in all lists of the request", null=True, blank=True)
    errors = models.PositiveIntegerField(null=True, blank=True)
    warnings = models.PositiveIntegerField(null=True, blank=True)
    errors_by_rule = models.JSONField("number of errors by code of the rule", default=dict, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    objects: ClassVar[CohortFileQuerySet] = CohortFileQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar[list[str]] = ["-version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["request", "organisation", "version"], name="cohort_file_version_once"),
            CheckConstraint(condition=~Q(state="clean") | Q(errors=0), name="cohort_file_clean_has_no_errors"),
            CheckConstraint(condition=~Q(state="faulty") | Q(errors__gt=0), name="cohort_file_faulty_has_errors"),
        ]

    def __str__(self) -> str:
        return f"{self.request} file {self.version}"

    @property
    def address(self) -> str:
        """Its name in addresses within its request; the row's own number would tell how many files others send."""
        return f"{self.organisation_id}-{self.version}"


class ObjectionQuerySet(TenantQuerySet["Objection"]):
    """Objections: nobody sees them on a page, not even the lab; only the worker opens them."""

    paths: ClassVar[tuple[str, ...]] = ()

    def for_lab(self, user: object) -> ObjectionQuerySet:  # noqa: ARG002
        """None: how many people objected to whom is told to nobody."""
        return self.none()


class Objection(models.Model):
    """Somebody does not want to be analysed. Who, and by whom they do not want to be sent, is in the sealed file alone.

    Attributes:
        reference: what the person was told; random, and says nothing.
        sealed: name, date of birth and what it is limited to; opened by the worker.
    """

    reference = models.CharField(max_length=20, unique=True)
    sealed = models.OneToOneField(Sealed, models.PROTECT, related_name="objection")
    received_at = models.DateTimeField()

    objects: ClassVar[ObjectionQuerySet] = ObjectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar[list[str]] = ["received_at", "pk"]

    def __str__(self) -> str:
        return self.reference
