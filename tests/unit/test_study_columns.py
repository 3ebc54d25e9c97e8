"""A study picks people by groups, never by what says who somebody is, and is told so before any room runs."""

from datetime import date

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.intake.columns import COLUMNS, RESERVED
from justice_data_lab.intake.study_columns import check_study_columns
from justice_data_lab.study_file import read_study
from run_jdl import SMALL, said

STOPS = {"name": "a name", "identifier": "an identifier", "date": "a date"}


def study(folder, *names):
    declared = "".join(f'"{name}" = "before_start"\n' for name in names)
    (folder / "study.toml").write_text(f"{SMALL}[columns]\n{declared}")
    return read_study(folder / "study.toml", command="run", today=date(2026, 11, 22))


@pytest.mark.parametrize("column", [column for column in COLUMNS if column.kind in STOPS], ids=lambda column: column.name)
def test_no_name_identifier_or_date_may_pick_people(tmp_path, column):
    with pytest.raises(UsageError, match=rf"\[columns\] {column.name}: .* found {STOPS[column.kind]}, .*column of your own"):
        check_study_columns(study(tmp_path, column.name))


@pytest.mark.parametrize("name", RESERVED)
def test_no_column_of_the_labs_own_may_pick_people(tmp_path, name):
    with pytest.raises(UsageError, match=rf"\[columns\] {name}: .*Rename yours"):
        check_study_columns(study(tmp_path, name))


def test_a_heading_is_compared_as_intake_compares_it(tmp_path):
    with pytest.raises(UsageError, match=r"\[columns\] Date of birth: "):
        check_study_columns(study(tmp_path, "Date of birth"))


def test_every_column_of_codes_and_the_organisations_own_may_pick_people(tmp_path):
    harmless = [column.name for column in COLUMNS if column.kind == "code"]
    check_study_columns(study(tmp_path, *harmless, "site", "under_25"))


def test_a_date_by_which_people_are_picked_is_wrong_usage_and_leaves_no_run(tmp_path, small_register, capsys):
    text = '[columns]\nindex_date = "before_start"\n[[analysis]]\nname = "all"\nheadline = true\n'
    text += '[[analysis]]\nname = "some"\nwhere = { index_date = "2020-01-01" }\n'
    (tmp_path / "study.toml").write_text(SMALL + text)
    (tmp_path / "cohort.csv").write_text("surname\n")
    words = ("run", tmp_path / "study.toml", "--cohort", tmp_path / "cohort.csv", "--register", small_register.path)
    assert said(*words, "--out", tmp_path / "run") == 2
    assert "[columns] index_date: expected a column of groups" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
    frozen = ("protocol", tmp_path / "study.toml", "--register", small_register.path, "--out", tmp_path / "protocol.json")
    assert said(*frozen) == 2
    assert not (tmp_path / "protocol.json").exists()
