"""Moving to another database: every row arrives and is counted, the log is checked there, or nothing is moved."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from jdl_service.accounts.models import User
from jdl_service.administration.moving import move_all
from jdl_service.audit import log
from jdl_service.audit.models import AuditEvent
from jdl_service.base.errors import NotNow
from jdl_service.organisations.models import Organisation
from justice_data_lab.publication.audit import Entry, following


@pytest.fixture
def before(db, at, tmp_path, monkeypatch):
    """The alias of a database on a disk with two rows that belong together, and two lines of a log."""
    here, path = connections["default"], tmp_path / "service.sqlite3"
    path.write_bytes(here.connection.serialize())
    made = connections.create_connection("default")
    made.settings_dict = here.settings_dict | {"NAME": str(path)}
    monkeypatch.setitem(connections.databases, "before", made.settings_dict)
    connections["before"] = made
    person = User.objects.using("before").create(email="a@example.org", is_head_of_profession=True)
    Organisation.objects.using("before").create(
        name="Alpha", kind="charity", number="1", state="approved", decided_by=person, decided_at=at
    )
    line = None
    for subject in ("one", "two"):
        line = following(line, Entry(at=at, by="clock", action="x", subject=subject, detail=""))
        AuditEvent.objects.using("before").create(
            number=line.number, before=line.before, sha256=line.sha256, at=at, by="clock", action="x", subject=subject
        )
    yield "before"
    made.close()
    del connections["before"]


def test_every_row_arrives_and_the_log_goes_on(before, at):
    counts = move_all(before)
    assert (counts["accounts_user"], counts["organisations_organisation"], counts["audit_auditevent"]) == (1, 1, 2)
    assert "django_session" not in counts
    assert Organisation.objects.get().decided_by == User.objects.get()
    log.record("y", "three", by=log.CLOCK, at=at)
    assert (log.last().number, log.broken_at()) == (AuditEvent.objects.count() - 1, None)
    with pytest.raises(NotNow, match="empty database"):
        move_all(before)


def test_a_log_that_was_tampered_with_is_not_moved(before):
    with connections[before].cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_auditevent_no_update")
        cursor.execute("UPDATE audit_auditevent SET subject = 'other' WHERE subject = 'two'")
    with pytest.raises(NotNow, match="does not stand from line 1"):
        move_all(before)
    assert (User.objects.count(), AuditEvent.objects.count()) == (0, 0)


def test_a_row_that_is_lost_on_the_way_stops_it(before, monkeypatch):
    monkeypatch.setattr("django.db.models.query.QuerySet.count", lambda rows: 7)
    with pytest.raises(NotNow, match="found 7"):
        move_all(before)
    assert not User.objects.exists()


def test_without_an_address_or_a_database_to_move_it_says_so(db, service):
    with pytest.raises(CommandError, match="JDL_DATABASE"):
        call_command("move")
