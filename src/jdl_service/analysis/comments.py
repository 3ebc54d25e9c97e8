"""Who reads which comment: until both checks of a report are in, what a reviewer says is for the analysts, so that the second check is blind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.db.models import Count, Max, Q

from jdl_service.analysis.models import Comment
from jdl_service.analysis.policies import who_did_it

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from jdl_service.accounts.models import User
    from jdl_service.requests.models import Request

_BOTH = 2


class Thread(NamedTuple):
    """A comment and its answers, as somebody may read them."""

    said: Comment
    answers: tuple[Comment, ...]


def threads(user: User, request: Request) -> list[Thread]:
    """What this person may read of what was said, each comment with its answers."""
    found = list(seen(user, request).select_related("by"))
    return [
        Thread(said, tuple(each for each in found if each.answers_id == said.pk)) for said in found if said.answers_id is None
    ]


def seen(user: User, request: Request) -> QuerySet[Comment]:
    """The comments on a request that this person may read: of a check that is not complete, one's own, and those of the analysts.

    *Notes*: a head of profession reads a reviewer's comment once both checks are in as well: nothing is cleared before, and what one
    reviewer thinks must not reach the other through a third. What was said in earlier rounds, whose checks are complete, stays open to all.
    """
    of_request = Comment.objects.for_user(user).filter(request=request)
    did = who_did_it(request)
    if _is_complete(request) or user.roles == {"analyst"} or did.filter(pk=user.pk).exists():
        return of_request
    by_analysts = Q(by__is_analyst=True, by__is_reviewer=False, by__is_head_of_profession=False) | Q(by__in=did)
    before = _last_complete(request)
    return of_request.filter(Q(by=user) | by_analysts | (Q(at__lte=before) if before else Q(pk=None)))


def _is_complete(request: Request) -> bool:
    """Whether both checks of the report as it is now are in."""
    # releases belong to an app above this one, which is why they are asked for by their name
    now = cast("Any", request).releases.order_by("-version").first()
    return now is not None and now.checks.filter(round=now.round, submitted_at__isnull=False).count() == _BOTH


def _last_complete(request: Request) -> datetime | None:
    """When the second check came in, of the last round that had both."""
    checked = cast("Any", request).releases.filter(checks__submitted_at__isnull=False)
    rounds = checked.values("pk", "checks__round").annotate(number=Count("checks"), last=Max("checks__submitted_at"))
    return max((each["last"] for each in rounds if each["number"] == _BOTH), default=None)
