"""Reading the file: encodings, delimiters, sheets, headings, column maps, and the look before it is opened."""

import datetime as dt
import io
import json
import re
import resource
import sys
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from intake_files import (
    HEADINGS,
    TODAY,
    as_text,
    csv_bytes,
    inline,
    ods_file_bytes,
    people,
    person,
    raw_ods,
    raw_xlsx,
    saved,
    table,
    xlsx_bytes,
    zipped,
)
from justice_data_lab.errors import UsageError
from justice_data_lab.intake import child, files
from justice_data_lab.intake.cohort import check_cohort, read_cohort
from justice_data_lab.intake.columnmap import ColumnMap, read_column_map
from justice_data_lab.intake.columns import RESERVED, plain_heading
from justice_data_lab.intake.delimited import read_delimited
from justice_data_lab.intake.guard import Limits, RefusedFileError, kind_of, safe_workbook
from justice_data_lab.intake.headings import lay_out, letter, nearest
from justice_data_lab.intake.sheets import Book, Sheet
from justice_data_lab.intake.workbooks import as_text as cell_text
from justice_data_lab.intake.workbooks import read_workbook
from justice_data_lab.study import Lab

LAB = Lab()
LINES = table(people(60))


def rules(folder, name, data, **options):
    return [problem.rule for problem in check_cohort(saved(folder, name, data), today=TODAY, lab=LAB, **options).problems]


TRAPS = [
    ("utf-8-sig", ",", ["file-bom"]),
    ("utf-16", ",", ["file-utf-16"]),
    ("cp1252", ",", ["file-windows-1252"]),
    ("utf-8", ";", ["file-delimiter"]),
    ("utf-8", "\t", ["file-delimiter"]),
    ("utf-8", "|", ["file-delimiter"]),
    ("cp1252", ";", ["file-windows-1252", "file-delimiter"]),
]


@pytest.mark.parametrize(("encoding", "delimiter", "notes"), TRAPS)
def test_csv_trap_with_one_reading_is_read_as_meant_and_noted(tmp_path, encoding, delimiter, notes):
    rows = people(60, surname="Müller", forename="Zoë, Ann")
    path = saved(tmp_path, "a.csv", csv_bytes(table(rows), delimiter, encoding))
    cohort = read_cohort(path, today=TODAY, lab=LAB)
    assert [problem.rule for problem in cohort.warnings] == notes
    assert [cohort.rows[name][0].as_py() for name in ("surname", "forename")] == ["Müller", "Zoë, Ann"]


def test_hint_line_of_excel_is_not_a_row(tmp_path):
    data = b"sep=;\r\n" + csv_bytes(LINES, ";")
    cohort = read_cohort(saved(tmp_path, "a.csv", data), today=TODAY, lab=LAB)
    assert cohort.rows["row"][0].as_py() == 2


def test_line_break_inside_quotes_does_not_count_as_a_row(tmp_path):
    rows = people(60, surname="Ash\r\ndown")
    rows[1]["sex"] = "Q"
    result = check_cohort(saved(tmp_path, "a.csv", csv_bytes(table(rows))), today=TODAY, lab=LAB)
    assert [(problem.row, problem.rule) for problem in result.problems] == [(3, "sex-unknown")]


def test_quote_that_is_never_closed_is_told_with_its_row(tmp_path):
    data = csv_bytes(LINES).decode().splitlines(keepends=True)
    data[10] = '"' + data[10]
    result = check_cohort(saved(tmp_path, "a.csv", "".join(data).encode()), today=TODAY, lab=LAB)
    assert (result.errors[0].row, result.errors[0].rule) == (11, "quotes-broken")


@pytest.mark.parametrize(("column", "long"), [("surname", "surname"), ("notes", None)])
def test_long_text_does_not_hide_what_stands_below_it(tmp_path, column, long):
    rows = [{**row, "notes": "x"} for row in people(60)]
    rows[2][column] = "Z" * 140_000
    rows[10]["sex"] = "Q"
    lines = [[*HEADINGS, "notes"], *([row[name] for name in (*HEADINGS, "notes")] for row in rows)]
    result = check_cohort(saved(tmp_path, "a.csv", csv_bytes(lines)), today=TODAY, lab=LAB)
    found = [(problem.rule, problem.row, problem.column) for problem in result.errors]
    assert found == [*([("text-too-long", 4, long)] if long else []), ("sex-unknown", 12, "sex")]


