"""What the service keeps for the library beside the releases: where results stand, who shares people, what others found, earlier states."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from jdl_service.analysis.models import LabOnly
from justice_data_lab.library.classified import Classified
from justice_data_lab.library.outside import Outside
from justice_data_lab.library_site.snapshots import FOLDER, MANIFEST
from justice_data_lab.records import from_json


class Placement(models.Model):
    """Where the results of a request stand in the taxonomy, by the lab's editor; it goes before what the study says."""

    key = models.CharField(max_length=40, unique=True)
    said = models.JSONField("keys of the taxonomy's options, facet by facet")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[LabOnly[Placement]] = LabOnly.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.key

    def as_classified(self) -> Classified:
        """The same as the core's value."""
        return from_json(Classified, self.said)


class LedgerAnswer(models.Model):
    """That the ledger was asked who else is in a release that was frozen: of people nothing is kept, not even a token."""

    name = models.CharField("as the ledger calls it, such as 2026-014 v1", max_length=60, unique=True)
    manifest = models.CharField("of the files that it was asked about", max_length=64)
    known = models.BooleanField("whether the ledger knows whose it is")
    at = models.DateTimeField()

    objects: ClassVar[LabOnly[LedgerAnswer]] = LabOnly.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.name


class Sharing(models.Model):
    """Two releases that share so many people that only one of them counts where results are taken together."""

    first = models.ForeignKey(LedgerAnswer, models.CASCADE, related_name="+")
    second = models.ForeignKey(LedgerAnswer, models.CASCADE, related_name="+")
    share = models.FloatField("of the people of the smaller one")

    objects: ClassVar[LabOnly[Sharing]] = LabOnly.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["first", "second"], name="sharing_once"),
            CheckConstraint(condition=Q(share__gt=0, share__lte=1), name="sharing_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.first} and {self.second}"


class OutsideResult(models.Model):
    """A result from elsewhere, as an analyst read it in its source. Everybody sees it once a reviewer has agreed; it is withdrawn, never deleted."""

    class State(models.TextChoices):
        """Where it is."""

        PROPOSED = "proposed", "Waits for a reviewer"
        AGREED = "agreed", "In the library"
        WITHDRAWN = "withdrawn", "Withdrawn"

    key = models.CharField(max_length=60, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    said = models.JSONField("the core's value")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField("why it was withdrawn; public where it was agreed to", blank=True)

    objects: ClassVar[LabOnly[OutsideResult]] = LabOnly.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar[list[str]] = ["key"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            CheckConstraint(condition=Q(agreed_by=None) | ~Q(agreed_by=F("by")), name="outside_agreed_by_another"),
            CheckConstraint(
                condition=Q(agreed_by=None, agreed_at=None) | Q(agreed_by__isnull=False, agreed_at__isnull=False),
                name="outside_agreement_has_person_and_time",
            ),
            CheckConstraint(condition=~Q(state="proposed") | Q(agreed_by=None), name="outside_proposed_is_not_agreed"),
            CheckConstraint(condition=~Q(state="agreed") | Q(agreed_by__isnull=False), name="outside_agreed_by_somebody"),
            CheckConstraint(
                condition=Q(withdrawn_by=None, withdrawn_at=None) | Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False),
                name="outside_withdrawal_has_person_and_time",
            ),
            CheckConstraint(
                condition=(Q(state="withdrawn") & Q(withdrawn_by__isnull=False)) | (~Q(state="withdrawn") & Q(withdrawn_by=None)),
                name="outside_withdrawn_by_somebody",
            ),
            CheckConstraint(condition=~Q(state="withdrawn") | ~Q(reason=""), name="outside_withdrawn_with_a_reason"),
        ]

    def __str__(self) -> str:
        return self.key

    def as_outside(self) -> Outside:
        """The same as the core's value."""
        return replace(from_json(Outside, self.said), withdrawn=self.reason)


class Snapshot(models.Model):
    """The whole library as it was after some public act: figures that were all public then."""

    name = models.CharField(max_length=16, unique=True)
    at = models.DateTimeField()
    manifest = models.BinaryField()

    objects: ClassVar[LabOnly[Snapshot]] = LabOnly.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Where its manifest stands on the site."""
        return f"{FOLDER}/{self.name}/{MANIFEST}"


class SnapshotFile(models.Model):
    """A file of a snapshot, byte by byte as it was."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="files")
    name = models.CharField(max_length=80)
    data = models.BinaryField()

    objects: ClassVar[LabOnly[SnapshotFile]] = LabOnly.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["snapshot", "name"], name="snapshot_file_once")
        ]

    def __str__(self) -> str:
        return f"{self.snapshot} {self.name}"
