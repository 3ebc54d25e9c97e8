"""What goes out: the template in three formats, the annotated file, follow-up from the public dates."""

import csv
import io
import json
import re
import zipfile
from datetime import date

import pytest
from odf.opendocument import load
from odf.table import ContentValidation, Table

from intake_files import HEADINGS, TODAY, csv_bytes, ods_file_bytes, people, saved, table, xlsx_bytes
from justice_data_lab.errors import UsageError
from justice_data_lab.intake.checks import Wanted, examine
from justice_data_lab.intake.cohort import check_cohort, read_cohort
from justice_data_lab.intake.columns import COLUMNS
from justice_data_lab.intake.files import read_file
from justice_data_lab.intake.formulas import fault_count, fault_in_cell, open_formula
from justice_data_lab.intake.ods import cell, ods_bytes
from justice_data_lab.intake.outputs import guarded, write_problems
from justice_data_lab.intake.rules import RULES
from justice_data_lab.intake.template import is_strict, typed_messages, write_template
from justice_data_lab.study import Lab

LAB = Lab()


@pytest.fixture(scope="module", params=["csv", "xlsx", "ods"])
def template(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / f"cohort.{request.param}"
    write_template(path)
    return path


def filled(path, line, folder):
    """The template with one row typed in, all else as it was."""
    kind, data = path.suffix, path.read_bytes()
    if kind == ".csv":
        return saved(folder, path.name, data + csv_bytes([line]))
    part = "xl/worksheets/sheet1.xml" if kind == ".xlsx" else "content.xml"
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == part and kind == ".xlsx":
                cells = "".join(
                    f'<c r="{"ABCDEFGHIJKLMN"[i]}2" t="inlineStr"><is><t>{text}</t></is></c>' for i, text in enumerate(line)
                )
                content = content.replace(b"</sheetData>", f'<row r="2">{cells}</row></sheetData>'.encode())
            elif name == part:
                row = "<table:table-row>" + "".join(cell(str(text)) for text in line) + "</table:table-row>"
                content = content.replace(
                    b'<table:table-row table:number-rows-repeated="10000">',
                    row.encode() + b'<table:table-row table:number-rows-repeated="9999">',
                )
            new.writestr(name, content)
    return saved(folder, path.name, stream.getvalue())


def test_template_filled_in_with_the_examples_passes(template, tmp_path):
    path = filled(template, [column.example for column in COLUMNS], tmp_path)
    result = check_cohort(path, today=TODAY, lab=LAB)
    assert [problem.rule for problem in result.problems] == ["rows-few"]
    assert result.sheet == (None if template.suffix == ".csv" else "Cohort")
    assert read_cohort(path, today=TODAY, lab=LAB).rows["date_of_birth"][0].as_py() == date(1984, 11, 5)


def test_no_value_of_the_room_prints_a_person(tmp_path):
    path = saved(tmp_path, "a.csv", csv_bytes(table(people(70, surname="Zxqvarnish", sex="Zxqvarnish"))))
    examined = examine(path, Wanted(today=TODAY, min_submitted=60))
    assert "Zxqvarnish" in {problem.value for problem in examined.result.problems}
    path = saved(tmp_path, "b.csv", csv_bytes(table(people(70, surname="Zxqvarnish"))))
    cohort = read_cohort(path, today=TODAY, lab=LAB)
    assert "Zxqvarnish" in cohort.rows["surname"].to_pylist()
    assert "Zxqvarnish" not in f"{cohort!r}{examined!r}{read_file(path)!r}"


def test_blank_template_has_no_people_and_every_heading(template):
    result = check_cohort(template, today=TODAY, lab=LAB)
    assert [problem.rule for problem in result.problems] == ["rows-none"]


def test_template_is_the_same_bytes_each_time(template, tmp_path):
    again = tmp_path / template.name
    write_template(again)
    assert again.read_bytes() == template.read_bytes()


def test_template_of_another_kind_is_wrong_usage(tmp_path):
    with pytest.raises(UsageError, match=r"ends in \.xlsx, \.ods or \.csv"):
        write_template(tmp_path / "a.pdf")


def test_workbook_template_checks_every_column_and_counts_by_formula(tmp_path):
    write_template(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        summary = archive.read("xl/worksheets/sheet3.xml").decode()
    assert sheet.count("<dataValidation ") == len(COLUMNS)
    assert 'sqref="A2:A10001"' in sheet
    assert '<formula1>"F,M,U"</formula1>' in sheet.replace("&quot;", '"')
    counted = sum(len(rule.columns) for rule in RULES if rule.sheet)
    assert summary.count("<f>SUMPRODUCT(") == counted + 1
    for column in COLUMNS:
        assert len(f"=({fault_in_cell(column.name)})=0") <= 255
        assert all(0 < len(text) <= 255 for text in typed_messages(column))
    assert [column.name for column in COLUMNS if not is_strict(column)] == ["completed"]


def test_open_document_template_is_read_by_another_program(tmp_path):
    write_template(tmp_path / "a.ods")
    document = load(str(tmp_path / "a.ods"))
    assert [sheet.getAttribute("name") for sheet in document.getElementsByType(Table)] == ["Cohort", "Guidance", "Summary"]
    validations = document.getElementsByType(ContentValidation)
    assert [validation.getAttribute("name") for validation in validations] == HEADINGS
    assert validations[3].getAttribute("condition") == 'of:cell-content-is-in-list("F";"M";"U")'
    assert validations[2].getAttribute("condition").startswith("of:is-true-formula(")


def test_open_formula_names_cells_and_separates_as_the_format_asks():
    assert open_formula('FIND(LEFT($A2&" ",1),"=,")') == 'FIND(LEFT([.$A2]&" ";1);"=,")'
    assert open_formula("SUM(Cohort!$A$2:$A$9)") == "SUM([$Cohort.$A$2:.$A$9])"
    assert "[$Cohort.$D$2:.$D$10001]" in open_formula(fault_count("LEN({c})", "sex"))


class Sheet:
    """Just enough of a spreadsheet to work a template's formula out for one row."""

    def __init__(self, values: dict[str, object]) -> None:
        letters = {column.name: "ABCDEFGHIJKLMN"[i] for i, column in enumerate(COLUMNS)}
        self.cells = {letters[name]: value for name, value in values.items()}

    def get(self, letter: str) -> object:
        return self.cells.get(letter, "")

    def value(self, formula: str) -> float:
        text = re.sub(r"\$([A-Z]+)2", r'cell("\1")', formula)
        text = re.sub(r"\{([^}]*)\}", r"[\1]", text).replace("&", "+").replace("TODAY()", "today")
        names = {"cell": self.get, "LEN": lambda v: len(str(v)), "ISNUMBER": lambda v: isinstance(v, Day), "today": Day(46_204)}
        names |= {"FIND": self.find, "LEFT": lambda v, n: str(v)[:n], "ISNA": lambda v: v is None}
        names |= {"MATCH": lambda v, codes, _: v if v in codes else None}
        return eval(text, {"__builtins__": {}}, names)  # noqa: S307 -- our own formulas

    @staticmethod
    def find(part: str, text: str) -> "Day | None":
        return Day(text.index(part)) if part in text else None


class Day(int):
    """A date or number in a cell; text sorts after every number, as in a spreadsheet."""

    def __lt__(self, other):
        return True if isinstance(other, str) else int.__lt__(self, other)

    def __gt__(self, other):
        return False if isinstance(other, str) else int.__gt__(self, other)


TYPED = [
    ({"surname": "Ashdown"}, {"surname": "Ashdown"}, "surname"),
    ({"surname": "x" * 201}, {"surname": "x" * 201}, "surname"),
    ({"forename": "@home"}, {"forename": "@home"}, "forename"),
    ({"pnc_id": "2012/0123456Z"}, {"pnc_id": "2012/0123456Z"}, "pnc_id"),
    ({"sex": "M"}, {"sex": "M"}, "sex"),
    ({"sex": "Q"}, {"sex": "Q"}, "sex"),
    ({"arm": "B"}, {"arm": "B"}, "arm"),
    ({"setting": "custody"}, {"setting": "custody"}, "setting"),
    ({"date_of_birth": Day(30_625)}, {"date_of_birth": date(1983, 11, 5)}, "date_of_birth"),
    ({"date_of_birth": "soon"}, {"date_of_birth": "soon"}, "date_of_birth"),
    ({"index_date": Day(60_000)}, {"index_date": date(2064, 4, 8)}, "index_date"),
    (
        {"index_date": Day(30_000), "date_of_birth": Day(30_625)},
        {"index_date": date(1982, 2, 18), "date_of_birth": date(1983, 11, 5)},
        "index_date",
    ),
    (
        {"index_date": Day(44_000), "date_of_birth": Day(30_625)},
        {"index_date": date(2020, 6, 18), "date_of_birth": date(1983, 11, 5)},
        "index_date",
    ),
]


@pytest.mark.parametrize(("typed", "sent", "column"), TYPED)
def test_template_and_check_agree_on_what_is_wrong(tmp_path, typed, sent, column):
    # Text compared with a number is never less: what Excel and LibreOffice do.
    refused_while_typing = Sheet(typed).value(fault_in_cell(column)) > 0
    rows = people(60, **sent)
    path = saved(tmp_path, "a.xlsx", xlsx_bytes({"A": table(rows)}))
    errors = examine(path, Wanted(today=TODAY, min_submitted=60)).result.errors
    assert refused_while_typing == any(problem.row == 2 and problem.column == column for problem in errors)


def faulty():
    rows = people(60, surname="=cmd|' /C calc'!A0", sex="Q", date_of_birth=date(1984, 11, 5), forename="J")
    rows[3]["conviction_date"] = "soon"
    lines = [[*line, extra] for line, extra in zip(table(rows), ["score", *[-5] * 60], strict=True)]
    lines[2][-1] = "-5+cmd"
    lines.insert(4, [""] * len(lines[0]))
    return lines


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
@pytest.mark.parametrize("out", ["csv", "xlsx", "ods"])
def test_same_file_comes_back_with_what_to_fix(tmp_path, kind, out):
    data = {"csv": csv_bytes, "xlsx": lambda rows: xlsx_bytes({"Us": rows}), "ods": lambda rows: ods_file_bytes({"Us": rows})}[
        kind
    ](faulty())
    source, target = saved(tmp_path, f"a.{kind}", data), tmp_path / f"to-fix.{out}"
    result = check_cohort(source, today=TODAY, lab=LAB)
    write_problems(result, target, source)
    before, after = (read_file(path).book.sheets[0] for path in (source, target))
    assert after.height == before.height
    assert after.columns[-1][0] == "what to fix"
    assert "sex: sex must be F, M or U." in after.columns[-1][1]
    assert "To check. forename" in after.columns[-1][1]
    assert after.columns[-1][2] == ""
    if out != "csv":
        assert after.columns[0] == before.columns[0]
        assert after.columns[-2] == before.columns[-1]
    else:
        assert after.columns[0][1] == "'" + before.columns[0][1]
        assert after.columns[-2][2:4] == ["'-5+cmd", "-5"]
    again = check_cohort(target, today=TODAY, lab=LAB)
    assert {(problem.row, problem.rule) for problem in again.errors} == {(problem.row, problem.rule) for problem in result.errors}
    assert examine(target, Wanted(today=TODAY, min_submitted=1)).result.rows == 60


def test_annotated_workbook_holds_no_formula(tmp_path):
    source = saved(tmp_path, "a.csv", csv_bytes(faulty()))
    result = check_cohort(source, today=TODAY, lab=LAB)
    for name in ("b.xlsx", "b.ods"):
        write_problems(result, tmp_path / name, source)
        with zipfile.ZipFile(tmp_path / name) as archive:
            text = "".join(archive.read(part).decode() for part in archive.namelist() if part.endswith(".xml"))
        assert "<f>" not in text
        assert "table:formula" not in text
        assert "cmd|" in text


def test_annotating_twice_does_not_add_a_second_column(tmp_path):
    source = saved(tmp_path, "a.csv", csv_bytes(faulty()))
    write_problems(check_cohort(source, today=TODAY, lab=LAB), tmp_path / "b.csv", source)
    write_problems(check_cohort(tmp_path / "b.csv", today=TODAY, lab=LAB), tmp_path / "c.csv", tmp_path / "b.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "c.csv").read_text(encoding="utf-8"))))
    assert rows[0].count("what to fix") == 1


def test_problems_as_json_are_a_list_with_values(tmp_path):
    source = saved(tmp_path, "a.csv", csv_bytes(faulty()))
    result = check_cohort(source, today=TODAY, lab=LAB)
    write_problems(result, tmp_path / "b.json", source)
    listed = json.loads((tmp_path / "b.json").read_bytes())
    assert [entry["rule"] for entry in listed] == [problem.rule for problem in result.problems]
    assert next(entry for entry in listed if entry["rule"] == "sex-unknown")["value"] == "Q"


@pytest.mark.parametrize("out", ["csv", "xlsx", "ods"])
def test_file_that_cannot_be_read_comes_back_as_what_to_fix_alone(tmp_path, out):
    source = saved(tmp_path, "a.xlsx", b"%PDF-1.7")
    target = tmp_path / f"b.{out}"
    write_problems(check_cohort(source, today=TODAY, lab=LAB), target, source)
    columns = read_file(target).book.sheets[0].columns
    assert columns[-1][0] == "what to fix"
    assert columns[-1][1].startswith("Whole file: A cohort file is a CSV, XLSX or ODS file")


def test_list_without_headings_comes_back_with_the_reason_below(tmp_path):
    source = saved(tmp_path, "a.csv", b"\xef\xbb\xbfsurname,forename,date_of_birth,sex\r\n")
    write_problems(check_cohort(source, today=TODAY, lab=LAB), tmp_path / "b.csv", source)
    rows = list(csv.reader(io.StringIO((tmp_path / "b.csv").read_text(encoding="utf-8"))))
    assert rows[1][-1].startswith("Whole file: There are no people below the headings.")
    assert "byte order mark" not in rows[1][-1]


@pytest.mark.parametrize("name", ["list.json", "list.csv", "list.xlsx", "list.ods"])
def test_the_file_that_was_checked_is_never_overwritten(tmp_path, name):
    source = saved(tmp_path, name, csv_bytes(faulty()))
    (tmp_path / f"linked-{name}").symlink_to(source)
    result = check_cohort(source, today=TODAY, lab=LAB)
    for out in (source, tmp_path / f"linked-{name}"):
        with pytest.raises(UsageError, match="is a file that is read here"):
            write_problems(result, out, source)
    assert source.read_bytes() == csv_bytes(faulty())


def test_annotation_refuses_other_endings_changed_sources_and_overwriting(tmp_path):
    source = saved(tmp_path, "a.csv", csv_bytes(faulty()))
    result = check_cohort(source, today=TODAY, lab=LAB)
    for out, message in (("b.pdf", "ends in"), ("a.csv", "is a file that is read here")):
        with pytest.raises(UsageError, match=message):
            write_problems(result, tmp_path / out, source)
    source.write_bytes(b"surname\n")
    with pytest.raises(UsageError, match="has changed since it was checked"):
        write_problems(result, tmp_path / "b.csv", source)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "ods"])
def test_a_row_that_is_too_long_is_an_error_in_every_format_that_it_comes_back_in(tmp_path, ending):
    lines = table(people(60))
    lines[4] = [*lines[4], "High Street"]
    result = check_cohort(saved(tmp_path, "a.csv", csv_bytes(lines)), today=TODAY, lab=LAB)
    back = tmp_path / f"b.{ending}"
    write_problems(result, back, tmp_path / "a.csv")
    again = check_cohort(back, today=TODAY, lab=LAB)
    assert [(problem.rule, problem.row) for problem in again.errors] == [("row-too-long", 5)]
    assert "no_heading" not in str([problem.message for problem in again.problems])


def test_sheet_with_an_awkward_name_comes_back(tmp_path):
    source = saved(tmp_path, "a.ods", ods_file_bytes({"Summary": faulty()}))
    result = check_cohort(source, today=TODAY, lab=LAB)
    assert result.sheet == "Summary"
    write_problems(result, tmp_path / "b.xlsx", source)
    assert [sheet.name for sheet in read_file(tmp_path / "b.xlsx").book.sheets] == ["Cohort", "Summary"]


def test_old_dates_times_and_truth_values_come_back_readable(tmp_path):
    names = ["surname", "forename", "date_of_birth", "sex", "when", "done"]
    lines = [names, ["Ashdown", "Adam", "1899-01-01", "M", "x", "y"]]
    data = ods_file_bytes({"A": lines})
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            content = content.replace(cell("1899-01-01").encode(), cell("1899-01-01", "d").encode())
            content = content.replace(cell("x").encode(), cell("2022-03-01 10:30:00", "t").encode())
            truth = b'<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>TRUE</text:p></table:table-cell>'
            new.writestr(entry, content.replace(cell("y").encode(), truth))
    source = saved(tmp_path, "a.ods", stream.getvalue())
    result = check_cohort(source, today=TODAY, lab=LAB)
    for out in ("b.xlsx", "b.ods"):
        write_problems(result, tmp_path / out, source)
        row = [column[1] for column in read_file(tmp_path / out).book.sheets[0].columns]
        assert row[:6] == ["Ashdown", "Adam", "1899-01-01", "M", "2022-03-01 10:30:00", "TRUE"]


@pytest.mark.parametrize(
    ("text", "safe"),
    [("=1", "'=1"), (" @a", "' @a"), ("\t=1", "'\t=1"), ("+44 20", "'+44 20"), ("-5", "-5"), ("-1,5", "-1,5"), ("a=b", "a=b")],
)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text, safe):
    assert guarded(text) == safe


