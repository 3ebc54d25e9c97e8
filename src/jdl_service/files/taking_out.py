"""An organisation passes on that somebody on its list objected: it names the row, and the worker reads who stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from jdl_service.audit import log
from jdl_service.base.errors import NotNow
from jdl_service.files.actions import check_sent_by, is_at
from jdl_service.files.models import CohortFile
from jdl_service.files.objection_jobs import take_out_row
from jdl_service.files.objections import OPEN

if TYPE_CHECKING:
    from datetime import datetime

    from jdl_service.accounts.models import User


def check_taking_out(row: CohortFile, by: User) -> None:
    """See that a row of this file can still be taken out, and by whom.

    Raises:
        NotYours: the person does not belong to the organisation that sent it.
        NotNow: the file has errors or was destroyed, or the result was cleared.
    """
    check_sent_by(row, by)
    if not can_take_out(row):
        message = (
            f"objection in {row.request.key}: a row is taken out of a file without errors, and until the result is cleared. "
            "After that there are figures of groups only, in which nobody can be found."
        )
        raise NotNow(message)


def can_take_out(row: CohortFile) -> bool:
    """Whether a row of this file can still be taken out."""
    return row.state == CohortFile.State.CLEAN and row.request.state in OPEN


@transaction.atomic
def take_out(row: CohortFile, *, number: int, by: User, at: datetime) -> None:
    """Take out whoever stands in a row, from the next run of this request on.

    Raises:
        NotYours: the person does not belong to the organisation that sent it.
        NotNow: it is too late, or the last one is still being taken out.
    """
    check_taking_out(row, by)
    if is_at(row, take_out_row.name):
        message = f"Request {row.request.key}: the last row is still being read. Try again in a moment."
        raise NotNow(message)
    take_out_row.using(request=row.request, by=by, at=at).enqueue(file=row.pk, row=number)
    log.record("ask to take a row out", row.request.key, by=by, at=at, detail=f"file {row.version}")
