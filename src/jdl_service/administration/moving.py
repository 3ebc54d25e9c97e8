"""Moves the rows of another database into the service's: every one as it is, counted, and the chain of the log checked on arrival."""

# ruff: noqa: SLF001 -- `_meta` and `_base_manager` are Django's documented names
from __future__ import annotations

from graphlib import TopologicalSorter
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction

from jdl_service.audit import log
from jdl_service.audit.models import AuditHead
from jdl_service.base.errors import NotNow

if TYPE_CHECKING:
    from django.db.models import Model

    Kind: TypeAlias = type[Model]

HERE, _BATCH = "default", 100
# Django's own lists, which the migrations write, and sessions: everybody logs in again.
_LEFT = frozenset(("contenttypes.ContentType", "auth.Permission", "auth.Group", "auth.Group_permissions", "sessions.Session"))


def move_all(before: str) -> dict[str, int]:
    """Copy every row into the service's database, which was migrated and is otherwise empty; all or nothing.

    Args:
        before: alias of the database they come from.

    Returns:
        The number of rows by table.

    Raises:
        NotNow: it is not empty, a row is missing afterwards, or the chain does not stand.
    """
    if log.last():
        message = "move: expected an empty database, found a log in it. Make a new one."
        raise NotNow(message)
    kinds = _kinds()
    with transaction.atomic():
        # a migration may have written rows of its own; those that come stand in their place
        for kind in reversed(kinds):
            kind._base_manager.all().delete()
        counts = {kind._meta.db_table: _copy(kind, before) for kind in kinds}
        _set_sequences(kinds)
        _check_chain()
    return counts


def _kinds() -> list[Kind]:
    """Every table with rows to move, each after those it refers to. The row that is locked by whoever writes to the log is there already."""
    found = [
        kind for kind in apps.get_models(include_auto_created=True) if kind is not AuditHead and kind._meta.label not in _LEFT
    ]
    needs = {kind: {field.related_model for field in kind._meta.concrete_fields if field.is_relation} - {kind} for kind in found}
    order: list[Kind] = [kind for kind in TopologicalSorter(needs).static_order() if kind in needs]
    return order


def _copy(kind: Kind, before: str) -> int:
    """Copy the rows of a table, oldest first, so that a row that refers to another of its kind comes after it."""
    sent, rows = 0, kind._base_manager.using(before).order_by("pk").iterator(chunk_size=_BATCH)
    while batch := list(islice(rows, _BATCH)):
        sent += len(kind._base_manager.using(HERE).bulk_create(batch))
    arrived = kind._base_manager.count()
    if arrived != sent:
        message = f"move: expected {sent} rows in {kind._meta.db_table}, found {arrived}. Nothing was moved."
        raise NotNow(message)
    return arrived


def _set_sequences(kinds: list[Kind]) -> None:
    """The next row that is made gets a number that no row has."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), kinds):
            cursor.execute(statement)


def _check_chain() -> None:
    broken = log.broken_at()
    if broken is not None:
        message = f"move: the log does not stand from line {broken} on. Nothing was moved."
        raise NotNow(message)
