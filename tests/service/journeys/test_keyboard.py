"""Without a mouse: an organisation writes and sends a request and reads its result, and a reviewer checks one; focus is seen at every stop."""

import pytest

from service_browser import CHROMIUM
from service_cohorts import row_of, sheet
from service_releases import DUE, drafted, scheduled
from service_stages import (
    answers,
    checks,
    declares,
    fills_in_the_task_list,
    makes_an_account,
    registers,
    sends_the_file,
    sets_the_second_step_up,
    submits,
)
from service_walk import KeyboardWalker

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)"),
]
FAULTY, CLEAN = sheet(row_of(sex="x"), row_of(forename="Ann")), sheet(row_of(), row_of(forename="Ann"))


def test_registering_needs_no_mouse(world, stranger, moment):
    director = stranger(kind=KeyboardWalker)
    makes_an_account(director, "director@newleaf.example")
    registers(director, "New Leaf Trust", "1234567")
    director.follows("Go to your organisation")
    sets_the_second_step_up(director, moment)
    director.follows("Your organisation")
    director.reads("The lab is looking at your application")


def test_an_organisation_needs_no_mouse(world, at, tmp_path, logged_in, work, comes_to):
    released = scheduled(world, tmp_path, at=at)
    member = logged_in(world.alpha.member, kind=KeyboardWalker)
    member.follows("Requests", "Start a request")
    member.picks("One file")
    member.presses("Save and continue")
    fills_in_the_task_list(member)
    member.follows("Cohort file")
    sends_the_file(member, FAULTY, work)
    member.follows("Fix cells here")
    member.writes("Row 2, sex", "F")
    member.presses("Save and check the file again")
    member.comes_back_after(work)
    member.follows("See version 2", "Go on with the task list")
    declares(member)
    submits(member)
    comes_to(DUE)
    member.follows("Requests", released.request.key, "Read the result and respond to it")
    answers(member, "We are glad, and go on.")


def test_a_reviewer_needs_no_mouse(world, at, tmp_path, logged_in):
    release, _ = drafted(world, tmp_path, at=at)
    reviewer = logged_in(world.reviewer, kind=KeyboardWalker)
    checks(reviewer, f"{release}", verdict="Has to be done again", text="The second table is missing.")
    reviewer.reads("Your check is in", "Has to be done again", "The second table is missing.")