def test_text_of_four_bytes_a_letter_is_not_taken_for_two(tmp_path):
    assert rules(tmp_path, "a.csv", csv_bytes(LINES, ",", "utf-32")) == ["file-encoding"]


def test_cell_that_is_too_long_for_any_reader_is_told_not_crashed_on(tmp_path):
    data = csv_bytes(LINES) + b'"' + b"x" * 200_000
    result = check_cohort(saved(tmp_path, "a.csv", data), today=TODAY, lab=LAB)
    assert "quotes-broken" in {problem.rule for problem in result.errors}


def test_headings_in_other_spelling_are_known(tmp_path):
    lines = [["Surname*", "FORENAME", "Date of birth", " Sex ", *HEADINGS[4:]], *LINES[1:]]
    assert rules(tmp_path, "a.csv", csv_bytes(lines)) == []
    assert plain_heading("\ufeffDate-of  Birth *") == plain_heading("\u200bdate_of\u2060_birth") == "date_of_birth"


def test_missing_heading_is_told_with_the_nearest_of_theirs_and_its_cells_are_checked(tmp_path):
    lines = table(people(60, date_of_birth="soon"))
    lines[0] = ["surname", "forename", "DOB", "gendr", *HEADINGS[4:]]
    result = check_cohort(saved(tmp_path, "a.csv", csv_bytes(lines)), today=TODAY, lab=LAB)
    found = [(problem.rule, problem.column, problem.row) for problem in result.errors]
    assert found == [("heading-missing", "date_of_birth", None), ("heading-missing", "sex", None), ("date-unreadable", "DOB", 2)]
    assert "'DOB'" in result.errors[0].message


def test_file_without_headings_does_not_print_its_first_row(tmp_path):
    result = check_cohort(saved(tmp_path, "a.csv", csv_bytes(LINES[1:])), today=TODAY, lab=LAB)
    missing = [problem for problem in result.errors if problem.rule == "heading-missing"]
    assert [problem.column for problem in missing] == ["surname", "forename", "date_of_birth", "sex"]
    assert "The first row must hold the headings." in missing[0].message
    assert str(person(0)["surname"]) not in "".join(problem.message for problem in result.problems)


def test_headings_repeated_reserved_empty_personal_or_nearly_right_are_told(tmp_path):
    lines = [[*line, "a", "b", "c", "d", "e", "f"] for line in LINES]
    lines[0] = [*HEADINGS, "status", "Home address", "intervention_strat", "site", "Site", ""]
    found = check_cohort(saved(tmp_path, "a.xlsx", xlsx_bytes({"A": lines})), today=TODAY, lab=LAB).problems
    assert [(problem.rule, problem.column) for problem in found] == [
        ("heading-reserved", "status"),
        ("heading-personal", "Home address"),
        ("heading-nearly", "intervention_strat"),
        ("heading-repeated", "Site"),
        ("heading-empty", None),
    ]


@pytest.mark.parametrize("name", sorted({"reason", *RESERVED}))
def test_no_file_brings_a_column_that_the_lab_writes_itself(tmp_path, name):
    lines = [[*line, "left early"] for line in LINES]
    lines[0][-1] = name.title()
    found = check_cohort(saved(tmp_path, "a.csv", csv_bytes(lines)), today=TODAY, lab=LAB).errors
    assert [(problem.rule, problem.column) for problem in found] == [("heading-reserved", name.title())]


def test_known_heading_twice_is_an_error(tmp_path):
    lines = [[*line, "x"] for line in LINES]
    lines[0][-1] = "Surname"
    assert rules(tmp_path, "a.csv", csv_bytes(lines)) == ["heading-repeated"]


def test_asked_for_headings_are_missed_gently(tmp_path):
    names = ["surname", "forename", "date_of_birth", "sex"]
    found = rules(tmp_path, "a.csv", csv_bytes(table(people(60), names)))
    assert found == ["heading-asked"] * 5 + ["dates-none"]


def test_rules_that_compare_dates_wait_for_both_columns(tmp_path):
    names = ["surname", "forename", "sex", "index_date"]
    found = rules(tmp_path, "a.csv", csv_bytes(table(people(60), names)))
    assert set(found) == {"heading-missing", "heading-asked"}


