"""Retention: each class has its rule and its clock, what is due is gone to the second, what is held stays, and the chain proves it."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session

from jdl_service.accounts.models import User
from jdl_service.analysis.models import LinkReview, SealedRoom
from jdl_service.audit import log
from jdl_service.audit.models import AuditEvent
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.files.models import CohortFile, Sealed
from jdl_service.files.periodic import sweep
from jdl_service.files.sealing import SealBrokenError
from jdl_service.files.store import Store, store
from jdl_service.organisations.models import Invitation
from jdl_service.requests.models import Message, Passage, Request
from jdl_service.requests.states import AT_WORK, ENDED, STATES
from jdl_service.retention import actions, destroy, people, periodic
from jdl_service.retention.classes import CLASSES, in_force, kept_for
from jdl_service.retention.holdings import holdings
from jdl_service.retention.models import Certificate, RetentionRule
from service_people import person, request_in, sealed_upload
from service_releases import finished_request
from service_rooms import uncertain

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
COPY = b"Canary Surname"
UNDER = dict.fromkeys(ENDED, "cohort") | {
    "refused": "closed", "withdrawn": "closed", "draft": "draft", "coverage": "draft", "adding": "adding",
}  # fmt: skip


def days(data_class):
    return kept_for(data_class).days * DAY


def keep(at):
    """Something sealed."""
    made = sealed_upload(COPY, at=at).sealed
    made.save()
    return made


def sent_file(request, world, *, at, problems=False, **more):
    """A cohort file of a request, with its faulty cells where asked."""
    return CohortFile.objects.create(
        sealed=keep(at), problems=keep(at) if problems else None, uploaded_by=world.alpha.member, uploaded_at=at, request=request,
        **{"organisation": world.alpha.row, "version": 1, "suffix": ".csv", "state": "clean", "errors": 0} | more,
    )  # fmt: skip


def ended(state, world, *, at):
    """A request that came into a state, with a file."""
    row = request_in(state, world.alpha, at=at, owner=world.analyst)
    Passage.objects.create(request=row, action="x", before="draft", after=state, by=None, at=at)
    return sent_file(row, world, at=at)


def due(request):
    """What is kept of a request: classes, moments and numbers."""
    listed = holdings(Request.objects.filter(pk=request.pk))
    return [(each.data_class.value, each.due, len(each.rows)) for each in listed]


def opens(sealed):
    """Whether the bytes of a sealed file can be opened, with a copy of them put back."""
    sealed.refresh_from_db()
    try:
        return b"".join(store().open(sealed)) == COPY
    except SealBrokenError:
        return False


@pytest.mark.parametrize("state", [state for state in STATES if state != "parked"])
def test_a_file_goes_by_the_state_of_its_request_and_not_while_the_lab_is_at_work(world, service, at, state):
    request, wanted = ended(state, world, at=at).request, UNDER.get(state)
    assert due(request) == [(wanted, at + days(wanted), 1) if wanted else ("cohort", None, 1)]
    assert wanted is None or state not in AT_WORK


@pytest.mark.parametrize(("off", "goes"), [(-SECOND, False), (0 * SECOND, True), (SECOND, True)])
def test_a_file_goes_on_its_second_and_not_one_before(world, service, at, off, goes):
    file = ended("released", world, at=at)
    assert holdings()[0].is_due(at + days("cohort") + off) is goes
    periodic.destroy_due(at=at + days("cohort") + off)
    file.refresh_from_db()
    assert (file.state == "destroyed", opens(file.sealed), Certificate.objects.count()) == (goes, not goes, int(goes))


def test_a_file_with_errors_goes_sooner_and_a_replaced_one_too_unless_a_run_used_it(world, service, at):
    first = ended("draft", world, at=at)
    CohortFile.objects.filter(pk=first.pk).update(state="faulty", errors=3)
    assert due(first.request) == [("faulty", at + days("faulty"), 1)]
    CohortFile.objects.filter(pk=first.pk).update(state="clean", errors=0)
    Request.objects.filter(pk=first.request.pk).update(state="checks", submitted_at=at, owner=world.analyst)
    sent_file(first.request, world, at=at + SECOND, version=2)
    assert due(first.request) == [("superseded", at + SECOND + days("superseded"), 1), ("cohort", None, 1)]
    first.runs.create(request=first.request, number=1, begun_at=at, command="c")
    assert due(first.request) == [("cohort", None, 2)]


def test_the_file_of_one_partner_replaces_no_other(world, service, at):
    first = ended("checks", world, at=at)
    sent_file(first.request, world, at=at + SECOND, version=2, organisation=world.beta.row)
    assert due(first.request) == [("cohort", None, 2)]


def test_days_count_from_the_last_step_and_the_last_file(world, service, at):
    file = ended("draft", world, at=at)
    CohortFile.objects.filter(pk=file.pk).update(uploaded_at=at + 3 * DAY)
    assert due(file.request) == [("draft", at + 3 * DAY + days("draft"), 1)]
    released = ended("released", world, at=at).request
    Passage.objects.create(request=released, action="x", before="x", after="released", at=at + DAY)
    assert due(released) == [("cohort", at + DAY + days("cohort"), 1)]


def test_a_parked_file_counts_from_the_date_also_when_nobody_takes_it_up_after_the_wait(world, service, at):
    row, until = ended("coverage", world, at=at).request, at.date() + 700 * DAY
    Request.objects.filter(pk=row.pk).update(state="parked", parked_until=until)
    moment = datetime(until.year, until.month, until.day, tzinfo=ZoneInfo(settings.TIME_ZONE)) + days("parked")
    assert due(row) == [("parked", moment, 1)]
    Passage.objects.create(request=row, action="wake", before="parked", after="accepted", at=at + 700 * DAY)
    Request.objects.filter(pk=row.pk).update(state="accepted")
    assert due(row) == [("parked", moment, 1)]
    Passage.objects.create(request=row, action="link", before="accepted", after="accepted", at=at + 701 * DAY)
    assert due(row) == [("cohort", None, 1)]


def test_what_is_due_is_destroyed_with_a_certificate_in_the_chain(world, service, at, tmp_path):
    made = finished_request(world, tmp_path, at=at, state="released")
    Passage.objects.create(request=made.request, action="release", before="scheduled", after="released", by=None, at=at)
    periodic.destroy_due(at=at + days("cohort"))
    (proof,) = Certificate.objects.all()
    file = made.request.cohort_files.get()
    assert (proof.data_class, proof.files, file.state) == ("cohort", 1, "destroyed")
    assert proof.why == "90 days after the result was published, or its release ended"
    assert bytes(file.sealed.wrapped_key) == b""
    line = AuditEvent.objects.get(number=proof.audit_number)
    assert (line.action, line.subject, line.detail, line.by, line.at) == (
        "destroy", made.request.key, f"cohort: 1; {proof.why}", log.CLOCK, proof.at,
    )  # fmt: skip
    rooms = made.run.rooms.count()
    periodic.destroy_due(at=at + days("rooms"))
    assert Certificate.objects.get(data_class="rooms").files == rooms
    assert not Sealed.objects.filter(destroyed_at=None).exists()
    assert list(store().blobs.names(at + 9999 * DAY)) == []
    assert (holdings(), log.broken_at()) == ([], None)


def test_every_sealed_file_that_belongs_to_something_has_a_rule():
    """Whoever adds a row with a sealed file says here, and in `holdings.py`, by which rule it goes."""
    owners = {each.get_accessor_name() for each in Sealed._meta.related_objects}
    assert owners == {
        "cohort_file", "problems_of", "annotated_of", "room", "for_the_web", "decisions_for_web", "decisions_for_worker",
        "objection", "groups_of",  # by its own rule; gone within the hour by the sweep
    }  # fmt: skip


def test_what_was_opened_and_decided_of_a_file_goes_with_it(world, service, at):
    row = uncertain(world, at=at, state="withdrawn")
    file = row.cohort_files.get()
    LinkReview.objects.create(cohort_file=file, reviewer=world.analyst, for_web=keep(at), for_worker=keep(at), decided=1, left=1)
    assert due(row) == [("closed", at, 4)]
    periodic.destroy_due(at=at)
    assert not Sealed.objects.filter(destroyed_at=None).exists()


def test_faulty_cells_go_before_the_file_with_a_certificate_and_stay_under_a_hold_whatever_the_sweep_does(world, service, at):
    file = sent_file(request_in("submitted", world.alpha, at=at), world, at=at, problems=True)
    Sealed.objects.filter(pk=file.problems.pk).update(keep_until=at + 14 * DAY)
    actions.hold(file.request, reason="A claim", by=world.head_of_profession, at=at)
    for each in (sweep, destroy.destroy_due):
        each(at=at + 15 * DAY)
    assert opens(file.problems)
    actions.lift(file.request, by=world.head_of_profession, at=at)
    destroy.destroy_due(at=at + 15 * DAY)
    file.refresh_from_db()
    assert (opens(file.problems), Certificate.objects.get().data_class) == (False, "problems")
    assert (file.state, opens(file.sealed)) == ("clean", True)


def test_messages_go_a_year_after_the_end(world, service, at):
    row = request_in("released", world.alpha, at=at, owner=world.analyst)
    row.messages.create(by=world.analyst, at=at, text="x", from_lab=True)
    assert due(row) == [("messages", at + days("messages"), 1)]
    destroy.destroy_due(at=at + days("messages"))
    assert not Message.objects.exists()
    assert Certificate.objects.get().data_class == "messages"


def test_nothing_is_destroyed_while_a_hold_stands(world, service, at):
    row = ended("withdrawn", world, at=at).request
    with pytest.raises(NotYours):
        actions.hold(row, reason="A claim", by=world.analyst, at=at)
    with pytest.raises(NotNow, match="reason"):
        actions.hold(row, reason=" ", by=world.head_of_profession, at=at)
    actions.hold(row, reason="A claim", by=world.head_of_profession, at=at)
    with pytest.raises(NotNow, match="already"):
        actions.hold(row, reason="A claim", by=world.head_of_profession, at=at)
    assert destroy.destroy_due(at=at + DAY) == []
    actions.lift(row, by=world.head_of_profession, at=at)
    with pytest.raises(NotNow, match="none stands"):
        actions.lift(row, by=world.head_of_profession, at=at)
    assert len(destroy.destroy_due(at=at + DAY)) == 1


@pytest.mark.parametrize("change", ["hold", "state"])
def test_what_was_held_back_or_taken_up_after_the_list_was_drawn_stays(world, service, at, monkeypatch, change):
    file = ended("released", world, at=at)
    drawn = holdings()
    monkeypatch.setattr(destroy, "holdings", lambda found=None: drawn if found is None else holdings(found))
    if change == "hold":
        actions.hold(file.request, reason="A claim", by=world.head_of_profession, at=at)
    else:
        Request.objects.filter(pk=file.request.pk).update(state="ready")
    assert destroy.destroy_due(at=at + days("cohort")) == []
    assert opens(file.sealed)


def test_one_that_breaks_keeps_no_other_and_is_due_again(world, service, at, monkeypatch, caplog):
    first, second = ended("withdrawn", world, at=at), ended("withdrawn", world, at=at)
    whole = Store.destroy

    def breaks(self, sealed, *, at):
        if sealed.pk == first.sealed.pk:
            message = "disk full"
            raise OSError(message)
        whole(self, sealed, at=at)

    with monkeypatch.context() as broken:
        broken.setattr(Store, "destroy", breaks)
        assert len(destroy.destroy_due(at=at)) == 1
    assert (opens(first.sealed), opens(second.sealed), "retention broke" in caplog.messages) == (True, False, True)
    assert len(destroy.destroy_due(at=at)) == 1
    assert not opens(first.sealed)


class Killed(BaseException):
    """The process dies here."""


def test_killed_between_the_key_and_the_certificate_it_finishes_when_it_is_run_again(world, service, at, monkeypatch):
    file = ended("withdrawn", world, at=at)
    copy = b"".join(store().blobs.read(file.sealed.name))

    def die(*args, **kwargs):
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(log, "record", die)
        with pytest.raises(Killed):
            destroy.destroy_due(at=at)
    file.refresh_from_db()
    assert (file.state, Certificate.objects.count()) == ("clean", 0)
    assert len(destroy.destroy_due(at=at + DAY)) == 1
    file.refresh_from_db()
    store().blobs.write(file.sealed.name, [copy])
    assert (file.state, opens(file.sealed), log.broken_at()) == ("destroyed", False, None)


def test_records_of_log_ins_and_invitations_go_after_their_days(world, service, at, browser):
    old, new = (AccessAttempt.objects.create(username="a@example.org", failures_since_start=1) for _ in range(2))
    AccessAttempt.objects.filter(pk=old.pk).update(attempt_time=at - days("logins"))
    AccessAttempt.objects.filter(pk=new.pk).update(attempt_time=at - days("logins") + SECOND)
    browser(world.analyst)
    Session.objects.update(expire_date=at - days("logins"))
    for age in (days("invitation"), days("invitation") - SECOND):
        Invitation.objects.create(
            organisation=world.alpha.row, email=f"{age.days}@example.org", by=world.alpha.manager, at=at - age
        )
    destroy.destroy_due(at=at)
    assert list(AccessAttempt.objects.all()) == [new]
    assert not Session.objects.exists()
    assert Invitation.objects.get().email == "89@example.org"
    told = [(each.data_class, each.files, each.request) for each in Certificate.objects.order_by("pk")]
    assert told == [("logins", 2, None), ("invitation", 1, None)]


def test_an_account_that_nobody_used_is_closed_and_its_sessions_and_second_factors_end(world, service, at, browser):
    idle = person("idle")
    client = browser(idle)
    idle.authenticator_set.create(type="recovery_codes", data={})
    User.objects.update(last_login=at)
    User.objects.filter(pk=idle.pk).update(last_login=at - days("account"))
    destroy.destroy_due(at=at)
    idle.refresh_from_db()
    assert (idle.is_active, idle.name, idle.has_usable_password(), idle.authenticator_set.count()) == (False, "", False, 0)
    assert client.get("/requests/").status_code == 302
    line = AuditEvent.objects.get(number=Certificate.objects.get().audit_number)
    assert (line.subject, "example.org" in line.detail) == (f"account {idle.pk}", False)
    assert User.objects.filter(is_active=False).count() == 1


def test_the_last_administrator_keeps_the_door_and_somebody_who_came_back_keeps_the_account(world, service, at):
    User.objects.update(joined=at - days("account"), last_login=None)
    listed = people.unused_accounts(at)
    assert world.administrator not in listed
    assert world.analyst in listed
    User.objects.filter(pk=world.analyst.pk).update(last_login=at)
    assert destroy._account(world.analyst.pk, at=at) == []


def test_an_account_that_an_administrator_closes_keeps_nothing_that_opens_it(world, browser):
    world.analyst.authenticator_set.create(type="totp", data={})
    client, address = browser(world.analyst), f"/lab/accounts/change/?person={world.analyst.pk}"
    answer = browser(world.administrator).post(address, {"roles": ["analyst"]})
    assert answer.status_code == 302
    world.analyst.refresh_from_db()
    assert (world.analyst.is_active, world.analyst.has_usable_password()) == (False, False)
    assert world.analyst.authenticator_set.count() == 0
    assert client.get("/requests/").status_code == 302


def test_every_class_has_a_rule_within_its_bounds_and_a_reason_for_them(db):
    assert [kept.data_class for kept in CLASSES if not kept.least <= kept.days <= kept.most or not kept.bounds] == []
    assert sorted(kept.data_class for kept in CLASSES) == sorted(RetentionRule.DataClass)
    assert {name: rule.days for name, rule in in_force().items()} == {kept.data_class: kept.days for kept in CLASSES}


def test_a_rule_is_set_within_its_bounds_and_moves_the_day(world, service, at):
    request = ended("released", world, at=at).request
    for wrong in (27, 731):
        with pytest.raises(NotNow, match="expected 28 to 730 days"):
            actions.change_rule("cohort", days=wrong, why="r", by=world.administrator, at=at)
    with pytest.raises(NotNow, match="reason"):
        actions.change_rule("cohort", days=30, why=" ", by=world.administrator, at=at)
    with pytest.raises(NotYours):
        actions.change_rule("cohort", days=30, why="r", by=world.head_of_profession, at=at)
    actions.change_rule("cohort", days=30, why="Less is better.", by=world.administrator, at=at)
    assert due(request) == [("cohort", at + 30 * DAY, 1)]


def test_the_page_is_the_dry_run(world, service, browser, at):
    row = ended("withdrawn", world, at=at).request
    CohortFile.objects.update(rows=1847)
    idle = person("idle")
    User.objects.update(last_login=at)
    User.objects.filter(pk=idle.pk).update(last_login=at - days("account"))
    for who in (world.administrator, world.head_of_profession):
        text = browser(who).get("/lab/retention/").text
        assert [each for each in (row.key, "Due now", "idle@example.org", "28 to 730") if each not in text] == []
        assert "1847" not in text
        assert "1,847" not in text
    assert CohortFile.objects.get(request=row).state == "clean"
    assert browser(world.analyst).get("/lab/retention/").status_code == 403


def test_an_administrator_changes_a_rule_on_its_page_and_nobody_else(world, browser, at):
    address = "/lab/retention/rule/?rule=cohort"
    assert browser(world.head_of_profession).get(address).status_code == 403
    assert browser(world.administrator).get("/lab/retention/rule/?rule=x").status_code == 404
    client = browser(world.administrator)
    assert "Enter days" in client.post(address, {"days": "", "why": "x"}).text
    assert "730 or fewer" in client.post(address, {"days": "731", "why": "x"}).text
    assert client.post(address, {"days": "30", "why": "Shorter."}).status_code == 302
    assert RetentionRule.objects.get().days == 30
    assert AuditEvent.objects.filter(action="change retention", detail="90 to 30 days").exists()
    assert "Shorter." in client.get("/lab/retention/").text


def test_the_head_of_profession_holds_and_lifts_in_the_browser(world, service, browser, at):
    row = ended("withdrawn", world, at=at).request
    client, address = browser(world.head_of_profession), f"/lab/retention/hold/{row.key}/"
    assert browser(world.analyst).get(address).status_code == 403
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": "A claim"}).status_code == 302
    assert "A claim" in client.get(address).text
    assert "Held back" in client.get("/lab/retention/").text
    assert client.post(f"{address}lift/").status_code == 302


def test_an_organisation_reads_when_its_data_go_and_its_certificates_and_not_those_of_another(world, service, browser, at):
    row = ended("released", world, at=at).request
    address, mine = f"/lab/retention/requests/{row.key}/", browser(world.alpha.member)
    assert "23 February 2027" in mine.get(address).text
    assert address in mine.get(f"/requests/{row.key}/").text
    (proof,) = destroy.destroy_due(at=at + days("cohort"))
    page, paper = mine.get(address).text, f"/lab/retention/certificates/{proof.pk}/"
    assert paper in page
    assert "Nothing is kept" in page
    assert "Line of the lab" not in mine.get(paper).text
    assert re.search(
        rf"Line of the lab.*?<dd[^>]*>\s*{proof.audit_number}\s*<", browser(world.analyst).get(paper).text, re.DOTALL
    )
    others = (world.beta.member, world.administrator)
    assert [browser(who).get(each).status_code for who in others for each in (address, paper)] == [404] * 4
    assert row.key in browser(world.administrator).get("/lab/retention/").text


@pytest.mark.parametrize("state", ["released", "withdrawn"])
def test_an_organisation_is_told_the_number_of_what_it_sent_and_of_nothing_that_the_lab_made(world, service, browser, at, state):
    row = uncertain(world, at=at, state=state)
    run, file = row.runs.get(), row.cohort_files.get()
    Passage.objects.create(request=row, action="x", before="draft", after=state, by=None, at=at)
    for room in ("2-linkage", "3-history", "7-report"):
        SealedRoom.objects.create(run=run, room=room, sealed=keep(at))
    LinkReview.objects.create(cohort_file=file, reviewer=world.analyst, for_web=keep(at), for_worker=keep(at), decided=1, left=1)
    for data_class in ("cohort", "rooms"):
        destroy.destroy_due(at=at + days(data_class))
    made = {f"/lab/retention/certificates/{each.pk}/": each for each in row.certificates.all()}
    assert sum(each.of_lab for each in made.values()) == 6
    mine, lab = browser(world.alpha.member), browser(world.analyst)
    for paper, proof in made.items():
        sent = proof.files - proof.of_lab
        assert how_many(mine.get(paper).text) == f"{sent or 'Some'}"
        assert how_many(lab.get(paper).text) == f"{proof.files}"
    Certificate.objects.create(request=row, data_class="rooms", files=13, at=at, why="x", audit_number=10**6)
    listed = mine.get(f"/lab/retention/requests/{row.key}/").text
    assert set(re.findall(r": [^(]+ \((\w+)\)\.", listed)) == {"1", "some"}


def how_many(page):
    return re.search(r"How many\s*</dt>\s*<dd[^>]*>\s*(\w+)\s*<", page)[1]


def test_the_reference_says_the_days_that_are_in_force_at_first():
    page = (Path(__file__).parents[2] / "docs" / "reference" / "retention.md").read_text(encoding="utf-8")
    rows = [
        f"| {kept.label} | {kept.days} | {kept.least} to {kept.most} | {kept.after} | {kept.why} {kept.bounds} |"
        for kept in CLASSES
    ]
    assert [row for row in rows if row not in page] == []


def test_the_privacy_notice_and_the_agreement_promise_the_days_that_are_in_force_at_first():
    root = Path(__file__).parents[2]
    notice = (root / "src" / "jdl_service" / "look" / "templates" / "words" / "privacy.html").read_text(encoding="utf-8")
    agreement = (root / "docs" / "how-to" / "data-sharing-agreement-template.md").read_text(encoding="utf-8")
    cohort, rooms, cells, logins = (kept_for(each) for each in ("cohort", "rooms", "problems", "logins"))
    assert [kept_for("account").days, kept_for("messages").days, rooms.days, rooms.most, cohort.most] == [730, 365, 365, 730, 730]
    assert f"{cohort.days} days after the result" in notice
    assert f"{cells.most} days at most" in notice
    assert f"logging in: {logins.days} days" in notice
    assert f"destroyed {cohort.days} days after the result was published, the working files {rooms.days} days after" in agreement
    assert f"never more than {cohort.most} (for a parked request {kept_for('parked').most} after its date" in agreement
    assert f"waits for the organisation {kept_for('draft').most})" in agreement
