"""Records of log-ins, invitations, objections, and accounts that nobody used: what of them is due."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.db.models.functions import Coalesce

from jdl_service.accounts.models import User
from jdl_service.files.models import Objection
from jdl_service.organisations.models import Invitation
from jdl_service.retention.classes import DataClass, in_force

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import Model, QuerySet

    Rows: TypeAlias = QuerySet[Model]

# Each record that is deleted, by its class and the field from which its days are counted.
_RECORDS: tuple[tuple[DataClass, type[Model], str], ...] = (
    (DataClass.LOGINS, AccessAttempt, "attempt_time"),
    (DataClass.LOGINS, AccessFailureLog, "attempt_time"),
    (DataClass.LOGINS, AccessLog, "attempt_time"),
    (DataClass.LOGINS, UserSession, "last_seen_at"),
    (DataClass.LOGINS, Session, "expire_date"),
    (DataClass.INVITATION, Invitation, "at"),
)


def old_records(data_class: DataClass, at: datetime) -> list[Rows]:
    """The records of a class that are due at a moment, kind by kind."""
    until = _until(data_class, at)
    kinds = [(kind, field) for each, kind, field in _RECORDS if each == data_class]
    return [kind._default_manager.filter(**{f"{field}__lte": until}) for kind, field in kinds]  # noqa: SLF001 -- Django's documented name


def old_objections(at: datetime) -> QuerySet[Objection]:
    """Objections that are due at a moment; what was sealed of them goes, and a reference that says nothing stays."""
    until = _until(DataClass.OBJECTION, at)
    return Objection.objects.filter(received_at__lte=until, sealed__destroyed_at=None).select_related("sealed")


def unused_accounts(at: datetime) -> list[User]:
    """Open accounts that are due at a moment; the administrator who was there last keeps the door."""
    used = User.objects.filter(is_active=True).annotate(used=Coalesce("last_login", "joined")).order_by("-used", "pk")
    keeper = used.filter(is_administrator=True).first()
    return [user for user in used.filter(used__lte=_until(DataClass.ACCOUNT, at)) if user != keeper]


def _until(data_class: DataClass, at: datetime) -> datetime:
    return at - timedelta(days=in_force()[data_class].days)
