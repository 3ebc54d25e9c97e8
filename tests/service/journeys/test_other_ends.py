"""The other ways a request can go: refused, returned, waiting, fuller, withdrawn, postponed, withdrawn after release, not analysable, added to, joint."""

from datetime import UTC, datetime

import pytest

from jdl_service import clock
from jdl_service.organisations.models import Organisation
from jdl_service.requests.models import Request
from service_browser import CHROMIUM
from service_cohorts import row_of, sheet
from service_people import request_in
from service_releases import DUE, finished_request, scheduled
from service_requests import with_coverage
from service_stages import (
    announces,
    declares,
    fills_in_the_task_list,
    is_checked_and_frozen,
    letter_to,
    sends_the_file,
    submits,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)"),
]
CLEAN = sheet(row_of(), row_of(forename="Ann"))


@pytest.fixture
def public(stranger):
    """Somebody who only reads what everybody can."""
    return stranger(scripts=False)


def test_a_request_is_refused_with_a_reason(world, at, logged_in, public):
    row = request_in("submitted", world.alpha, at=at)
    analyst, member = logged_in(world.analyst), logged_in(world.alpha.member, scripts=False)
    analyst.follows("Analysis", "My work", row.key, "Refuse it")
    analyst.types(Reason="The programme ended too recently to follow anybody for a year.")
    analyst.presses("Refuse the request")
    member.follows("Requests", row.key)
    member.reads("Refused", "You can send a new request", "ended too recently")
    assert "Refused" in letter_to(world.alpha.member.email, f"Request {row.key}")
    public.follows("Register of requests")
    public.reads(row.key, "Not taken on")
    public.reads_not("ended too recently")


def test_a_request_is_returned_put_right_and_sent_again(world, at, logged_in, work):
    row = request_in("submitted", world.alpha, at=at)
    analyst, member = logged_in(world.analyst, scripts=False), logged_in(world.alpha.member)
    analyst.follows("Analysis", "My work", row.key, "Return it")
    analyst.types(Reason="Say how often people meet.")
    analyst.presses("Return the request")
    member.follows("Requests", row.key)
    member.reads("Say how often people meet.")
    member.follows("Go on with the task list", "Dates and amount")
    member.writes("How much people get", "Two hours every week")
    member.presses("Save and continue")
    member.follows("Cohort file")
    sends_the_file(member, CLEAN, work)
    member.follows("Go on with the task list")
    declares(member)
    submits(member)
    analyst.follows("Analysis", "My work", row.key)
    analyst.reads("Two hours every week")


def test_a_request_waits_until_a_date_and_comes_back(world, at, logged_in, comes_to):
    first, second = with_coverage(world, at), with_coverage(world, at)
    member = logged_in(world.alpha.member)
    for row in (first, second):
        member.follows("Requests", row.key, "See what was found and choose")
        member.picks("Wait until a date")
        member.presses("Continue", fault=True)
        member.reads("Enter the date until which you wait")
        member.dates("If you wait, until when?", 1, 3, 2027)
        member.presses("Continue")
        member.reads("Waiting until a date", "1 March 2027")
    member.presses("Go on now")
    member.reads("Accepted")
    comes_to(datetime(2027, 3, 1, 1, tzinfo=UTC))
    member.follows("Requests", first.key)
    member.reads("Accepted")


def test_people_are_added_after_coverage(world, at, logged_in, work):
    row = with_coverage(world, at)
    member = logged_in(world.alpha.member, scripts=False)
    member.follows("Requests", row.key, "See what was found and choose")
    member.picks("Add people")
    member.presses("Continue")
    sends_the_file(member, CLEAN, work)
    member.follows("Go on with the request")
    member.presses("The fuller file is ready: send it")
    member.reads("The fuller file was sent", "Accepted")


def test_a_manager_withdraws_and_a_member_cannot(world, at, logged_in, public):
    row = with_coverage(world, at)
    member, manager = logged_in(world.alpha.member), logged_in(world.alpha.manager, scripts=False)
    member.follows("Requests", row.key)
    assert not member.finds("Withdraw this request")
    manager.follows("Requests", row.key, "See what was found and choose")
    manager.picks("Withdraw")
    manager.presses("Continue")
    manager.writes("Reason for withdrawing", "Our funder ended the programme.")
    manager.presses("Withdraw", fault=True)
    manager.picks("I know that the file is destroyed and that this cannot be undone")
    manager.presses("Withdraw")
    manager.reads("is withdrawn", "Nothing more happens")
    public.follows("Register of requests")
    public.reads(row.key, "Withdrawn")
    public.reads_not("Our funder")


