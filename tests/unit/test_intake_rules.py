"""Every rule of the cohort file, broken on purpose; and the good file that breaks none."""

from datetime import date

import pytest

from intake_files import HEADINGS, TODAY, as_text, csv_bytes, ods_file_bytes, people, person, saved, table, xlsx_bytes
from justice_data_lab.errors import DataRefused, Problem, UsageError
from justice_data_lab.intake.cohort import Cohort, check_cohort, read_cohort
from justice_data_lab.intake.reference import reference_page
from justice_data_lab.intake.result import CheckResult
from justice_data_lab.intake.rules import BY_CODE, RULES
from justice_data_lab.study import Lab

LAB = Lab()


def check(folder, data, name="cohort.csv", **options):
    return check_cohort(saved(folder, name, data), today=TODAY, lab=LAB, **options)


def broken(result: CheckResult) -> set[tuple[str, int | None, str | None]]:
    return {(problem.rule, problem.row, problem.column) for problem in result.problems}


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_good_file_breaks_no_rule_and_reads_the_same_in_each_format(tmp_path, kind):
    lines = [[*line, extra] for line, extra in zip(table(people(60)), ["site", *["North  wing"] * 60], strict=True)]
    data = {"csv": csv_bytes, "xlsx": lambda rows: xlsx_bytes({"Any": rows}), "ods": lambda rows: ods_file_bytes({"Any": rows})}[
        kind
    ](lines)
    path = saved(tmp_path, f"cohort.{kind}", data)
    assert check_cohort(path, today=TODAY, lab=LAB).problems == ()
    cohort = read_cohort(path, today=TODAY, lab=LAB)
    first = cohort.rows.slice(0, 1).to_pylist()[0]
    assert first == {"row": 2, **person(0), "site": "North  wing"}
    assert cohort.own_columns == ("site",)
    assert cohort.rows.num_rows == cohort.table().num_rows == 60
    assert cohort.summary() == f"cohort.{kind}: 60 rows, 1 own columns, 0 warnings"


CELLS = [
    ("value-missing", "surname", ""),
    ("value-missing", "date_of_birth", " \u00a0\u200b"),
    ("date-unreadable", "date_of_birth", "soon"),
    ("date-two-readings", "conviction_date", "44634"),
    ("date-future", "date_of_birth", "02/07/2026"),
    ("date-future", "intervention_end", "2030-01-01"),
    ("date-before-birth", "arm_date", "01/06/1960"),
    ("text-too-long", "forename", "x" * 201),
    ("text-too-long", "pnc_id", "x" * 201),
    ("text-formula", "surname", "=HYPERLINK()"),
    ("text-formula", "forename", " +44"),
    ("text-formula", "prison_number", "@A1"),
    ("text-formula", "surname", "'=1"),
    ("text-control", "surname", "Ash\x07down"),
    ("cell-error", "sex", "#REF!"),
    ("cell-error", "index_date", "#N/A"),
    ("sex-unknown", "sex", "yes"),
    ("setting-unknown", "setting", "somewhere"),
    ("arm-unknown", "arm", "group B"),
    ("completed-unknown", "completed", "partly"),
    ("date-month-first", "intervention_start", "01/25/2021"),
    ("date-two-digit-year", "date_of_birth", "05/11/84"),
    ("date-other-format", "date_of_birth", "5 Nov 1984"),
    ("date-with-time", "index_date", "20/06/2021 14:30"),
    ("birth-implausible", "date_of_birth", "05/11/2018"),
    ("birth-implausible", "date_of_birth", "05/11/1920"),
    ("birth-filler", "date_of_birth", "01/01/1970"),
    ("date-long-ago", "conviction_date", "05/06/1950"),
    ("end-before-start", "intervention_end", "31/12/2020"),
    ("index-before-conviction", "index_date", "01/01/2020"),
    ("name-digits", "surname", "Ashdown2"),
    ("name-filler", "forename", "Unknown"),
    ("name-initial", "forename", "J."),
    ("name-garbled", "forename", "ZoÃ«"),
    ("pnc-format", "pnc_id", "123456"),
    ("pnc-completed", "pnc_id", "12/123Z"),
    ("pnc-completed", "pnc_id", "20120123456z"),
    ("pnc-format", "pnc_id", "2012123456Z"),
    ("prison-format", "prison_number", "1234"),
    ("identifier-shared", "prison_number", person(1)["prison_number"]),
    ("arm-date-missing", "arm_date", ""),
    ("arm-missing", "arm", ""),
]


