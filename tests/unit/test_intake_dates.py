"""What a date cell says: one reading is read, two are not guessed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from justice_data_lab.intake.dates import DateSystem, Reading, read_date, read_dates
from justice_data_lab.intake.sheets import BOOLEAN, DATE, DATETIME, NUMBER, TEXT, TIME

EXCEL = DateSystem(first_day=date(1899, 12, 30), earliest=date(1926, 1, 1), latest=date(2026, 7, 1))
MAC = DateSystem(first_day=date(1904, 1, 1), earliest=date(1926, 1, 1), latest=date(2026, 7, 1))
CSV = DateSystem(first_day=None, earliest=date(1926, 1, 1), latest=date(2026, 7, 1))
AMERICAN = DateSystem(first_day=None, earliest=date(1926, 1, 1), latest=date(2026, 7, 1), order="month-first")

READ = [
    ("14/03/2022", date(2022, 3, 14), "plain"),
    ("4/3/2022", date(2022, 3, 4), "plain"),
    ("2022-03-14", date(2022, 3, 14), "plain"),
    ("2022-3-14", date(2022, 3, 14), "other-format"),
    ("2022/03/14", date(2022, 3, 14), "other-format"),
    ("14.03.2022", date(2022, 3, 14), "other-format"),
    ("14-03-2022", date(2022, 3, 14), "other-format"),
    ("14 03 2022", date(2022, 3, 14), "other-format"),
    ("14 March 2022", date(2022, 3, 14), "other-format"),
    ("14th of March, 2022", date(2022, 3, 14), "other-format"),
    ("14-Mar-22", date(2022, 3, 14), "two-digit-year"),
    ("1 Sept 2021", date(2021, 9, 1), "other-format"),
    ("March 14, 2022", date(2022, 3, 14), "other-format"),
    ("20220314", date(2022, 3, 14), "other-format"),
    ("25122022", date(2022, 12, 25), "other-format"),
    ("14/03/22", date(2022, 3, 14), "two-digit-year"),
    ("14/03/80", date(1980, 3, 14), "two-digit-year"),
    ("02/25/2022", date(2022, 2, 25), "month-first"),
    ("14/03/2022 00:00", date(2022, 3, 14), "plain"),
    ("14/03/2022 14:30", date(2022, 3, 14), "with-time"),
    ("2022-03-14T14:30:00Z", date(2022, 3, 14), "with-time"),
    ("29/02/2020", date(2020, 2, 29), "plain"),
]
NOT_READ = [
    ("", "blank"),
    ("31/02/2022", "unreadable"),
    ("29/02/2021", "unreadable"),
    ("31/31/2022", "unreadable"),
    ("31/31/22", "unreadable"),
    ("2022-13-40", "unreadable"),
    ("spring 2022", "unreadable"),
    ("n/a", "unreadable"),
    ("2022", "unreadable"),
    ("14 Brumaire 2022", "unreadable"),
    ("Brumaire 14, 2022", "unreadable"),
    ("99999999", "unreadable"),
    ("44634", "two-readings"),
    ("14/03/26", "two-readings"),
    ("30/12/2O22", "unreadable"),
]


@pytest.mark.parametrize(("text", "value", "how"), READ)
def test_date_with_one_reading_is_read(text, value, how):
    reading = read_date(text, TEXT, CSV)
    assert (reading.value, reading.how) == (value, how)


@pytest.mark.parametrize(("text", "how"), NOT_READ)
def test_date_with_none_or_two_readings_is_not_guessed(text, how):
    reading = read_date(text, TEXT, CSV)
    assert (reading.value, reading.how) == (None, how)


def test_two_digit_year_that_fits_both_centuries_is_not_guessed():
    wide = DateSystem(first_day=None, earliest=date(1900, 1, 1), latest=date(2026, 7, 1))
    assert read_date("14/03/22", TEXT, wide).how == "two-readings"


def test_number_counts_from_where_the_workbook_says():
    assert read_date("30625", NUMBER, EXCEL) == Reading(value=date(1983, 11, 5), how="serial")
    assert read_date("30625.75", NUMBER, MAC) == Reading(value=date(1987, 11, 6), how="serial")


def test_cells_that_a_workbook_knows_are_dates_are_taken_as_they_are():
    assert read_date("2022-03-14", DATE, EXCEL) == Reading(value=date(2022, 3, 14), how="plain")
    assert read_date("2022-03-04 10:30:00", DATETIME, EXCEL) == Reading(value=date(2022, 3, 4), how="with-time", either=True)
    assert read_date("12:00:00", TIME, EXCEL).how == "unreadable"
    assert read_date("TRUE", BOOLEAN, EXCEL).how == "unreadable"


def test_map_that_says_month_first_settles_the_order():
    assert read_date("02/03/2022", TEXT, AMERICAN).value == date(2022, 2, 3)
    assert read_date("25/03/2022", TEXT, AMERICAN).how == "unreadable"
    hows = [reading.how for reading in read_dates([("02/03/2022", TEXT, 1), ("02/25/2022", TEXT, 1)], AMERICAN)]
    assert hows == ["plain", "plain"]


def hows(*cells, system=EXCEL):
    return [reading.how for reading in read_dates([(text, kind, count) for text, kind, count in cells], system)]


def test_column_typed_month_first_makes_its_early_days_doubtful():
    assert hows(("02/25/2022", TEXT, 1), ("04/05/2022", TEXT, 1), ("05/05/2022", TEXT, 1)) == [
        "month-first",
        "two-readings",
        "plain",
    ]


def test_single_slip_among_many_does_not_make_the_column_doubtful():
    assert hows(("02/25/2022", TEXT, 1), ("25/02/2022", TEXT, 40), ("04/05/2022", TEXT, 30)) == ["month-first", "plain", "plain"]


def test_dates_that_a_spreadsheet_probably_swapped_are_doubtful():
    # Days up to 12 became dates, the others stayed text: what an American Excel makes of a British file.
    assert hows(("2022-04-05", DATE, 5), ("2022-05-05", DATE, 1), ("25/02/2022", TEXT, 5)) == ["two-readings", "plain", "plain"]


def test_dates_beside_text_that_could_have_been_swapped_too_are_not_doubtful():
    assert hows(("2022-04-05", DATE, 5), ("25/02/2022", TEXT, 5), ("03/02/2022", TEXT, 5)) == ["plain", "plain", "plain"]
    assert hows(("2022-04-25", DATE, 5), ("2022-04-05", DATE, 5), ("25/02/2022", TEXT, 5)) == ["plain", "plain", "plain"]
    assert hows(("2022-04-05", DATE, 5), ("", TEXT, 5)) == ["plain", "blank"]


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)))
def test_every_day_is_read_back_from_both_plain_forms(value):
    assert read_date(value.strftime("%d/%m/%Y"), TEXT, CSV).value == value
    assert read_date(value.isoformat(), TEXT, CSV).value == value
    serial = (value - date(1899, 12, 30)) / timedelta(days=1)
    if serial >= 10_000:
        assert read_date(f"{serial:.0f}", NUMBER, EXCEL).value == value


@given(st.text(max_size=30))
def test_any_text_gets_a_reading(text):
    reading = read_date(text.strip(), TEXT, CSV)
    assert (reading.value is None) == (reading.how in {"blank", "two-readings", "unreadable"})
