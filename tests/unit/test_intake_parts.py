"""A list taken apart by programme, several lists made one, and the rows of people who objected."""

from datetime import date

import pyarrow as pa
import pytest

from intake_files import HEADINGS, TODAY, csv_bytes, ods_file_bytes, people, saved, table, xlsx_bytes
from justice_data_lab.errors import UsageError
from justice_data_lab.intake.cohort import check_cohort, read_cohort
from justice_data_lab.intake.merge import merge_cohorts
from justice_data_lab.intake.objections import Objection, objecting_rows
from justice_data_lab.intake.parts import group_rows, only_rows, without_rows, write_parts
from justice_data_lab.study import Lab

LAB = Lab()
PROGRAMMES = ("Second Chances", "second  chances ", "Kiln", "", "Kiln")


def lines_of(number=5, programmes=PROGRAMMES):
    """A table of invented people with a blank row before the last, and a column of programmes."""
    lines = [list(line) for line in table(people(number))]
    lines = [[*line, name] for line, name in zip(lines, ["Programme", *programmes], strict=True)]
    return [*lines[:-1], [""] * len(lines[0]), lines[-1]]


def write(folder, kind, lines, **more):
    if kind == "csv":
        return saved(folder, "list.csv", csv_bytes(lines))
    data = xlsx_bytes({"People": lines}, **more) if kind == "xlsx" else ods_file_bytes({"People": lines})
    return saved(folder, f"list.{kind}", data)


@pytest.fixture(params=["csv", "xlsx", "ods"])
def mixed(request, tmp_path):
    return write(tmp_path, request.param, lines_of())


def test_every_row_is_in_one_group_whatever_the_capitals(mixed):
    found = group_rows(mixed, "programme", today=TODAY)
    assert found.heading == "Programme"
    assert [(each.value, each.rows) for each in found.groups] == [("Kiln", (4, 7)), ("Second Chances", (2, 3)), ("", (5,))]
    assert found.summary().splitlines() == [
        "Programme: 3 values, 5 people.", "  2 x Kiln", "  2 x Second Chances", "  1 x blank"
    ]  # fmt: skip


def test_parts_together_are_the_list_with_every_row_under_its_number(mixed, tmp_path):
    whole = read_cohort(mixed, today=TODAY, lab=LAB).rows
    parts = write_parts(group_rows(mixed, "programme", today=TODAY), mixed, tmp_path / "parts")
    assert [path.name for path in parts] == [
        f"list-{number}-{name}{mixed.suffix}" for number, name in enumerate(("kiln", "second-chances", "blank"), start=1)
    ]
    read = [read_cohort(path, today=TODAY, lab=LAB).rows for path in parts]
    assert [rows["row"].to_pylist() for rows in read] == [[4, 7], [2, 3], [5]]
    assert pa.concat_tables(read).sort_by("row").to_pylist() == whole.to_pylist()
    with pytest.raises(UsageError, match="is there already"):
        write_parts(group_rows(mixed, "programme", today=TODAY), mixed, tmp_path / "parts")


def test_a_file_can_be_taken_apart_by_a_column_of_the_template(mixed):
    assert [each.value for each in group_rows(mixed, "Setting", today=TODAY).groups] == ["custody"]


def test_faults_go_with_their_rows_under_the_same_numbers(tmp_path):
    lines = lines_of()
    lines[2][HEADINGS.index("sex")] = "x"
    path = write(tmp_path, "xlsx", lines)
    part = saved(tmp_path, "part.xlsx", only_rows(path, [3, 7]))
    assert [(each.row, each.rule) for each in check_cohort(part, today=TODAY, lab=LAB).errors] == [(3, "sex-unknown")]


def test_days_counted_from_1904_are_the_same_days_in_a_part(tmp_path):
    lines = lines_of()
    lines[1][HEADINGS.index("date_of_birth")] = 28_000  # a number in a column of dates
    path = write(tmp_path, "xlsx", lines, date_1904=True)
    part = saved(tmp_path, "part.xlsx", only_rows(path, [2, 3]))
    born = [read_cohort(each, today=TODAY, lab=LAB).rows["date_of_birth"][0].as_py() for each in (path, part)]
    assert born[0] == born[1] == date(1980, 8, 29)


def test_rows_taken_out_leave_the_others_where_they_were(mixed, tmp_path):
    rest = saved(tmp_path, f"rest{mixed.suffix}", without_rows(mixed, [3, 7]))
    assert read_cohort(rest, today=TODAY, lab=LAB).rows["row"].to_pylist() == [2, 4, 5]
    for nobody in (1, 6, 99):
        with pytest.raises(UsageError, match=f"nobody stands in row {nobody}"):
            without_rows(mixed, [nobody])


