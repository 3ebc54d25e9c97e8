"""The list as a table that rules can look at: cleaned text, kinds, dates with how they were read, codes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from justice_data_lab.intake.columns import BY_NAME, CODED, DATES, IDENTIFIERS, NAMES, code_spellings
from justice_data_lab.intake.dates import DateSystem, read_dates
from justice_data_lab.intake.sheets import TEXT

if TYPE_CHECKING:
    from justice_data_lab.intake.columnmap import ColumnMap
    from justice_data_lab.intake.headings import Layout
    from justice_data_lab.intake.rule import Setting
    from justice_data_lab.intake.sheets import Book

OWN = "own:"
_UNSEEN = r"[\x{200b}\x{200c}\x{200d}\x{2060}\x{feff}\x{ad}]"
# A year and a serial with the stroke between them; without it, only where nothing but the stroke is missing.
_PNC = r"^(?:(?<year>\d{2}|\d{4})\s*/\s*(?<serial>\d{1,7})|(?<bare_year>\d{4})(?<bare_serial>\d{7}))\s*(?<letter>[A-Z])$"
_PLACING = ("intervention_start", "index_date", "conviction_date")


def build_frame(book: Book, layout: Layout, columns: ColumnMap, setting: Setting) -> pl.DataFrame:
    """One row a row of the list that holds anything, in the file's order.

    Returns:
        `row` (as in the spreadsheet); each known column `c` cleaned, with `c:kind`, and `c:date` and `c:how` for dates, `c:code` for
        codes and identifiers (null when unknown); own columns as `own:heading`; `same:*`, `c:shared` and `dates:given`.
    """
    first = layout.heading_row + 1
    sheet = layout.sheet
    data: dict[str, pl.Series] = {"row": pl.Series(range(first + 1, sheet.height + 1), dtype=pl.Int64)}
    for name, index in layout.known.items():
        data[name] = pl.Series(sheet.columns[index][first:], dtype=pl.String)
        letters = sheet.kinds[index][first:]
        if letters:
            data[f"{name}:kind"] = pl.Series(list(letters), dtype=pl.String)
    for heading, index in layout.own.items():
        data[OWN + heading] = pl.Series(sheet.columns[index][first:], dtype=pl.String)
    frame = _cleaned(pl.DataFrame(data), layout)
    cells = [*layout.known, *(OWN + heading for heading in layout.own)]
    frame = frame.filter(pl.any_horizontal(pl.col(cells) != "")) if cells else frame.clear()
    frame = _with_dates(frame, _date_system(book, columns, setting))
    return frame.with_columns(_codes(frame, columns)).with_columns(_identifiers(frame, setting)).pipe(_with_repeats)


def _cleaned(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Outer blanks and characters that cannot be seen off, inner blanks of names and identifiers made one."""
    own = [OWN + heading for heading in layout.own]
    texts = [pl.col(name).str.replace_all(_UNSEEN, "").str.strip_chars() for name in [*layout.known, *own]]
    frame = frame.with_columns(texts)
    single = [name for name in (*NAMES, *IDENTIFIERS) if name in layout.known]
    kinds = [pl.lit(TEXT).alias(f"{name}:kind") for name in layout.known if f"{name}:kind" not in frame.columns]
    return frame.with_columns(*[pl.col(name).str.replace_all(r"\s+", " ") for name in single], *kinds)


def _date_system(book: Book, columns: ColumnMap, setting: Setting) -> DateSystem:
    """What a bare number means in this file (the earliest day is set for each column)."""
    first_day = None if book.kind == "csv" else date(1904, 1, 1) if book.date1904 else date(1899, 12, 30)
    return DateSystem(first_day=first_day, earliest=date.min, latest=setting.today, order=columns.order)


def _with_dates(frame: pl.DataFrame, system: DateSystem) -> pl.DataFrame:
    """`c:date` and `c:how` for every column of dates."""
    for name in DATES:
        if name not in frame.columns:
            continue
        keys = [name, f"{name}:kind"]
        cells = frame.group_by(keys).len().sort(keys)
        readings = read_dates(cells.rows(), _range(name, system))
        read = cells.select(
            *keys,
            pl.Series(f"{name}:date", [reading.value for reading in readings], dtype=pl.Date),
            pl.Series(f"{name}:how", [reading.how for reading in readings], dtype=pl.String),
        )
        frame = frame.join(read, on=keys, how="left", maintain_order="left")
    return frame