@pytest.mark.parametrize(("rule", "column", "value"), CELLS)
def test_rule_is_broken_by_its_case_at_row_and_column(tmp_path, rule, column, value):
    rows = people(60, **{column: value})
    if rule == "date-long-ago":
        rows[0]["date_of_birth"] = "05/11/1940"
    result = check(tmp_path, csv_bytes(table(rows)))
    expected = {(rule, 2, column)}
    if rule == "identifier-shared":
        expected.add((rule, 3, column))
    assert broken(result) == expected
    assert result.problems[0].value == (value if len(value) <= 200 else value[:200] + "…")
    assert result.refused == (BY_CODE[rule].severity == "error")


def test_rules_about_whole_rows(tmp_path):
    rows = people(60)
    rows[5] = dict(rows[2])
    rows[6] = {**rows[3], "intervention_start": "01/02/2023", "index_date": "01/03/2023"}
    rows[7] |= dict.fromkeys(("intervention_start", "index_date", "conviction_date", "intervention_end", "arm_date"), "")
    rows[8] |= dict.fromkeys(("intervention_start", "index_date", "conviction_date", "intervention_end"), "")
    found = check(tmp_path, csv_bytes(table(rows)))
    assert {("row-repeated", 7, None), ("dates-none", 9, None), ("person-repeated", 8, None)} <= broken(found)
    assert ("dates-none", 10, None) not in broken(found)
    assert "See row 4." in next(problem.message for problem in found.problems if problem.rule == "row-repeated")
    assert "Row 7: whole row (row-repeated) See row 4." in found.summary()
    assert "earlier row. See row" not in found.summary()
    assert not found.refused


def test_name_turned_into_a_date_by_a_spreadsheet_is_an_error(tmp_path):
    rows = people(60, surname=date(2022, 5, 1))
    assert broken(check(tmp_path, xlsx_bytes({"A": table(rows)}), "a.xlsx")) == {("text-is-date", 2, "surname")}


def test_number_in_a_date_column_of_a_workbook_is_read_and_noted(tmp_path):
    rows = people(60, date_of_birth=30625)
    path = saved(tmp_path, "a.xlsx", xlsx_bytes({"A": table(rows)}))
    cohort = read_cohort(path, today=TODAY, lab=LAB)
    assert [(problem.rule, problem.row) for problem in cohort.warnings] == [("date-serial", 2)]
    assert cohort.rows["date_of_birth"][0].as_py() == date(1983, 11, 5)


@pytest.mark.parametrize("date_1904", [False, True])
def test_dates_are_the_same_whichever_day_the_workbook_counts_from(tmp_path, date_1904):
    path = saved(tmp_path, "a.xlsx", xlsx_bytes({"A": table(people(60))}, date_1904=date_1904))
    cohort = read_cohort(path, today=TODAY, lab=LAB)
    assert cohort.rows["date_of_birth"][0].as_py() == person(0)["date_of_birth"]
    assert [problem.rule for problem in cohort.warnings] == (["dates-1904"] if date_1904 else [])


def test_spellings_of_codes_and_identifiers_are_brought_to_one(tmp_path):
    rows = people(
        60,
        sex="Female",
        setting="Through-the-Gate",
        completed="Y",
        pnc_id="99/12a",
        prison_number="a 1234 bc",
        surname=" O'  Neill ",
    )
    cohort = read_cohort(saved(tmp_path, "a.csv", csv_bytes(table(rows))), today=TODAY, lab=LAB)
    first = cohort.rows.slice(0, 1).to_pylist()[0]
    assert (first["sex"], first["setting"], first["completed"], first["pnc_id"]) == (
        "F",
        "through the gate",
        "yes",
        "1999/0000012A",
    )
    assert (first["prison_number"], first["surname"]) == ("A1234BC", "O' Neill")


def test_few_rows_no_rows_and_blank_rows(tmp_path):
    assert broken(check(tmp_path, csv_bytes(table(people(59))))) == {("rows-few", None, None)}
    assert broken(check(tmp_path, csv_bytes(table([])))) == {("rows-none", None, None)}
    lines = table(people(60))
    lines.insert(3, [""] * len(HEADINGS))
    assert broken(check(tmp_path, csv_bytes(lines))) == {("rows-blank", None, None)}


def test_a_date_that_cannot_be_read_is_told_once(tmp_path):
    blank = dict.fromkeys(("intervention_start", "index_date", "conviction_date", "intervention_end", "arm_date"), "")
    rows = people(60)
    rows[4] |= blank | {"intervention_start": "spring 2022"}
    found = broken(check(tmp_path, csv_bytes(table(rows))))
    assert found == {("date-unreadable", 6, "intervention_start"), ("arm-date-missing", 6, "arm_date")}


