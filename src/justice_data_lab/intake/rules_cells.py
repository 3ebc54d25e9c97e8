"""Rules that look at one cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from justice_data_lab.intake.columns import BY_NAME, COLUMNS, DATES, ESSENTIAL, IDENTIFIERS, NAMES
from justice_data_lab.intake.rule import Rule, Setting

if TYPE_CHECKING:
    from justice_data_lab.intake.rule import Predicate

_EVENTS = tuple(name for name in DATES if name != "date_of_birth")
_TEXTS = (*NAMES, *IDENTIFIERS)
_DATE_REMEDY = "Write it as dd/mm/yyyy, for example 05/11/1984, or leave it blank where it is not essential."
_FORMULA = r"^'?[=+\-@]"
_ERROR = r"^#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|####*)$|^Err:\d+$"
_FILLER = (
    r"(?i)^(unknown|not known|n/?a|none|nil|null|test|tbc|tba|xx+|anon|anonymous|redacted|withheld|surname|forename|\?+|\.+)$"
)
_MOJIBAKE = r"Ã[\u0080-\u00bf]|Â[\u0080-\u00bf]|â€|\ufffd|&(amp|#\d+);"
_AT_LEAST_YEARS, _AT_MOST_YEARS = 10, 100


def _how(*hows: str) -> Predicate:
    """Dates that were read in one of these ways."""
    return lambda column, _: pl.col(f"{column}:how").is_in(hows)


def _matches(pattern: str) -> Predicate:
    return lambda column, _: pl.col(column).str.contains(pattern)


def _kind(letters: str) -> Predicate:
    return lambda column, _: pl.col(f"{column}:kind").is_in(list(letters)) & (pl.col(column) != "")


def _unknown_code(column: str, _: Setting) -> pl.Expr:
    return (pl.col(column) != "") & pl.col(f"{column}:code").is_null()


def _missing(column: str, _: Setting) -> pl.Expr:
    return pl.col(column) == ""


def _too_long(column: str, _: Setting) -> pl.Expr:
    return pl.col(column).str.len_chars() > 200


def _future(column: str, setting: Setting) -> pl.Expr:
    return pl.col(f"{column}:date") > pl.lit(setting.today)


def _implausible_age(column: str, setting: Setting) -> pl.Expr:
    born, today = pl.col(f"{column}:date"), pl.lit(setting.today)
    return (born > today.dt.offset_by(f"-{_AT_LEAST_YEARS}y")) & (born <= today) | (
        born < today.dt.offset_by(f"-{_AT_MOST_YEARS}y")
    )


def _filler_birth(column: str, _: Setting) -> pl.Expr:
    born = pl.col(f"{column}:date")
    return (born.dt.ordinal_day() == 1) & born.dt.year().is_in([1899, 1900, 1901, 1904, 1970]) | (born.dt.year() < 1900)


def _long_ago(column: str, setting: Setting) -> pl.Expr:
    return pl.col(f"{column}:date") < pl.lit(setting.today).dt.offset_by("-70y")


def _odd_identifier(column: str, _: Setting) -> pl.Expr:
    return (pl.col(column) != "") & pl.col(f"{column}:code").is_null()


def _completed_identifier(column: str, _: Setting) -> pl.Expr:
    return pl.col(f"{column}:code").is_not_null() & (pl.col(f"{column}:code") != pl.col(column).str.to_uppercase())


def _code_rule(column: str) -> Rule:
    codes = [code for code, _ in BY_NAME[column].codes]
    words = f"{', '.join(codes[:-1])} or {codes[-1]}"
    return Rule(
        code=f"{column}-unknown",
        severity="warning" if column == "completed" else "error",
        columns=(column,),
        message=f"{column} must be {words}.",
        remedy=f"Write one of {words}, or say once what your own codes mean (in a column map, [values.{column}]; in the web service, on the page of your file).",
        example={"sex": "'X'", "setting": "'probation office'", "completed": "'partly'", "arm": "'group B'"}[column],
        predicate=_unknown_code,
        sheet="(LEN({c})>0)*ISNA(MATCH({c},{codes},0))",
        as_typed=True,
    )


_DIGITS = "+".join(f'ISNUMBER(FIND("{digit}",{{c}}))' for digit in range(10))

CELL_RULES: tuple[Rule, ...] = (
    Rule(
        code="cell-error",
        severity="error",
        columns=tuple(column.name for column in COLUMNS),
        message="The cell holds a spreadsheet error instead of a value.",
        remedy="Correct the formula, or type the value.",
        example="'#N/A', '#REF!'",
        predicate=_matches(_ERROR),
    ),
    Rule(
        code="value-missing",
        severity="error",
        columns=ESSENTIAL,
        message="Every person needs a surname, a forename, a date of birth and a sex.",
        remedy="Fill in the cell (for sex, U when it is not known), or take the row out.",
        example="a row without a date of birth",
        predicate=_missing,
        sheet="(LEN({c})=0)*({any}>0)",
    ),
    Rule(
        code="date-unreadable",
        severity="error",
        columns=DATES,
        message="This cannot be read as a date; a date is written dd/mm/yyyy, for example 05/11/1984, or 1984-11-05.",
        remedy=_DATE_REMEDY,
        example="'31/02/2022', 'spring 2022', 'n/a'",
        predicate=_how("unreadable"),
        sheet="(LEN({c})>0)*(1-ISNUMBER({c}))",
        as_typed=True,
    ),
    Rule(
        code="date-two-readings",
        severity="error",
        columns=DATES,
        message="This date can be read in two ways (day and month, the century, or what a number counts from).",
        remedy="Write it as yyyy-mm-dd, for example 1984-11-05, or with the month in letters. For a file that is month first throughout, say so once (in a column map, [dates] order; in the web service, where you say which column is which).",
        example="'04/05/2022' in a column that also has '02/25/2022'; '29252' in a CSV file",
        predicate=_how("two-readings"),
    ),
    Rule(
        code="date-future",
        severity="error",
        columns=DATES,
        message="This date lies in the future.",
        remedy="Correct the date, or leave it blank until it has happened.",
        example="'01/01/2090'",
        predicate=_future,
        sheet="ISNUMBER({c})*({c}>TODAY())",
        as_typed=True,
    ),
    Rule(
        code="text-too-long",
        severity="error",
        columns=_TEXTS,
        message="A name or identifier has at most 200 characters.",
        remedy="Keep only the name or the identifier in this cell.",
        example="case notes pasted into the surname",
        predicate=_too_long,
        sheet="(LEN({c})>200)*1",
        as_typed=True,
    ),
    Rule(
        code="text-formula",
        severity="error",
        columns=_TEXTS,
        message="A name or identifier may not start with = + - or @, which a spreadsheet would run as a formula.",
        remedy="Delete the sign; leave the cell blank when there is nothing to say.",
        example="'=A2&B2', '-'",
        predicate=_matches(_FORMULA),
        sheet='ISNUMBER(FIND(LEFT({c}&" ",1),"=+-@"))*1',
        as_typed=True,
    ),
    Rule(
        code="text-control",
        severity="error",
        columns=_TEXTS,
        message="The cell holds characters that cannot be seen or printed.",
        remedy="Type the value afresh.",
        example="a name copied from a scanned form",
        predicate=_matches(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"),
    ),
    Rule(
        code="text-is-date",
        severity="error",
        columns=_TEXTS,
        message="The spreadsheet has turned this name or identifier into a date.",
        remedy="Format the column as text and type the value again.",
        example="the surname 'May' with '1' beside it, read as 1 May",
        predicate=_kind("dth"),
        sheet="ISNUMBER({c})*1",
    ),
    *(_code_rule(column) for column in ("sex", "setting", "arm", "completed")),
    Rule(
        code="date-month-first",
        severity="warning",
        columns=DATES,
        message="There is no such month, so day and month were read the other way round.",
        remedy="Write dd/mm/yyyy, for example 25/02/2022.",
        example="'02/25/2022'",
        predicate=_how("month-first"),
    ),
    Rule(
        code="date-serial",
        severity="warning",
        columns=DATES,
        message="This is a number of days, as spreadsheets store dates. It was read as that date.",
        remedy="Format the column as a date and check it.",
        example="'30625' in a workbook, read as 05/11/1983",
        predicate=_how("serial"),
    ),
    Rule(
        code="date-two-digit-year",
        severity="warning",
        columns=DATES,
        message="The year has two digits. It was read in the one century that fits.",
        remedy="Write four digits to be sure.",
        example="'05/11/84'",
        predicate=_how("two-digit-year"),
    ),
    Rule(
        code="date-other-format",
        severity="warning",
        columns=DATES,
        message="The date is not written as dd/mm/yyyy or yyyy-mm-dd, but has one reading and was read so.",
        remedy="Nothing to do, if the others in the column are right.",
        example="'5 Nov 1984', '05.11.1984', '19841105'",
        predicate=_how("other-format"),
    ),
    Rule(
        code="date-with-time",
        severity="warning",
        columns=DATES,
        message="The date has a time of day, which was left off.",
        remedy="Nothing to do.",
        example="'20/06/2022 14:30'",
        predicate=_how("with-time"),
    ),
    Rule(
        code="birth-implausible",
        severity="warning",
        columns=("date_of_birth",),
        message="By this date of birth the person is under 10 or over 100 years old.",
        remedy="Check the year.",
        example="'05/11/2021'",
        predicate=_implausible_age,
        sheet="ISNUMBER({c})*((TODAY()-{c}<3652)+(TODAY()-{c}>36525))",
    ),
    Rule(
        code="birth-filler",
        severity="warning",
        columns=("date_of_birth",),
        message="This looks like a date that a system puts in when the real one is not known.",
        remedy="Put in the real date of birth: without it the person will hardly be found.",
        example="'01/01/1900'",
        predicate=_filler_birth,
    ),
    Rule(
        code="date-long-ago",
        severity="warning",
        columns=_EVENTS,
        message="This date lies more than 70 years ago.",
        remedy="Check the year.",
        example="'20/06/1922'",
        predicate=_long_ago,
    ),
    Rule(
        code="name-digits",
        severity="warning",
        columns=NAMES,
        message="The name has digits in it.",
        remedy="Keep only the name.",
        example="'Smith2'",
        predicate=_matches(r"\d"),
        sheet=f"(({_DIGITS})>0)*1",
    ),
    Rule(
        code="name-filler",
        severity="warning",
        columns=NAMES,
        message="This does not look like a name.",
        remedy="Put in the name, or take the row out: without it the person will not be found.",
        example="'unknown', 'test'",
        predicate=_matches(_FILLER),
    ),
    Rule(
        code="name-initial",
        severity="warning",
        columns=NAMES,
        message="There is only an initial.",
        remedy="Put in the name in full: an initial finds fewer people.",
        example="'J.'",
        predicate=_matches(r"^\p{L}\.?$"),
    ),
    Rule(
        code="name-garbled",
        severity="warning",
        columns=NAMES,
        message="Letters with accents look garbled.",
        remedy="Save the file as 'CSV UTF-8' or .xlsx from the original.",
        example="'ZoÃ«' for 'Zoë'",
        predicate=_matches(_MOJIBAKE),
    ),
    Rule(
        code="pnc-format",
        severity="warning",
        columns=("pnc_id",),
        message="A PNC identifier is a year, a stroke, seven digits and a letter, for example 2012/0123456Z.",
        remedy="Correct it, or leave it blank.",
        example="'123456'",
        predicate=_odd_identifier,
    ),
    Rule(
        code="pnc-completed",
        severity="warning",
        columns=("pnc_id",),
        message="The PNC identifier lacked leading zeros or part of its year, and was completed.",
        remedy="Format the column as text so that zeros are kept.",
        example="'12/123456Z', read as 2012/0123456Z",
        predicate=_completed_identifier,
    ),
    Rule(
        code="prison-format",
        severity="warning",
        columns=("prison_number",),
        message="A prison number is a letter, four digits and two letters, for example A1234BC.",
        remedy="Correct it, or leave it blank.",
        example="'1234'",
        predicate=_odd_identifier,
    ),
)
