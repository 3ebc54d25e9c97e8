"""50,000 people and 500 planted faults in each format: every one is found, at its row and column, and nothing else is."""

from collections.abc import Callable
from datetime import date

import pytest

from intake_files import HEADINGS, TODAY, file_bytes, person, saved, table
from justice_data_lab.intake.cohort import check_cohort
from justice_data_lab.study import Lab

PEOPLE, FAULTS = 50_000, 500
Line = dict[str, str | date]
Planted = tuple[str, str, Callable[[Line], str | date]]

KINDS: tuple[Planted, ...] = (
    ("value-missing", "surname", lambda _: ""),
    ("value-missing", "forename", lambda _: "  "),
    ("value-missing", "date_of_birth", lambda _: ""),
    ("value-missing", "sex", lambda _: ""),
    ("sex-unknown", "sex", lambda _: "Q"),
    ("date-unreadable", "date_of_birth", lambda _: "31/02/1980"),
    ("date-unreadable", "conviction_date", lambda _: "last spring"),
    ("date-future", "intervention_start", lambda _: "01/01/2090"),
    ("date-before-birth", "index_date", lambda _: date(1969, 3, 4)),
    ("text-formula", "surname", lambda _: "=1+1"),
    ("text-formula", "forename", lambda _: "@adam"),
    ("text-formula", "pnc_id", lambda _: "-"),
    ("text-too-long", "surname", lambda _: "x" * 201),
    ("setting-unknown", "setting", lambda _: "the moon"),
    ("arm-unknown", "arm", lambda _: "B"),
    ("cell-error", "prison_number", lambda _: "#N/A"),
    ("name-digits", "surname", lambda _: "Smith2"),
    ("end-before-start", "intervention_end", lambda _: date(2020, 3, 4)),
    ("date-two-digit-year", "arm_date", lambda _: "14/03/22"),
    ("prison-format", "prison_number", lambda _: "12345"),
)


def planted() -> tuple[list[Line], set[tuple[int, str, str]]]:
    """The list, and for each fault its row in the spreadsheet, its column and its rule."""
    lines: list[Line] = [person(index) for index in range(PEOPLE)]
    truth = set()
    step = PEOPLE // FAULTS
    for number in range(FAULTS):
        rule, column, spoil = KINDS[number % len(KINDS)]
        index = number * step + number % 7
        lines[index][column] = spoil(lines[index])
        truth.add((index + 2, column, rule))
    return lines, truth


@pytest.fixture(scope="module")
def planted_list() -> tuple[list[list[object]], set[tuple[int, str, str]]]:
    lines, truth = planted()
    assert len(truth) == FAULTS
    return table(lines), truth


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_every_planted_fault_is_found_where_it_stands(tmp_path, planted_list, kind):
    rows, truth = planted_list
    result = check_cohort(saved(tmp_path, f"cohort.{kind}", file_bytes(kind, rows)), today=TODAY, lab=Lab())
    assert result.rows == PEOPLE
    assert {(problem.row, problem.column, problem.rule) for problem in result.problems} == truth


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_rows_are_numbered_as_in_the_spreadsheet_beneath_titles_and_around_gaps(tmp_path, kind):
    lines, faulty = [person(index) for index in range(80)], {}
    for index in (0, 40, 79):
        lines[index]["sex"] = "Q"
    lines[3]["surname"] = "Ash\ndown"
    rows = table(lines)
    rows[10:10] = [[""] * len(HEADINGS)] * 2
    rows = [["Our list"], [], *rows]
    for number, row in enumerate(rows, 1):
        if len(row) > 3 and row[3] == "Q":
            faulty[number] = "sex"
    result = check_cohort(saved(tmp_path, f"cohort.{kind}", file_bytes(kind, rows)), today=TODAY, lab=Lab())
    assert {problem.row: problem.column for problem in result.errors} == faulty
    assert result.rows == 80
    assert {"heading-lower", "rows-blank"} <= {problem.rule for problem in result.warnings}