def test_hidden_sheets_are_left_alone_and_noted(tmp_path):
    data = xlsx_bytes({"Old": table(people(70)), "List": LINES}, hidden=("Old",))
    result = check_cohort(saved(tmp_path, "a.xlsx", data), today=TODAY, lab=LAB)
    assert [problem.rule for problem in result.problems] == ["sheet-hidden"]
    assert (result.sheet, result.rows) == ("List", 60)


def test_other_sheets_are_noted_and_the_list_is_found_wherever_it_is(tmp_path):
    data = ods_file_bytes({"Notes": [["hello"]], "Guidance": [["read me"]], "People": LINES})
    result = check_cohort(saved(tmp_path, "a.ods", data), today=TODAY, lab=LAB)
    assert [(problem.rule, problem.value) for problem in result.problems] == [("sheet-read", "People")]
    assert "Sheet 3 of 3 was read." in result.problems[0].message


def test_two_lists_in_one_file_are_an_error(tmp_path):
    assert "sheet-two" in rules(tmp_path, "a.xlsx", xlsx_bytes({"2021": LINES, "2022": LINES}))


def test_second_sheet_with_headings_only_is_no_second_list(tmp_path):
    assert rules(tmp_path, "a.xlsx", xlsx_bytes({"2021": LINES, "2022": LINES[:1]})) == ["sheet-read"]


def test_workbook_without_anything_visible_has_no_people(tmp_path):
    assert "rows-none" in rules(tmp_path, "a.xlsx", xlsx_bytes({"A": []}))
    data = xlsx_bytes({"A": [], "B": LINES}, hidden=("B",))
    assert {"sheet-hidden", "rows-none", "heading-missing"} <= set(rules(tmp_path, "b.xlsx", data))


def test_book_without_sheets_is_laid_out_as_empty():
    layout = lay_out(Book(kind="xlsx", sheets=()), ColumnMap())
    assert (layout.sheet.height, layout.known) == (0, {})


def test_error_values_of_a_workbook_are_seen(tmp_path):
    names = ["surname", "forename", "date_of_birth", "sex"]
    head = "".join(inline(f"{column}1", name) for column, name in zip("ABCD", names, strict=True))
    line = f'{inline("A2", "Ashdown")}{inline("B2", "Adam")}<c r="C2" t="e"><v>#N/A</v></c>{inline("D2", "M")}'
    data = raw_xlsx(f'<row r="1">{head}</row><row r="2">{line}</row>')
    result = check_cohort(saved(tmp_path, "a.xlsx", data), today=TODAY, lab=LAB)
    assert [(problem.rule, problem.column, problem.value) for problem in result.errors] == [
        ("cell-error", "date_of_birth", "#N/A")
    ]


def test_cells_become_text_as_a_person_would_type_them():
    cells = [("x", "s"), (True, "b"), (False, "b"), (3.0, "n"), (3, "n"), (2.5, "n"), (1e300, "n"), (dt.date(2022, 3, 1), "d")]
    cells += [
        (dt.datetime.fromisoformat("2022-03-01"), "d"),
        (dt.datetime.fromisoformat("2022-03-01 09:05"), "t"),
        (dt.time(9, 5), "h"),
        (dt.timedelta(days=1), "h"),
    ]
    texts = [
        "x",
        "TRUE",
        "FALSE",
        "3",
        "3",
        "2.5",
        "1e+300",
        "2022-03-01",
        "2022-03-01",
        "2022-03-01 09:05:00",
        "09:05:00",
        "1 day, 0:00:00",
    ]
    assert [cell_text(value) for value, _ in cells] == [(text, kind) for text, (_, kind) in zip(texts, cells, strict=True)]


def test_kind_of_a_cell_is_kept_beside_its_text():
    sheet = read_workbook(xlsx_bytes({"A": [["x", 5], ["y", "z"]]}), "xlsx").sheets[0]
    assert (sheet.columns, sheet.kind(0, 0), sheet.kind(1, 0), sheet.kind(1, 1)) == ([["x", "y"], ["5", "z"]], "s", "n", "s")


