"""What an organisation does to its own request beside moving it on: answer, add a partner, say that the text is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from jdl_service import clock
from jdl_service.audit import log
from jdl_service.base.errors import NotYours
from jdl_service.requests import policies
from jdl_service.requests.moves import state_of
from jdl_service.requests.permissions import actors
from jdl_service.requests.tasks import ANSWERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from jdl_service.accounts.models import User
    from jdl_service.organisations.models import Organisation
    from jdl_service.requests.models import Request


def check_ours(request: Request, by: User, what: str) -> None:
    """See that this person belongs to the organisation that asks.

    Raises:
        NotYours: anybody else, a partner's people among them.
    """
    if "organisation" not in actors(by, request):
        message = f"The {what} of {request.key} is for the organisation that asks."
        raise NotYours(message)


@transaction.atomic
def answer(request: Request, *, said: Mapping[str, str | date | int | bool | None], by: User, at: datetime) -> Request:
    """Keep answers of the task list. A declaration stands for what was said before it, so it has to be made again.

    Raises:
        NotYours: somebody of another organisation.
        NotNow: it is no draft, or somebody is named.
        KeyError: no task asks for it.
    """
    check_ours(request, by, "task list")
    _lock_draft(request)
    for name, value in said.items():
        if name not in ANSWERS:
            raise KeyError(name)
        policies.check_names_nobody(request, str(value or ""))
        setattr(request, name, value)
    request.declared_by = request.declared_at = None
    # nothing else is written: somebody may have moved the request on since this row was read
    request.save(update_fields=[*said, "declared_by", "declared_at"])
    log.record("answer", request.key, by=by, at=at, detail=", ".join(sorted(said)))
    return request


@transaction.atomic
def add_partner(request: Request, *, partner: Organisation, by: User, at: datetime) -> Request:
    """Another organisation takes part: its people see the request, and send a file of their own."""
    check_ours(request, by, "partners")
    policies.check_partner(request, partner)
    request.partners.add(partner)
    log.record("add partner", request.key, by=by, at=at, detail=f"organisation {partner.pk}")
    return request


@transaction.atomic
def remove_partner(request: Request, *, partner: Organisation, by: User, at: datetime) -> Request:
    """It takes part no more."""
    check_ours(request, by, "partners")
    policies.check_draft(request)
    request.partners.remove(partner)
    log.record("remove partner", request.key, by=by, at=at, detail=f"organisation {partner.pk}")
    return request


@transaction.atomic
def approve_text(request: Request, *, by: User, at: datetime) -> Request:
    """The organisation says that all text without a result is right."""
    check_ours(request, by, "text")
    policies.check_text_open(request)
    request.checked_text_at = at
    request.save(update_fields=["checked_text_at"])
    log.record("text is right", request.key, by=by, at=at)
    return request


@transaction.atomic
def waive_text(request: Request, *, by: User, at: datetime, reason: str) -> Request:
    """The organisation was asked whether the text is right and has not answered; the head of profession goes on, and says why.

    Raises:
        NotYours: not the head of profession.
        NotNow: it was not asked, or not long enough ago; it has answered; or no reason is given.
    """
    if "head_of_profession" not in actors(by, request):
        message = f"Request {request.key}: the head of profession alone goes on without an answer."
        raise NotYours(message)
    policies.check_waive_text(request, reason, clock.day_of(at))
    request.text_waived_by, request.text_waived_at, request.text_waived_why = by, at, reason.strip()
    request.save(update_fields=["text_waived_by", "text_waived_at", "text_waived_why"])
    log.record("text not answered", request.key, by=by, at=at, detail=reason.strip())
    return request


def _lock_draft(request: Request) -> None:
    """Hold on to a draft until the transaction ends; its state is read again, so that nothing is written into what was sent."""
    request.state = state_of(request)
    policies.check_draft(request)
