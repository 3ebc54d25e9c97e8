"""The invented source register: its shape, its inner sense, and that the same seed gives the same register."""

# ruff: noqa: S608 -- every query is written out in this file

import json
from datetime import date

import numpy as np
import pyarrow.parquet as pq
import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.register.checks import check_source
from justice_data_lab.register.codes import OGRS3_GROUPS
from justice_data_lab.register.connect import connect
from justice_data_lab.register.schema import TABLES
from justice_data_lab.register.synthetic import source as synthetic
from justice_data_lab.register.synthetic.identifiers import pnc_check_letter, pnc_ids, prison_numbers
from justice_data_lab.register.synthetic.source import EXTRACT_DATE, synthesise

PEOPLE = 6_000


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    out = tmp_path_factory.mktemp("synthetic") / "register"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(synthetic, "BLOCK", 2_500)
        synthesise(out, people=PEOPLE, seed=5)
    return out


@pytest.fixture(scope="module")
def con(source):
    con = connect()
    for table in TABLES:
        con.execute(f"CREATE TABLE {table.name} AS FROM read_parquet('{source / table.name / '*.parquet'}')")
    yield con
    con.close()


def one(con, query):
    return con.execute(query).fetchall()[0][0]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_has_the_columns_of_the_schema_in_their_order(source, table):
    parts = sorted((source / table.name).glob("*.parquet"))
    assert tuple(pq.read_schema(parts[0]).names) == table.names


def test_the_registers_own_checks_set_nothing_aside(source):
    found = check_source(source)
    assert [finding for finding in found.findings if finding.severity != "warned"] == []


def test_the_manifest_says_what_was_asked_for(source):
    manifest = json.loads((source / "manifest.json").read_text())
    assert manifest["extract_date"] == EXTRACT_DATE.isoformat()
    assert (manifest["people"], manifest["seed"], manifest["version"]) == (PEOPLE, 5, synthetic.VERSION)


