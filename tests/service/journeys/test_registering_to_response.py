"""From making an account to answering a published result, by hand: each role in a browser window of its own."""

from datetime import timedelta

import pytest

from service_browser import CHROMIUM
from service_releases import DUE
from service_stages import (
    announces,
    answers,
    asks_for_two_checks,
    checks,
    chooses,
    confirms,
    declares,
    fills_in_the_task_list,
    finds_the_text_right,
    freezes,
    freezes_the_protocol,
    has_people_looked_for,
    letter_to,
    makes_an_account,
    registers,
    sends_the_file,
    sets_the_second_step_up,
    signs,
    submits,
    takes_on,
    with_cells,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)"),
]
NAME, EMAIL = "New Leaf Trust", "director@newleaf.example"


@pytest.fixture
def came(stranger, logged_in, world, moment):
    """`came(scripts=…)`: an account, an organisation that the lab approves, a second step, the agreement; its director and the head."""

    def comes_in(*, scripts):
        director = stranger(scripts=scripts)
        makes_an_account(director, EMAIL)
        registers(director, NAME, "1234567")
        director.follows("Go to your organisation")
        sets_the_second_step_up(director, moment)
        head = logged_in(world.head_of_profession, scripts=scripts)
        head.follows("Organisations", NAME)
        head.presses("Approve")
        head.reads("has been approved")
        assert "has been approved" in letter_to(EMAIL, "approved")
        signs(director)
        director.reads("The agreement is signed")
        return director, head

    return comes_in


@pytest.fixture(autouse=True)
def with_a_register(service, small_register):
    """The lab has one."""
    service(register=str(small_register.path))


def asks(director, cohort, work):
    """A request whose file is faulty at first, mended in the browser and in the file."""
    director.follows("Start a request")
    director.picks("One file")
    director.presses("Save and continue")
    fills_in_the_task_list(director)
    director.follows("Cohort file")
    sends_the_file(director, with_cells(cohort, row_3=("sex", "x"), row_5=("date_of_birth", "31/02/1990")), work)
    director.reads("What has to be put right", "31/02/1990")
    director.follows("Fix cells here")
    director.writes("Row 3, sex", "M")
    director.presses("Save and check the file again")
    director.comes_back_after(work)
    director.follows("See version 2")
    director.reads("1 error fixed, 1 left, 0 new")
    director.follows("Send the file again")
    sends_the_file(director, cohort, work)
    director.reads("There are no errors")
    director.follows("Go on with the task list")
    declares(director)
    submits(director)


def is_worked_on(analyst, reviewer, director, key, work):
    """The rooms: people looked for, coverage and choice, protocol, comparison, balance, a reviewer's reason, outcomes."""
    takes_on(analyst, key)
    has_people_looked_for(analyst, work)
    chooses(director, key, "Go on")
    director.reads("Ready for analysis")
    analyst.follows("Uncertain links")
    analyst.presses("Lay the uncertain links out")
    analyst.comes_back_after(work)
    analyst.reads("0 rows wait for people")
    freezes_the_protocol(analyst, work)
    analyst.follows("Runs")
    analyst.presses("Build the comparison group")
    analyst.comes_back_after(work)
    analyst.follows("Result")
    analyst.reads("There is no result yet")
    analyst.follows("Balance")
    analyst.reads("The groups are not alike enough", "No outcome has been read for this page")
    reviewer.follows("Analysis", key, "Balance", "Go on, with a reason")
    reviewer.types(Reason="A small register for a test.")
    reviewer.presses("Go on though the groups are not alike")
    reviewer.comes_back_after(work)
    analyst.looks_again()
    analyst.presses("Unlock outcomes")
    analyst.comes_back_after(work)
    analyst.follows("See the result")
    analyst.reads("Result of the headline analysis")


def is_checked(analyst, reviewers, release, work):
    """A comment that holds it up, two blind checks, and the word of each reviewer."""
    analyst.presses("Send for checking")
    analyst.comes_back_after(work)
    asks_for_two_checks(analyst, release, "Reviewer", "Second.Reviewer")
    first, second = reviewers
    first.follows("Releases", release)
    first.follows("Read the evidence")
    first.reads("A small register for a test.")
    first.follows(release)
    first.types(Comment="Is the fall in custody explained?")
    first.presses("Comment")
    checks(first, release)
    second.follows("Releases", release)
    second.reads("In. It is shown when both are.")
    checks(second, release)
    second.reads("The release waits until every comment is answered and closed")
    analyst.follows("Releases", release)
    analyst.writes("Answer this comment", "Page four explains it.")
    analyst.presses("Answer")
    first.follows("Releases", release)
    first.presses("Close this comment")
    confirms(first, release)
    confirms(second, release)


def is_public_at_its_hour(visitor, director, release, comes_to):
    """A second before its hour nobody sees it; at the hour everybody does."""
    director.reads("7 January 2027 at 9:30am")
    comes_to(DUE - timedelta(seconds=1))
    visitor.goes_to("/")
    visitor.reads("No result has been released yet", "7 January 2027 at 9:30am")
    assert visitor.page.goto(f"{visitor.home}/results/{release}/").status == 404
    director.goes_to("/requests/2026-002/result/")
    director.reads("There is no public result yet")
    comes_to(DUE)
    visitor.goes_to("/")
    visitor.follows("Mentoring inside")
    visitor.reads("Released 9:30am on Thursday 7 January 2027")


def test_from_making_an_account_to_the_response_without_scripts(came, staff, stranger, work, comes_to, cohort):
    director, head = came(scripts=False)
    asks(director, cohort, work)
    analyst, *reviewers = staff(scripts=False)
    is_worked_on(analyst, reviewers[0], director, "2026-002", work)
    is_checked(analyst, reviewers, "2026-002 v1", work)
    finds_the_text_right(director, "2026-002")
    freezes(analyst, "2026-002 v1")
    announces(head, "2026-002 v1", DUE)
    visitor = stranger(scripts=False)
    director.follows("Requests", "2026-002")
    is_public_at_its_hour(visitor, director, "2026-002/v1", comes_to)
    director.follows("Requests", "2026-002", "Read the result and respond to it")
    answers(director, "We are glad, and go on.")
    director.follows("The public page of this version")
    visitor.looks_again()
    visitor.follows(f"Response of {NAME}")
    visitor.reads("We are glad, and go on.")
