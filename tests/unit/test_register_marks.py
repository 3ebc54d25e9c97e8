"""Marks: the same rows give the same mark, and any other row another one."""

import pyarrow.parquet as pq
import pytest

from justice_data_lab.register.connect import connect
from justice_data_lab.register.content import content_of
from justice_data_lab.register.marks import LIFE, write_marks
from justice_data_lab.register.schema import BY_NAME
from tiny_source import arrow, assessment, tiny_tables

ALL = [("", "\U0010ffff")]


def tables():
    spells = [{"person_id": "P1", "kind": "work", "start_date": None, "end_date": None}]
    return tiny_tables() | {"assessment": [assessment("P2", day) for day in (None,)], "employment": spells}


def marked(folder, rows, ranges=ALL):
    """Everybody's mark, and what was found of the tables on the way and by themselves."""
    folder.mkdir()
    with connect() as con:
        for name in LIFE:
            con.register("given", arrow(rows[name]))
            con.table("given").create(name)
            con.unregister("given")
        found = write_marks(con, folder, tables=LIFE, ranges=ranges)
        alone = {name: content_of(con, name) for name in LIFE}
    table = pq.read_table(folder)
    return dict(zip(table["person_id"].to_pylist(), table["mark"].to_pylist(), strict=True)), found, alone


def test_the_tables_are_hashed_on_the_way_as_they_would_be_by_themselves(tmp_path):
    marks, found, alone = marked(tmp_path / "one", tables())
    assert found == alone
    assert list(marks) == ["P1", "P2", "P3"]
    again, in_parts, _ = marked(tmp_path / "two", tables(), [("", "P2"), ("P2", "P3"), ("P3", "\U0010ffff")])
    assert (again, in_parts) == (marks, found)


def test_a_mark_does_not_depend_on_the_order_of_rows(tmp_path):
    upside_down = {name: rows[::-1] for name, rows in tables().items()}
    assert marked(tmp_path / "one", tables())[0] == marked(tmp_path / "two", upside_down)[0]


@pytest.mark.parametrize(
    ("table", "column"), [(name, column) for name in LIFE for column in BY_NAME[name].names if column != "person_id"]
)
def test_a_mark_changes_with_every_column(tmp_path, table, column):
    before, after = tables(), tables()
    row = after[table][-1]
    row[column] = None if row[column] is not None else BY_NAME[table].names.index(column)
    if column in {"assessed_on", "start_date", "end_date", "date_of_death"}:
        row[column] = before["offence"][0]["offence_date"]
    old, new = marked(tmp_path / "one", before)[0], marked(tmp_path / "two", after)[0]
    assert {person for person in old if old[person] != new[person]} == {row["person_id"]}


def test_two_equal_rows_are_not_one(tmp_path):
    twice = tables()
    twice["employment"] *= 2
    old, new = marked(tmp_path / "one", tables())[0], marked(tmp_path / "two", twice)[0]
    assert [person for person in old if old[person] != new[person]] == ["P1"]