def test_ods_that_counts_from_1904_is_read_so(tmp_path):
    setting = '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>'
    data = ods_file_bytes({"A": table(people(60, date_of_birth=29163))})
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(changed, "w") as new:
        for entry in old.infolist():
            new.writestr(entry, old.read(entry).replace(b"<office:spreadsheet>", b"<office:spreadsheet>" + setting.encode()))
    cohort = read_cohort(saved(tmp_path, "a.ods", changed.getvalue()), today=TODAY, lab=LAB)
    assert as_text(cohort.rows["date_of_birth"][0].as_py()) == "05/11/1983"
    assert [problem.rule for problem in cohort.warnings] == ["dates-1904", "date-serial"]


def test_chart_and_defined_names_beside_the_list_do_no_harm(tmp_path):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=List!$A$1:$A$3"})
    book.add_chartsheet("Chart").set_chart(chart)
    sheet = book.add_worksheet("List")
    for i, line in enumerate(LINES):
        sheet.write_row(i, 0, [as_text(value) for value in line])
    sheet.write_comment(1, 1, "a note")
    sheet.autofilter(0, 0, 60, 3)
    sheet.merge_range("R1:S2", "")
    book.define_name("people", "=List!$A$1:$B$61")
    book.close()
    result = check_cohort(saved(tmp_path, "a.xlsx", stream.getvalue()), today=TODAY, lab=LAB)
    assert (result.problems, result.rows) == ((), 60)


GUARDED = [
    (b"x" * 6_000, ".csv", "file-too-large"),
    (b"a,b", ".pdf", "file-format"),
    (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), ".xlsx", "file-encrypted"),
    (b"\xd0\xcf\x11\xe0", ".xls", "file-format"),
    (b"PK\x03\x04 xl/workbook.bin", ".xlsx", "file-format"),
    (b"PK\x03\x04 word/document.xml", ".xlsx", "file-format"),
    (b"PK\x03\x04 xl/workbook.xml", ".xlsx", "file-unreadable"),
    (b"  <HTML>", ".csv", "file-format"),
    (b"a\x00b", ".csv", "file-unreadable"),
    (zipped({"xl/workbook.xml": "<!DOCTYPE a>"}), ".xlsx", "file-hostile"),
    (zipped({"xl/workbook.xml": b"\xff\xfe<\x00"}), ".xlsx", "file-unreadable"),
    (zipped({"xl/workbook.xml": '<?xml version="1.0" encoding="UTF-7"?><a/>'}), ".xlsx", "file-unreadable"),
    (zipped({"xl/workbook.xml.bak": ""}), ".xlsx", "file-unreadable"),
    (zipped({"xl/workbook.xml": "", "XL/Workbook.xml": ""}), ".xlsx", "file-hostile"),
    (zipped({"xl/workbook.xml": "", "/etc/x": ""}), ".xlsx", "file-hostile"),
    (zipped({"xl/workbook.xml": "", "C:x": ""}), ".xlsx", "file-hostile"),
    (zipped({f"xl/workbook.xml{i}": "" for i in range(7)}), ".xlsx", "file-hostile"),
    (zipped({"xl/workbook.xml": " " * 90_000}), ".xlsx", "file-hostile"),
    (zipped({"xl/workbook.xml": ""}, zipfile.ZIP_LZMA), ".xlsx", "file-unreadable"),
    (zipped({"mimetype": "", "content.xml.bak": ""}), ".ods", "file-unreadable"),
    (raw_ods("", {"META-INF/manifest.xml": "<encryption-data/>"}), ".ods", "file-encrypted"),
    (raw_xlsx("<c")[:-30], ".xlsx", "file-unreadable"),
    (raw_xlsx(b"<worksheet><sheetData><row"), ".xlsx", "file-unreadable"),
]


@pytest.mark.parametrize(("data", "suffix", "rule"), GUARDED)
def test_guard_refuses_before_a_reader_sees_the_file(data, suffix, rule):
    limits = Limits(file=5_000, entries=6, unpacked=80_000)
    with pytest.raises(RefusedFileError) as refused:
        read_workbook(data, kind_of(data, suffix, limits), limits)
    assert refused.value.rule == rule


