"""What is done to cohort files by people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from jdl_service.audit import log
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.files.jobs import check_file
from jdl_service.files.models import CohortFile
from jdl_service.files.store import store
from jdl_service.requests.policies import check_upload

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from jdl_service.accounts.models import User
    from jdl_service.files.upload import SealedUpload
    from jdl_service.organisations.models import Organisation
    from jdl_service.requests.models import Request
    from justice_data_lab.files import Json


@transaction.atomic
def upload(
    request: Request,
    *,
    organisation: Organisation,
    sent: SealedUpload,
    by: User,
    at: datetime,
    column_map: Mapping[str, Mapping[str, str]] | None = None,
) -> CohortFile:
    """Take in a version of the cohort file, and ask for its check.

    Args:
        request: that it is for.
        organisation: whose people they are; one of those that take part.
        sent: the upload, which is sealed already.
        by: a member.
        at: by the server's clock.
        column_map: the organisation's own headings; None: those of its last file.

    Raises:
        NotYours: the person does not belong to the organisation, or it takes no part.
        NotNow: the organisation is not approved, the request takes no file now, or the kind of file is none of the template's.
    """
    takes_part = organisation == request.organisation or request.partners.filter(pk=organisation.pk).exists()
    if not takes_part or not organisation.memberships.filter(user=by).exists():
        message = f"upload for {request.key}: is for people of an organisation that takes part."
        raise NotYours(message)
    check_upload(request, organisation)
    if not sent.suffix:
        message = f"upload for {request.key}: expected a file ending in .csv, .xlsx or .ods."
        raise NotNow(message)
    sent.sealed.save()
    earlier = CohortFile.objects.filter(request=request, organisation=organisation)
    last = earlier.order_by("-version").first()
    row = CohortFile.objects.create(
        request=request, organisation=organisation, version=(earlier.aggregate(last=Max("version"))["last"] or 0) + 1, suffix=sent.suffix,
        sealed=sent.sealed, uploaded_by=by, uploaded_at=at,
        column_map=column_map if column_map is not None else (last.column_map if last else {}),
    )  # fmt: skip
    check_file.using(request=request, by=by, at=at).enqueue(file=row.pk)
    log.record("upload", request.key, by=by, at=at, detail=f"file {row.version}, {sent.sealed.size} bytes")
    return row


def read_problems(row: CohortFile, *, by: User, at: datetime) -> list[Mapping[str, Json]]:
    """Every problem of a file with the cells as they were sent, for whoever sent it; each look is logged.

    Raises:
        NotYours: the person does not belong to the organisation that sent it.
    """
    if not row.organisation.memberships.filter(user=by).exists():
        message = f"problems of {row.request.key}: are shown only to people of {row.organisation}."
        raise NotYours(message)
    if row.problems is None or row.problems.destroyed_at:
        return []
    log.record("view problems", row.request.key, by=by, at=at, detail=f"file {row.version}")
    found: list[Mapping[str, Json]] = json.loads(b"".join(store().open(row.problems)))
    return found
