"""What is kept of each request and account, and when it is due to be destroyed; looking changes nothing, so this is the dry run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max, Q

from jdl_service.accounts.models import User
from jdl_service.analysis.models import SealedRoom
from jdl_service.requests.models import Request
from jdl_service.requests.states import ENDED
from jdl_service.retention.models import LegalHold, RetentionRule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jdl_service.files.models import CohortFile

    Kept: TypeAlias = CohortFile | SealedRoom | User

_Class = RetentionRule.DataClass
# Nobody will ask about a result that there is not.
_AT_ONCE = frozenset(("withdrawn", "refused"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Data of one class that are kept.

    Attributes:
        data_class: of `RetentionRule.DataClass`.
        request: whose; None for accounts.
        rows: what would be destroyed.
        due: from when on; None while its clock has not begun.
        held: whether a legal hold stands.
        why: the rule's reason.
    """

    data_class: str
    request: Request | None
    rows: tuple[Kept, ...]
    due: datetime | None
    held: bool
    why: str

    def is_due(self, at: datetime) -> bool:
        """Whether it is to be destroyed now."""
        return self.due is not None and self.due <= at and not self.held


def holdings() -> list[Holding]:
    """Everything that is kept, what is due first at the top, what has no date yet at the end."""
    rules = {rule.data_class: rule for rule in RetentionRule.objects.all()}
    held = set(LegalHold.objects.filter(lifted_at=None).values_list("request", flat=True))
    found = [*_files(rules, held), *_problems(rules, held), *_rooms(rules, held), *_accounts(rules)]
    far = datetime.max.replace(tzinfo=ZoneInfo("UTC"))
    return sorted(found, key=lambda each: (each.due or far, str(each.request), each.data_class))


def _files(rules: Mapping[str, RetentionRule], held: set[int]) -> Iterator[Holding]:
    for request in _with(Q(cohort_files__sealed__destroyed_at=None, cohort_files__isnull=False)):
        rows = tuple(request.cohort_files.filter(sealed__destroyed_at=None).select_related("sealed", "problems", "annotated"))
        data_class, since = _clock_of_file(request)
        yield _holding(rules[data_class], request, rows, since, held)


def _problems(rules: Mapping[str, RetentionRule], held: set[int]) -> Iterator[Holding]:
    kept = Q(cohort_files__problems__isnull=False, cohort_files__problems__destroyed_at=None)
    for request in _with(kept):
        rows = request.cohort_files.filter(problems__isnull=False, problems__destroyed_at=None).select_related("problems")
        last = rows.aggregate(last=Max("uploaded_at"))["last"]
        yield _holding(rules[_Class.PROBLEMS], request, tuple(rows), last, held)


def _rooms(rules: Mapping[str, RetentionRule], held: set[int]) -> Iterator[Holding]:
    for request in _with(Q(runs__rooms__isnull=False, runs__rooms__sealed__destroyed_at=None)):
        rooms = SealedRoom.objects.filter(run__request=request, sealed__destroyed_at=None)
        yield _holding(rules[_Class.ROOMS], request, tuple(rooms.select_related("sealed")), _ended(request), held)


def _accounts(rules: Mapping[str, RetentionRule]) -> Iterator[Holding]:
    """Accounts outside the lab that belong to no organisation; those of others are closed by an administrator."""
    nobody = User.objects.filter(
        is_active=True, memberships=None, is_analyst=False, is_reviewer=False, is_head_of_profession=False, is_administrator=False
    )
    for user in nobody:
        rule = rules[_Class.ACCOUNT]
        due = (user.last_login or user.joined) + timedelta(days=rule.days)
        yield Holding(data_class=rule.data_class, request=None, rows=(user,), due=due, held=False, why=rule.why)


def _holding(rule: RetentionRule, request: Request, rows: tuple[Kept, ...], since: datetime | None, held: set[int]) -> Holding:
    at_once = request.state in _AT_ONCE
    due = since + timedelta(days=0 if at_once else rule.days) if since else None
    return Holding(data_class=rule.data_class, request=request, rows=rows, due=due, held=request.pk in held, why=rule.why)


def _clock_of_file(request: Request) -> tuple[str, datetime | None]:
    """The class of a request's files and the moment from which its days count."""
    if request.state == "parked" and request.parked_until:
        return _Class.PARKED, datetime.combine(request.parked_until, time(), tzinfo=ZoneInfo(settings.TIME_ZONE))
    if request.state == "draft":
        last = request.cohort_files.aggregate(last=Max("uploaded_at"))["last"]
        return _Class.DRAFT, max(request.created_at, last)
    return _Class.COHORT, _ended(request)


def _ended(request: Request) -> datetime | None:
    """When a request came to its end; None while it is open, also again for a later version."""
    if request.state not in ENDED:
        return None
    last: datetime | None = request.passages.filter(after=request.state).aggregate(last=Max("at"))["last"]
    return last or request.submitted_at


def _with(kept: Q) -> Iterator[Request]:
    yield from Request.objects.filter(kept).distinct().order_by("key")
