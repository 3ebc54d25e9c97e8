"""What comes to the desk is written down once, ends after it came, and is answered by the head of profession."""

from datetime import UTC, date, datetime

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.publication.desk import Desk, Request, answer, check_has_come, end, raise_concern, receive
from justice_data_lab.publication.release import Person

NOW = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
HEAD = Person(name="Hope", role="head_of_profession")
ASKED = Request(key="A", received=date(2026, 6, 1))
DESK = raise_concern(receive(Desk(), ASKED), "It is hard to read.", "A", NOW)


def test_a_request_is_found_by_its_key_and_ends_once():
    ended = end(DESK, "A", date(2026, 6, 1), "refused")
    assert (ended.request("A").ended, ended.request("A").ended_as) == (date(2026, 6, 1), "refused")
    assert ended.request("B") is None
    assert ended.concerns == DESK.concerns


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (lambda: receive(DESK, ASKED), "written down already"),
        (lambda: end(DESK, "B", date(2026, 6, 2), "refused"), "is not open"),
        (lambda: end(end(DESK, "A", date(2026, 6, 2), "refused"), "A", date(2026, 6, 2), "withdrawn"), "is not open"),
        (lambda: end(DESK, "A", date(2026, 5, 31), "refused"), "cannot end before"),
        (lambda: check_has_come("request A", date(2026, 12, 5), NOW), "today at the latest; 2026-12-05 is none"),
        (lambda: check_has_come("request A", date(2021, 12, 2), NOW), "of the last 5 years"),
        (lambda: raise_concern(DESK, "  ", "", NOW), "has no words"),
        (lambda: answer(DESK, 2, "Yes.", by=HEAD, at=NOW, public=True), "no such concern is open"),
        (lambda: answer(DESK, 1, " ", by=HEAD, at=NOW, public=True), "is empty"),
        (lambda: answer(DESK, 1, "Yes.", by=HEAD, at=NOW, public=False), "waits for the release"),
        (lambda: answer(DESK, 1, "Yes.", by=Person(name="Ana", role="analyst"), at=NOW, public=True), "given by the head"),
    ],
)
def test_what_makes_no_sense_is_refused(act, why):
    with pytest.raises(UsageError, match=why):
        act()


def test_a_day_that_has_come_where_the_lab_is_has_come():
    """In Auckland it is the next day already."""
    for day in (date(2026, 12, 4), date(2026, 12, 3), date(2021, 12, 3)):
        check_has_come("request A", day, NOW)


def test_an_answer_goes_with_its_concern():
    desk = answer(raise_concern(DESK, "Another.", "", NOW), 1, "We changed it.", by=HEAD, at=NOW, public=True)
    assert [(each.number, each.answer, each.answered) for each in desk.concerns] == [(1, "We changed it.", NOW), (2, "", None)]