def _range(name: str, system: DateSystem) -> DateSystem:
    """Two-digit years: a participant is 10 to 100 years old, and everything else happened in the last 70 years."""
    today = system.latest
    years = (100, 10) if name == "date_of_birth" else (70, 0)
    earliest, latest = (today.replace(year=today.year - back, day=min(today.day, 28)) for back in years)
    return DateSystem(
        first_day=system.first_day, earliest=earliest, latest=latest if name == "date_of_birth" else today, order=system.order
    )


def _codes(frame: pl.DataFrame, columns: ColumnMap) -> list[pl.Expr]:
    """`c:code`: the code that a cell's spelling stands for, null when none."""
    found = []
    for name in CODED:
        if name in frame.columns:
            spellings = {**code_spellings(BY_NAME[name]), **columns.values.get(name, {})}
            plain = pl.col(name).str.to_lowercase().str.replace_all(r"[\s\-_]+", " ")
            either = (pl.col(name).str.to_lowercase(), plain)
            found.append(
                pl.coalesce(text.replace_strict(spellings, default=None, return_dtype=pl.String) for text in either).alias(
                    f"{name}:code"
                )
            )
    return found


def _identifiers(frame: pl.DataFrame, setting: Setting) -> list[pl.Expr]:
    """`c:code`: the identifier in full, null when it does not look like one."""
    found = []
    if "pnc_id" in frame.columns:
        parts = pl.col("pnc_id").str.to_uppercase().str.extract_groups(_PNC)
        year = pl.coalesce(parts.struct.field("year"), parts.struct.field("bare_year"))
        serial = pl.coalesce(parts.struct.field("serial"), parts.struct.field("bare_serial"))
        century = (
            pl.when(year.cast(pl.Int32, strict=False) <= setting.today.year % 100).then(pl.lit("20")).otherwise(pl.lit("19"))
        )
        full = pl.when(year.str.len_chars() == 2).then(pl.concat_str(century, year)).otherwise(year)
        joined = pl.concat_str(full, pl.lit("/"), serial.str.zfill(7), parts.struct.field("letter"))
        found.append(joined.alias("pnc_id:code"))
    if "prison_number" in frame.columns:
        plain = pl.col("prison_number").str.to_uppercase().str.replace_all(r"[\s\-/]", "")
        found.append(pl.when(plain.str.contains(r"^[A-Z]\d{4}[A-Z]{2}$")).then(plain).alias("prison_number:code"))
    return found


def _with_repeats(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of a person who stands above, identifiers of several people, and how many of the placing dates a row gives.

    Returns:
        `same:person`: first row of the same names, date of birth and sex, when that is not this row; `same:row`: also with the same dates.
    """
    placing = [f"{name}:date" for name in _PLACING if f"{name}:date" in frame.columns]
    # in the arm of somebody who was not served, the day of being put in it takes the place of a start
    dates = [*placing, *(["arm_date:date"] if "arm_date:date" in frame.columns else [])]
    given = pl.sum_horizontal([pl.col(name.removesuffix(":date")) != "" for name in dates]) if dates else pl.lit(0)
    frame = frame.with_columns(given.alias("dates:given"))
    if not {"surname", "forename", "date_of_birth"} <= set(frame.columns):
        nothing = pl.lit(None, dtype=pl.Int64)
        shared = [pl.lit(value=False).alias(f"{name}:shared") for name in IDENTIFIERS if name in frame.columns]
        return frame.with_columns(nothing.alias("same:person"), nothing.alias("same:row"), *shared)
    who = [pl.col("surname").str.to_lowercase(), pl.col("forename").str.to_lowercase(), pl.col("date_of_birth:date")]
    person = pl.struct(who)
    dated = pl.struct([*who, *(pl.col(name) for name in placing)])
    full = (pl.col("surname") != "") & (pl.col("forename") != "") & pl.col("date_of_birth:date").is_not_null()

    def above(key: pl.Expr) -> pl.Expr:
        earliest = pl.col("row").min().over(key)
        return pl.when(full & (earliest < pl.col("row"))).then(earliest)

    shared = [
        ((pl.col(f"{name}:code").is_not_null()) & (person.n_unique().over(f"{name}:code") > 1)).alias(f"{name}:shared")
        for name in IDENTIFIERS
        if name in frame.columns
    ]
    return frame.with_columns(above(person).alias("same:person"), above(dated).alias("same:row"), *shared)
