"""Cleaning: one expression for the register's names and a cohort's."""

from datetime import date

import pytest

from justice_data_lab.register.connect import connect
from justice_data_lab.register.names import expand


@pytest.fixture(scope="module")
def con():
    con = connect()
    yield con
    con.close()


def cleaned(con, call, value):
    query = expand(f"SELECT {call}(value) FROM (SELECT $value AS value)")  # noqa: S608
    return con.execute(query, {"value": value}).fetchall()[0][0]


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("smith", "SMITH"),
        ("  Anne   Marie ", "ANNE MARIE"),
        ("O'Brien", "OBRIEN"),
        ("O\u2019Brien", "OBRIEN"),
        ("Zoë", "ZOE"),
        ("Zoe\u0308", "ZOE"),
        ("Łukasz Żółć", "LUKASZ ZOLC"),
        ("Strauß", "STRAUSS"),
        ("Ægir", "AEGIR"),
        ("Smith-Jones", "SMITH JONES"),
        ("Smith\u2013Jones", "SMITH JONES"),
        ("Mr. John", "JOHN"),
        ("DR MRS Patel", "PATEL"),
        ("Dr", "DR"),
        ("Kevin Jnr.", "KEVIN"),
        ("Мария", "МАРИЯ"),
        ("Null", "NULL"),
        ("unknown", None),
        ("N/A", None),
        ("--", None),
        ("", None),
        (None, None),
    ],
)
def test_a_name_is_cleaned(con, written, clean):
    assert cleaned(con, "clean_name", written) == clean


def test_cleaning_a_clean_name_changes_nothing(con):
    for name in ("ANNE MARIE", "OBRIEN", "SMITH JONES"):
        assert cleaned(con, "clean_name", name) == name


def test_a_double_barrel_is_one_word_however_it_is_joined(con):
    words = [cleaned(con, "compact", cleaned(con, "clean_name", name)) for name in ("Anne-Marie", "Anne Marie", "AnneMarie")]
    assert words == ["ANNEMARIE"] * 3


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("2012/0123456Z", "20120123456Z"),
        ("2012/123456z", "20120123456Z"),
        ("12/123456Z", "20120123456Z"),
        (" 12 / 0123456 Z", "20120123456Z"),
        ("98/1234A", "19980001234A"),
        ("20120123456Z", "20120123456Z"),
        ("AB-12.3", "AB123"),
        ("n/a", None),
        ("", None),
        (None, None),
    ],
)
def test_every_way_to_write_a_police_number_is_one_number(con, written, clean):
    assert cleaned(con, "clean_pnc", written) == clean


@pytest.mark.parametrize(("written", "clean"), [(" a1234bc ", "A1234BC"), ("A 1234-BC", "A1234BC"), ("none", None), (None, None)])
def test_a_prison_number_is_letters_and_digits(con, written, clean):
    assert cleaned(con, "clean_number", written) == clean


@pytest.mark.parametrize(("written", "clean"), [("female", "F"), ("m", "M"), ("U", None), (None, None)])
def test_unknown_sex_says_nothing(con, written, clean):
    assert cleaned(con, "clean_sex", written) == clean


def test_a_date_that_stands_for_unknown_says_nothing(con):
    assert cleaned(con, "clean_date", date(1900, 1, 1)) is None
    assert cleaned(con, "clean_date", date(1985, 1, 1)) == date(1985, 1, 1)
    assert cleaned(con, "clean_date", None) is None


def test_calls_within_calls_are_written_out():
    query = expand("SELECT compact(clean_number(x)) FROM t")
    assert "clean_number" not in query
    assert query.startswith("SELECT replace(CASE")


def test_a_query_without_calls_is_left_alone():
    assert expand("select  1 -- as it is") == "select  1 -- as it is"


def test_calls_are_written_out_wherever_they_stand():
    query = "SELECT compact(clean_name(a)) AS a, compacted(b), f(compact('(,' || c), d) FROM t -- compact names"
    inner = expand("clean_name(a)")
    assert expand(query) == (
        f"SELECT replace({inner}, ' ', '') AS a, compacted(b), f(replace('(,' || c, ' ', ''), d) FROM t -- compact names"  # noqa: S608
    )
    assert expand("SELECT pair(x, g(y, z))", more={"pair": lambda one, other: f"{other}+{one}"}) == "SELECT g(y, z)+x"


def test_a_call_that_is_not_closed_is_no_query():
    with pytest.raises(ValueError, match="closing bracket"):
        expand("SELECT compact(surname FROM t")
