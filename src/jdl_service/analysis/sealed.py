"""What the worker seals for the lab's pages, and what reviewers of links decide: opened for a page, and nowhere else."""

from __future__ import annotations

import json
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from jdl_service.analysis.models import ForTheWeb, LinkReview
from jdl_service.base.errors import NotNow
from jdl_service.files.models import Sealed
from jdl_service.files.store import store
from justice_data_lab.linkage.review import Review, ReviewCase, ReviewKey, ReviewQueue
from justice_data_lab.linkage.review_file import read_review, write_review
from justice_data_lab.records import from_json
from justice_data_lab.release_run import read_content

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from jdl_service.accounts.models import User
    from jdl_service.analysis.models import Run
    from jdl_service.files.models import CohortFile
    from jdl_service.jobs.lease import Lease
    from justice_data_lab.disclosure.published import Content

# Names are not kept for the web longer than a review takes; a report until it is checked.
KEPT = {ForTheWeb.Kind.LINKS: timedelta(days=14), ForTheWeb.Kind.REPORT: timedelta(days=180)}


def keep_for_web(lease: Lease, run: Run, kind: ForTheWeb.Kind, data: bytes, *, count: int = 0, at: datetime) -> None:
    """Seal something for the web, in the place of what was there."""
    sealed = store().put([data], opener=Sealed.Opener.WEB, at=at, keep_until=at + KEPT[kind])
    with lease.fenced():
        sealed.save()
        old = ForTheWeb.objects.filter(run=run, kind=kind).select_related("sealed").first()
        ForTheWeb.objects.update_or_create(run=run, kind=kind, defaults={"sealed": sealed, "count": count})
        # in the same transaction: nothing else would find it before its time is over
        if old:
            store().destroy(old.sealed, at=at)


def opened(run: Run | None, kind: ForTheWeb.Kind) -> ForTheWeb | None:
    """What the worker opened of a run, unless its time is over."""
    return ForTheWeb.objects.filter(run=run, kind=kind, sealed__destroyed_at=None).select_related("sealed").first()


def read_queue(row: ForTheWeb) -> ReviewQueue:
    """The uncertain links, with names: for one page, in memory."""
    found = json.loads(b"".join(store().open(row.sealed)))
    cases = tuple(from_json(ReviewCase, each) for each in found["cases"])
    return ReviewQueue(key=from_json(ReviewKey, found["key"]), cases=cases)


def read_report(row: ForTheWeb) -> dict[str, bytes]:
    """The report and what was disclosed, by name of file."""
    found: Mapping[str, str] = json.loads(b"".join(store().open(row.sealed)))
    return {name: text.encode() for name, text in found.items()}


def read_shown(row: ForTheWeb) -> Content:
    """What was disclosed."""
    return read_content(read_report(row))


def read_decisions(row: LinkReview) -> Review:
    """One person's decisions, for that person to go on with."""
    return _read(row.for_web)


def void_other_decisions(file: CohortFile, key: ReviewKey, folder: Path) -> None:
    """Reviews of another register, model or file are finished no more: links were laid out anew, and are decided anew."""
    for row in LinkReview.objects.filter(cohort_file=file, finished_at__isnull=False).select_related("for_worker"):
        path = folder / f"held-against-{row.pk}.json"
        path.write_bytes(b"".join(store().open(row.for_worker)))
        if read_review(path).key != key:
            LinkReview.objects.filter(pk=row.pk).update(finished_at=None)


def decisions_for_worker(file: CohortFile, folder: Path) -> tuple[str, ...]:
    """Files of the finished reviews of a cohort file, in a private folder of the worker."""
    rows = LinkReview.objects.filter(cohort_file=file, finished_at__isnull=False).select_related("for_worker").order_by("pk")
    paths = []
    for row in rows:
        path = folder / f"review-{row.pk}.json"
        path.write_bytes(b"".join(store().open(row.for_worker)))
        paths.append(str(path))
    return tuple(paths)


def keep_decisions(file: CohortFile, reviewer: User, review: Review, left: int, *, at: datetime) -> LinkReview:
    """Seal a reviewer's decisions twice, for the web and for the worker; the ones before are destroyed."""
    kept, data = store(), _written(review)
    fresh = {name: kept.put([data], opener=opener, at=at) for name, opener in _OPENERS.items()}
    for sealed in fresh.values():
        sealed.save()
    row = LinkReview.objects.filter(cohort_file=file, reviewer=reviewer).first() or LinkReview(
        cohort_file=file, reviewer=reviewer, left=left
    )
    old = [getattr(row, name) for name in _OPENERS] if row.pk else []
    row.for_web, row.for_worker, row.decided, row.left = fresh["for_web"], fresh["for_worker"], len(review.decisions), left
    row.finished_at = None
    row.save()
    for sealed in old:
        kept.destroy(sealed, at=at)
    return row


_OPENERS = {"for_web": Sealed.Opener.WEB, "for_worker": Sealed.Opener.WORKER}


def _written(review: Review) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "decisions.json"
        write_review(review, path)
        return path.read_bytes()


def _read(sealed: Sealed) -> Review:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "decisions.json"
        path.write_bytes(b"".join(store().open(sealed)))
        return read_review(path)


def needed(row: ForTheWeb | None, what: str) -> ForTheWeb:
    """The row.

    Raises:
        NotNow: there is none, or its time is over.
    """
    if row is None:
        message = f"{what}: is not there yet, or was destroyed when its time was over. Have it prepared."
        raise NotNow(message)
    return row
