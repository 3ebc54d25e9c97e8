"""One file with several programmes: the organisation says which column names them, and which value is which request."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from jdl_service.audit import log
from jdl_service.base.errors import NotNow
from jdl_service.files.actions import check_last, check_sent_by, is_at, open_sealed
from jdl_service.files.models import Sealed
from jdl_service.files.split_jobs import GROUPS_KEPT, HERE, NEW, OUT, count_values, split_file
from jdl_service.files.store import store
from jdl_service.requests.models import Request

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jdl_service.accounts.models import User
    from jdl_service.files.models import CohortFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The values of a column as the worker counted them.

    Attributes:
        column: its place among the headings.
        heading: as they wrote it.
        number: of values; when there are too many for programmes, `groups` is empty.
        groups: each value (empty for rows without one) with its rows, the most frequent first.
    """

    column: int
    heading: str
    number: int
    groups: tuple[tuple[str, int], ...]


@transaction.atomic
def ask_values(row: CohortFile, *, column: int, by: User, at: datetime) -> None:
    """Ask the worker how many rows have which value in a column.

    Raises:
        NotYours: the person does not belong to the organisation that sent it.
        NotNow: the request takes no file now, or is not about one list.
    """
    _check_split(row, by)
    if row.groups is not None:
        store().destroy(row.groups, at=at)
    count_values.using(request=row.request, by=by, at=at).enqueue(file=row.pk, column=column)
    log.record("count values", row.request.key, by=by, at=at, detail=f"file {row.version}")


def read_values(row: CohortFile, *, by: User, at: datetime) -> Values | None:
    """The values with their counts, for whoever sent the file; None when they are not there.

    Raises:
        NotYours: the person does not belong to the organisation that sent it.
    """
    content = open_sealed(row, row.groups, what="view values", by=by, at=at)
    if content is None:
        return None
    found = json.loads(content)
    groups = tuple((str(value), int(count)) for value, count in found["groups"])
    return Values(column=found["column"], heading=found["heading"], number=found["values"], groups=groups)


@transaction.atomic
def split(row: CohortFile, *, values: Values, chosen: Sequence[str], by: User, at: datetime) -> int:
    """Have the worker make a request of each value that is to have its own, each with a file of its rows: all of them, or none.

    Args:
        row: the last version of the file of a draft.
        values: as they were shown.
        chosen: for each value, `here`, `new` or `out`; what is left out is declared by that.
        by: a member.
        at: by the server's clock.

    Returns:
        How many new requests there will be.

    Raises:
        NotYours: the person does not belong to the organisation that sent it.
        NotNow: nothing would be split, nothing would stay, or the file is not the last.
    """
    _check_split(row, by)
    if len(chosen) != len(values.groups) or HERE not in chosen or set(chosen) == {HERE}:
        message = f"Request {row.request.key}: at least one value stays in this request, and at least one does not."
        raise NotNow(message)
    plan = json.dumps({"column": values.column, "chosen": list(chosen)}).encode()
    sealed = store().put([plan], opener=Sealed.Opener.WORKER, at=at, keep_until=at + GROUPS_KEPT)
    sealed.save()
    split_file.using(request=row.request, by=by, at=at).enqueue(file=row.pk, plan=sealed.pk)
    left = "some rows left out" if OUT in chosen else "no row left out"
    new = chosen.count(NEW)
    log.record("split", row.request.key, by=by, at=at, detail=f"file {row.version}, {new} new requests, {left}")
    return new


def _check_split(row: CohortFile, by: User) -> None:
    check_sent_by(row, by)
    check_last(row)
    if row.request.kind != Request.Kind.SINGLE:
        message = f"Request {row.request.key}: only a request with one file can be taken apart."
        raise NotNow(message)
    if is_at(row, count_values.name) or is_at(row, split_file.name):
        message = f"Request {row.request.key}: the worker is at it. Wait until it has ended."
        raise NotNow(message)
