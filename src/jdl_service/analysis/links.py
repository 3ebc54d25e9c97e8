"""Review of uncertain links: pair after pair, each person alone. Names are opened for one page; decisions rest sealed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from jdl_service import clock
from jdl_service.analysis import jobs, permissions, policies
from jdl_service.analysis.models import ForTheWeb, LinkReview
from jdl_service.analysis.sealed import keep_decisions, needed, opened, read_decisions, read_queue
from jdl_service.analysis.snapshot import check_same_register
from jdl_service.audit import log
from jdl_service.base.errors import NotNow
from justice_data_lab.linkage.review import CANNOT_TELL, NOBODY, Review, agreement, check_reviews

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from jdl_service.accounts.models import User
    from jdl_service.analysis.models import Run
    from jdl_service.requests.models import Request
    from justice_data_lab.linkage.review import Agreement, Choice, ReviewCase, ReviewQueue

_WORDS: dict[str, Choice] = {NOBODY: NOBODY, CANNOT_TELL: CANNOT_TELL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """What one person has before them.

    Attributes:
        queue: the rows, with names.
        review: what this person decided so far.
    """

    queue: ReviewQueue
    review: Review

    def next_case(self, skipped: Collection[int]) -> ReviewCase | None:
        """The first row that is neither decided nor left for later."""
        return next((case for case in self.queue.left(self.review) if case.row not in skipped), None)


@transaction.atomic
def prepare(request: Request, *, by: User, at: datetime) -> None:
    """Have the worker lay the uncertain links of the last run out.

    Raises:
        NotYours: neither analyst nor reviewer.
        NotNow: it is too early, or too late.
    """
    permissions.check_links(by, request)
    policies.check_review_links(request)
    jobs.prepare_links.using(request=request, by=by, at=at).enqueue(run=policies.last_run(request).pk)
    log.record("prepare links", request.key, by=by, at=at)


def sit(request: Request, *, by: User, at: datetime) -> Sitting:
    """Open the uncertain links for one person; that they were opened is logged.

    Raises:
        NotYours: neither analyst nor reviewer.
        NotNow: it is too early or too late, or the worker has not laid them out.
    """
    found = _sit(request, by)
    log.record("view links", request.key, by=by, at=at)
    return found


@transaction.atomic
def decide(request: Request, *, row: int, choice: str, by: User, at: datetime) -> LinkReview:
    """Keep a decision on one row.

    Raises:
        NotNow: the row is not for review, or nobody stands under that number.
        UsageError: the core refuses the choice, in its words.
    """
    sitting = _sit(request, by)
    case = next((each for each in sitting.queue.cases if each.row == row), None)
    made = _WORDS.get(choice) or (int(choice) if choice.isascii() and choice.isdigit() else None)
    if case is None or made is None:
        message = f"review of links of {request.key}: expected one of the people shown, nobody, or cannot tell."
        raise NotNow(message)
    return _keep(request, sitting, sitting.review.decide(case, made, clock.day_of(at)), by, at)


@transaction.atomic
def take_back(request: Request, *, by: User, at: datetime) -> LinkReview:
    """Take the last decision back.

    Raises:
        NotNow: there is none.
    """
    sitting = _sit(request, by)
    if not sitting.review.decisions:
        message = f"review of links of {request.key}: there is no decision to take back."
        raise NotNow(message)
    return _keep(request, sitting, sitting.review.take_back(), by, at)


def compare(request: Request, *, by: User) -> Agreement:
    """How far those agree who have decided every row; told only to one of them.

    Raises:
        NotNow: this person has not finished, or nobody else has.
    """
    rows = list(finished(_run(request)))
    if by.pk not in {row.reviewer.pk for row in rows}:
        message = f"review of links of {request.key}: decide your own rows first; reviewers do not see each other's answers."
        raise NotNow(message)
    if len(rows) == 1:
        message = f"review of links of {request.key}: nobody else has finished yet."
        raise NotNow(message)
    reviews = tuple(read_decisions(row) for row in rows)
    check_reviews(reviews, reviews[0].key)
    return agreement(reviews)


def reviews(run: Run | None) -> list[LinkReview]:
    """Every review of a run's file."""
    rows = LinkReview.objects.filter(cohort_file=run.cohort_file) if run else LinkReview.objects.none()
    return list(rows.select_related("reviewer", "for_web").order_by("pk"))


def finished(run: Run) -> list[LinkReview]:
    """Those that left no row open."""
    return [row for row in reviews(run) if row.finished_at]


def _run(request: Request) -> Run:
    return policies.last_run(request)


def _sit(request: Request, by: User) -> Sitting:
    permissions.check_links(by, request)
    policies.check_review_links(request)
    run = _run(request)
    queue = read_queue(needed(opened(run, ForTheWeb.Kind.LINKS), f"uncertain links of {request.key}"))
    check_same_register(queue.key, f"review of links of {request.key}")
    row = LinkReview.objects.filter(cohort_file=run.cohort_file, reviewer=by).select_related("for_web").first()
    mine = read_decisions(row) if row else None
    # decisions on another register or model are void: what the reviewer saw then is not what stands there now
    review = mine if mine and mine.key == queue.key else Review(key=queue.key, reviewer=by.email)
    return Sitting(queue=queue, review=review)


def _keep(request: Request, sitting: Sitting, review: Review, by: User, at: datetime) -> LinkReview:
    left = len(sitting.queue.left(review))
    row = keep_decisions(_run(request).cohort_file, by, review, left, at=at)
    if not left:
        row.finished_at = at
        row.save(update_fields=["finished_at"])
    log.record("review links", request.key, by=by, at=at, detail=f"{len(review.decisions)} decided, {left} left")
    return row