def test_blanks_survive_in_open_document(tmp_path):
    text = " a  b\tc \x07"
    path = saved(tmp_path, "a.ods", ods_file_bytes({"A": [[text]]}))
    assert read_file(path).book.sheets[0].columns == [[" a  b c "]]
    assert ods_bytes([]) == ods_bytes([])


COVERAGE = {"extract_date": "2024-06-30", "last_index_date_with_full_follow_up": "2022-12-30", "next_refresh": "2026-10-01"}


def follow_up(folder, rows, **changes):
    coverage = {name: value for name, value in {**COVERAGE, **changes}.items() if value}
    coverage_path = saved(folder, "coverage.json", json.dumps(coverage).encode())
    source = saved(folder, "a.csv", csv_bytes(table(rows)))
    return check_cohort(source, today=TODAY, lab=LAB, coverage=coverage_path)


def test_those_who_started_too_recently_are_counted_and_told_when(tmp_path):
    rows = people(203)
    for line in rows:
        line |= {"index_date": date(2022, 1, 1), "intervention_start": date(2022, 2, 1), "intervention_end": ""}
    for line in rows[:142]:
        line["index_date"] = date(2023, 1, 1)
    result = follow_up(tmp_path, rows)
    assert result.coverage[0].startswith("142 of 203 started too recently to be followed up: the register runs to 30 June 2024")
    assert result.coverage[1] == "The register is next refreshed on 1 October 2026; some of them can be included then."
    assert result.summary().endswith(result.coverage[1])
    assert follow_up(tmp_path, rows, next_refresh=None).coverage == result.coverage[:1]


