"""The one way in which a request changes its state: the table, a passage, and a line of the log, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from jdl_service.audit import log
from jdl_service.requests import letters
from jdl_service.requests.models import Passage, Request
from jdl_service.requests.permissions import check_may
from jdl_service.requests.policies import check_step
from jdl_service.requests.states import follows, transition

if TYPE_CHECKING:
    from datetime import datetime

    from jdl_service.accounts.models import User
    from justice_data_lab.publication.states import State as ReleaseState


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseStep:
    """What was done to the release that a request follows.

    Attributes:
        action: its name.
        before: the state it was in; None when the request was sent, and its report drafted, just now.
        after: the state it is in.
    """

    action: str
    before: ReleaseState | None
    after: ReleaseState


@transaction.atomic
def move(request: Request, action: str, *, by: User | str, at: datetime, reason: str = "") -> Request:
    """The request after an action, as it stands in the database; fields set on it before are saved with it.

    Args:
        request: whose state is changed.
        action: of the table.
        by: a person, or `log.WORKER` or `log.CLOCK`.
        at: by the server's clock.
        reason: where the table asks for one.

    Raises:
        NotYours: the action is for another role.
        NotNow: the state does not allow it.
    """
    request.state = state_of(request)
    found = check_step(request, action, reason)
    if not isinstance(by, str):
        check_may(by, request, found)
    _enter(request, action, found.to, by=by, at=at, reason=reason)
    return request


@transaction.atomic
def follow(request: Request, step: ReleaseStep, *, by: User | str, at: datetime, reason: str = "") -> None:
    """Let a request follow its release, which has asked the core's table already; one that has gone on meanwhile stays where it is."""
    if step.before == step.after:
        return
    request.state = state_of(request)
    goes = transition("send", request.state) if step.before is None else request.state == follows(step.before)
    if goes and request.state != follows(step.after):
        _enter(request, step.action, follows(step.after), by=by, at=at, reason=reason)


def state_of(request: Request) -> str:
    """Read again under a lock, so that two people cannot both be first."""
    return Request.objects.select_for_update().values_list("state", flat=True).get(pk=request.pk)


def _enter(request: Request, action: str, after: str, *, by: User | str, at: datetime, reason: str) -> None:
    before, request.state = request.state, after
    if after == "checks" and not request.checked_text_at and not request.text_waived_at:
        # the letter of this step asks for it
        request.text_asked_at = at
    request.save()
    person = None if isinstance(by, str) else by
    Passage.objects.create(request=request, action=action, before=before, after=after, by=person, at=at, reason=reason)
    log.record(action, request.key, by=by, at=at, detail=f"{before} to {after}")
    letters.moved(request, by)
