"""The key index finds what a join on the keys would find, and the register's own words for it."""

from datetime import date

import numpy as np
import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.linkage import key_index, key_merge
from justice_data_lab.linkage.candidates import linkage_attached, load_cohort, scratch_dropped
from justice_data_lab.linkage.key_index import KEYS, NUMBERS, EarlierKeys, index_hashes, open_key_index, write_key_index
from justice_data_lab.linkage.key_merge import moved_identities
from justice_data_lab.linkage.keys import read_sql
from justice_data_lab.register.connect import attach, connect
from small_linkage import cohort, fillers, name, register, source_tables

TWINS = [
    name("one", "Yardley", "William", date(1982, 6, 6), pnc_id="2004/0123456Z"),
    name("two", "Yardley", "Winston", date(1982, 6, 6)),
    name("two", "Yard", "Winston", date(1982, 6, 6), is_primary=False),
]
ROWS = (
    {"surname": "Yardley", "forename": "Bill", "date_of_birth": date(1982, 6, 6)},
    {"surname": "Winston", "forename": "Yard", "date_of_birth": date(1982, 6, 6)},
    {"surname": "Nobody", "forename": "Atall", "date_of_birth": date(1901, 2, 3)},
    {"surname": "Yardley", "forename": "William", "date_of_birth": date(1982, 6, 6), "pnc_id": "04/123456Z"},
)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return register(tmp_path_factory.mktemp("index") / "snapshot", TWINS)


@pytest.fixture
def con(small):
    con = connect()
    with linkage_attached(con, small.linkage_file), scratch_dropped(con):
        yield con
    con.close()


def test_candidates_are_those_of_a_join_on_the_keys(small, con):
    load_cohort(con, cohort(*ROWS).rows, open_key_index(small.key_index))
    con.execute("CREATE TEMP VIEW identity_for_keys AS FROM linkage.identity")
    sides = f"({read_sql('cohort_keys')}) k JOIN ({read_sql('register_keys')}) r USING (key)"
    joined = f"SELECT DISTINCT k.row, r.identity FROM {sides} ORDER BY ALL"  # noqa: S608 -- queries of ours
    found = con.execute("FROM candidate ORDER BY ALL").fetchall()
    assert found == con.execute(joined).fetchall()
    assert {row for row, _ in found} == {2, 3, 5}


def test_a_candidate_is_read_as_the_register_has_it(small, con):
    load_cohort(con, cohort(*ROWS).rows, open_key_index(small.key_index))
    held = con.execute("FROM candidate_identity ORDER BY identity").fetchall()
    assert (
        held
        == con.execute("FROM linkage.identity WHERE identity IN (SELECT identity FROM candidate) ORDER BY identity").fetchall()
    )
    assert len(held) == 3


def test_identities_are_found_in_every_batch(small, con, tmp_path, monkeypatch):
    monkeypatch.setattr(key_index, "BATCH", 50)
    monkeypatch.setattr(key_index, "_AT_ONCE", 100)
    monkeypatch.setattr(key_index, "_BATCHES_A_MAPPING", 2)
    write_key_index(con, tmp_path / "index", identities="linkage.identity")
    index = open_key_index(tmp_path / "index")
    wanted = np.array([1, 50, 51, 100, 101, 432], np.int32)
    assert index.identities(wanted).column("identity").to_pylist() == wanted.tolist()
    assert index.identities(wanted[:0]).num_rows == 0
    assert (index.keys == open_key_index(small.key_index).keys).all()


@pytest.mark.parametrize("at_once", [7, 1_000_000])
def test_keys_stand_in_order_and_every_one_is_found_again(small, monkeypatch, at_once):
    monkeypatch.setattr(key_index, "_KEYS_A_MAPPING", at_once)
    index = open_key_index(small.key_index)
    assert (np.diff(index.keys) >= 0).all()
    backwards = index.keys[::-1]
    places, found = index.find(backwards)
    assert set(zip(backwards[places].tolist(), found.tolist(), strict=True)) == set(
        zip(index.keys.tolist(), index.numbers.tolist(), strict=True)
    )


def test_the_same_identities_give_the_same_bytes(tmp_path):
    hashes = []
    for part in ("a", "b"):
        small = register(tmp_path / part, TWINS)
        hashes.append(index_hashes(small.key_index))
    assert hashes[0] == hashes[1]
    assert hashes[0] != index_hashes(register(tmp_path / "c", TWINS[:1]).key_index)


def test_an_index_made_from_an_earlier_one_has_the_bytes_of_one_made_alone(tmp_path, monkeypatch):
    before = [*TWINS, name("gone", "Yardley", "William", date(1982, 6, 6))]
    changed = [TWINS[0], TWINS[1] | {"forename": "Wynne"}, TWINS[2], name("a new one", "Yardley", "Winston", date(1982, 6, 6))]
    old = register(tmp_path / "old", before)
    new = register(tmp_path / "new", changed)
    monkeypatch.setattr(key_merge, "IDENTITIES_AT_ONCE", 100)
    with connect() as con:
        attach(con, new.linkage_file, "linkage")
        attach(con, old.linkage_file, "earlier")
        earlier = EarlierKeys(index=open_key_index(old.key_index), identities="earlier.identity")
        written = write_key_index(con, tmp_path / "index", identities="linkage.identity", earlier=earlier)
        moved = moved_identities(con, earlier="earlier.identity", identities="linkage.identity")
        (stayed,) = con.sql(
            "SELECT count(*) FROM (SELECT * EXCLUDE (identity) FROM earlier.identity INTERSECT SELECT * EXCLUDE (identity) FROM linkage.identity)"
        ).fetchall()[0]
    assert written == len(open_key_index(new.key_index).keys)
    for file in new.key_index.iterdir():
        assert (tmp_path / "index" / file.name).read_bytes() == file.read_bytes()
    assert (moved > 0).sum() == stayed == len(fillers()) + 2
    assert (np.diff(moved[moved > 0]) > 0).all(), "names that stayed keep their order"


def test_nothing_is_found_in_an_empty_register(tmp_path):
    con = connect()
    source_tables(con, fillers()[:1])
    write_key_index(con, tmp_path / "index", identities="(SELECT 1 AS identity, *, FROM identity LIMIT 0)")
    con.close()
    index = open_key_index(tmp_path / "index")
    places, found = index.find(np.array([3, 1], np.int64))
    assert len(places) == len(found) == 0


@pytest.mark.parametrize("name", [KEYS, NUMBERS])
def test_an_index_that_was_cut_short_is_refused(small, tmp_path, name):
    for file in small.key_index.iterdir():
        content = file.read_bytes()
        (tmp_path / file.name).write_bytes(content[:-3] if file.name == name else content)
    with pytest.raises(UsageError, match="Build the snapshot again"):
        open_key_index(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(UsageError, match="whole key index"):
        open_key_index(tmp_path)
