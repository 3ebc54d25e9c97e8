"""Several lists of one request as one: the files of organisations that ask together, or of the years in which people were added."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING

from justice_data_lab.intake.columns import BY_NAME, plain_heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.intake.cohort import Cohort


def merge_cohorts(cohorts: Sequence[Cohort]) -> bytes:
    """All rows of several checked lists as one cohort file (CSV), in which nothing says whose list a row came from.

    Args:
        cohorts: as `read_cohort` gave them, each by its own column map.

    Returns:
        The bytes of a file with the template's columns and the own columns that every list has; codes are the template's, dates
        are written yyyy-mm-dd. Rows are in the order of what they say, and numbered anew.

    *Notes*: a row is kept however often its person comes. Whoever is found in the register as the same person counts once, by
    the rule for several rows of one person: the earliest start that can be used. That holds whether the rows came in one
    list or in two, and under different spellings. A column that only some lists have is left out: to be without it would say
    whose the row is.
    """
    own = shared_columns(cohorts)
    names = [*BY_NAME, *own.values()]
    lines: list[list[str]] = []
    for cohort in cohorts:
        theirs = {plain_heading(heading): heading for heading in cohort.own_columns}
        columns = [*BY_NAME, *(theirs[plain] for plain in own)]
        lines += [[_text(row[name]) for name in columns] for row in cohort.rows.to_pylist()]
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([names, *sorted(lines)])
    return stream.getvalue().encode()


def shared_columns(cohorts: Sequence[Cohort]) -> dict[str, str]:
    """The organisations' own columns that every list has: the heading as it is compared, and as the first list writes it."""
    plain = [{plain_heading(heading): heading for heading in cohort.own_columns} for cohort in cohorts]
    return {key: text for key, text in plain[0].items() if all(key in others for others in plain)} if plain else {}


def _text(value: str | date | None) -> str:
    return value.isoformat() if isinstance(value, date) else value or ""
