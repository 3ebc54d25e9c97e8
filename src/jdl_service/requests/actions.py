"""What is done to a request: keyword-only, `by=` whom, `at=` when; one transaction and one line of the log each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Length

from jdl_service import clock
from jdl_service.audit import log
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.base.wall import opened
from jdl_service.files.jobs import take_names_out
from jdl_service.requests import letters, policies
from jdl_service.requests.models import Message, Request
from jdl_service.requests.moves import move, state_of
from jdl_service.requests.permissions import actors

if TYPE_CHECKING:
    from datetime import date, datetime

    from jdl_service.accounts.models import User
    from jdl_service.organisations.models import Organisation


@transaction.atomic
def begin(
    *, organisation: Organisation, by: User, at: datetime, kind: str = Request.Kind.SINGLE, planned_size: int | None = None
) -> Request:
    """A draft under the year's next reference.

    Raises:
        NotYours: somebody of another organisation.
        NotNow: the organisation is not approved.
    """
    if not organisation.memberships.filter(user=by).exists():
        message = f"begin: is for people of {organisation}."
        raise NotYours(message)
    policies.check_approved(organisation)
    earlier = Request.objects.filter(Q(organisation=organisation), ~Q(state__in=("draft", "withdrawn")))
    made = Request.objects.create(
        key=_next_key(at), organisation=organisation, kind=kind, planned_size=planned_size,
        created_by=by, created_at=at, first_time=not earlier.exists(),
    )  # fmt: skip
    log.record("begin", made.key, by=by, at=at)
    return made


@transaction.atomic
def submit(request: Request, *, by: User, at: datetime) -> Request:
    """Send it to the lab; what is promised and counted runs from the first time, also of one that was given back in between."""
    policies.check_submit(request)
    request.submitted_at = request.submitted_at or at
    moved = move(request, "submit", by=by, at=at)
    _take_names_out(request, by=by, at=at)
    return moved


def accept(request: Request, *, by: User, at: datetime) -> Request:
    """The lab takes it on; whoever accepts owns it, until somebody else does."""
    request.owner = request.owner or by
    return move(request, "accept", by=by, at=at)


def refuse(request: Request, *, by: User, at: datetime, reason: str) -> Request:
    """The lab does not take it on."""
    return move(request, "refuse", by=by, at=at, reason=reason)


def give_back(request: Request, *, by: User, at: datetime, reason: str) -> Request:
    """Something has to be put right first."""
    return move(request, "return", by=by, at=at, reason=reason)


def go_on(request: Request, *, by: User, at: datetime) -> Request:
    """The organisation has seen its coverage and wants the analysis."""
    return move(request, "go_on", by=by, at=at)


def add_people(request: Request, *, by: User, at: datetime) -> Request:
    """The organisation sends a fuller file."""
    return move(request, "add_people", by=by, at=at)


def resubmit(request: Request, *, by: User, at: datetime) -> Request:
    """The fuller file is in."""
    policies.check_clean_file(request)
    return move(request, "resubmit", by=by, at=at)


def park(request: Request, *, until: date, by: User, at: datetime) -> Request:
    """Wait until a date."""
    policies.check_park(request, until, clock.day_of(at))
    request.parked_until = until
    return move(request, "park", by=by, at=at)


def unpark(request: Request, *, by: User, at: datetime) -> Request:
    """Go on before the date."""
    return move(request, "unpark", by=by, at=at)


def wake_due(*, at: datetime) -> int:
    """Take up every parked request whose date has come where the lab is; give their number."""
    due = list(Request.objects.filter(state="parked", parked_until__lte=clock.day_of(at)))
    for request in due:
        move(request, "wake", by=log.CLOCK, at=at)
    return len(due)


@transaction.atomic
def withdraw(request: Request, *, by: User, at: datetime, reason: str) -> Request:
    """The organisation takes it back before the analysis starts; retention destroys the file."""
    policies.check_names_nobody(request, reason)
    request.state = state_of(request)
    policies.check_withdraw(request)
    moved = move(request, "withdraw", by=by, at=at, reason=reason)
    _take_names_out(request, by=by, at=at)
    return moved


@transaction.atomic
def write_message(request: Request, *, text: str, by: User, at: datetime) -> Message:
    """Say something about a request.

    Raises:
        NotYours: somebody who has nothing to do with it.
        NotNow: nothing was said, or somebody seems to be named.
    """
    acting = actors(by, request)
    if not acting:
        message = f"Request {request.key}: messages are for the organisation and the lab."
        raise NotYours(message)
    if not text.strip():
        message = f"Request {request.key}: the message has no words. Write what you want to say."
        raise NotNow(message)
    policies.check_names_nobody(request, text)
    made = Message.objects.create(request=request, by=by, at=at, text=text.strip(), from_lab="organisation" not in acting)
    log.record("message", request.key, by=by, at=at)
    letters.written(made)
    _take_names_out(request, by=by, at=at)
    return made


@transaction.atomic
def declare(request: Request, *, by: User, at: datetime) -> Request:
    """Somebody of the organisation answers for what was said.

    Raises:
        NotYours: somebody of another organisation.
        NotNow: it is no draft.
    """
    if "organisation" not in actors(by, request):
        message = f"Request {request.key}: this is for the organisation that asks."
        raise NotYours(message)
    policies.check_draft(request)
    request.declared_by, request.declared_at = by, at
    request.save(update_fields=["declared_by", "declared_at"])
    log.record("declare", request.key, by=by, at=at)
    return request


def _take_names_out(request: Request, *, by: User, at: datetime) -> None:
    """Have the worker look for people of the file in what was written just now."""
    line = log.last()
    if line and request.cohort_files.filter(state="clean").exists():
        take_names_out.using(request=request, by=by, at=at).enqueue(request=request.pk, after=line.number)


@opened()
def _next_key(at: datetime) -> str:
    # held until the line of this one is written: nobody else looks for the last reference meanwhile
    log.hold()
    year = f"{clock.day_of(at).year}-"
    of_year = Request.objects.filter(key__startswith=year)
    # by its length first: as text, 999 comes after 1000
    last = of_year.order_by(Length("key").desc(), "-key").values_list("key", flat=True).first()
    return f"{year}{int(last.removeprefix(year)) + 1 if last else 1:03}"
