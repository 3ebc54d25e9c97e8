"""The log: a chain that can only grow, whoever writes to the database."""

from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction

from jdl_service.audit import log
from jdl_service.audit.models import AuditEvent, AuditHead


def test_each_line_is_tied_to_the_one_before(world, at):
    log.record("looked", "x", by=world.analyst, at=at)
    assert log.broken_at() is None
    lines = [event.line() for event in AuditEvent.objects.order_by("number")]
    assert [line.number for line in lines] == list(range(len(lines)))
    assert all(after.before == before.sha256 for before, after in pairwise(lines))
    assert log.broken_at(lines[-1].sha256) is None
    assert log.broken_at("f" * 64) == len(lines)
    assert str(AuditEvent.objects.last()).endswith("looked of x")
    assert str(AuditHead.objects.get()) == "head of the log"


@pytest.mark.parametrize("act", [lambda rows: rows.update(action="nothing"), lambda rows: rows.delete()])
def test_a_line_is_neither_changed_nor_deleted(world, act):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        act(AuditEvent.objects.filter(number=0))


def test_a_line_that_was_changed_behind_the_triggers_is_found(world, at):
    log.record("looked", "x", by=log.CLOCK, at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TRIGGER audit_auditevent_no_update" + (" ON audit_auditevent" if connection.vendor == "postgresql" else "")
        )
        cursor.execute("UPDATE audit_auditevent SET by = 'somebody' WHERE number = 0")
    assert log.broken_at() == 0


def test_there_is_one_head(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditHead.objects.create(one=2)
