"""What is done to cohort files by people."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from jdl_service.audit import log
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.files.findings import Found, read_found
from jdl_service.files.jobs import annotate_file, check_file, mend_file
from jdl_service.files.models import CohortFile, Sealed
from jdl_service.files.own_columns import remembered_known
from jdl_service.files.store import store
from jdl_service.jobs.models import Job
from jdl_service.requests.moves import state_of
from jdl_service.requests.policies import check_upload

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from jdl_service.accounts.models import User
    from jdl_service.files.mending import Cell
    from jdl_service.files.upload import SealedUpload
    from jdl_service.organisations.models import Organisation
    from jdl_service.requests.models import Request
    from justice_data_lab.files import Json

# What was typed into the browser is kept until the worker has read it, and a day at most.
_CHANGES_KEPT = timedelta(days=1)
# Of an organisation; far more than anybody needs to put a list right.
MOST_FILES_A_DAY = 100


@transaction.atomic
def upload(
    request: Request,
    *,
    organisation: Organisation,
    sent: SealedUpload,
    by: User,
    at: datetime,
    part: int | None = None,
) -> CohortFile:
    """Take in a version of the cohort file, and ask for its check.

    Args:
        request: that it is for.
        organisation: whose people they are; one of those that take part.
        sent: the upload, which is sealed already.
        by: a member.
        at: by the server's clock.
        part: the list whose place it takes, where people are added each year; None: it is a further list. Other requests have one list.

    Raises:
        NotYours: the person does not belong to the organisation, or it takes no part.
        NotNow: the organisation is not approved, the request takes no file now, or the kind of file is none of the template's.
    """
    takes_part = organisation == request.organisation or request.partners.filter(pk=organisation.pk).exists()
    if not takes_part or not organisation.memberships.filter(user=by).exists():
        message = f"Request {request.key}: a file comes from people of an organisation that takes part."
        raise NotYours(message)
    # held until this one stands: nobody takes the same version, nor sends the request meanwhile
    request.state = state_of(request)
    check_upload(request, organisation)
    _check_quota(organisation, at)
    if not sent.suffix:
        message = f"Request {request.key}: expected a file ending in .csv, .xlsx or .ods."
        raise NotNow(message)
    sent.sealed.save()
    last = CohortFile.objects.filter(request=request, organisation=organisation).aggregate(
        version=Max("version"), part=Max("part")
    )
    row = CohortFile.objects.create(
        request=request, organisation=organisation, version=(last["version"] or 0) + 1, part=_part(request, part, last["part"] or 0),
        suffix=sent.suffix, sealed=sent.sealed, uploaded_by=by, uploaded_at=at, column_map=remembered(organisation),
        known_when=remembered_known(organisation),
    )  # fmt: skip
    check_file.using(request=request, by=by, at=at).enqueue(file=row.pk)
    log.record("upload", request.key, by=by, at=at, detail=f"file {row.version}, {sent.sealed.size} bytes")
    return row


def _check_quota(organisation: Organisation, at: datetime) -> None:
    """Nobody fills the store by accident or on purpose: so many files of an organisation come in within a day.

    Raises:
        NotNow: as many came.
    """
    since = at - timedelta(days=1)
    if CohortFile.objects.filter(organisation=organisation, uploaded_at__gt=since, made_from=None).count() >= MOST_FILES_A_DAY:
        message = (
            f"{organisation} has sent {MOST_FILES_A_DAY} files in a day, which is as many as can come in. Try again tomorrow."
        )
        raise NotNow(message)


def remembered(organisation: Organisation) -> dict[str, dict[str, Json]]:
    """What an organisation said last of its own headings, codes and dates, in whichever request.

    A file with the template's own headings in between does not make the others forgotten: each part of what was said is
    remembered by itself.
    """
    found: dict[str, dict[str, Json]] = {}
    for part in ("columns", "values", "dates"):
        told = (
            CohortFile.objects.filter(organisation=organisation, column_map__has_key=part).order_by("-uploaded_at", "-pk").first()
        )
        if told is not None:
            found[part] = told.column_map[part]
    return found


def read_problems(row: CohortFile, *, by: User, at: datetime) -> Found:
    """Every problem of a file with the cells as they were sent, for whoever sent it; each look is logged.

    Raises:
        NotYours: the person does not belong to the organisation that sent it.
    """
    content = open_sealed(row, row.problems, what="view problems", by=by, at=at)
    return read_found(json.loads(content)) if content is not None else Found()


@transaction.atomic
def map_columns(
    row: CohortFile,
    *,
    column_map: Mapping[str, Mapping[str, Json]],
    by: User,
    at: datetime,
    known_when: Mapping[str, str] | None = None,
) -> CohortFile:
    """Say which of their headings is which column, or which code is which, and check the file again; later files are read the same way.

    Args:
        row: the file.
        column_map: the part of the map that is said.
        by: who says it.
        at: when.
        known_when: whether each of their own columns was known before people started; None: as it was said before.

    Raises:
        NotYours: the person does not belong to the organisation that sent it.
        NotNow: no file can come in now, this is not the last, or it is being checked.
    """
    check_sent_by(row, by)
    check_last(row)
    problems = row.problems
    # a page says one part of it and leaves the others as they are
    row.column_map = {part: said for part, said in {**row.column_map, **column_map}.items() if said}
    row.known_when = row.known_when if known_when is None else dict(known_when)
    row.state, row.problems = CohortFile.State.CHECKING, None
    row.rows = row.errors = row.warnings = None
    row.errors_by_rule = {}
    row.save()
    if problems is not None:
        store().destroy(problems, at=at)
    check_file.using(request=row.request, by=by, at=at).enqueue(file=row.pk)
    log.record("map columns", row.request.key, by=by, at=at, detail=f"file {row.version}")
    return row


@transaction.atomic
def mend(row: CohortFile, *, cells: Iterable[Cell], by: User, at: datetime) -> None:
    """Change cells of the last version: the worker makes the next from them. The new values are sealed at once.

    Raises:
        NotYours: the person does not belong to the organisation that sent it.
        NotNow: no file can come in now, this is not the last, or nothing was changed.
    """
    check_sent_by(row, by)
    check_last(row)
    content = [asdict(each) for each in cells]
    if not content:
        message = f"Request {row.request.key}: nothing was changed. Change a value, then send it."
        raise NotNow(message)
    sealed = store().put([json.dumps(content).encode()], opener=Sealed.Opener.WORKER, at=at, keep_until=at + _CHANGES_KEPT)
    sealed.save()
    mend_file.using(request=row.request, by=by, at=at).enqueue(file=row.pk, corrections=sealed.pk)
    log.record("mend", row.request.key, by=by, at=at, detail=f"file {row.version}, {len(content)} cells")


@transaction.atomic
def ask_what_to_fix(row: CohortFile, *, by: User, at: datetime) -> None:
    """Ask the worker for the same file with a column that says what to fix.

    Raises:
        NotYours: the person does not belong to the organisation that sent it.
        NotNow: it has no errors, or is being checked.
    """
    check_sent_by(row, by)
    if row.state != CohortFile.State.FAULTY:
        message = f"Request {row.request.key}: this file has no errors to fix."
        raise NotNow(message)
    if not is_at(row, annotate_file.name):
        annotate_file.using(request=row.request, by=by, at=at).enqueue(file=row.pk)
    log.record("ask what to fix", row.request.key, by=by, at=at, detail=f"file {row.version}")


def fetch_what_to_fix(row: CohortFile, *, by: User, at: datetime) -> bytes | None:
    """That file, for whoever sent it; None when it is not there yet, or no more.

    Raises:
        NotYours: the person does not belong to the organisation that sent it.
    """
    return open_sealed(row, row.annotated, what="fetch what to fix", by=by, at=at)


def open_sealed(row: CohortFile, sealed: Sealed | None, *, what: str, by: User, at: datetime) -> bytes | None:
    """What the worker sealed of a file for whoever sent it; None when it is not there, or no more. Each look is logged.

    Raises:
        NotYours: the person does not belong to the organisation that sent it.
    """
    check_sent_by(row, by)
    if sealed is None or sealed.destroyed_at:
        return None
    log.record(what, row.request.key, by=by, at=at, detail=f"file {row.version}")
    return b"".join(store().open(sealed))


def _part(request: Request, chosen: int | None, last: int) -> int:
    """Which list a file is: the one whose place it takes, or the next where people are added."""
    if request.kind != "accumulating" or not last:
        return 1
    return chosen if chosen is not None and 1 <= chosen <= last else last + 1


def is_at(row: CohortFile, task: str) -> bool:
    """Whether the worker has a job of that kind to do for this file."""
    return bool(Job.objects.filter(request=row.request, task=task, arguments__file=row.pk, state__in=("queued", "running")))


def check_sent_by(row: CohortFile, by: User) -> None:
    """See that this person may see what is in a file.

    Raises:
        NotYours: the person does not belong to the organisation that sent it.
    """
    if not row.organisation.memberships.filter(user=by).exists():
        message = f"Request {row.request.key}: the file is shown only to people of {row.organisation}."
        raise NotYours(message)


def check_last(row: CohortFile) -> None:
    """See that a version can be changed: it is the last of its list, and nothing is being done to it.

    Raises:
        NotNow: no file can come in now, there is a later one, or it is being checked.
    """
    check_upload(row.request, row.organisation)
    same = CohortFile.objects.filter(request=row.request, organisation=row.organisation, part=row.part)
    last = same.order_by("-version").first()
    if last is None or last.pk != row.pk or row.state == CohortFile.State.CHECKING or is_at(row, mend_file.name):
        message = f"Request {row.request.key}: only the last version can be changed, once its check has ended."
        raise NotNow(message)
