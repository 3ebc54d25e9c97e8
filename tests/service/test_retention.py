"""Retention: each class has its rule and its clock, what is due is gone, what is held stays, and the chain proves it."""

from datetime import timedelta

import pytest

from jdl_service.accounts.models import User
from jdl_service.audit import log
from jdl_service.audit.models import AuditEvent
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.files.models import CohortFile, Sealed
from jdl_service.files.store import store
from jdl_service.requests.models import Passage, Request
from jdl_service.retention import actions, periodic
from jdl_service.retention.holdings import holdings
from jdl_service.retention.models import Certificate, RetentionRule
from service_people import person, request_in, sealed_upload
from service_releases import finished_request

DAY = timedelta(days=1)


def sent_file(request, world, *, at, problems=False):
    """A cohort file of a request, with its faulty cells where asked."""
    made = [sealed_upload(b"x", at=at).sealed for _ in range(1 + problems)]
    for each in made:
        each.save()
    return CohortFile.objects.create(
        request=request, organisation=world.alpha.row, version=1, suffix=".csv", state="clean", errors=0, sealed=made[0],
        problems=made[1] if problems else None, uploaded_by=world.alpha.member, uploaded_at=at,
    )  # fmt: skip


def ended(state, world, *, at):
    """A request that has come to its end, with a file."""
    row = request_in(state, world.alpha, at=at, owner=world.analyst)
    Passage.objects.create(request=row, action="x", before="draft", after=state, by=None, at=at)
    return sent_file(row, world, at=at)


@pytest.mark.parametrize(
    ("state", "days", "data_class"),
    [("released", 90, "cohort"), ("withdrawn", 0, "cohort"), ("refused", 0, "cohort"), ("cancelled", 90, "cohort"), ("draft", 180, "draft")],
)  # fmt: skip
def test_each_file_is_due_by_the_rule_of_its_class(world, service, at, state, days, data_class):
    ended(state, world, at=at)
    (found,) = holdings()
    assert (found.data_class, found.due) == (data_class, at + days * DAY)
    assert not found.is_due(at + days * DAY - timedelta(seconds=1))
    assert found.is_due(at + days * DAY)


def test_a_parked_file_counts_from_the_date_and_an_open_one_not_at_all(world, service, at):
    row = ended("coverage", world, at=at).request
    assert [each.due for each in holdings()] == [None]
    assert not holdings()[0].is_due(at + 9999 * DAY)
    Request.objects.filter(pk=row.pk).update(state="parked", parked_until=at.date() + 10 * DAY)
    (found,) = holdings()
    assert (found.data_class, found.due.date()) == ("parked", (at + 40 * DAY).date())


def test_what_is_due_is_destroyed_with_a_certificate_in_the_chain(world, service, at, tmp_path):
    made = finished_request(world, tmp_path, at=at, state="released")
    Passage.objects.create(request=made.request, action="release", before="scheduled", after="released", by=None, at=at)
    periodic.destroy_due(at=at + 90 * DAY)
    (proof,) = Certificate.objects.all()
    file = made.request.cohort_files.get()
    assert (proof.data_class, proof.files, file.state) == ("cohort", 1, "destroyed")
    assert bytes(file.sealed.wrapped_key) == b""
    line = AuditEvent.objects.get(number=proof.audit_number)
    assert (line.action, line.subject, line.detail, line.by) == ("destroy", made.request.key, "cohort: 1", log.CLOCK)
    assert log.broken_at() is None
    rooms = made.run.rooms.count()
    periodic.destroy_due(at=at + 365 * DAY)
    assert Certificate.objects.get(data_class="rooms").files == rooms
    assert not Sealed.objects.filter(destroyed_at=None).exists()
    assert list(store().blobs.names(at + 9999 * DAY)) == []
    assert holdings() == []


def test_faulty_cells_go_before_the_file(world, service, at):
    row = sent_file(request_in("submitted", world.alpha, at=at), world, at=at, problems=True)
    assert actions.destroy_due(at=at + 14 * DAY)[0].data_class == "problems"
    row.refresh_from_db()
    assert row.problems.destroyed_at
    assert (row.state, row.sealed.destroyed_at) == ("clean", None)


def test_nothing_is_destroyed_while_a_hold_stands(world, service, at):
    row = ended("withdrawn", world, at=at).request
    with pytest.raises(NotYours):
        actions.hold(row, reason="A claim", by=world.analyst, at=at)
    with pytest.raises(NotNow, match="reason"):
        actions.hold(row, reason=" ", by=world.head_of_profession, at=at)
    actions.hold(row, reason="A claim", by=world.head_of_profession, at=at)
    with pytest.raises(NotNow, match="already"):
        actions.hold(row, reason="A claim", by=world.head_of_profession, at=at)
    assert actions.destroy_due(at=at + DAY) == []
    actions.lift(row, by=world.head_of_profession, at=at)
    with pytest.raises(NotNow, match="none stands"):
        actions.lift(row, by=world.head_of_profession, at=at)
    assert len(actions.destroy_due(at=at + DAY)) == 1


def test_an_account_that_nobody_used_is_closed_and_no_other(world, service, at):
    nobody = person("nobody")
    User.objects.update(joined=at)
    assert [each.data_class for each in actions.destroy_due(at=at + 730 * DAY)] == ["account"]
    nobody.refresh_from_db()
    assert (nobody.is_active, nobody.name, nobody.has_usable_password()) == (False, "", False)
    assert User.objects.filter(is_active=False).count() == 1


def test_the_page_is_the_dry_run(world, service, browser, at):
    row = ended("withdrawn", world, at=at).request
    for who in (world.administrator, world.head_of_profession):
        text = browser(who).get("/lab/retention/").content.decode()
        assert row.key in text
        assert "Due now" in text
    assert CohortFile.objects.get(request=row).state == "clean"
    assert browser(world.analyst).get("/lab/retention/").status_code == 403


def test_an_administrator_changes_a_rule_and_nobody_else(world, browser, at):
    address = "/lab/retention/rule/?rule=cohort"
    assert browser(world.head_of_profession).get(address).status_code == 403
    assert browser(world.administrator).get("/lab/retention/rule/?rule=x").status_code == 404
    client = browser(world.administrator)
    assert "Enter days" in client.post(address, {"days": "", "why": "x"}).content.decode()
    assert client.post(address, {"days": "30", "why": "Shorter."}).status_code == 302
    assert RetentionRule.objects.get(data_class="cohort").days == 30
    assert AuditEvent.objects.filter(action="change retention", detail="90 to 30 days").exists()


def test_the_head_of_profession_holds_and_lifts_in_the_browser(world, service, browser, at):
    row = ended("withdrawn", world, at=at).request
    client, address = browser(world.head_of_profession), f"/lab/retention/hold/{row.key}/"
    assert browser(world.analyst).get(address).status_code == 403
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": "A claim"}).status_code == 302
    assert "A claim" in client.get(address).content.decode()
    assert "Held back" in client.get("/lab/retention/").content.decode()
    assert client.post(f"{address}lift/").status_code == 302


def test_an_organisation_reads_its_certificate_and_not_that_of_another(world, service, browser, at):
    ended("withdrawn", world, at=at)
    (proof,) = actions.destroy_due(at=at)
    address = f"/lab/retention/certificates/{proof.pk}/"
    assert f"{proof.audit_number}" in browser(world.alpha.member).get(address).content.decode()
    assert browser(world.beta.member).get(address).status_code == 404
    assert proof.request.key in browser(world.administrator).get("/lab/retention/").content.decode()