def test_locked_archive_is_told(monkeypatch):
    data = bytearray(raw_xlsx(inline("A1", "x")))
    for start in (found.start() for found in re.finditer(b"PK\x01\x02", bytes(data))):
        data[start + 8] |= 1
    with pytest.raises(RefusedFileError) as refused:
        safe_workbook(bytes(data), "xlsx")
    assert refused.value.rule == "file-encrypted"


def test_blank_cells_far_away_are_looked_through():
    far = raw_xlsx(f'<row r="1">{inline("A1", "x")}</row><row r="90"><c r="ZZ90" s="1"/></row><row r="91"></row>')
    assert read_workbook(far, "xlsx", SMALL).sheets[0].columns == [["x"]]


def test_text_that_jumps_far_to_the_right_in_csv_is_refused():
    with pytest.raises(RefusedFileError) as refused:
        read_delimited(b"a\n" * 9 + b",,,,,x", Limits(rows=20, columns=9, cells=12))
    assert refused.value.rule == "file-too-large"
    with pytest.raises(RefusedFileError) as refused:
        read_delimited(b"a\n" * 19 + b",,,,,x", Limits(rows=20, columns=9, cells=27))
    assert refused.value.rule == "file-hostile"


def test_columns_have_spreadsheet_letters():
    assert [letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_nearest_column_is_found_by_name_or_spelling():
    assert [nearest(text) for text in ("dob", "surnam", "last_name", "zebra")] == ["date_of_birth", "surname", "surname", None]


MAP = """
[columns]
surname = "Last name"
forename = "First name"
date_of_birth = "Born"
[values.sex]
Herr = "M"
Frau = "F"
[dates]
order = "month-first"
"""


def test_column_map_gives_headings_codes_and_the_order_of_dates(tmp_path):
    rows = people(60, sex="frau", date_of_birth="11/05/1984")
    lines = [[as_text(value) if j != 2 else value for j, value in enumerate(line[:4])] for line in table(rows)]
    lines[0] = ["Last Name", "first name", "Born", "Sex"]
    lines[2:] = [[a, b, "02/25/1980", d] for a, b, _, d in lines[2:]]
    mapped = saved(tmp_path, "map.toml", MAP.encode())
    cohort = read_cohort(saved(tmp_path, "a.csv", csv_bytes(lines)), today=TODAY, lab=LAB, column_map=mapped)
    first = cohort.rows.slice(0, 1).to_pylist()[0]
    assert (first["surname"], first["sex"], as_text(first["date_of_birth"])) == (rows[0]["surname"], "F", "05/11/1984")


def test_mapped_heading_beside_the_standard_one_is_told(tmp_path):
    lines = [[*line, "Marlow"] for line in LINES]
    lines[0][-1] = "Last name"
    mapped = saved(tmp_path, "map.toml", b'[columns]\nsurname = "Last name"\n')
    assert rules(tmp_path, "a.csv", csv_bytes(lines), column_map=mapped) == ["heading-repeated"]


WRONG_MAPS = [
    ("not toml", "is not a TOML file: .* line 1"),
    ("[colums]\nsurname='x'", "Did you mean 'columns'"),
    ("[columns]\nsurnam='x'", "Did you mean 'surname'"),
    ("[columns]\nzzz='x'", "Known: surname"),
    ("[columns]\nsurname=3", "in quotes"),
    ("[columns]\nsurname='A'\nforename='a'", "to two columns"),
    ("columns=3", "expected a section"),
    ("[values.surname]\na='b'", r"unknown column in \[values\]"),
    ("[values.sex]\na='b'", "one of F, M, U; entry 1"),
    ("[values]\nsex='b'", "expected a section"),
    ("[dates]\norder='sideways'", "one of day-first, month-first"),
    ("[dates]\nordr='day-first'", "Did you mean 'order'"),
]


@pytest.mark.parametrize(("text", "message"), WRONG_MAPS)
def test_wrong_map_is_refused_by_name(tmp_path, text, message):
    with pytest.raises(UsageError, match=message):
        read_column_map(saved(tmp_path, "map.toml", text.encode()))


def test_map_for_another_file_is_wrong_usage(tmp_path):
    mapped = saved(tmp_path, "map.toml", b'[columns]\nsurname = "Nachname"\n')
    with pytest.raises(UsageError, match="says that surname is headed 'Nachname'"):
        rules(tmp_path, "a.csv", csv_bytes(LINES), column_map=mapped)


def test_file_that_may_not_be_read_is_wrong_usage(tmp_path, monkeypatch):
    path = saved(tmp_path, "a.csv", csv_bytes(LINES))

    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UsageError, match="cannot be opened"):
        files.read_file(path)