def test_a_release_is_postponed_and_announced_anew(world, at, tmp_path, logged_in, public):
    row = scheduled(world, tmp_path, at=at)
    head, member = logged_in(world.head_of_profession, scripts=False), logged_in(world.alpha.member)
    head.follows("Releases", f"{row}", "Postpone")
    head.writes("Reason, which is public", "A court gave its dates late.")
    head.presses("Postpone")
    public.follows("Release calendar")
    public.reads("A court gave its dates late.")
    member.follows("Requests", row.request.key)
    member.reads("Postponed", "A new date is announced", "A court gave its dates late.")
    announces(head, f"{row}", datetime(2027, 2, 4, tzinfo=UTC))
    public.looks_again()
    public.reads("4 February 2027")
    member.looks_again()
    member.reads("4 February 2027 at 9:30am")


def test_a_result_is_withdrawn_after_its_release(world, at, tmp_path, logged_in, public, comes_to):
    row = scheduled(world, tmp_path, at=at)
    comes_to(DUE)
    head, member = logged_in(world.head_of_profession), logged_in(world.alpha.member, scripts=False)
    head.follows("Releases", f"{row}", "Withdraw the result")
    head.reads("Nobody can take this back")
    head.writes("Reason, which is public", "The file held the wrong programme.")
    head.presses("Withdraw the result")
    member.follows("Requests", row.request.key)
    member.reads("Result withdrawn", "The file held the wrong programme.")
    public.goes_to(f"/results/{row.key}/v1/")
    public.reads("The file held the wrong programme.")


def test_that_it_could_not_be_analysed_is_checked_and_published_too(world, tmp_path, staff, logged_in, work, comes_to):
    row = finished_request(world, tmp_path, at=clock.now(), state="not_analysable", kind="refused").request
    people, release = staff(), f"{row.key} v1"
    people[0].follows("Analysis", "My work", row.key, "Result")
    people[0].reads("Too few people could be followed.")
    is_checked_and_frozen(people, row.key, release, work)
    announces(logged_in(world.head_of_profession), release, DUE)
    comes_to(DUE)
    member = logged_in(world.alpha.member)
    member.follows("Requests", row.key, "Read the result and respond to it", "The public page of this version")
    member.reads("could not be")
    member.goes_to("/")
    member.reads("could not be")


def test_a_request_to_which_people_are_added_is_sent_at_its_size(world, logged_in, work):
    member = logged_in(world.alpha.member)
    member.follows("Requests", "Start a request")
    member.picks("People are added each year, and analysed once")
    member.presses("Save and continue", fault=True)
    member.reads("Enter the number of people at which it is analysed")
    member.writes("Planned number of people", 3)
    member.presses("Save and continue")
    fills_in_the_task_list(member)
    member.follows("Cohort file")
    sends_the_file(member, CLEAN, work)
    member.follows("Go on with the task list")
    declares(member)
    member.follows("Check answers and submit")
    member.presses("Submit the request", fault=True)
    member.reads("needs the 3 people that were planned; the files have 2")
    member.follows("Back", "Cohort file")
    member.picks("More people, beside the lists sent before")
    sends_the_file(member, sheet(row_of(forename="Eve")), work)
    member.follows("Go on with the task list")
    submits(member)


def test_a_joint_request_is_sent_with_the_file_of_each_partner(world, logged_in, work):
    member, partner = logged_in(world.alpha.member), logged_in(world.beta.member, scripts=False)
    member.follows("Requests", "Start a request")
    member.picks("Several organisations, one programme, one report")
    member.presses("Save and continue")
    fills_in_the_task_list(member)
    member.follows("Partners")
    Organisation.objects.filter(pk=world.beta.row.pk).update(number="1012345")
    member.writes("Charity or company number", "1012345")
    member.presses("Add this organisation")
    member.reads(world.beta.row.name)
    member.follows("Back", "Cohort file")
    sends_the_file(member, CLEAN, work)
    member.follows("Go on with the task list")
    declares(member)
    member.follows("Check answers and submit")
    member.presses("Submit the request", fault=True)
    member.reads("the cohort file of Beta Trust is not there yet")
    key = Request.objects.get(kind="joint").key
    partner.follows("Requests", key)
    assert not partner.finds("Task list")
    partner.follows("Cohort file")
    sends_the_file(partner, sheet(row_of(forename="Zed")), work)
    partner.reads("There are no errors")
    member.follows("Back")
    submits(member)