def test_clock_is_the_later_of_index_date_and_start_and_else_the_conviction(tmp_path):
    rows = people(4)
    blank = {"index_date": "", "intervention_start": "", "intervention_end": "", "conviction_date": ""}
    rows[0] |= {**blank, "index_date": date(2022, 1, 1), "intervention_start": date(2023, 1, 1)}
    rows[1] |= {**blank, "conviction_date": date(2023, 2, 1)}
    rows[2] |= {**blank, "index_date": date(2022, 12, 30), "conviction_date": date(2022, 1, 1)}
    rows[3] |= blank
    sentences = follow_up(tmp_path, rows).coverage
    assert sentences[0].startswith("2 of 4 started too recently")
    assert sentences[-1].startswith("1 of 4 have no readable start")


def test_all_early_enough_and_nobody_at_all(tmp_path):
    rows = people(2)
    assert follow_up(tmp_path, rows).coverage == ("All 2 people with a date started early enough to be followed up.",)
    assert follow_up(tmp_path, []).coverage == ()


@pytest.mark.parametrize(
    "content", ["[]", "{}", "nonsense", '{"extract_date": 3, "last_index_date_with_full_follow_up": "2022-01-01"}']
)
def test_file_that_is_no_coverage_file_is_wrong_usage(tmp_path, content):
    path = saved(tmp_path, "coverage.json", content.encode())
    with pytest.raises(UsageError, match=r"expected a register's coverage\.json"):
        check_cohort(saved(tmp_path, "a.csv", csv_bytes(table(people(1)))), today=TODAY, lab=LAB, coverage=path)
