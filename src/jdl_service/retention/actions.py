"""What is done about retention: destroy what is due, hold it back, change a rule. Each is a line of the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from jdl_service.accounts.models import User
from jdl_service.analysis.models import SealedRoom
from jdl_service.audit import log
from jdl_service.base.errors import NotNow
from jdl_service.files.models import CohortFile
from jdl_service.files.store import store
from jdl_service.retention import permissions
from jdl_service.retention.holdings import holdings
from jdl_service.retention.models import Certificate, LegalHold, RetentionRule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from jdl_service.files.models import Sealed
    from jdl_service.requests.models import Request
    from jdl_service.retention.holdings import Holding, Kept


def destroy_due(*, at: datetime) -> list[Certificate]:
    """Destroy everything whose day has come and that nobody holds back; a certificate for each."""
    return [_destroy(each, at=at) for each in holdings() if each.is_due(at)]


@transaction.atomic
def hold(request: Request, *, reason: str, by: User, at: datetime) -> LegalHold:
    """Hold everything of a request back from destruction.

    Raises:
        NotYours: not the head of profession.
        NotNow: a hold stands already, or no reason is given.
    """
    permissions.check_head(by)
    if not reason.strip():
        message = f"hold on {request.key}: expected a reason, found none."
        raise NotNow(message)
    if request.holds.filter(lifted_at=None).exists():
        message = f"hold on {request.key}: stands already."
        raise NotNow(message)
    made = LegalHold.objects.create(request=request, by=by, at=at, reason=reason.strip())
    log.record("legal hold", request.key, by=by, at=at)
    return made


@transaction.atomic
def lift(request: Request, *, by: User, at: datetime) -> LegalHold:
    """End a hold; what is due is destroyed the next night.

    Raises:
        NotYours: not the head of profession.
        NotNow: none stands.
    """
    permissions.check_head(by)
    found: LegalHold | None = request.holds.filter(lifted_at=None).first()
    if found is None:
        message = f"hold on {request.key}: none stands."
        raise NotNow(message)
    found.lifted_by, found.lifted_at = by, at
    found.save(update_fields=["lifted_by", "lifted_at"])
    log.record("lift legal hold", request.key, by=by, at=at)
    return found


@transaction.atomic
def change_rule(rule: RetentionRule, *, days: int, why: str, by: User, at: datetime) -> RetentionRule:
    """Keep a class of data longer or shorter, and say why.

    Raises:
        NotYours: no administrator.
    """
    permissions.check_administrator(by)
    before, rule.days, rule.why = rule.days, days, why.strip()
    rule.save(update_fields=["days", "why"])
    log.record("change retention", rule.data_class, by=by, at=at, detail=f"{before} to {days} days")
    return rule


@transaction.atomic
def _destroy(holding: Holding, *, at: datetime) -> Certificate:
    """Destroy the keys, then the bytes; the certificate names the line of the log that says the same."""
    gone = sum(1 for row in holding.rows for _ in _end(row, holding.data_class, at))
    subject = holding.request.key if holding.request else "accounts"
    event = log.record("destroy", subject, by=log.CLOCK, at=at, detail=f"{holding.data_class}: {gone}")
    return Certificate.objects.create(
        request=holding.request, data_class=holding.data_class, files=gone, at=at, why=holding.why, audit_number=event.number
    )


def _end(row: Kept, data_class: str, at: datetime) -> Iterator[None]:
    """End one row; a step for each thing that is gone."""
    if isinstance(row, User):
        row.is_active, row.name = False, ""
        row.set_unusable_password()
        row.save(update_fields=["is_active", "name", "password"])
        yield
        return
    kept = store()
    for sealed in _sealed(row, data_class):
        if sealed.destroyed_at is None:
            kept.destroy(sealed, at=at)
            yield
    if isinstance(row, CohortFile) and data_class != RetentionRule.DataClass.PROBLEMS:
        row.state = CohortFile.State.DESTROYED
        row.save(update_fields=["state"])


def _sealed(row: CohortFile | SealedRoom, data_class: str) -> tuple[Sealed, ...]:
    if isinstance(row, SealedRoom):
        return (row.sealed,)
    if data_class == RetentionRule.DataClass.PROBLEMS:
        return (row.problems,) if row.problems else ()
    return tuple(each for each in (row.sealed, row.problems, row.annotated) if each)
