"""Of a table sorted by person, only the groups of rows are read that may hold one of the people."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from justice_data_lab.register import rows_of_people as room
from justice_data_lab.register.rows_of_people import rows_of_people


def table(*people):
    return pa.table({"person_id": list(people), "disposal_id": [f"{person}/{at}" for at, person in enumerate(people)]})


@pytest.fixture
def folder(tmp_path):
    pq.write_table(table("a", "a", "b", "d", "d", "d", "f"), tmp_path / "part-0.parquet", row_group_size=2)
    pq.write_table(table("g", "h"), tmp_path / "part-1.parquet")
    return tmp_path


def test_every_row_of_the_people_and_no_other_is_found(folder):
    found = rows_of_people(folder, ["d", "h", "c", "d"], ["person_id", "disposal_id"])
    assert found.column("disposal_id").to_pylist() == ["d/3", "d/4", "d/5", "h/1"]


def test_whoever_has_no_row_has_none(folder):
    assert rows_of_people(folder, ["c", "z", ""], ["person_id"]).num_rows == 0
    assert rows_of_people(folder, [], ["person_id"]).num_rows == 0


def test_groups_that_cannot_hold_one_of_them_are_not_read(folder, monkeypatch):
    read = []
    of_group = room._may_hold

    def noted(group, wanted):
        read.append(of_group(group, wanted))
        return read[-1]

    monkeypatch.setattr(room, "_may_hold", noted)
    rows_of_people(folder, ["d"], ["person_id"])
    assert read == [False, True, True, False, False]


def test_a_file_that_does_not_say_where_it_reaches_is_read_whole(tmp_path):
    pq.write_table(table("a", "b", "c"), tmp_path / "part-0.parquet", write_statistics=False)
    assert rows_of_people(tmp_path, ["b"], ["person_id"]).num_rows == 1
