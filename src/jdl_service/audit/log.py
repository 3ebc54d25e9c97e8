"""Writes to the log, and checks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from jdl_service.audit.models import AuditEvent, AuditHead
from justice_data_lab.publication.audit import Entry, first_broken, following

if TYPE_CHECKING:
    from datetime import datetime

    from jdl_service.accounts.models import User
    from justice_data_lab.publication.audit import Line

CLOCK = "clock"
WORKER = "worker"


def record(action: str, subject: str, *, by: User | str, at: datetime, detail: str = "") -> AuditEvent:
    """Write one line, in the transaction of what it tells.

    Args:
        action: what was done, in one word or two.
        subject: to what, by its key; never anybody of a cohort.
        by: who, or `CLOCK` or `WORKER`.
        at: by the server's clock.
        detail: what else has to be known; never a figure.
    """
    name = by if isinstance(by, str) else by.email
    return write(Entry(at=at, by=name, action=action, subject=subject, detail=detail))


def write(entry: Entry) -> AuditEvent:
    """Write an entry as the next line."""
    with transaction.atomic():
        hold()
        line = following(last(), entry)
        return AuditEvent.objects.create(
            number=line.number, before=line.before, sha256=line.sha256,
            at=entry.at, by=entry.by, action=entry.action, subject=entry.subject, detail=entry.detail,
        )  # fmt: skip


def hold() -> None:
    """Let nobody else write to the log until this transaction ends: what is counted now stands when its line is written."""
    AuditHead.objects.select_for_update().get()


def last() -> Line | None:
    """The last line; None before the first."""
    found = AuditEvent.objects.order_by("-number").first()
    return found.line() if found else None


def broken_at(head: str | None = None) -> int | None:
    """The number of the first line that does not stand; None when all do."""
    return first_broken([event.line() for event in AuditEvent.objects.order_by("number")], head)
