"""Somebody new comes in: to the lab by its administrator, to an organisation by an invitation; and an organisation that is refused."""

import re

import pytest

from service_browser import CHROMIUM
from service_people import organisation
from service_stages import (
    PASS_PHRASE,
    confirms_the_address,
    letter_to,
    makes_an_account,
    sets_the_second_step_up,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)"),
]
NEW = "new.analyst@example.org"


def test_an_administrator_makes_an_account_and_its_person_begins_to_work(world, logged_in, stranger, moment):
    administrator = logged_in(world.administrator)
    administrator.follows("Accounts", "Add a person")
    administrator.writes("E-mail address", NEW)
    administrator.writes("Name", "New Analyst")
    administrator.picks("Analyst", of="Roles in the lab")
    administrator.presses("Add")
    administrator.reads(NEW)
    new = stranger(scripts=False)
    new.follows("Log in", "Forgot your password?")
    new.writes("E-mail address", NEW)
    new.presses("Send me an e-mail")
    (address,) = re.findall(r"https?://\S+", letter_to(NEW, "assword"))
    new.page.goto(address)
    new.writes("New password", PASS_PHRASE)
    new.writes("New password again", PASS_PHRASE)
    new.presses("Change password")
    new.follows("Log in")
    new.writes("E-mail address", NEW)
    new.types(Password=PASS_PHRASE)
    new.presses("Log in")
    confirms_the_address(new, NEW)
    new.follows("Analysis")
    sets_the_second_step_up(new, moment)
    new.follows("Analysis")
    new.is_on("Board for the quarter")
    assert not administrator.finds("Analysis")


def test_a_manager_invites_somebody_who_joins_and_leaves_again(world, logged_in, stranger, moment):
    manager = logged_in(world.alpha.manager)
    manager.follows("Your organisation", "Invite somebody")
    manager.writes("E-mail address", "colleague@example.org")
    manager.picks("Member")
    manager.presses("Send the invitation")
    assert "Alpha Trust" in letter_to("colleague@example.org", "invited")
    colleague = stranger(scripts=False)
    makes_an_account(colleague, "colleague@example.org")
    colleague.follows("Your organisation")
    colleague.presses("Join Alpha Trust")
    sets_the_second_step_up(colleague, moment)
    colleague.follows("Requests", world.request.key)
    manager.follows("Your organisation")
    manager.presses(re.compile("^Remove.*colleague"))
    colleague.follows("Requests")
    colleague.reads("There is no request yet")


def test_an_organisation_is_refused_with_a_reason(world, at, logged_in):
    gamma = organisation("Gamma House", by=world.analyst, at=at, approved=False)
    head, manager = logged_in(world.head_of_profession), logged_in(gamma.manager, scripts=False)
    manager.follows("Your organisation")
    manager.reads("The lab is looking at your application")
    head.follows("Organisations", "Gamma House", "Refuse")
    head.writes("Reason for the refusal", "The number is not in the register.")
    head.presses("Refuse")
    manager.looks_again()
    manager.reads("The number is not in the register.")
    assert "Gamma House" in letter_to(gamma.manager.email, "has not been approved")
