"""What is kept of each request, and when it is due to be destroyed; looking changes nothing, so this is the dry run.

Whatever several rules name goes on the earliest of their days. What the lab is at work on has no day.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Prefetch

from jdl_service.analysis.models import ForTheWeb, LinkReview, SealedRoom
from jdl_service.files.models import CohortFile, Sealed
from jdl_service.requests.models import Message, Request
from jdl_service.requests.states import ENDED
from jdl_service.retention.classes import DataClass, in_force

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

    Row: TypeAlias = CohortFile | Sealed | Message
    Clock: TypeAlias = tuple[DataClass, datetime | None]

_CLOSED = frozenset(("refused", "withdrawn"))
# The organisation has the next step, and no date is set for it.
_WAITING = {"draft": DataClass.DRAFT, "coverage": DataClass.DRAFT, "adding": DataClass.ADDING}
_FAR = datetime.max.replace(tzinfo=UTC)
# Sealed files come with their rows: asked for by themselves they are as many conditions, of which SQLite takes a thousand.
_CLOCKS: tuple[str | Prefetch[Any], ...] = (
    "passages", "messages", "holds", "cohort_files__runs",
    Prefetch("cohort_files__link_reviews", LinkReview.objects.select_related("for_web", "for_worker")),
    Prefetch("runs__rooms", SealedRoom.objects.select_related("sealed")),
    Prefetch("runs__opened", ForTheWeb.objects.select_related("sealed")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What is kept of a request by one rule and goes at one moment.

    Attributes:
        data_class: whose rule it is.
        request: whose data.
        rows: a cohort file, another sealed file, or a message.
        due: from this second on it is destroyed; None while its clock has not begun.
        held: whether a legal hold keeps it.
        inside: how many of the rows the lab made. An organisation is told no number of these: it would say how far the analysis came.
    """

    data_class: DataClass
    request: Request
    rows: tuple[Row, ...]
    due: datetime | None
    held: bool
    inside: int

    def is_due(self, at: datetime) -> bool:
        """Whether it is destroyed at a moment."""
        return self.due is not None and self.due <= at and not self.held


class _Piece(NamedTuple):
    row: Row
    clocks: list[Clock]
    inside: bool = False


def holdings(found: QuerySet[Request] | None = None) -> list[Holding]:
    """Everything that is kept of requests: what is due first at the top, what has no day yet at the end."""
    days = {name: timedelta(days=rule.days) for name, rule in in_force().items()}
    requests = Request.objects.all() if found is None else found
    files = Prefetch("cohort_files", CohortFile.objects.select_related("sealed", "problems", "annotated"))
    listed = [each for request in requests.prefetch_related(files, *_CLOCKS) for each in _of(request, days)]
    return sorted(listed, key=lambda each: (each.due or _FAR, each.request.key, each.data_class))


def _of(request: Request, days: dict[str, timedelta]) -> Iterator[Holding]:
    """Pieces that go at one moment by one rule, together."""
    held = any(hold.lifted_at is None for hold in request.holds.all())
    together: dict[tuple[DataClass, datetime | None], list[_Piece]] = defaultdict(list)
    for piece in (*_files(request), *_of_runs(request), *_messages(request)):
        running = [(since + days[name], name) for name, since in piece.clocks if since is not None]
        due, data_class = min(running) if running else (None, piece.clocks[-1][0])
        together[data_class, due].append(piece)
    for (data_class, due), pieces in together.items():
        rows, inside = tuple(piece.row for piece in pieces), sum(piece.inside for piece in pieces)
        yield Holding(data_class=data_class, request=request, rows=rows, due=due, held=held, inside=inside)


def _files(request: Request) -> Iterator[_Piece]:
    """Cohort files, and what was made of each for whoever sent it or for whoever decides its links; it is kept no longer than the file."""
    files = list(request.cohort_files.all())
    for file in files:
        clocks = [*_of_file(file, files), _of_state(request, DataClass.COHORT)]
        if file.sealed.destroyed_at is None:
            yield _Piece(file, clocks)
        for faulty in _kept(file.problems, file.annotated):
            yield _Piece(faulty, [(DataClass.PROBLEMS, faulty.sealed_at), *clocks])
        for sealed in _kept(*(part for review in file.link_reviews.all() for part in _decisions(review))):
            yield _Piece(sealed, clocks, inside=True)


def _of_runs(request: Request) -> Iterator[_Piece]:
    """Rooms, and what was opened of them for the lab's pages, which is kept no longer than the file."""
    for run in request.runs.all():
        for sealed in _kept(*(room.sealed for room in run.rooms.all())):
            yield _Piece(sealed, [_of_state(request, DataClass.ROOMS)], inside=True)
        for sealed in _kept(*(each.sealed for each in run.opened.all())):
            yield _Piece(sealed, [_of_state(request, DataClass.COHORT)], inside=True)


def _messages(request: Request) -> Iterator[_Piece]:
    since = _last(request) if request.state in ENDED else None
    yield from (_Piece(message, [(DataClass.MESSAGES, since)]) for message in request.messages.all())


def _of_file(file: CohortFile, files: list[CohortFile]) -> Iterator[Clock]:
    """The clocks of a file that run whatever the state of its request."""
    if file.state == CohortFile.State.FAULTY:
        yield DataClass.FAULTY, file.uploaded_at
    later = [each.uploaded_at for each in files if each.organisation_id == file.organisation_id and each.version > file.version]
    if later and not file.runs.all():
        yield DataClass.SUPERSEDED, min(later)


def _of_state(request: Request, ended: DataClass) -> Clock:
    """The clock that the state of a request sets going; one that stands still while the lab is at work."""
    if request.state in ENDED:
        return (DataClass.CLOSED if request.state in _CLOSED else ended), _last(request)
    passages = list(request.passages.all())
    woken = request.state == "accepted" and bool(passages) and passages[-1].action == "wake"
    if request.parked_until and (request.state == "parked" or woken):
        return DataClass.PARKED, datetime.combine(request.parked_until, time(), tzinfo=ZoneInfo(settings.TIME_ZONE))
    if request.state in _WAITING:
        return _WAITING[request.state], max([_last(request), *(file.uploaded_at for file in request.cohort_files.all())])
    return ended, None


def _last(request: Request) -> datetime:
    """When a request came to where it is."""
    entered = [passage.at for passage in request.passages.all() if passage.after == request.state]
    return max(entered, default=request.submitted_at or request.created_at)


def _decisions(review: LinkReview) -> tuple[Sealed, Sealed]:
    return review.for_web, review.for_worker


def _kept(*found: Sealed | None) -> Iterable[Sealed]:
    return (each for each in found if each is not None and each.destroyed_at is None)
