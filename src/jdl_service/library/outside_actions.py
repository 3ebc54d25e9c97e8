"""What is done with evidence from elsewhere: an analyst adds it, a reviewer agrees, and whatever was added is withdrawn, never deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from django.db import transaction

from jdl_service import clock
from jdl_service.audit import log
from jdl_service.base.free_text import identifiers_in
from jdl_service.library import policies
from jdl_service.library.models import OutsideResult
from jdl_service.library.standing import AGREED, TAKEN_OUT
from jdl_service.releases.permissions import for_action
from justice_data_lab.errors import UsageError
from justice_data_lab.library.taxonomy import slug
from justice_data_lab.records import to_json

if TYPE_CHECKING:
    from datetime import datetime

    from jdl_service.accounts.models import User
    from justice_data_lab.library.outside import Outside

ADDED, CHANGED = "add outside", "change outside"
_LONGEST = 50


@transaction.atomic
def add(said: Outside, *, by: User, at: datetime) -> OutsideResult:
    """Add a result from elsewhere; nobody but the lab sees it before a reviewer has agreed.

    Raises:
        NotYours: no analyst.
        UsageError: a text seems to name somebody.
    """
    for_action(by, ("analyst",))
    _check_words(said.title, said.note)
    key = _free(said)
    row = OutsideResult.objects.create(key=key, said=to_json(replace(said, key=key)), by=by, at=at)
    log.record(ADDED, key, by=by, at=at)
    return row


@transaction.atomic
def change(row: OutsideResult, said: Outside, *, by: User, at: datetime) -> OutsideResult:
    """Change what one added, while no reviewer has agreed to it.

    Raises:
        NotYours: no analyst, or not the one who added it.
        NotNow: a reviewer agreed to it, or it was withdrawn.
        UsageError: a text seems to name somebody.
    """
    for_action(by, ("analyst",))
    row = _locked(row)
    policies.check_change(row, by)
    _check_words(said.title, said.note)
    row.said, row.at = to_json(replace(said, key=row.key)), at
    row.save(update_fields=["said", "at"])
    log.record(CHANGED, row.key, by=by, at=at)
    return row


@transaction.atomic
def agree(row: OutsideResult, *, by: User, at: datetime) -> OutsideResult:
    """A second person has compared it with its source: from now on everybody sees it.

    Raises:
        NotYours: no reviewer, or the one who added it.
        NotNow: it does not wait for that.
    """
    for_action(by, ("reviewer",))
    row = _locked(row)
    policies.check_agree(row, by)
    row.said = to_json(replace(row.as_outside(), added=clock.day_of(at)))
    row.state, row.agreed_by, row.agreed_at = OutsideResult.State.AGREED, by, at
    row.full_clean()
    row.save()
    log.record(AGREED, row.key, by=by, at=at)
    return row


@transaction.atomic
def withdraw(row: OutsideResult, *, reason: str, by: User, at: datetime) -> OutsideResult:
    """It counts no more, from now on; one that was public stays listed with the reason, without its figures.

    Raises:
        NotYours: nobody of the lab.
        NotNow: it was withdrawn already.
        UsageError: there is no reason, or it seems to name somebody.
    """
    for_action(by, ("analyst", "reviewer", "head_of_profession"))
    row = _locked(row)
    policies.check_withdraw(row)
    _check_words(reason)
    if not reason.strip():
        _refuse("a reason, which everybody may read", "none")
    row.state, row.withdrawn_by, row.withdrawn_at, row.reason = OutsideResult.State.WITHDRAWN, by, at, reason.strip()
    row.full_clean()
    row.save()
    log.record(TAKEN_OUT, row.key, by=by, at=at)
    return row


def _locked(row: OutsideResult) -> OutsideResult:
    """The row as it is now, for nobody else to change at the same time."""
    return OutsideResult.objects.select_for_update().get(pk=row.pk)


def _free(said: Outside) -> str:
    """A key that no other result has, of its title and year."""
    # held until the line of this one is written: nobody else looks for a key meanwhile
    log.hold()
    start = f"{slug(said.title)[:_LONGEST].strip('-') or 'outside'}-{said.year}"
    taken = set(OutsideResult.objects.filter(key__startswith=start).values_list("key", flat=True))
    return next(key for number in range(1, len(taken) + 2) if (key := start if number == 1 else f"{start}-{number}") not in taken)


def _check_words(*texts: str) -> None:
    found = identifiers_in(" ".join(texts))
    if found:
        _refuse("words that name nobody", f"what looks like {' and '.join(found)}")


def _refuse(expected: str, came: str) -> NoReturn:
    message = f"evidence from elsewhere: expected {expected}; got {came}."
    raise UsageError(message)
