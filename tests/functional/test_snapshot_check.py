"""`jdl register describe --verify`: no changed byte of a snapshot passes for a figure."""

import json
import shutil

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from justice_data_lab.files import damaged
from justice_data_lab.register.connect import attach, connect
from run_jdl import said


@pytest.fixture
def copy(tmp_path, small_register):
    return shutil.copytree(small_register.path, tmp_path / "copy")


def change_a_value(folder, column):
    """One value of one row becomes that of another row; the file stays sound."""
    file = next(folder.glob("*.parquet"))
    table = pq.read_table(file)
    values = table.column(column).to_pylist()
    values[0] = next(value for value in values if value not in (None, values[0]))
    place = table.column_names.index(column)
    pq.write_table(table.set_column(place, table.schema.field(column), [pa.array(values, table.schema.field(column).type)]), file)


def flip(file, place):
    content = bytearray(file.read_bytes())
    content[int(place * len(content))] ^= 1
    file.write_bytes(content)


def change_an_identity(copy):
    file = copy / "linkage_index" / "identity.arrow"
    with pa.memory_map(str(file)) as source:
        table = pa.ipc.open_file(source).read_all()
        batches = table.take(pa.array([1, 1, *range(2, table.num_rows)])).combine_chunks().to_batches(max_chunksize=65_536)
    with pa.ipc.new_file(str(file), table.schema) as writer:
        for batch in batches:
            writer.write_batch(batch)


def lose_identities(copy):
    file = copy / "linkage_index" / "identity.arrow"
    with pa.memory_map(str(file)) as source:
        schema = pa.ipc.open_file(source).schema
    with pa.ipc.new_file(str(file), schema):
        pass


def change_the_model(copy):
    model = json.loads((copy / "model.json").read_text())
    model["prior"] *= 2
    (copy / "model.json").write_text(json.dumps(model))


def spoil(file):
    """The middle of a file is zeros: nothing can unpack it."""
    content = file.read_bytes()
    third = len(content) // 3
    file.write_bytes(content[:third] + bytes(third) + content[2 * third :])


CHANGES = {
    "index_event is": lambda copy: change_a_value(copy / "index_event", "previous_offences"),
    "offence is": lambda copy: change_a_value(copy / "offence", "offence_date"),
    "disposal is": lambda copy: spoil(next((copy / "disposal").glob("*.parquet"))),
    "linkage.duckdb is": lambda copy: spoil(copy / "linkage.duckdb"),
    "linkage_index/identity.arrow is": change_an_identity,
    "linkage_index/identity.arrow is ": lose_identities,
    "model.json is": change_the_model,
    "model.json or linkage_index is": lambda copy: flip(copy / "linkage_index" / "keys.int64", 0.5),
}


def test_a_snapshot_that_is_as_built_is_said_to_be_so(small_register, capsys):
    assert said("register", "describe", small_register.path, "--verify") == 0
    assert f"is as it was built: content {small_register.content[:12]}" in capsys.readouterr().out


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_not_as_built_is_named(copy, what, capsys):
    CHANGES[what](copy)
    assert said("register", "describe", copy, "--verify") == 2
    assert f"copy: {what.rstrip()} not as built. Copy the snapshot again" in capsys.readouterr().err


def test_a_file_that_nothing_can_unpack_is_no_fault_of_the_program(copy, tmp_path, capsys):
    spoil(next((copy / "index_event").glob("*.parquet")))
    out = tmp_path / "cohort.csv"
    words = ("cohort", "synthesise", out, "--register", copy, "--size", 50, "--effect", 0, "--seed", 1)
    assert said(*words) == 2
    assert "a file that is read here is damaged" in capsys.readouterr().err
    assert not out.exists()


def test_a_database_that_was_cut_short_is_damaged_in_the_engines_own_words(tmp_path):
    file = tmp_path / "short.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute("CREATE TABLE numbers AS SELECT md5(CAST(range AS VARCHAR)) AS number FROM range(200000)")
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with connect() as con, pytest.raises(duckdb.Error) as fault:
        attach(con, file, "short")
    assert damaged(fault.value)
