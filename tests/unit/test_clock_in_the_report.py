"""The clock in the report: who started late, a reviewer's reason, and how the intervention clock works."""

from dataclasses import replace

import pytest

from justice_data_lab.disclosure.clock import ClockEvidence
from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.linkage.attrition import Step
from justice_data_lab.reporting.html import render_html
from justice_data_lab.reporting.page import lay_out
from justice_data_lab.reporting.passages import who_was_analysed
from justice_data_lab.reporting.readability import reading_age
from justice_data_lab.rooms.designs import Designed, Designs
from justice_data_lab.rooms.evidence import request_from
from justice_data_lab.rooms.measured import Measured
from justice_data_lab.rooms.stops import Stop
from justice_data_lab.study import CohortSettings, DisclosureRules, Lab
from sample_requests import national, refused, trial
from sample_rooms import made_linkage, made_measures, study

pytestmark = pytest.mark.usefixtures("no_charts")
RULES = DisclosureRules()
REASON = "B. Reviewer: starts are the day of enrolment, not of the first session."


def index(late, people=943, reason=REASON):
    return ClockEvidence(run="index", reason=reason, late=late, people=people)


def content_with(clock, request=None):
    return disclose(replace(request or national(), clock=clock), RULES).content


def page_with(clock, request=None):
    return lay_out(disclose(replace(request or national(), clock=clock), RULES), Lab())


@pytest.mark.parametrize(("late", "text"), [(86, "85"), (9, "[c]"), (935, "[c]")])
def test_how_many_started_late_is_a_share_and_is_hidden_where_it_is_few_or_nearly_all(late, text):
    clock = content_with(index(late)).clock
    assert (clock.late.text, clock.reason) == (text, REASON)
    assert clock.late.place.key == "clock/started after the index date/treated"


def test_when_nobody_started_late_there_is_neither_number_nor_reason_nor_box():
    clock = content_with(index(0)).clock
    assert (clock.late, clock.reason) == (None, "")
    assert [box.title for box in page_with(index(0)).boxes] == ["Not yet cleared for publication"]
    assert content_with(None).clock is None
    assert [box.title for box in page_with(None).boxes] == ["Not yet cleared for publication"]


def test_the_index_clock_with_late_starters_is_warned_of_on_page_one_with_the_reviewers_reason():
    page = page_with(index(86))
    assert page.boxes[-1].title == "Follow-up began before some people joined"
    assert page.boxes[-1].text.startswith("85 people joined the programme after their follow-up had begun.")
    assert "makes the programme look better than it is" in page.boxes[-1].text
    assert page.boxes[-1].quote == REASON
    assert page_with(index(9)).boxes[-1].text.startswith("Some people joined")
    html = render_html(page)
    assert html.index(REASON) < html.index('id="brief"')


def test_the_intervention_clock_is_explained_in_a_sentence_and_needs_no_warning():
    clock = ClockEvidence(run="intervention", reason="", late=86, people=943)
    page = page_with(clock)
    assert len(page.boxes) == 1
    content = content_with(clock)
    text = who_was_analysed(content, content.analyses[0])
    assert "Follow-up starts on the day a person joined, if that was after their release or order" in text
    assert "nobody who had reoffended by then is counted" in text
    assert "Follow-up starts" not in page_with(index(0)).who
    offered = page_with(clock, trial()).who
    assert "on the day a person was put in a group" in offered
    assert "similar people" not in offered


@pytest.mark.parametrize("clock", [index(86), ClockEvidence(run="intervention", reason="", late=86, people=943)])
def test_what_is_said_of_the_clock_can_be_read_by_a_fourteen_year_old(clock):
    page = page_with(clock)
    assert reading_age(" ".join([*(box.text for box in page.boxes), page.who])) <= 14


def test_a_request_that_could_not_be_analysed_says_nothing_of_the_clock():
    assert content_with(index(86), refused()).clock is None


def test_the_rooms_hand_on_which_clock_ran_and_of_how_many_people():
    adults = Step(key="adult", label="Adult", reason="under 18", lost=3, left=397)
    measures = replace(made_measures(), clock="index", late_starts=41, attrition=(*made_measures().attrition, adults))
    asked = study(cohort=CohortSettings(clock="index", clock_reason=REASON))
    stop = Stop(refusal=refused().refusal, words="")
    designs = Designs(all=(Designed(name="national", role="headline", attrition=measures.attrition, match=None, stop=stop),))
    made = request_from(asked, Lab(), Measured(main=measures), designs, linkage=made_linkage())
    assert made.clock == ClockEvidence(run="index", reason=REASON, late=41, people=397)
    assert request_from(asked, Lab(), Measured(main=measures), designs).clock is None
