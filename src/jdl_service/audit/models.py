"""The log of everything that was done: each row tied to the one before by the core's own hash."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from justice_data_lab.publication.audit import Entry, Line


class AuditEvent(models.Model):
    """One line of the log. Triggers refuse to change or delete it."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=254)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=200, db_index=True)
    detail = models.TextField(blank=True)
    before = models.CharField(max_length=64, unique=True)
    sha256 = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]

    def __str__(self) -> str:
        return f"{self.number}: {self.action} of {self.subject}"

    def line(self) -> Line:
        """The row as the core knows it."""
        entry = Entry(at=self.at, by=self.by, action=self.action, subject=self.subject, detail=self.detail)
        return Line(number=self.number, entry=entry, before=self.before, sha256=self.sha256)


class AuditHead(models.Model):
    """One row that whoever writes to the log locks first, so that the chain has no fork."""

    one = models.PositiveSmallIntegerField(primary_key=True, default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(one=1), name="audit_head_is_one_row")
        ]

    def __str__(self) -> str:
        return "head of the log"
