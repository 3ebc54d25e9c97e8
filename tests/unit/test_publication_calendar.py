"""Half past nine in London on a working day, in summer and in winter."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from justice_data_lab.publication.calendar import (
    bank_holidays,
    earliest_day,
    easter,
    has_notice,
    holidays_of,
    is_working_day,
    next_working_day,
    release_moment,
)
from justice_data_lab.study import Lab

HOUR, ZONE = time(9, 30), "Europe/London"
LONDON = ZoneInfo(ZONE)


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (2000, date(2000, 4, 23)),
        (2024, date(2024, 3, 31)),
        (2025, date(2025, 4, 20)),
        (2026, date(2026, 4, 5)),
        (2038, date(2038, 4, 25)),
    ],
)
def test_easter_sunday(year, day):
    assert easter(year) == day


@pytest.mark.parametrize(
    ("year", "days"),
    [
        # as the government listed them
        (2020, ["01-01", "04-10", "04-13", "05-08", "05-25", "08-31", "12-25", "12-28"]),
        (2021, ["01-01", "04-02", "04-05", "05-03", "05-31", "08-30", "12-27", "12-28"]),
        (2022, ["01-03", "04-15", "04-18", "05-02", "06-02", "06-03", "08-29", "09-19", "12-26", "12-27"]),
        (2023, ["01-02", "04-07", "04-10", "05-01", "05-08", "05-29", "08-28", "12-25", "12-26"]),
        (2026, ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"]),
        (2027, ["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"]),
    ],
)
def test_bank_holidays_of_england_and_wales(year, days):
    assert sorted(day.strftime("%m-%d") for day in bank_holidays(year)) == days


def test_weekends_bank_holidays_and_the_labs_own_holidays_are_no_working_days():
    assert is_working_day(date(2026, 11, 25))
    assert not is_working_day(date(2026, 11, 28))
    assert not is_working_day(date(2026, 12, 25))
    assert not is_working_day(date(2026, 11, 25), [date(2026, 11, 25)])
    assert next_working_day(date(2026, 12, 25)) == date(2026, 12, 29)


def test_a_lab_elsewhere_is_open_on_bank_holidays_of_england_and_wales_and_closed_on_its_own():
    lab = Lab(release_zone="America/New_York", bank_holidays="none", holidays=(date(2026, 11, 26),))
    closed = holidays_of(lab)
    assert is_working_day(date(2026, 12, 28), closed)
    assert not is_working_day(date(2026, 12, 27), closed)
    assert next_working_day(date(2026, 11, 26), closed) == date(2026, 11, 27)
    assert not is_working_day(date(2026, 12, 28), holidays_of(Lab()))
    assert not is_working_day(date(2026, 11, 26), holidays_of(Lab(holidays=(date(2026, 11, 26),))))


def test_the_hour_in_london_is_another_in_utc_when_the_clocks_change():
    assert release_moment(date(2026, 3, 27), HOUR, ZONE) == datetime(2026, 3, 27, 9, 30, tzinfo=UTC)
    assert release_moment(date(2026, 3, 30), HOUR, ZONE) == datetime(2026, 3, 30, 8, 30, tzinfo=UTC)
    assert release_moment(date(2026, 10, 23), HOUR, ZONE) == datetime(2026, 10, 23, 8, 30, tzinfo=UTC)
    assert release_moment(date(2026, 10, 26), HOUR, ZONE) == datetime(2026, 10, 26, 9, 30, tzinfo=UTC)


def test_the_first_possible_day_is_a_working_day_four_whole_weeks_ahead():
    morning = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    assert earliest_day(morning, HOUR, ZONE) == date(2026, 12, 23)
    assert earliest_day(datetime(2026, 11, 25, 9, 30, 1, tzinfo=UTC), HOUR, ZONE) == date(2026, 12, 24)
    assert earliest_day(datetime(2026, 11, 27, 12, 0, tzinfo=UTC), HOUR, ZONE) == date(2026, 12, 29)


@pytest.mark.parametrize(
    ("announced", "day"),
    [
        # summer time begins on 29 March 2026: 28 days by the calendar are 27 days and 23 hours
        (datetime(2026, 3, 2, 9, 30, tzinfo=LONDON), date(2026, 3, 30)),
        (datetime(2026, 3, 2, 9, 30, 1, tzinfo=LONDON), date(2026, 3, 31)),
        (datetime(2026, 3, 10, 9, 0, tzinfo=LONDON), date(2026, 4, 7)),
        # it ends on 25 October 2026: 28 days by the calendar are 28 days and an hour
        (datetime(2026, 9, 28, 9, 30, tzinfo=LONDON), date(2026, 10, 26)),
        (datetime(2026, 9, 28, 9, 30, 1, tzinfo=LONDON), date(2026, 10, 27)),
        (datetime(2026, 9, 28, 10, 30, tzinfo=LONDON), date(2026, 10, 27)),
    ],
)
def test_four_weeks_over_a_change_of_clocks_are_four_weeks_by_calendar_and_clock(announced, day):
    moment = announced.astimezone(UTC)
    assert earliest_day(moment, HOUR, ZONE) == day
    assert has_notice(moment, release_moment(day, HOUR, ZONE), LONDON)
    assert not has_notice(moment, release_moment(day - timedelta(days=1), HOUR, ZONE), LONDON)
