"""Rules that look at a cell beside others of its row, or at rows beside each other."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from justice_data_lab.intake.columns import DATES, IDENTIFIERS
from justice_data_lab.intake.rule import Rule

if TYPE_CHECKING:
    from justice_data_lab.intake.rule import Setting

_EVENTS = tuple(name for name in DATES if name != "date_of_birth")


def _missing_here(column: str, _: Setting) -> pl.Expr:
    return (pl.col(column) == "") & (pl.col(column) != "").any()


def _before(column: str, other: str, setting: Setting) -> pl.Expr:
    """Earlier than another date of the row, unless that one lies in the future and is wrong itself."""
    compared = pl.col(f"{other}:date")
    return (pl.col(f"{column}:date") < compared) & (compared <= pl.lit(setting.today))


def _before_birth(column: str, setting: Setting) -> pl.Expr:
    return _before(column, "date_of_birth", setting)


def _end_before_start(column: str, setting: Setting) -> pl.Expr:
    return _before(column, "intervention_start", setting)


def _index_before_conviction(column: str, setting: Setting) -> pl.Expr:
    return _before(column, "conviction_date", setting)


def _same_person(_column: str, _: Setting) -> pl.Expr:
    return pl.col("same:person").is_not_null() & pl.col("same:row").is_null()


def _same_row(_column: str, _: Setting) -> pl.Expr:
    return pl.col("same:row").is_not_null()


def _shared_identifier(column: str, _: Setting) -> pl.Expr:
    return pl.col(f"{column}:shared")


def _no_dates(_column: str, _: Setting) -> pl.Expr:
    return pl.col("dates:given") == 0


def _without(column: str, _: Setting, *, other: str) -> pl.Expr:
    return (pl.col(column) == "") & (pl.col(other) != "")


ROW_RULES: tuple[Rule, ...] = (
    Rule(
        code="date-before-birth",
        severity="error",
        columns=_EVENTS,
        beside=("date_of_birth",),
        message="This date lies before the person's date of birth, so one of the two is wrong.",
        remedy="Check both dates against your records.",
        example="born 05/11/1984, started 20/06/1974",
        predicate=_before_birth,
        sheet="ISNUMBER({c})*ISNUMBER({birth})*({c}<{birth})",
        as_typed=True,
    ),
    Rule(
        code="end-before-start",
        severity="warning",
        columns=("intervention_end",),
        beside=("intervention_start",),
        message="The end lies before the start, so one of the two is wrong. The end was not used.",
        remedy="Check both dates.",
        example="started 20/06/2022, ended 12/06/2022",
        predicate=_end_before_start,
        sheet="ISNUMBER({c})*ISNUMBER({start})*({c}<{start})",
    ),
    Rule(
        code="index-before-conviction",
        severity="warning",
        columns=("index_date",),
        beside=("conviction_date",),
        message="The index date (release, or start of the order) lies before the conviction.",
        remedy="Check both dates.",
        example="convicted 14/03/2022, released 02/03/2022",
        predicate=_index_before_conviction,
    ),
    Rule(
        code="identifier-shared",
        severity="warning",
        columns=IDENTIFIERS,
        message="Rows with different names and dates of birth have the same identifier.",
        remedy="Check whose it is: an identifier belongs to one person.",
        example="A1234BC in two people's rows",
        predicate=_shared_identifier,
    ),
    Rule(
        code="arm-date-missing",
        severity="warning",
        columns=("arm_date",),
        beside=("arm",),
        message="A group is given, but not the date they were put in it.",
        remedy="Add the date.",
        example="arm 'waiting', arm_date blank",
        predicate=partial(_without, other="arm"),
    ),
    Rule(
        code="arm-missing",
        severity="warning",
        columns=("arm",),
        message="Some rows have a group (arm) and this one has not.",
        remedy="Say served, control, waiting or refused in every row.",
        example="arm blank between rows with 'served'",
        predicate=_missing_here,
    ),
    Rule(
        code="dates-none",
        severity="warning",
        message="Without an intervention_start, index_date, conviction_date or arm_date it cannot be known which sentence is meant, and the person will be left out.",
        remedy="Give at least one of these dates.",
        example="a row with a name and a date of birth only",
        predicate=_no_dates,
    ),
    Rule(
        code="row-repeated",
        severity="warning",
        message="The same person with the same dates stands in an earlier row.",
        remedy="Delete one of the two, if it is the same person.",
        example="rows 4 and 9 alike",
        predicate=_same_row,
    ),
    Rule(
        code="person-repeated",
        severity="warning",
        message="The same person stands in an earlier row with other dates. The earliest start that can be used counts.",
        remedy="Nothing to do, if they started twice.",
        example="one person with starts in 2021 and 2022",
        predicate=_same_person,
    ),
)