def test_the_same_bytes_are_taken_apart_once_within_a_block_and_forgotten_after_it(tmp_path, monkeypatch):
    real, seen = files.read_apart, []
    monkeypatch.setattr(files, "read_apart", lambda data, suffix: seen.append(suffix) or real(data, suffix))
    path = saved(tmp_path, "a.csv", csv_bytes(LINES))
    with files.reading_once():
        first, second = files.read_file(path), files.read_file(path)
        assert (first, seen) == (second, [".csv"])
        files.read_file(saved(tmp_path, "b.csv", csv_bytes(LINES[:-1])))
    assert files.read_file(path) == first
    assert seen == [".csv"] * 3


def test_child_answers_in_json_and_keeps_within_its_limits(monkeypatch, capsysbinary):
    resource = pytest.importorskip("resource")
    asked = {}
    monkeypatch.setattr(resource, "setrlimit", lambda kind, value: asked.update({kind: value}))
    monkeypatch.setattr(child.gc, "disable", lambda: None)
    monkeypatch.setattr(child.sys, "stdin", io.TextIOWrapper(io.BytesIO(csv_bytes(LINES))))
    assert child.main([".csv", "500", "7"]) == 0
    reply = json.loads(capsysbinary.readouterr().out)
    assert reply["sheets"][0]["columns"][0][1] == person(0)["surname"]
    assert asked[resource.RLIMIT_AS] == (500 << 20, 500 << 20)
    assert asked[resource.RLIMIT_CPU] == (7, 7)
    assert asked[resource.RLIMIT_CORE] == (0, 0)
    assert json.loads(child.answer(b"", ".csv")) == {"refused": ["file-empty", ""]}
    assert json.loads(child.answer(xlsx_bytes({"A": LINES}), ".xlsx"))["kind"] == "xlsx"


def test_cell_that_the_reader_trips_over_refuses_the_file_and_no_more():
    book = raw_xlsx('<row r="1"><c r="A1" s="1"><v>-1e300</v></c></row>', {"xl/styles.xml": _DATE_STYLE})
    with pytest.raises(RefusedFileError) as refused:
        files.read_apart(book, ".xlsx")
    assert refused.value.rule == "file-unreadable"
    assert json.loads(child.answer(book, ".xlsx"))["refused"][0] == "file-unreadable"


def test_number_that_is_too_large_for_a_date_is_a_fault_of_its_cell(tmp_path):
    rows = people(60, date_of_birth=99_999_999, index_date=25122021)
    result = check_cohort(saved(tmp_path, "a.xlsx", xlsx_bytes({"A": table(rows)})), today=TODAY, lab=LAB)
    found = [(problem.rule, problem.column) for problem in result.problems]
    assert found == [("date-unreadable", "date_of_birth"), ("date-other-format", "index_date")]


def test_child_that_runs_out_of_memory_dies(monkeypatch):
    def greedy(_data, _suffix):
        raise MemoryError

    monkeypatch.setattr(child, "read_bytes", greedy)
    with pytest.raises(MemoryError):
        child.answer(b"a", ".csv")


def test_child_goes_on_where_a_system_knows_no_limits(monkeypatch):
    before = [resource.getrlimit(which) for which in (resource.RLIMIT_AS, resource.RLIMIT_CPU)]
    monkeypatch.setitem(sys.modules, "resource", None)
    child.set_limits(1, 1)
    assert [resource.getrlimit(which) for which in (resource.RLIMIT_AS, resource.RLIMIT_CPU)] == before


def test_child_does_not_inherit_what_the_parent_holds(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "x")
    assert "SECRET_KEY" not in files._environment()


SMALL = Limits(rows=10, columns=5, cells=30, sheets=1, entries=6, file=5_000)


