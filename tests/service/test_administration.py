"""Administrators give roles and read the log; they see no cohort and no figure, and nobody gives roles to themselves."""

import pytest

from jdl_service.accounts.models import User
from jdl_service.administration import actions
from jdl_service.audit import log
from jdl_service.audit.models import AuditEvent
from jdl_service.base.errors import NotYours

PAGES = ("/lab/accounts/", "/lab/accounts/add/", "/lab/accounts/settings/")


def test_accounts_are_for_administrators(world, browser, at):
    for page in PAGES:
        assert browser(world.administrator).get(page).status_code == 200
        assert browser(world.head_of_profession).get(page).status_code == 403
    with pytest.raises(NotYours):
        actions.add_person(email="x@example.org", name="X", roles=(), by=world.analyst, at=at)


def test_somebody_is_added_with_a_role_and_no_password(world, browser, at):
    client = browser(world.administrator)
    given = {"email": "New@example.org", "name": "New", "roles": ["reviewer"]}
    assert client.post("/lab/accounts/add/", given).status_code == 302
    made = User.objects.get(email="new@example.org")
    assert (made.is_reviewer, made.has_usable_password()) == (True, False)
    assert "There is an account with that address already" in client.post("/lab/accounts/add/", given).content.decode()
    both = {"email": "b@example.org", "name": "B", "roles": ["administrator", "analyst"]}
    assert "An administrator has no other role" in client.post("/lab/accounts/add/", both).content.decode()
    assert AuditEvent.objects.get(action="add account").detail == "reviewer"


def test_roles_are_given_and_taken_and_accounts_closed(world, browser, at):
    client, person = browser(world.administrator), world.analyst
    address = f"/lab/accounts/change/?person={person.pk}"
    assert person.email in client.get(address).content.decode()
    assert client.post(address, {"roles": ["reviewer"]}).status_code == 302
    person.refresh_from_db()
    assert (person.is_analyst, person.is_reviewer, person.is_active) == (False, True, False)
    assert AuditEvent.objects.get(action="set roles").detail == "reviewer; closed"
    assert "An administrator has no other role" in client.post(address, {"roles": ["administrator", "analyst"]}).content.decode()


def test_nobody_gives_roles_to_themselves_nor_to_people_of_an_organisation(world, browser, at):
    client = browser(world.administrator)
    own = client.post(f"/lab/accounts/change/?person={world.administrator.pk}", {"roles": ["analyst"], "active": "on"})
    assert own.status_code == 403
    member = world.alpha.member
    answer = client.post(f"/lab/accounts/change/?person={member.pk}", {"roles": ["analyst"], "active": "on"})
    assert "has no role in the lab" in answer.content.decode()
    member.refresh_from_db()
    assert not member.is_analyst
    for number in ("", "x", "999999"):
        assert client.get(f"/lab/accounts/change/?person={number}").status_code == 404


def test_accounts_are_found_by_name_or_address(world, browser, at):
    client = browser(world.administrator)
    text = client.get("/lab/accounts/", {"text": "second"}).content.decode()
    assert world.second_reviewer.email in text
    assert world.analyst.email not in text
    assert "No account is like that" in client.get("/lab/accounts/", {"text": "zzz"}).content.decode()


def test_settings_show_nothing_secret(world, browser, at, settings, service):
    service(secret_key="canary-secret", database="postgresql://u:canary-secret@h/d", mail="smtp://u:canary-secret@h:25")  # noqa: S106
    text = browser(world.administrator).get("/lab/accounts/settings/").content.decode()
    assert "PostgreSQL" in text
    assert "SMTP" in text
    assert "canary-secret" not in text


def test_the_log_is_narrowed_page_by_page(world, browser, at):
    for number in range(60):
        log.record("look", f"2026-9{number:02}", by="canary@example.org", at=at)
    client = browser(world.head_of_profession)
    assert "2026-959" in client.get("/lab/audit/").content.decode()
    assert "2026-900" not in client.get("/lab/audit/", {"action": "look"}).content.decode()
    assert "2026-900" in client.get("/lab/audit/", {"action": "look", "page": "2"}).content.decode()
    text = client.get("/lab/audit/", {"subject": "2026-917", "by": "CANARY@example.org"}).content.decode()
    assert "2026-917" in text
    assert "2026-918" not in text
    assert "No line is like that" in client.get("/lab/audit/", {"subject": "nothing"}).content.decode()
    assert "No line is like that" in client.get("/lab/audit/", {"action": "never"}).content.decode()


def test_the_chain_is_read_again_and_a_break_is_said(world, browser, at, monkeypatch):
    client = browser(world.administrator)
    text = client.get("/lab/audit/chain/").content.decode()
    assert log.last().sha256 in text
    assert "Yes. Each of the" in text
    monkeypatch.setattr(log, "broken_at", lambda: 3)
    assert "Line 3 is not the one that was written" in client.get("/lab/audit/chain/").content.decode()


def test_the_log_is_for_administrators_and_the_head_of_profession(world, browser, at):
    for who in (world.analyst, world.reviewer, world.alpha.manager):
        for page in ("/lab/audit/", "/lab/audit/chain/"):
            assert browser(who).get(page).status_code == 403
