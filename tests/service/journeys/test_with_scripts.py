"""The way of a request with scripts: written, sent, checked, released, answered, corrected; the rooms themselves are walked in the other journey."""

from datetime import timedelta

import pytest

from jdl_service.requests.models import Request
from service_browser import CHROMIUM
from service_cohorts import FAULTY, row_of, sheet
from service_releases import DUE, finish
from service_stages import (
    announces,
    answers,
    declares,
    fills_in_the_task_list,
    finds_the_text_right,
    is_checked_and_frozen,
    sends_the_file,
    submits,
    takes_on,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)"),
]
LATER = DUE + timedelta(days=7)
KEY, FIRST, SECOND = "2026-002", "2026-002 v1", "2026-002 v2"
CLEAN = sheet(row_of(), row_of(forename="Ann"))


def is_written_and_sent(member, work):
    """A request with a file that is wrong at first."""
    member.follows("Requests", "Start a request")
    member.picks("One file")
    member.presses("Save and continue")
    member.follows("Your programme")
    member.presses("Save and continue", fault=True)
    member.reads("Enter name of the programme")
    member.follows("Back")
    fills_in_the_task_list(member)
    member.follows("Check answers and submit")
    member.reads("These tasks are not done yet")
    member.presses("Submit the request", fault=True)
    member.reads("Not everything is done yet: Declarations")
    member.follows("Back", "Cohort file")
    sends_the_file(member, FAULTY, work)
    member.reads("Row by row, as numbered in your spreadsheet", "31/02/1990")
    member.follows("Get the file with what to fix")
    member.presses("Prepare the file")
    member.comes_back_after(work)
    with member.page.expect_download() as fetched:
        member.page.get_by_role("button", name="Fetch the file").click()
    assert b"31/02/1990" in fetched.value.path().read_bytes()
    member.follows("Back", "Send the file again")
    sends_the_file(member, CLEAN, work)
    member.follows("Go on with the task list")
    declares(member)
    submits(member)


def is_corrected(head, people, member, work, folder):
    """Marked as wrong with a reason, done again, checked by the same two, and announced as an urgent correction."""
    head.follows("Releases", FIRST, "Mark as wrong")
    head.writes("Reason, which is public", "A date was read wrongly.")
    head.presses("Mark as wrong")
    member.looks_again()
    member.reads("Corrected", "A date was read wrongly.")
    analyst = people[0]
    analyst.follows("Releases", FIRST, KEY)
    analyst.is_on("Request")
    analyst.follows("Releases", f"Make a later version ({FIRST})", "Make a later version")
    analyst.types(Reason="The dates are read anew.")
    analyst.presses("Make a later version")
    analyst.is_on("Study")
    finish(Request.objects.get(key=KEY), folder, at=DUE)
    is_checked_and_frozen(people, KEY, SECOND, work)
    head.follows("Releases", SECOND, "Announce an urgent correction")
    head.dates("Day of release", LATER.day, LATER.month, LATER.year)
    head.writes("Reason, which is public", "A date was read wrongly.")
    head.presses("Announce an urgent correction")


def test_a_result_is_released_answered_and_corrected_with_scripts(world, staff, logged_in, work, comes_to, tmp_path):
    member = logged_in(world.alpha.member)
    is_written_and_sent(member, work)
    people = staff()
    takes_on(people[0], KEY)
    finish(Request.objects.get(key=KEY), tmp_path, at=DUE - timedelta(days=40))
    finds_the_text_right(member, KEY)
    is_checked_and_frozen(people, KEY, FIRST, work)
    member.follows("Requests", KEY)
    head = logged_in(world.head_of_profession)
    announces(head, FIRST, DUE)
    comes_to(DUE)
    member.follows("Requests", KEY, "Read the result and respond to it")
    answers(member, "We are glad, and go on.")
    member.follows("The public page of this version")
    member.reads("Current version")
    is_corrected(head, people, member, work, tmp_path)
    comes_to(LATER)
    member.looks_again()
    member.reads("A date was read wrongly.", "version 2")