@pytest.mark.parametrize(
    ("data", "kind", "rule"),
    [
        (raw_xlsx("".join(inline(f"A{r}", "x") for r in range(1, 12))), "xlsx", "file-too-large"),
        (raw_xlsx(inline("A1", "x") + inline("A400", "x")), "xlsx", "file-hostile"),
        (xlsx_bytes({"A": [["x"]], "B": [["x"]]}), "xlsx", "file-hostile"),
        (
            raw_ods("<table:table-row><table:table-cell office:value-type='float' office:value='1'/></table:table-row>" * 11),
            "ods",
            "file-too-large",
        ),
    ],
)
def test_limits_are_what_is_measured(data, kind, rule):
    with pytest.raises(RefusedFileError) as refused:
        read_workbook(data, kind, SMALL)
    assert refused.value.rule == rule


def test_cells_of_all_sheets_count_together():
    rows = [["x"] * 5] * 6
    with pytest.raises(RefusedFileError, match="room for 60 cells"):
        read_workbook(xlsx_bytes({"A": rows, "B": rows}), "xlsx", Limits(cells=40))
    implied = raw_xlsx("<row>" + "<c><v>1</v></c>" * 50 + "</row>")
    with pytest.raises(RefusedFileError, match="room for more than 40 cells"):
        read_workbook(implied, "xlsx", Limits(cells=40))


def test_csv_limits():
    for data, rule in ((b"a\n" * 40, "file-too-large"), (b"a\n" * 11, "file-too-large"), (b"a,b,c,d,e,f", "file-too-large")):
        with pytest.raises(RefusedFileError) as refused:
            read_delimited(data, SMALL)
        assert refused.value.rule == rule


def test_last_repeat_of_a_row_is_counted():
    cell = '<table:table-cell office:value-type="string" table:number-columns-repeated="9"><text:p>x</text:p></table:table-cell>'
    with pytest.raises(RefusedFileError):
        safe_workbook(raw_ods(f"<table:table-row>{cell}</table:table-row>"), "ods", SMALL)


def test_sheet_value_knows_its_height():
    assert Sheet(name="", hidden=False, columns=[], kinds=[]).height == 0


ODD = st.one_of(
    st.binary(max_size=300),
    st.tuples(
        st.sampled_from([b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"\xef\xbb\xbf", b'"']), st.binary(max_size=200)
    ).map(b"".join),
)


@settings(max_examples=150)
@given(ODD, st.sampled_from([".csv", ".xlsx", ".ods"]))
def test_any_bytes_are_read_or_refused_by_a_rule(data, suffix):
    answer = json.loads(child.answer(data, suffix))
    assert set(answer) == {"refused"} or set(answer) == {"kind", "sheets", "notes", "faults", "date1904"}


@settings(max_examples=120)
@given(st.data())
def test_spoilt_workbook_is_read_or_refused_by_a_rule(data):
    whole = bytearray(data.draw(st.sampled_from([_XLSX, _ODS])))
    for _ in range(data.draw(st.integers(1, 12))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    suffix = ".xlsx" if bytes(whole[:4]) == bytes(_XLSX[:4]) and len(whole) == len(_XLSX) else ".ods"
    answer = json.loads(child.answer(bytes(whole), suffix))
    assert "refused" in answer or "sheets" in answer


@settings(max_examples=100)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_text_in_a_sheet_is_read_or_refused_by_a_rule(text):
    answer = json.loads(child.answer(raw_xlsx(f"<row><c><v>{text}</v></c></row>"), ".xlsx"))
    assert "refused" in answer or "sheets" in answer


def test_format_is_told_by_content():
    assert kind_of(_XLSX, ".XLSX") == "xlsx"
    assert kind_of(_ODS, ".ods") == "ods"
    assert kind_of(b"a,b", ".TXT") == "csv"


def test_a_file_of_text_may_begin_with_the_letters_of_an_archive(tmp_path):
    lines = [[line[-1], *line[:-1]] for line in [[*HEADINGS, "PK number"], *([*line, "7"] for line in LINES[1:])]]
    assert csv_bytes(lines).startswith(b"PK")
    assert not check_cohort(saved(tmp_path, "a.csv", csv_bytes(lines)), today=TODAY, lab=LAB).refused
    for mark in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK\x03\x04"):
        with pytest.raises(RefusedFileError, match="file-format"):
            kind_of(mark + b" word/document.xml", ".csv")


_DATE_STYLE = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/>'
    '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
)
_XLSX = xlsx_bytes({"Cohort": table(people(2))})
_ODS = ods_file_bytes({"Cohort": table(people(2))})
