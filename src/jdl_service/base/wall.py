"""The second wall between organisations: PostgreSQL itself shows a request of a person no row of others, whatever the view asked for.

The database has two roles that log in nowhere, `jdl_member` and `jdl_lab`; `wall_rules` says which rows each may see and write.
While a page is made for somebody who is logged in, the connection is one of them. The worker, migrations and what everybody may
see are not behind the wall. On SQLite, which has no such roles, nothing here does anything.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Literal, NamedTuple

from django.db import DatabaseError, connection
from django.db.backends.signals import connection_created

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jdl_service.accounts.models import User

# Both last until they are set again, or until the transaction in which they were set is undone.
_SET = "SELECT set_config('role', %s, false), set_config('jdl.user', %s, false)"


class Side(NamedTuple):
    """Where a connection stands.

    Attributes:
        role: of the database; `none` is the one that logged in, before the wall.
        user: number of the person; empty for nobody, and 0 for one who belongs nowhere.
    """

    role: Literal["none", "jdl_member", "jdl_lab"]
    user: str


BEFORE = Side("none", "")
_stands: ContextVar[Side] = ContextVar("stands", default=BEFORE)


def side_of(user: User) -> Side:
    """Where a person stands: like `for_user`, members see their organisation's rows, the lab's people theirs, administrators none."""
    if user.is_administrator or not user.is_active:
        return Side("jdl_member", "0")
    return Side("jdl_lab" if user.is_staff_of_lab else "jdl_member", str(user.pk))


@contextmanager
def behind(user: User) -> Iterator[None]:
    """What is done in the block is done as this person."""
    with _at(side_of(user)):
        yield


@contextmanager
def opened() -> Iterator[None]:
    """What is done in the block needs rows of others, of which the person is shown none: a median, a free number, the book of releases."""
    with _at(BEFORE):
        yield


@contextmanager
def _at(side: Side) -> Iterator[None]:
    before = _stands.get()
    if connection.vendor != "postgresql" or side == before:
        yield
        return
    _stands.set(side)
    try:
        _move(side)
        yield
    finally:
        _stands.set(before)
        _move_back(before)


def _move(side: Side) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SET, side)


def _move_back(side: Side) -> None:
    try:
        _move(side)
    except DatabaseError:
        # A transaction that broke takes the side with it when it is undone; without one the connection is of no use.
        if not connection.in_atomic_block:
            connection.close()


def _stand_again(sender: object, **told: object) -> None:  # noqa: ARG001 -- a signal's receiver
    """A connection that was opened anew in the middle of a page stands where the old one stood."""
    if _stands.get() != BEFORE:
        _move(_stands.get())


connection_created.connect(_stand_again)
