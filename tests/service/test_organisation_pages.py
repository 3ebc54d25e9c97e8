"""An organisation registers, is approved, signs and lets people in; each page by whoever may see it."""

import pytest
from django.core import mail

from jdl_service.audit.models import AuditEvent
from jdl_service.base.errors import NotNow
from jdl_service.organisations import actions
from jdl_service.organisations.models import Agreement, Invitation, Membership, Organisation
from service_people import organisation, person

APPLICATION = {
    "name": "Gamma  Trust", "kind": "charity", "number": " 1012 345 ", "sector": "Charity",
    "second_contact_name": "Second Contact", "second_contact_email": "second@example.org",
}  # fmt: skip
SIGNATURE = {
    "signatory_name": "A Director", "signatory_position": "Director", "lawful_basis": "public_task", "how_told": "By letter",
    "agreed": "on",
}  # fmt: skip


@pytest.fixture
def new(world, at):
    """An organisation that waits for approval."""
    return organisation("Gamma House", by=world.analyst, at=at, approved=False)


def last_line():
    return AuditEvent.objects.order_by("-number").first().action


def test_whoever_registers_an_organisation_is_its_manager_and_waits_for_approval(world, browser):
    visitor = person("visitor")
    client = browser(visitor)
    assert b"You do not belong to an organisation yet" in client.get("/organisation/").content
    assert b"Register your organisation" in client.get("/organisation/register/").content
    assert b"Organisation registered" in client.post("/organisation/register/", APPLICATION).content
    made = Organisation.objects.get(name="Gamma Trust")
    assert (made.number, made.state, made.memberships.get().role) == ("1012345", "applied", "manager")
    assert last_line() == "register"
    assert b"Waiting for approval" in client.get("/organisation/", follow=True).content


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"number": "12"}, "Charity number must be"),
        ({"kind": "company", "number": "123"}, "Company number must be"),
        ({"name": ""}, "Enter name of the organisation"),
        ({"name": "alpha trust"}, "registered already"),
        ({"second_contact_email": "nobody"}, "valid email"),
    ],
)
def test_what_is_wrong_with_a_registration_is_said(world, browser, change, says):
    answer = browser(person("visitor")).post("/organisation/register/", APPLICATION | change)
    assert says in answer.content.decode()
    assert "Error: " in answer.content.decode()
    assert not Organisation.objects.filter(name="Gamma Trust").exists()


def test_nobody_of_the_lab_registers_or_joins_an_organisation(world, browser):
    for user in (world.analyst, world.administrator):
        assert browser(user).post("/organisation/register/", APPLICATION).status_code == 403


def test_the_lab_approves_and_the_organisation_is_told(world, new, browser, django_capture_on_commit_callbacks):
    client = browser(world.analyst)
    assert client.get("/organisation/").url == "/organisation/waiting/"
    assert b"Gamma House" in client.get("/organisation/waiting/").content
    assert b'href="/organisation/waiting/"' in client.get("/requests/").content
    assert b'href="/organisation/waiting/"' not in browser(world.reviewer).get("/requests/").content
    assert b"Approve" in client.get(f"/organisation/{new.row.pk}/").content
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/organisation/{new.row.pk}/approve/")
    new.row.refresh_from_db()
    assert (new.row.state, new.row.decided_by) == ("approved", world.analyst)
    assert {letter.to[0] for letter in mail.outbox} == {new.manager.email, new.member.email}
    assert b"No organisation waits" in client.get("/organisation/waiting/").content
    assert client.post(f"/organisation/{new.row.pk}/approve/").status_code == 409


def test_a_refusal_needs_a_reason_which_the_organisation_reads(world, new, browser):
    client, place = browser(world.head_of_profession), f"/organisation/{new.row.pk}/refuse/"
    assert b"Refuse Gamma House" in client.get(place).content
    assert b"Enter reason for the refusal" in client.post(place, {"reason": " "}).content
    client.post(place, {"reason": "The number is another organisation's."})
    assert b"The number is another organisation&#39;s." in browser(new.member).get(f"/organisation/{new.row.pk}/").content


@pytest.mark.parametrize("who", ["reviewer", "administrator"])
def test_only_analysts_and_the_head_of_profession_decide(world, new, browser, who):
    client = browser(getattr(world, who))
    assert client.get("/organisation/waiting/").status_code == 403
    assert client.post(f"/organisation/{new.row.pk}/approve/").status_code in (403, 404)
    assert client.get(f"/organisation/{new.row.pk}/refuse/").status_code in (403, 404)


def test_an_organisation_cannot_approve_itself(new, browser):
    assert browser(new.manager).post(f"/organisation/{new.row.pk}/approve/").status_code == 403
    new.row.refresh_from_db()
    assert new.row.state == "applied"