def test_row_with_a_comma_too_many_is_an_error_in_csv(tmp_path):
    lines = table(people(60))
    lines[4] = [*lines[4], "High Street"]
    assert broken(check(tmp_path, csv_bytes(lines))) == {("row-too-long", 5, None)}


def test_first_error_of_a_cell_hides_what_follows_from_it(tmp_path):
    rows = people(60, intervention_start="01/01/2090", surname="=2")
    assert broken(check(tmp_path, csv_bytes(table(rows)))) == {
        ("date-future", 2, "intervention_start"),
        ("text-formula", 2, "surname"),
    }


def test_rule_list_has_unique_codes_and_plain_texts():
    assert len(BY_CODE) == len(RULES)
    for rule in RULES:
        assert rule.message.endswith("."), rule.code
        assert rule.remedy.endswith("."), rule.code
        assert rule.example, rule.code


def test_every_rule_about_rows_has_a_case_here():
    seen = {rule for rule, _, _ in CELLS} | {"row-repeated", "person-repeated", "dates-none", "text-is-date", "date-serial"}
    assert seen == {rule.code for rule in RULES if rule.predicate is not None}


def test_manual_page_is_the_rule_list(pytestconfig):
    page = (pytestconfig.rootpath / "docs/reference/cohort-file.md").read_text(encoding="utf-8")
    assert page == reference_page(), "run: python -m justice_data_lab.intake.reference > docs/reference/cohort-file.md"


def test_refusal_carries_every_error_and_no_warning(tmp_path):
    path = saved(tmp_path, "a.csv", csv_bytes(table(people(20, sex="Q", surname="", forename="J"))))
    with pytest.raises(DataRefused, match=r"a\.csv cannot be used yet: 1 value-missing, 1 sex-unknown\.") as refused:
        read_cohort(path, today=TODAY, lab=LAB)
    assert [problem.rule for problem in refused.value.problems] == ["value-missing", "sex-unknown"]


def test_refusal_names_the_five_commonest_kinds(tmp_path):
    rows = people(60, sex="Q", surname="", arm="B", setting="X", date_of_birth="?", forename="=1")
    with pytest.raises(DataRefused, match="and others"):
        read_cohort(saved(tmp_path, "a.csv", csv_bytes(table(rows))), today=TODAY, lab=LAB)


def test_missing_file_is_wrong_usage(tmp_path):
    with pytest.raises(UsageError, match=r"No file none\.csv"):
        check_cohort(tmp_path / "none.csv", today=TODAY, lab=LAB)


def test_summary_tells_kinds_with_counts_then_rows_and_warnings_apart(tmp_path):
    rows = people(60, sex="Q", surname="Ashdown7")
    rows[9]["sex"] = "X"
    text = check(tmp_path, xlsx_bytes({"List": table(rows)}), "a.xlsx").summary()
    assert "a.xlsx: 60 people, 2 errors, 1 warnings. Read from sheet “List”, headings in row 1." in text
    assert (
        text.index("2 x sex-unknown")
        < text.index("Row 2: sex “Q” (sex-unknown)")
        < text.index("Row 11: sex “X”")
        < text.index("Noted;")
    )
    assert text.index("Noted;") < text.index("1 x name-digits")


def test_values_cannot_steer_the_terminal_they_are_printed_on(tmp_path):
    rows = people(60, surname="Ash\x1b[2Jdown", sex="\x1b]0;x\x07")
    text = check(tmp_path, csv_bytes(table(rows))).summary()
    assert "\x1b" not in text
    assert "Ash\N{REPLACEMENT CHARACTER}[2Jdown" in text


def test_summary_of_a_great_many_is_cut_with_the_rest_counted(tmp_path):
    rows = people(1_200)
    for line in rows:
        line["sex"] = "Q"
    assert "… and 200 more." in check(tmp_path, csv_bytes(table(rows))).summary()


def test_result_and_cohort_survive_json(tmp_path):
    path = saved(tmp_path, "a.csv", csv_bytes(table(people(60, surname="Ashdown7", pnc_id="", arm_date=""))))
    result = check_cohort(path, today=TODAY, lab=LAB)
    assert CheckResult.from_dict(result.to_dict()) == result
    assert result.table().num_rows == len(result.problems) == 2
    assert isinstance(result.problems[0], Problem)
    cohort = read_cohort(path, today=TODAY, lab=LAB)
    again = Cohort.from_dict(cohort.to_dict())
    assert again.rows.equals(cohort.rows)
    assert again == cohort


def test_dates_are_written_as_text_in_the_test_helper():
    assert as_text(date(2022, 3, 14)) == "14/03/2022"