def test_own_headings_are_followed(tmp_path):
    lines = lines_of()
    lines[0][0] = "Family"
    path = write(tmp_path, "csv", lines)
    mapped = saved(tmp_path, "map.toml", b'[columns]\nsurname = "Family"\n')
    assert group_rows(path, "Family", today=TODAY, column_map=mapped).groups[0].value == "Ashdownaa"
    part = saved(tmp_path, "part.csv", only_rows(path, [2], column_map=mapped))
    assert read_cohort(part, today=TODAY, lab=LAB, column_map=mapped).rows.num_rows == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04 no workbook", "CSV, XLSX or ODS file"),
        (b'surname,forename\n"O"Brien,Ann\n', "double quote"),
    ],
)
def test_what_cannot_be_read_as_a_list_is_not_taken_apart(tmp_path, data, said):
    path = saved(tmp_path, "list.csv" if data[:2] != b"PK" else "list.xlsx", data)
    with pytest.raises(UsageError, match=said):
        group_rows(path, "programme", today=TODAY)


def test_a_column_that_is_not_there_is_refused_with_those_that_are(mixed):
    with pytest.raises(UsageError, match=r"has no column headed 'project'. Its headings are: surname, .*Programme"):
        group_rows(mixed, "project", today=TODAY)


def test_two_lists_are_not_taken_apart_unseen(tmp_path):
    path = saved(tmp_path, "list.xlsx", xlsx_bytes({"2021": lines_of(), "2022": lines_of()}))
    with pytest.raises(UsageError, match="More than one sheet"):
        group_rows(path, "programme", today=TODAY)


def cohort_of(folder, name, rows, headings=HEADINGS):
    path = saved(folder, f"{name}.csv", csv_bytes(table(rows, headings)))
    return read_cohort(path, today=TODAY, lab=LAB)


def test_several_lists_are_one_and_nothing_says_whose_a_row_was(tmp_path):
    everybody = people(6)
    first = [{**each, "Region": "North", "Kiln": "1"} for each in everybody[:4]]
    second = [{**each, "region": "South"} for each in everybody[3:]]  # one person is in both
    lists = (
        cohort_of(tmp_path, "a", first, [*HEADINGS, "Region", "Kiln"]),
        cohort_of(tmp_path, "b", second, [*HEADINGS, "region"]),
    )
    path = saved(tmp_path, "all.csv", merge_cohorts(lists))
    merged = read_cohort(path, today=TODAY, lab=LAB)
    assert merged.own_columns == ("Region",)
    assert merged.rows.num_rows == 7
    assert [each.rule for each in merged.warnings if each.row] == ["row-repeated"]
    names = [name for name in merged.rows.column_names if name not in ("row", "Region", "Kiln")]

    def said(*tables):
        return sorted(str(row) for each in tables for row in each.select(names).to_pylist())

    assert said(merged.rows) == said(*(each.rows for each in lists))
    assert merge_cohorts(lists[::-1]).splitlines()[1:] == merge_cohorts(lists).splitlines()[1:]


def test_blanks_stay_blank_when_lists_are_made_one(tmp_path):
    lists = [cohort_of(tmp_path, name, people(1, sex="F", pnc_id="", arm="", arm_date="")) for name in "ab"]
    merged = read_cohort(saved(tmp_path, "all.csv", merge_cohorts(lists)), today=TODAY, lab=LAB)
    assert merged.rows["pnc_id"].to_pylist() == [None, None]
    assert merged.rows["sex"].to_pylist() == ["F", "F"]


BORN = date(1984, 11, 5)


@pytest.mark.parametrize(
    ("surname", "forename", "taken_out"),
    [
        ("Okafor-Hill", "Zoë Ann", True),
        ("OKAFOR HILL", "zoe", True),
        ("Zoe", "Okafor Hill", True),  # the two columns were swapped
        ("Okafor Hill", "Z.", True),
        ("O.", "Zoe", True),
        ("Okafor Hill", "Ann", False),
        ("Okafor", "Ann", False),
        ("", "Zoe", False),
        ("?", "!", False),
    ],
)
def test_a_row_is_an_objectors_when_birth_and_one_name_agree(surname, forename, taken_out):
    rows = pa.table(
        {"row": [7, 8], "surname": [surname] * 2, "forename": [forename] * 2, "date_of_birth": [BORN, date(1984, 5, 11)]}
    )
    said = [Objection(surname="Okafor-Hill", forename="Zoë", date_of_birth=BORN)]
    assert objecting_rows(rows, said) == ((7,) if taken_out else ())
    assert objecting_rows(rows, []) == ()