def test_the_same_seed_gives_the_same_files_and_another_seed_others(tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        synthesise(tmp_path / name, people=300, seed=seed)
    for table in TABLES:
        first, second, other = ((tmp_path / name / table.name / "part-00000.parquet").read_bytes() for name in "abc")
        assert first == second
        assert (first == other) == (table.name == "offence_code")


def test_progress_ends_at_one(tmp_path, monkeypatch):
    monkeypatch.setattr(synthetic, "BLOCK", 100)
    told = []
    synthesise(tmp_path / "register", people=250, seed=1, progress=told.append)
    assert told == [0.4, 0.8, 1.0]


def test_nobody_cannot_be_invented(tmp_path):
    with pytest.raises(UsageError, match="one person or more"):
        synthesise(tmp_path / "register", people=0, seed=1)
    assert not (tmp_path / "register").exists()


def test_every_person_has_one_main_name_and_at_least_one_offence(con):
    assert one(con, "SELECT count(*) FROM person") == PEOPLE
    assert one(con, "SELECT count(DISTINCT person_id) FROM offence") == PEOPLE
    per_person = "SELECT person_id, count(*) FILTER (is_primary) AS n FROM identity GROUP BY person_id"
    assert one(con, f"SELECT count(*) FROM ({per_person}) WHERE n = 1") == PEOPLE


def test_ids_are_unique_across_blocks(con):
    for table, key in (("person", "person_id"), ("disposal", "disposal_id"), ("offence", "offence_id")):
        assert one(con, f"SELECT count(*) - count(DISTINCT {key}) FROM {table}") == 0


def test_every_offence_shares_its_disposals_person_and_day(con):
    together = "SELECT count(*) FROM offence o JOIN disposal d USING (disposal_id, person_id, disposal_date)"
    assert one(con, together) == one(con, "SELECT count(*) FROM offence")


def test_the_main_offence_has_the_sentence_of_the_disposal(con):
    kinds = "CASE kind WHEN 'suspended_sentence_order' THEN 'suspended' WHEN 'community_order' THEN 'community' ELSE kind END"
    bare = f"""SELECT count(*) FROM disposal d WHERE kind <> 'other' AND NOT EXISTS (
        FROM offence o WHERE o.disposal_id = d.disposal_id AND o.sentence = {kinds})"""
    assert one(con, bare) == 0
    assert one(con, "SELECT count(*) FROM offence WHERE (sentence = 'custody') <> (custody_days IS NOT NULL)") == 0
    assert one(con, "SELECT count(*) FROM offence WHERE (disposal = 'caution') <> (sentence = 'caution')") == 0


def test_nobody_offends_in_prison_or_before_the_age_of_ten(con):
    inside = """SELECT count(*) FROM offence o JOIN disposal d ON d.person_id = o.person_id AND d.kind = 'custody'
        AND o.offence_date >= d.disposal_date AND o.offence_date < d.release_date"""
    assert one(con, inside) == 0
    child = (
        "SELECT count(*) FROM offence JOIN person USING (person_id) WHERE date_diff('month', date_of_birth, offence_date) < 117"
    )
    assert one(con, child) == 0


def test_release_comes_about_halfway_and_never_after_the_extract_or_death(con):
    served = """SELECT median(date_diff('day', disposal_date, release_date) / sentence_days) FROM disposal
        WHERE kind = 'custody' AND sentence_days > 300"""
    assert 0.3 < one(con, served) < 0.6
    assert one(con, "SELECT count(*) FROM disposal WHERE release_date <= disposal_date") == 0
    late = (
        "SELECT count(*) FROM disposal JOIN person USING (person_id) WHERE coalesce(release_date, disposal_date) >= date_of_death"
    )
    assert one(con, late) == 0
    assert one(con, "SELECT max(release_date) FROM disposal") <= EXTRACT_DATE
    assert one(con, "SELECT count(*) FROM disposal WHERE kind <> 'custody' AND release_date IS NOT NULL") == 0


def test_most_cases_are_dealt_with_within_six_months_and_some_take_longer_than_a_year(con):
    days = "date_diff('day', offence_date, disposal_date)"
    assert 0.80 < one(con, f"SELECT avg(CAST({days} <= 182 AS INTEGER)) FROM offence") < 0.95
    assert 0.005 < one(con, f"SELECT avg(CAST({days} > 365 AS INTEGER)) FROM offence") < 0.10
    assert one(con, f"SELECT min({days}) FROM offence") >= 0


def test_about_thirty_in_a_hundred_people_have_an_alias_that_differs(con):
    share = "SELECT count(DISTINCT person_id) FILTER (NOT is_primary) / count(DISTINCT person_id) FROM identity"
    assert 0.27 < one(con, share) < 0.33
    same = """SELECT avg(CAST(a.surname = p.surname AND a.forename = p.forename AND a.date_of_birth = p.date_of_birth AS INTEGER))
        FROM identity a JOIN identity p ON a.person_id = p.person_id AND p.is_primary AND NOT a.is_primary"""
    assert one(con, same) < 0.05


def test_there_are_twins_double_barrels_and_a_long_tail_of_surnames(con):
    twins = """SELECT count(*) FROM identity a JOIN identity b ON a.is_primary AND b.is_primary AND a.surname = b.surname
        AND a.date_of_birth = b.date_of_birth AND a.person_id < b.person_id"""
    assert one(con, twins) > 10
    assert one(con, "SELECT count(*) FROM identity WHERE surname LIKE '%-%' AND is_primary") > 50
    counts = "SELECT count(*) AS n FROM identity WHERE is_primary GROUP BY surname"
    assert 0.005 < one(con, f"SELECT max(n) FROM ({counts})") / PEOPLE < 0.03
    assert one(con, f"SELECT count(*) FILTER (n = 1) FROM ({counts})") > 500


def test_people_with_assessed_needs_reoffend_more(con):
    rate = """SELECT avg(n) FILTER (drugs = 1) / avg(n) FILTER (drugs = 0) FROM assessment
        JOIN (SELECT person_id, count(*) AS n FROM disposal GROUP BY person_id) USING (person_id)"""
    assert one(con, rate) > 1.3


def test_spells_of_work_and_benefit_do_not_overlap(con):
    overlap = """SELECT count(*) FROM (SELECT end_date, lead(start_date) OVER (PARTITION BY person_id ORDER BY start_date) AS next
        FROM employment) WHERE next < coalesce(end_date, DATE '2100-01-01')"""
    assert one(con, overlap) == 0


def test_every_ogrs3_group_has_a_code(con):
    groups = {row[0] for row in con.execute("SELECT ogrs3_group FROM offence_code").fetchall()}
    assert groups == set(OGRS3_GROUPS)


def test_police_numbers_carry_their_check_letter_and_prison_numbers_their_shape(con):
    rows = con.execute("SELECT DISTINCT pnc_id, prison_number FROM identity WHERE is_primary").fetchall()
    for pnc, prison in rows:
        if pnc:
            assert pnc[-1] == pnc_check_letter(int(pnc[:4]), int(pnc[5:12]))
        if prison:
            assert prison[0].isalpha()
            assert prison[1:5].isdigit()
            assert prison[5:].isalpha()
    known = [pnc for pnc, _ in rows if pnc]
    assert len(set(known)) == len(known)


def test_identifiers_do_not_repeat_in_a_hundred_thousand():
    numbers = np.arange(100_000)
    assert len(set(pnc_ids(numbers, np.full(100_000, 2012)).to_pylist())) == 100_000
    assert len(set(prison_numbers(numbers).to_pylist())) == 100_000


def test_births_and_first_offences_lie_in_a_human_span(con):
    oldest = one(con, "SELECT min(date_of_birth) FROM person")
    assert oldest > date(1905, 1, 1)
    assert one(con, "SELECT max(date_of_birth) FROM person") < date(2017, 1, 1)
