"""Blocking keys are hashes of our own, so that a snapshot outlives the engine that made it."""

import hashlib
from datetime import date

import pyarrow as pa
import pytest

from justice_data_lab.linkage.keys import key_hash, read_sql
from justice_data_lab.register.connect import connect


@pytest.fixture(scope="module")
def con():
    con = connect()
    yield con
    con.close()


def test_a_key_is_the_first_sixty_bits_of_the_md5(con):
    text = "pnc|20120123456Z"
    found = con.execute(f"SELECT {key_hash('$text')}", {"text": text}).fetchall()[0][0]
    assert found == int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:15], 16)


def test_a_key_with_a_missing_part_is_no_key(con):
    assert con.execute(f"SELECT {key_hash('NULL')}").fetchall() == [(None,)]


COLUMNS = ("surname", "forename", "date_of_birth", "pnc_id", "prison_number")
REGISTER = ("LOCKWOOD VANE", "IMOGEN", date(1993, 9, 10), "20120123456Z", "A1234BC")


def keys(con, table, query, number, person):
    values = dict(zip(COLUMNS, person, strict=True))
    types = {"date_of_birth": pa.date32()}
    con.register("one", pa.table({name: pa.array([value], types.get(name, pa.string())) for name, value in values.items()}))
    con.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT 1 AS {number}, * FROM one")  # noqa: S608
    con.unregister("one")
    return {key for row in con.execute(read_sql(query)).fetchall() for key in row if key != 1}


def shared(con, submitted):
    held = keys(con, "identity_for_keys", "register_keys", "identity", REGISTER)
    return held & keys(con, "cohort_cleaned", "cohort_keys", "row", submitted)


@pytest.mark.parametrize(
    ("slip", "submitted"),
    [
        ("none", REGISTER),
        ("only the police number", ("X", "Y", None, "20120123456Z", None)),
        ("only the prison number", ("X", "Y", None, None, "A1234BC")),
        ("surname misspelt late", ("LOCKWOOD VAIN", "I", date(1993, 9, 10), None, None)),
        ("other surname", ("MARRIED", "IMOGEN", date(1993, 9, 10), None, None)),
        ("short forename", ("LOCKWOOD VANE", "IMMY", date(1993, 9, 10), None, None)),
        ("wrong day", ("LOCKWOOD VANE", "IMOGEN", date(1993, 9, 11), None, None)),
        ("wrong month", ("LOCKWOODVANE", "IMOGEN", date(1993, 8, 10), None, None)),
        ("wrong year", ("LOCKWOOD VANE", "IMOGEN", date(1992, 9, 10), None, None)),
        ("day and month swapped", ("LOCKWOOD VANE", "GENNY", date(1993, 10, 9), None, None)),
        ("names swapped", ("IMOGEN", "LOCKWOOD VANE", date(1993, 9, 10), None, None)),
    ],
)
def test_the_keys_reach_a_person_in_spite_of(con, slip, submitted):
    assert shared(con, submitted), slip


def test_strangers_share_no_key(con):
    assert not shared(con, ("OTHER", "PERSON", date(1970, 1, 1), "19990000001A", "Z9999ZZ"))
    assert not shared(con, (None, None, None, None, None))