def test_a_manager_signs_the_last_version_once_it_is_approved(world, new, browser, at):
    place = f"/organisation/{new.row.pk}/sign/"
    assert browser(new.manager).get(place).status_code == 409
    Organisation.objects.filter(pk=new.row.pk).update(state="approved", decided_by=world.analyst, decided_at=at)
    assert browser(new.member).get(place).status_code == 403
    client = browser(new.manager)
    assert b"We agree." in client.get(place).content
    assert b"Confirm that I can sign" in client.post(place, SIGNATURE | {"agreed": ""}).content
    client.post(place, SIGNATURE)
    signed = Agreement.objects.get(organisation=new.row)
    assert (signed.text.version, signed.signed_by, signed.how_told) == ("1", new.manager, "By letter")
    assert b"Start a request" in client.get(f"/organisation/{new.row.pk}/").content
    assert client.get(place).status_code == 409


def test_there_is_an_agreement_to_sign_from_the_first_day(db):
    from jdl_service.organisations.policies import last_text  # noqa: PLC0415 -- after Django's set-up

    assert last_text().version == "2026-1"


def test_whoever_is_invited_joins_with_the_address_that_was_asked(world, browser, django_capture_on_commit_callbacks):
    client, place = browser(world.alpha.manager), f"/organisation/{world.alpha.row.pk}/invite/"
    with django_capture_on_commit_callbacks(execute=True):
        client.post(place, {"email": "New.Person@example.org", "role": "member"})
    assert [letter.to for letter in mail.outbox] == [["new.person@example.org"]]
    assert "Alpha Trust" in mail.outbox[0].body
    assert b"invited already" in client.post(place, {"email": "new.person@example.org", "role": "member"}).content
    invitation = Invitation.objects.get()
    asked = browser(person("new.person"))
    assert b"Join Alpha Trust" in asked.get("/organisation/").content
    assert browser(person("somebody.else")).post("/organisation/join/", {"invitation": invitation.pk}).status_code == 404
    assert asked.post("/organisation/join/", {"invitation": "x"}).status_code == 404
    asked.post("/organisation/join/", {"invitation": invitation.pk})
    assert world.alpha.row.memberships.filter(user__email="new.person@example.org", role="member").exists()
    assert asked.post("/organisation/join/", {"invitation": invitation.pk}).status_code == 404


def test_a_member_cannot_invite_and_nobody_is_invited_twice_over(world, browser):
    place = f"/organisation/{world.alpha.row.pk}/invite/"
    assert browser(world.alpha.member).get(place).status_code == 403
    answer = browser(world.alpha.manager).post(place, {"email": world.alpha.member.email, "role": "manager"})
    assert b"belongs to your organisation already" in answer.content


def test_an_organisation_that_waits_cannot_invite(new, browser):
    answer = browser(new.manager).post(f"/organisation/{new.row.pk}/invite/", {"email": "x@example.org", "role": "member"})
    assert b"once the lab has approved it" in answer.content


def test_a_manager_removes_a_member_but_not_the_last_manager(world, browser):
    client, row = browser(world.alpha.manager), world.alpha.row
    member, manager = (row.memberships.get(user=each) for each in (world.alpha.member, world.alpha.manager))
    assert browser(world.alpha.member).post(f"/organisation/{row.pk}/people/{manager.pk}/remove/").status_code == 403
    assert client.post(f"/organisation/{row.pk}/people/{manager.pk}/remove/").status_code == 409
    client.post(f"/organisation/{row.pk}/people/{member.pk}/remove/")
    assert not Membership.objects.filter(pk=member.pk).exists()


def test_somebody_of_two_organisations_chooses(world, browser, at):
    Membership.objects.create(organisation=world.beta.row, user=world.alpha.manager)
    page = browser(world.alpha.manager).get("/organisation/").content
    assert b"Alpha Trust" in page
    assert b"Beta Trust" in page


def test_without_a_second_factor_nobody_of_an_organisation_reaches_the_upload(world, browser, settings):
    settings.MFA_REQUIRED = True
    answer = browser(world.alpha.member).get(f"/requests/{world.request.key}/file/")
    assert answer.url == "/account/second-step/totp/activate/"


def test_an_action_asks_for_a_reason_and_an_open_invitation(world, new, at):
    with pytest.raises(NotNow, match="reason in words"):
        actions.refuse(new.row, by=world.analyst, at=at, reason=" ")
    asked = actions.invite(world.alpha.row, email="x@example.org", role="member", by=world.alpha.manager, at=at)
    with pytest.raises(NotNow, match="not open"):
        actions.join(asked, by=person("y"), at=at)
