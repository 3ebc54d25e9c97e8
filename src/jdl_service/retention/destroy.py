"""The nightly work: whatever is due goes, class by class, each with a certificate that a line of the log repeats."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

from django.db import transaction

from jdl_service.accounts.closing import close
from jdl_service.audit import log
from jdl_service.files.models import CohortFile, Sealed
from jdl_service.files.store import store
from jdl_service.requests.models import Request
from jdl_service.retention.classes import DataClass, in_force, kept_for
from jdl_service.retention.holdings import holdings
from jdl_service.retention.models import Certificate
from jdl_service.retention.people import old_objections, old_records, unused_accounts

if TYPE_CHECKING:
    from datetime import datetime

    from jdl_service.retention.holdings import Row


class Work(Protocol):
    """Something to be destroyed in one transaction."""

    def __call__(self, *, at: datetime) -> list[Certificate]:
        """Destroy what is due, and certify it."""


class _Gone(NamedTuple):
    """How many things were destroyed, and how many of these the lab had made."""

    files: int
    of_lab: int = 0


_log = logging.getLogger("jdl.retention")


def destroy_due(*, at: datetime) -> list[Certificate]:
    """Destroy everything whose day has come and that nobody holds back; give the certificates.

    Each request, each kind of record and each account is a transaction of its own: what breaks in one is logged, keeps no other waiting,
    and is due again the next night.
    """
    due = sorted({each.request.pk for each in holdings() if each.is_due(at)})
    work: list[Work] = [
        *(partial(_request, key) for key in due),
        *(partial(_records, each) for each in (DataClass.LOGINS, DataClass.INVITATION)),
        _objections,
        *(partial(_account, user.pk) for user in unused_accounts(at)),
    ]
    return [made for each in work for made in _try(each, at=at)]


def _try(work: Work, *, at: datetime) -> list[Certificate]:
    try:
        with transaction.atomic():
            return work(at=at)
    except Exception:  # noqa: BLE001 -- one that breaks must not keep the others
        _log.exception("retention broke", extra={"kind": "retention"})
        return []


def _request(key: int, *, at: datetime) -> list[Certificate]:
    """What is due of a request is looked for again under its lock, since it may have been held back or taken up in between."""
    Request.objects.select_for_update().get(pk=key)
    made = []
    for each in holdings(Request.objects.filter(pk=key)):
        if each.is_due(at):
            for row in each.rows:
                _forget(row, at)
            made.append(_certify(each.data_class, _Gone(len(each.rows), each.inside), each.request.key, at, each.request))
    return made


def _forget(row: Row, at: datetime) -> None:
    """The key first, which is the deletion; then the bytes, which are noise without it."""
    if isinstance(row, CohortFile):
        store().destroy(row.sealed, at=at)
        row.state = CohortFile.State.DESTROYED
        row.save(update_fields=["state"])
    elif isinstance(row, Sealed):
        store().destroy(row, at=at)
    else:
        row.delete()


def _records(data_class: DataClass, *, at: datetime) -> list[Certificate]:
    gone = sum(found.delete()[0] for found in old_records(data_class, at))
    return [_certify(data_class, _Gone(gone), kept_for(data_class).label.lower(), at)] if gone else []


def _objections(*, at: datetime) -> list[Certificate]:
    """The certificate says how many of all went, and nothing of whom they were about."""
    found = list(old_objections(at))
    for each in found:
        store().destroy(each.sealed, at=at)
    return [_certify(DataClass.OBJECTION, _Gone(len(found)), "objections", at)] if found else []


def _account(key: int, *, at: datetime) -> list[Certificate]:
    """Close an account that nobody used; looked at again, since somebody may have logged in."""
    user = next((each for each in unused_accounts(at) if each.pk == key), None)
    if user is None:
        return []
    user.name = ""
    close(user)
    return [_certify(DataClass.ACCOUNT, _Gone(1), f"account {key}", at)]


def _certify(data_class: DataClass, gone: _Gone, subject: str, at: datetime, request: Request | None = None) -> Certificate:
    """The certificate names the line of the log that says the same."""
    why = f"{in_force()[data_class].days} days after {kept_for(data_class).after}"
    line = log.record("destroy", subject, by=log.CLOCK, at=at, detail=f"{data_class}: {gone.files}; {why}")
    return Certificate.objects.create(
        request=request, data_class=data_class, files=gone.files, of_lab=gone.of_lab, at=at, why=why, audit_number=line.number
    )
