"""The worked example of the how-to page is run as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from justice_data_lab.errors import DataRefused
from justice_data_lab.register.checks import check_source
from justice_data_lab.register.connect import connect
from justice_data_lab.register.mapping import map_source

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "bring-your-own-register.md"
BLOCKS = dict(re.findall(r'```\w+ title="([^"]+)"\n(.*?)```', PAGE.read_text(encoding="utf-8"), re.DOTALL))


@pytest.fixture(scope="module")
def mapped(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    (folder / "extract").mkdir()
    for name, text in BLOCKS.items():
        (folder / name).write_text(text, encoding="utf-8" if name == "map.toml" else "latin-1")
    map_source(folder / "map.toml", folder / "extract", folder / "register")
    return folder / "register"


def rows(mapped: Path, query: str) -> list[tuple[object, ...]]:
    with connect() as con:
        for table in mapped.iterdir():
            if table.is_dir():
                con.execute(f"CREATE VIEW {table.name} AS FROM '{table}/*.parquet'")
        return con.execute(query).fetchall()


def test_the_check_says_what_the_page_says(mapped):
    said = check_source(mapped).summary()
    for line in BLOCKS["expected"].splitlines():
        assert line in said.splitlines()


def test_two_files_with_numbers_for_sex_become_one_table(mapped):
    assert rows(mapped, "SELECT person_id, sex, ethnicity, uk_national FROM person ORDER BY 1") == [
        ("1001", "M", "white", True),
        ("1002", "F", "unknown", True),
        ("1003", "M", "black", None),
        ("1004", "U", "other", False),
    ]


def test_latin_1_names_arrive_whole(mapped):
    assert rows(mapped, "SELECT surname, forename FROM identity WHERE person_id IN ('1001', '1003') ORDER BY ALL") == [
        ("Fernández", "José"),
        ("O'Neill", "Séan"),
    ]


def test_a_quashed_outcome_is_not_kept_and_life_is_a_number(mapped):
    assert rows(mapped, "SELECT disposal_id, kind, sentence_days FROM disposal ORDER BY 1") == [
        ("77-1", "custody", 180),
        ("78-1", "community_order", 365),
        ("79-1", "suspended_sentence_order", 270),
        ("80-1", "custody", 36500),
        ("81-1", "caution", None),
    ]


def test_what_an_offence_code_means_is_looked_up(mapped):
    found = rows(mapped, "SELECT offence_id, offence_group, court_outcome, is_breach, is_recordable FROM offence ORDER BY 1")
    assert found[1] == ("77-2", "summary_other", "summary", True, False)
    assert found[4] == ("80-1", "violence", "indictable", False, True)


def test_a_code_that_the_map_leaves_out_is_refused_in_the_words_of_the_page(tmp_path, mapped):
    whole = 'CAU = "caution" }, other = "other" }\ncustody_days'
    (tmp_path / "map.toml").write_text(BLOCKS["map.toml"].replace(whole, 'CAU = "caution" } }\ncustody_days'))
    with pytest.raises(DataRefused) as refused:
        map_source(tmp_path / "map.toml", mapped.parent / "extract", tmp_path / "out")
    (problem,) = refused.value.problems
    said = f"{problem.file}, column {problem.column} [{problem.rule}]: {problem.message} {problem.remedy}"
    assert said == BLOCKS["refusal"].strip()
    assert problem.value == "NP (1)"
    assert not (tmp_path / "out").exists()
