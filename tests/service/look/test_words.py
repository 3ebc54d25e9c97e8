"""How dates, hours, sizes and figures are written."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from jdl_service.look import words
from jdl_service.look.brand import Brand


@pytest.mark.parametrize(
    ("at", "printed"),
    [
        (datetime(2026, 3, 2, 9, 30, tzinfo=UTC), "2 March 2026 at 9:30am"),
        (datetime(2026, 7, 2, 9, 30, tzinfo=UTC), "2 July 2026 at 10:30am"),  # British Summer Time
        (datetime(2026, 3, 2, 12, 0, tzinfo=UTC), "2 March 2026 at midday"),
        (datetime(2026, 3, 2, 0, 0, tzinfo=UTC), "2 March 2026 at midnight"),
        (datetime(2026, 3, 2, 0, 5, tzinfo=UTC), "2 March 2026 at 12:05am"),
        (datetime(2026, 3, 2, 17, 0, tzinfo=timezone(timedelta(hours=1))), "2 March 2026 at 4pm"),
    ],
)
def test_a_moment_is_written_as_clocks_in_london_show_it(at, printed):
    assert words.moment(at) == printed


def test_the_day_of_a_moment_is_that_of_the_lab_and_not_of_the_server():
    assert words.day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "1 July 2026"


def test_a_date_is_written_out():
    assert words.day(date(2026, 11, 22)) == "22 November 2026"


def test_another_lab_has_another_zone(settings):
    settings.LOOK = Brand(zone="America/New_York")
    assert words.hour(datetime(2026, 3, 2, 14, 30, tzinfo=UTC)) == "9:30am"


@pytest.mark.parametrize(
    ("value", "printed"), [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1_500, "1.5 KB"), (25_000_000, "25 MB")]
)
def test_a_size_is_written_in_the_units_that_people_read(value, printed):
    assert words.size(value) == printed


def test_a_number_of_things_has_its_noun():
    assert words.count(1, "person", "people") == "1 person"
    assert words.count(1204, "person", "people") == "1,204 people"


def test_a_marker_is_said_to_those_who_listen():
    assert words.figure("[c]") == '[c]<span class="govuk-visually-hidden"> (confidential)</span>'


def test_a_figure_is_printed_as_it_stands():
    assert words.figure("22%") == "22%"
    assert words.figure("<b>") == "<b>"


def test_every_marker_has_a_meaning():
    assert [symbol for symbol, _ in words.markers()] == ["[c]", "[u]", "[x]", "[z]"]


@pytest.mark.parametrize(
    ("refusal", "read"),
    [
        ("upload for R-1: is for members.", "Upload for R-1 is for members."),
        ("Alpha Trust: has to sign first.", "Alpha Trust has to sign first."),
        ("comment on R-1: expected some words, found none.", "Comment on R-1: expected some words, found none."),
        ("", ""),
    ],
)
def test_a_refusal_is_read_as_a_sentence(refusal, read):
    assert words.sentence(refusal) == read
