"""The worker's part of one file with several programmes: count the values of a column, then make a file of each."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from jdl_service import clock
from jdl_service.audit import log
from jdl_service.base.errors import NotNow
from jdl_service.base.free_text import identifiers_in
from jdl_service.files.jobs import check_file, next_version, open_cohort, open_column_map
from jdl_service.files.models import CohortFile, Sealed
from jdl_service.files.store import store
from jdl_service.jobs.scratch import private_folder
from jdl_service.jobs.tasks import task
from jdl_service.requests import actions as requests
from jdl_service.requests import drafting
from justice_data_lab.files import canonical_json
from justice_data_lab.intake.parts import group_rows, heading_texts, only_rows

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from jdl_service.accounts.models import User
    from jdl_service.jobs.lease import Lease
    from jdl_service.requests.models import Request
    from justice_data_lab.files import Json
    from justice_data_lab.intake.parts import Parts

# Values are there while somebody says which is which request.
GROUPS_KEPT = timedelta(hours=1)
# More values than this are no programmes.
MOST_VALUES = 20
# What becomes of the rows with a value.
HERE, NEW, OUT = "here", "new", "out"


@task(steps=2)
def count_values(lease: Lease, *, file: int, column: int) -> None:
    """Count the rows by the value of one column (its place among the headings); the values go to whoever sent the file."""
    row = CohortFile.objects.select_related("sealed", "groups").get(pk=file)
    lease.step("Reading the file", done=0)
    with private_folder(lease) as folder:
        parts = _grouped(row, folder, column)
    lease.step("Counting", done=1)
    shown = parts.groups if len(parts.groups) <= MOST_VALUES else ()
    content: dict[str, Json] = {
        "column": column, "heading": parts.heading, "values": len(parts.groups), "groups": [[each.value, len(each.rows)] for each in shown]
    }  # fmt: skip
    at = clock.now()
    sealed = store().put([canonical_json(content)], opener=Sealed.Opener.WEB, at=at, keep_until=at + GROUPS_KEPT)
    with lease.last():
        sealed.save()
        old, row.groups = row.groups, sealed
        row.save(update_fields=["groups"])
        if old is not None:
            store().destroy(old, at=at)


@task(steps=3)
def split_file(lease: Lease, *, file: int, plan: int) -> None:
    """Make a file of each request's rows, and the requests that are new, all at once or none: every row goes into one, or is left out as was said."""
    row = CohortFile.objects.select_related("sealed", "request", "organisation", "uploaded_by", "groups").get(pk=file)
    told = Sealed.objects.get(pk=plan)
    lease.step("Reading the file", done=0)
    said = json.loads(b"".join(store().open(told)))
    with private_folder(lease) as folder:
        parts = _grouped(row, folder, said["column"])
        rows, left_out = _rows_by_file(parts, said["chosen"])
        lease.step("Writing a file for each programme", done=1)
        path, mapped = folder / f"cohort{row.suffix}", open_column_map(row, folder)
        content = {value: only_rows(path, numbers, column_map=mapped) for value, numbers in rows.items()}
    lease.step("Sealing them", done=2)
    at = clock.now()
    sealed = {value: store().put([data], opener=Sealed.Opener.WORKER, at=at) for value, data in content.items()}
    by = lease.row().by or row.uploaded_by
    with lease.last():
        # what stays comes first: a request that others can move is held before the log is, as everywhere
        for value, made in sorted(sealed.items(), key=lambda each: each[0] is not None):
            made.save()
            _write(row, row.request if value is None else _begin(row, value, by, at), made, lease, left_out)
        for gone in (told, row.groups):
            if gone is not None:
                store().destroy(gone, at=at)


def _grouped(row: CohortFile, folder: Path, column: int) -> Parts:
    path, mapped = open_cohort(row, folder), open_column_map(row, folder)
    headings = heading_texts(path, column_map=mapped)
    if column >= len(headings):
        message = "The file has no such column. Choose the column again."
        raise NotNow(message)
    return group_rows(path, headings[column], today=clock.today(), column_map=mapped)


def _rows_by_file(parts: Parts, chosen: list[str]) -> tuple[dict[str | None, list[int]], int]:
    """The rows of each new request by its value, those that stay under None; and how many are left out.

    Raises:
        NotNow: the plan is about other values than the file has.
    """
    if len(chosen) != len(parts.groups):
        message = "The file is not as it was when its values were counted. Choose the column again."
        raise NotNow(message)
    found: dict[str | None, list[int]] = {}
    for what, group in zip(chosen, parts.groups, strict=True):
        if what != OUT:
            found.setdefault(None if what == HERE else group.value, []).extend(group.rows)
    return found, sum(len(group.rows) for what, group in zip(chosen, parts.groups, strict=True) if what == OUT)


def _begin(row: CohortFile, value: str, by: User, at: datetime) -> Request:
    """A draft for the people of one value, named after it unless that seems to name somebody."""
    made = requests.begin(organisation=row.organisation, by=by, at=at)
    if value and len(value) <= 200 and not identifiers_in(value):
        drafting.answer(made, said={"programme": value}, by=by, at=at)
    return made


def _write(row: CohortFile, request: Request, sealed: Sealed, lease: Lease, left_out: int) -> None:
    made = next_version(row, sealed, lease, request=request, suffix=row.suffix, left_out=left_out)
    check_file.using(request=request, by=made.uploaded_by, at=made.uploaded_at).enqueue(file=made.pk)
    log.record(
        "split file", request.key, by=log.WORKER, at=made.uploaded_at, detail=f"from file {row.version} of {row.request.key}"
    )
