"""How long each class of data is kept, what is held back from destruction, and the certificate of what was destroyed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from jdl_service.analysis.models import LabOnly
from jdl_service.base.tenancy import TenantQuerySet
from jdl_service.requests.models import Request


class RetentionRule(models.Model):
    """How long a class of data is kept where the lab decided otherwise than `classes.CLASSES`; `why` is the reason given."""

    class DataClass(models.TextChoices):
        """What is kept."""

        COHORT = "cohort", "Cohort file"
        FAULTY = "faulty", "Cohort file with errors"
        SUPERSEDED = "superseded", "Cohort file that a later one replaced"
        PROBLEMS = "problems", "Faulty cells"
        ROOMS = "rooms", "Secret rooms of a run"
        CLOSED = "closed", "Data of a request that was refused or withdrawn"
        PARKED = "parked", "Data of a parked request"
        DRAFT = "draft", "Data of a request that waits for its organisation"
        ADDING = "adding", "Data of a request to which people are added"
        MESSAGES = "messages", "Messages about a request"
        LOGINS = "logins", "Records of log-ins"
        INVITATION = "invitation", "Invitations to an organisation"
        OBJECTION = "objection", "Objection to being analysed"
        ACCOUNT = "account", "Account that nobody used"

    data_class = models.CharField(max_length=20, choices=DataClass, unique=True)
    days = models.PositiveIntegerField()
    why = models.CharField(max_length=400)

    def __str__(self) -> str:
        return f"{self.data_class}: {self.days} days"


class LegalHold(models.Model):
    """Nothing of a request is destroyed while a hold stands."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="holds")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[LabOnly[LegalHold]] = LabOnly.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            CheckConstraint(condition=~Q(reason=""), name="hold_has_a_reason"),
            UniqueConstraint(fields=["request"], condition=Q(lifted_at=None), name="hold_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"hold on {self.request}"


def number_of(every: int, of_lab: int | None, *, inside: bool) -> str:
    """How many things are kept or were destroyed; an organisation is told its own number alone, since the lab's says how far the analysis came."""
    own = 0 if of_lab is None else every - of_lab
    return f"{every if inside else own or 'Some'}"


class OfRequest(TenantQuerySet["Certificate"]):
    """Certificates: whoever sees the request sees them."""

    paths: ClassVar[tuple[str, ...]] = ("request__organisation", "request__partners")


class Certificate(models.Model):
    """Something was destroyed: what, how much, when, by which rule; the line of the log says the same.

    Attributes:
        files: how many things.
        of_lab: how many of these the lab had made; None in certificates from before it was written down.
    """

    request = models.ForeignKey(Request, models.PROTECT, null=True, blank=True, related_name="certificates")
    data_class = models.CharField(max_length=20, choices=RetentionRule.DataClass)
    files = models.PositiveIntegerField()
    of_lab = models.PositiveIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    why = models.CharField(max_length=400)
    audit_number = models.BigIntegerField(unique=True)

    objects: ClassVar[OfRequest] = OfRequest.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        return f"{self.data_class} of {self.request}"

    def number(self, *, inside: bool) -> str:
        """How many, for the lab or for an organisation."""
        return number_of(self.files, self.of_lab, inside=inside)
