"""What people do about retention: hold something back, change a rule. Each is a line of the log; `destroy.py` is the nightly work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from jdl_service.audit import log
from jdl_service.base.errors import NotNow
from jdl_service.requests.models import Request
from jdl_service.retention import permissions, policies
from jdl_service.retention.classes import in_force
from jdl_service.retention.models import LegalHold, RetentionRule

if TYPE_CHECKING:
    from datetime import datetime

    from jdl_service.accounts.models import User


@transaction.atomic
def hold(request: Request, *, reason: str, by: User, at: datetime) -> LegalHold:
    """Hold everything of a request back from destruction.

    Raises:
        NotYours: not the head of profession.
        NotNow: a hold stands already, or no reason is given.
    """
    permissions.check_head(by)
    # the nightly work takes the same lock, so that nothing goes while the hold is being set
    Request.objects.select_for_update().get(pk=request.pk)
    policies.check_reason(f"hold on {request.key}", reason)
    policies.check_no_hold(request)
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
def change_rule(data_class: str, *, days: int, why: str, by: User, at: datetime) -> RetentionRule:
    """Keep a class of data longer or shorter, and say why; what is past its day then goes the next night.

    Raises:
        NotYours: no administrator.
        NotNow: out of bounds, or no reason is given.
    """
    permissions.check_administrator(by)
    policies.check_days(data_class, days)
    policies.check_reason(f"rule {data_class}", why)
    before = in_force()[data_class].days
    row, _ = RetentionRule.objects.update_or_create(data_class=data_class, defaults={"days": days, "why": why.strip()})
    log.record("change retention", data_class, by=by, at=at, detail=f"{before} to {days} days")
    return row
