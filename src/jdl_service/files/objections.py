"""Somebody does not want to be analysed: sealed in the memory of the web process, and opened by the worker alone."""

from __future__ import annotations

import json
import secrets
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from jdl_service.audit import log
from jdl_service.base.errors import NotNow
from jdl_service.files.models import Objection, Sealed
from jdl_service.files.store import store
from jdl_service.requests.states import ENDED, STATES
from justice_data_lab.intake.objections import Objection as Person

if TYPE_CHECKING:
    from datetime import datetime

    from jdl_service.organisations.models import Organisation
    from jdl_service.requests.models import Request

PUBLIC = "public"
# No letter or digit that is taken for another.
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_MOST_AN_HOUR = 200
# What has been cleared is figures of groups; nobody can be taken out of it any more.
_CLEARED = frozenset(("cleared", "final", "scheduled", "postponed"))
OPEN = frozenset(STATES) - ENDED - _CLEARED


@transaction.atomic
def object_to_all(person: Person, *, organisation: Organisation | None, at: datetime) -> Objection:
    """Take in the objection of somebody of the public: to all requests, or to those of one organisation.

    Args:
        person: who objects. Sealed at once for the worker, and kept nowhere else.
        organisation: whose requests it is about; None: all.
        at: by the server's clock.

    Raises:
        NotNow: far more came in the last hour than people send.
    """
    if Objection.objects.filter(received_at__gt=at - timedelta(hours=1)).count() >= _MOST_AN_HOUR:
        message = "Too many objections came in during the last hour. Please try again later, or write to the lab."
        raise NotNow(message)
    made = keep(person, {"organisation": organisation.pk if organisation else None, "request": None}, at=at)
    made.sealed.save()
    made.save()
    log.record("objection", made.reference, by=PUBLIC, at=at)
    return made


def keep(person: Person, limits: dict[str, int | None], *, at: datetime) -> Objection:
    """An objection with its sealed file; neither row is saved yet."""
    content = {
        "surname": person.surname,
        "forename": person.forename,
        "date_of_birth": person.date_of_birth.isoformat(),
        **limits,
    }
    sealed = store().put([json.dumps(content).encode()], opener=Sealed.Opener.WORKER, at=at)
    return Objection(reference=_reference(), sealed=sealed, received_at=at)


def objections_for(request: Request, until: datetime) -> tuple[Person, ...]:
    """Who is not to be in a request, of those who said so by a moment; for the worker, which alone can open it."""
    taking = {request.organisation_id, *request.partners.values_list("pk", flat=True)}
    rows = Objection.objects.filter(received_at__lte=until, sealed__destroyed_at=None).select_related("sealed")
    found = (read_objection(row) for row in rows)
    return tuple(
        person
        for person, limits in found
        if limits["organisation"] in (None, *taking) and limits["request"] in (None, request.pk)
    )


def read_objection(row: Objection) -> tuple[Person, dict[str, int | None]]:
    """Who objects, and what it is limited to."""
    said = json.loads(b"".join(store().open(row.sealed)))
    person = Person(surname=said["surname"], forename=said["forename"], date_of_birth=date.fromisoformat(said["date_of_birth"]))
    return person, {"organisation": said["organisation"], "request": said["request"]}


def _reference() -> str:
    """A reference that says nothing, and can be read over the telephone."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"OB-{letters[:4]}-{letters[4:]}"
