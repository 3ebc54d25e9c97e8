"""What the service keeps for the library beside the releases: where the lab's editor puts results, and earlier states of the whole."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import UniqueConstraint

from jdl_service.analysis.models import LabOnly
from justice_data_lab.library.classified import Classified
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
