from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from justice_data_lab.errors import DataRefused, UsageError
from justice_data_lab.register import checks
from justice_data_lab.register.checks import check_source
from justice_data_lab.register.connect import attach, connect
from justice_data_lab.register.findings import Finding, SourceCheck
from justice_data_lab.register.rules import all_rules
from tiny_source import (
    EXTRACT,
    arrow,
    assessment,
    disposal,
    identity,
    in_two_files,
    many,
    offence,
    person,
    tiny_tables,
    write_source,
)

SETTINGS = "current_setting('memory_limit'), current_setting('temp_directory')"
EMPLOYMENT = {"person_id": "P1", "kind": "work", "start_date": date(2020, 1, 1), "end_date": date(2020, 6, 1)}


def check(folder, tables, **options) -> SourceCheck:
    return check_source(write_source(folder / "source", tables), **options)


def broken(result: SourceCheck) -> set[tuple[str, str]]:
    return {(finding.table, finding.rule) for finding in result.findings}


def test_a_sound_source_breaks_no_rule(tmp_path):
    result = check(tmp_path, tiny_tables())
    assert result.findings == ()
    assert not result.refused
    assert result.missing == ("offence_code", "assessment", "employment")
    assert "Accepted" in result.summary()


def test_the_profile_counts_rows_nulls_codes_and_dates(tmp_path):
    tables = tiny_tables()
    tables["person"][0]["sex"] = "F"
    tables["offence"][1]["offence_date"] = date(2019, 5, 6)
    profiles = {profile.name: profile for profile in check(tmp_path, tables).tables}
    columns = {column.name: column for column in profiles["person"].columns}
    assert profiles["person"].rows == 3
    assert columns["sex"].codes == (("F", 1), ("M", 2))
    assert columns["date_of_death"].nulls == 3
    dated = {column.name: column for column in profiles["offence"].columns}["offence_date"]
    assert (dated.first, dated.last) == (date(2019, 5, 6), date(2020, 1, 10))


@pytest.mark.parametrize(
    ("table", "row", "rule"),
    [
        ("offence", offence("X", "nobody", "D-P1"), "key-broken"),
        ("offence", offence("X", "P1", "nothing"), "key-broken"),
        ("offence", offence("X", "P1", "D-P2"), "key-crossed"),
        ("offence", offence("X", None, "D-P1"), "key-missing"),
        ("disposal", disposal("X", "nobody"), "key-broken"),
        ("identity", identity("nobody"), "key-broken"),
        ("disposal", disposal(" ", "P1"), "key-missing"),
        ("person", person("P1"), "key-duplicated"),
        ("offence", offence("O-P1", "P1", "D-P1"), "key-duplicated"),
    ],
)
def test_a_broken_key_is_fatal_however_rare(tmp_path, table, row, rule):
    tables = many(tiny_tables(), 500)
    tables[table].append(row)
    result = check(tmp_path, tables)
    assert (table, rule) in {(finding.table, finding.rule) for finding in result.findings if finding.severity == "fatal"}
    assert result.refused


SET_ASIDE = [
    ("person", person("X", sex="?"), "code-unknown"),
    ("person", person("X", sex=None), "value-missing"),
    ("person", person("X", date_of_birth=date(2025, 1, 1)), "date-after-extract"),
    ("person", person("X", date_of_birth=date(1753, 1, 1)), "date-too-early"),
    ("person", person("X", date_of_death=date(1985, 3, 3)), "death-before-birth"),
    ("identity", identity("P1", surname=" ", is_primary=False), "value-missing"),
    ("offence", offence("X", "P1", "D-P1", offence_date=date(2020, 3, 2)), "offence-after-disposal"),
    ("offence", offence("X", "P1", "D-P1", offence_date=date(1984, 3, 2)), "offence-before-birth"),
    ("offence", offence("X", "P1", "D-P1", custody_days=-1), "number-out-of-range"),
    ("offence", offence("X", "P1", "D-P1", is_breach=None), "value-missing"),
    ("disposal", disposal("X", "P1", release_date=date(2020, 2, 29)), "release-before-disposal"),
    ("disposal", disposal("X", "P1", disposal_date=date(1980, 1, 1)), "disposal-before-birth"),
    ("disposal", disposal("X", "P1", kind="hanging"), "code-unknown"),
]


@pytest.mark.parametrize(("table", "row", "rule"), SET_ASIDE)
def test_an_impossible_row_is_set_aside_and_named_by_its_key(tmp_path, table, row, rule):
    tables = many(tiny_tables(), 150)
    tables[table].append(row)
    result = check(tmp_path, tables)
    (finding,) = [finding for finding in result.findings if (finding.table, finding.rule) == (table, rule)]
    assert (finding.severity, finding.rows) == ("set aside", 1)
    assert finding.keys == (row["person_id"] if table in ("person", "identity") else "X",)
    assert not result.refused


def test_rows_set_aside_above_the_ceiling_are_refused(tmp_path):
    tables = many(tiny_tables(), 150)
    for number in range(6):
        tables["offence"].append(offence(f"X{number}", "P1", "D-P1", offence_group="unheard of"))
    result = check(tmp_path, tables)
    (finding,) = result.findings
    assert finding.past_ceiling
    assert "more than 1% of the table" in finding.sentence
    assert "of a small one 5" in finding.sentence
    with pytest.raises(DataRefused) as refused:
        result.refuse()
    (problem,) = refused.value.problems
    assert (problem.file, problem.column, problem.rule, problem.severity) == ("offence", "offence_group", "code-unknown", "error")


@pytest.mark.parametrize(
    ("good", "bad", "refused"), [(3, 1, False), (5, 5, False), (20, 5, False), (20, 6, True), (3, 4, True), (900, 8, False)]
)
def test_five_rows_of_a_small_table_may_be_set_aside_but_not_most_of_it(tmp_path, good, bad, refused):
    tables = many(tiny_tables(), good - 3)
    for number in range(bad):
        tables["offence"].append(offence(f"X{number}", "P1", "D-P1", offence_group="unheard of"))
    result = check(tmp_path, tables)
    assert [(finding.rows, finding.past_ceiling) for finding in result.findings] == [(bad, refused)]
    assert result.refused is refused


def test_a_rule_that_warns_never_stops_however_often_it_is_broken(tmp_path):
    tables = many(tiny_tables(), 20)
    tables["identity"] = tables["identity"][:12]
    for row in tables["identity"][:5]:
        row["is_primary"] = False
    tables["identity"] += [dict(row, forename="Sam") for row in tables["identity"][5:]]
    result = check(tmp_path, tables)
    assert broken(result) == {("person", "identity-none"), ("identity", "primary-none"), ("identity", "primary-several")}
    assert min(finding.share for finding in result.findings) > 0.2
    assert not result.refused
    assert {rule.ceiling for rule in all_rules() if rule.severity == "warned"} == {None}


WARNED = [
    ("identity", identity("P1", pnc_id="12/345", is_primary=False), "pnc-id-form"),
    ("identity", identity("P1", prison_number="1234", is_primary=False), "prison-number-form"),
    ("identity", identity("P1"), "primary-several"),
    ("disposal", disposal("X", "P1", release_date=date(2026, 1, 1)), "date-after-extract"),
    ("disposal", disposal("X", "P1", kind="caution"), "release-without-custody"),
    ("disposal", disposal("X", "P1"), "disposal-without-offence"),
    ("offence", offence("X", "P1", "D-P1", disposal_date=date(2020, 3, 2)), "disposal-date-differs"),
    ("offence", offence("X", "P1", "D-P1", disposal="caution"), "caution-mismatch"),
    ("offence", offence("X", "P1", "D-P1", sentence="fine"), "custody-days-without-custody"),
]


@pytest.mark.parametrize(("table", "row", "rule"), WARNED)
def test_an_odd_row_is_noted_and_kept(tmp_path, table, row, rule):
    tables = many(tiny_tables(), 150)
    tables[table].append(row)
    result = check(tmp_path, tables)
    (finding,) = [finding for finding in result.findings if (finding.table, finding.rule) == (table, rule)]
    assert finding.severity == "warned"
    assert not result.refused


def test_people_without_any_or_any_primary_identity_are_noted(tmp_path):
    tables = many(tiny_tables(), 150)
    tables["identity"] = [row for row in tables["identity"] if row["person_id"] != "P1"]
    tables["identity"][0]["is_primary"] = False
    assert broken(check(tmp_path, tables)) == {("person", "identity-none"), ("identity", "primary-none")}


def test_one_police_number_under_two_people_is_noted_by_person_and_never_by_number(tmp_path):
    tables = many(tiny_tables(), 150)
    for row in tables["identity"][:2]:
        row["pnc_id"] = "2003/0012345A"
    (finding,) = check(tmp_path, tables).findings
    assert (finding.rule, finding.rows, finding.keys) == ("pnc-id-shared", 2, ("P1",))


def test_an_offence_after_death_is_noted(tmp_path):
    tables = many(tiny_tables(), 150)
    tables["person"][0]["date_of_death"] = date(2019, 1, 1)
    assert broken(check(tmp_path, tables)) == {("offence", "offence-after-death")}


def test_everything_of_a_person_set_aside_is_set_aside(tmp_path):
    tables = many(tiny_tables(), 150)
    tables["person"][0]["ethnicity"] = "unlisted"
    found = broken(check(tmp_path, tables))
    assert {(table, "person-set-aside") for table in ("identity", "disposal", "offence")} < found


def test_needs_of_people_the_register_never_had_are_set_aside(tmp_path):
    tables = many(tiny_tables(), 8)
    tables["assessment"] = [assessment(row["person_id"], date(2020, 1, 1)) for row in tables["person"]]
    tables["assessment"] += [assessment("elsewhere", date(2020, 1, 1)), assessment("P1", date(2020, 1, 1))]
    result = check(tmp_path, tables)
    assert broken(result) == {("assessment", "key-broken"), ("assessment", "assessment-same-day")}
    assert {finding.keys for finding in result.findings} == {("elsewhere/2020-01-01",), ("P1/2020-01-01",)}
    assert not result.refused


def test_a_spell_that_ends_before_it_starts_is_set_aside(tmp_path):
    tables = many(tiny_tables(), 1)
    tables["employment"] = [EMPLOYMENT] * 120 + [EMPLOYMENT | {"end_date": date(2019, 12, 31)}]
    result = check(tmp_path, tables)
    assert broken(result) == {("employment", "end-before-start")}
    assert not result.refused


def test_with_every_optional_table_none_is_called_missing(tmp_path):
    tables = tiny_tables()
    tables["offence_code"] = [{"offence_code": "039/01", "ogrs3_group": "Theft (non-motor)"}]
    tables["assessment"] = [assessment("P1", date(2020, 1, 1))]
    tables["employment"] = [EMPLOYMENT]
    result = check(tmp_path, tables)
    assert (result.findings, result.missing) == ((), ())
    assert "not there" not in result.summary()


def test_an_offence_code_that_the_code_table_lacks_is_noted_only_where_there_is_one(tmp_path):
    tables = tiny_tables()
    tables["offence_code"] = [{"offence_code": "001/01", "ogrs3_group": "Violence"}]
    result = check(tmp_path, tables)
    assert broken(result) == {("offence", "offence-code-unknown")}
    assert result.missing == ("assessment", "employment")


def test_a_missing_table_and_column_are_named_and_stop(tmp_path):
    tables = tiny_tables()
    del tables["identity"]
    for row in tables["person"]:
        del row["sex"]
    result = check(tmp_path, tables)
    assert {(finding.table, finding.column, finding.rule) for finding in result.findings} == {
        ("identity", None, "table-missing"),
        ("person", "sex", "column-missing"),
    }
    assert result.refused
    assert "STOPS" in result.summary()


def test_a_nullable_column_that_is_not_there_is_read_as_null_and_what_is_not_known_is_not_read(tmp_path):
    tables = tiny_tables()
    for row in tables["person"]:
        del row["date_of_death"]
        row["shoe_size"] = "9"
    tables["shoes"] = [{"size": "9"}]
    result = check(tmp_path, tables)
    assert broken(result) == {("person", "column-absent"), ("person", "column-extra"), ("shoes", "table-extra")}
    assert not result.refused


def test_a_column_of_the_wrong_type_stops_and_says_what_was_expected(tmp_path):
    source = write_source(tmp_path / "source", tiny_tables())
    table = arrow(tiny_tables()["offence"])
    stamped = table.set_column(2, "offence_date", table["offence_date"].cast(pa.timestamp("us")))
    pq.write_table(stamped, source / "offence" / "part.parquet")
    (finding,) = check_source(source).findings
    assert (finding.column, finding.rule) == ("offence_date", "column-type")
    assert finding.message.endswith("expected dates (DATE, no time of day), found TIMESTAMP")


def as_type(column, kind):
    return lambda table: table.set_column(table.schema.get_field_index(column), column, table[column].cast(kind))


def test_a_column_that_the_first_file_lacks_is_read_from_the_others_and_noted(tmp_path):
    source = write_source(tmp_path / "source", tiny_tables())
    in_two_files(source, "disposal", lambda table: table.drop_columns(["release_date"]))
    with connect() as con:
        result = check_source(source, con=con)
        released = con.execute("SELECT count(release_date), count(*) FROM disposal").fetchall()
    assert released == [(2, 3)]
    (finding,) = result.findings
    assert (finding.column, finding.rule, finding.severity) == ("release_date", "column-in-some-files", "warned")
    assert finding.message.endswith("1 of 2 files lack it")


def test_a_required_column_that_one_file_lacks_stops(tmp_path):
    source = write_source(tmp_path / "source", tiny_tables())
    in_two_files(source, "offence", lambda table: table.drop_columns(["is_breach"]))
    assert [(finding.column, finding.rule) for finding in check_source(source).findings] == [("is_breach", "column-missing")]


@pytest.mark.parametrize(
    ("table", "column", "kind"),
    [
        ("disposal", "sentence_days", pa.float64()),
        ("offence", "is_breach", pa.int32()),
        ("offence", "is_breach", pa.string()),
        ("offence", "offence_date", pa.timestamp("us")),
        ("offence", "offence_date", pa.string()),
        ("offence", "person_id", pa.binary()),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_type_that_one_file_alone_has_is_held_to_the_schema(tmp_path, table, column, kind, first):
    source = write_source(tmp_path / "source", tiny_tables())
    in_two_files(source, table, as_type(column, kind))
    if not first:
        (source / table / "a.parquet").rename(source / table / "c.parquet")
    (finding,) = check_source(source).findings
    assert (finding.column, finding.rule) == (column, "column-type")
    assert finding.message.endswith("in 1 of 2 files")


def test_files_whose_columns_differ_in_order_capitals_width_or_are_all_null_are_read_as_one(tmp_path):
    source = write_source(tmp_path / "source", tiny_tables())

    def changed(table):
        table = as_type("custody_days", pa.int64())(
            table.rename_columns([name.upper() for name in table.column_names][:1] + table.column_names[1:])
        )
        nothing = table.set_column(table.schema.get_field_index("offence_code"), "offence_code", pa.array(["1"]))
        return nothing.select(nothing.column_names[::-1])

    in_two_files(source, "offence", changed)
    in_two_files(source, "disposal", lambda table: table.set_column(4, "sentence_days", pa.nulls(1)))
    with connect() as con:
        result = check_source(source, con=con)
        assert con.execute("SELECT count(offence_id), sum(custody_days) FROM offence").fetchall() == [(3, 360)]
        assert con.execute("SELECT count(*), sum(sentence_days) FROM disposal").fetchall() == [(3, 240)]
    assert result.findings == ()


@pytest.mark.parametrize("kept", ["year=2020/a.parquet", "a.csv", "../assessment.parquet"])
@pytest.mark.parametrize("table", ["offence", "assessment"])
def test_a_table_that_stands_where_it_is_not_read_is_not_taken_for_absent(tmp_path, table, kept):
    tables = tiny_tables() | {"assessment": [assessment("P1", date(2020, 1, 1))]}
    source = write_source(tmp_path / "source", tables)
    place = source / table / kept.replace("assessment", table)
    place.parent.mkdir(exist_ok=True)
    (source / table / "part.parquet").rename(place)
    result = check_source(source)
    assert broken(result) == {(table, "table-elsewhere")}
    assert result.refused
    assert table not in result.missing


def test_part_of_a_table_in_a_folder_within_its_own_is_not_left_out_in_silence(tmp_path):
    source = write_source(tmp_path / "source", tiny_tables())
    (source / "offence" / "year=2021").mkdir()
    pq.write_table(arrow([offence("X", "P1", "D-P1")]), source / "offence" / "year=2021" / "part.parquet")
    (source / "offence" / "_SUCCESS").touch()
    (source / "person" / "_SUCCESS").touch()
    assert broken(check_source(source)) == {("offence", "table-elsewhere")}


def of_every_few_days(until):
    """Many people, each dealt with five days before the next, the last on the day given."""
    tables = many(tiny_tables(), 60)
    for table in ("offence", "disposal"):
        for number, row in enumerate(reversed(tables[table][3:])):
            day = until - timedelta(days=5 * number)
            row.update({name: day for name in ("disposal_date", "offence_date", "release_date") if name in row})
    return tables


def test_rows_that_end_long_before_the_extract_date_are_noted(tmp_path):
    source = write_source(tmp_path / "source", of_every_few_days(EXTRACT - timedelta(days=60)))
    assert check_source(source).findings == ()
    late = check_source(source, extract_date=EXTRACT + timedelta(days=1))
    assert broken(late) == {("offence", "ends-early"), ("disposal", "ends-early")}
    assert not late.refused
    assert late.findings[0].message.endswith("the last is of 2024-11-01, 61 days before 2025-01-01")


def test_a_date_after_the_extract_does_not_hide_that_the_rows_end_early(tmp_path):
    tables = of_every_few_days(EXTRACT - timedelta(days=200))
    tables["disposal"].append(disposal("X", "P1", disposal_date=date(2025, 1, 9), release_date=None))
    assert ("disposal", "ends-early") in broken(check(tmp_path, tables))


def test_a_refresh_that_is_announced_for_a_day_before_the_extract_is_wrong_usage(tmp_path):
    source = write_source(tmp_path / "source", tiny_tables())
    (source / "manifest.json").write_text('{"extract_date": "2024-12-31", "next_refresh": "2024-12-31"}')
    with pytest.raises(UsageError, match=r"next_refresh in source/manifest\.json after the extract date 2024-12-31"):
        check_source(source)
    assert check_source(source, extract_date=date(2024, 12, 30)).findings == ()


def test_an_offence_of_somebody_unknown_is_told_once(tmp_path):
    tables = many(tiny_tables(), 5)
    tables["offence"].append(offence("X", "nobody", "D-P1"))
    assert broken(check(tmp_path, tables)) == {("offence", "key-broken")}


def test_a_table_that_stops_is_not_called_absent(tmp_path):
    tables = tiny_tables() | {"assessment": [assessment("P1", date(2020, 1, 1)) | {"drugs": "no"}]}
    result = check(tmp_path, tables)
    assert broken(result) == {("assessment", "column-type")}
    assert result.missing == ("offence_code", "employment")


def test_an_empty_required_table_stops(tmp_path):
    source = write_source(tmp_path / "source", tiny_tables())
    pq.write_table(arrow(tiny_tables()["identity"]).slice(0, 0), source / "identity" / "part.parquet")
    assert broken(check_source(source)) == {("identity", "table-empty")}


def test_a_file_that_was_cut_short_is_refused_without_the_engines_words(tmp_path):
    source = write_source(tmp_path / "source", tiny_tables())
    whole = (source / "offence" / "part.parquet").read_bytes()
    (source / "offence" / "part.parquet").write_bytes(whole[:200])
    assert broken(check_source(source)) == {("offence", "table-unreadable")}


def test_a_page_that_cannot_be_read_is_refused_too(tmp_path):
    source = write_source(tmp_path / "source", tiny_tables())
    file = source / "offence" / "part.parquet"
    whole = bytearray(file.read_bytes())
    whole[4:40] = b"\xff" * 36
    file.write_bytes(whole)
    with pytest.raises(DataRefused) as refused:
        check_source(source)
    assert refused.value.problems[0].rule == "table-unreadable"


def test_a_database_file_is_checked_like_a_folder_with_whole_number_ids_and_enums(tmp_path):
    database = tmp_path / "register.duckdb"
    with connect() as con:
        attach(con, database, "made", writable=True)
        con.execute("CREATE TYPE made.sexes AS ENUM ('F', 'M', 'U')")
        for folder in write_source(tmp_path / "source", tiny_tables()).iterdir():
            if folder.is_dir():
                ids = "CAST(substr(person_id, 2) AS INTEGER) AS person_id"
                con.execute(f"CREATE TABLE made.{folder.name} AS SELECT * REPLACE ({ids}) FROM '{folder}/*.parquet'")  # noqa: S608
        con.execute("ALTER TABLE made.person ALTER sex TYPE made.sexes")
    with connect() as con:
        result = check_source(database, extract_date=EXTRACT, con=con)
        assert con.execute("SELECT min(person_id) FROM person").fetchall() == [("1",)]
    assert result.findings == ()


def test_offence_codes_may_be_whole_numbers_and_are_compared_as_text(tmp_path):
    tables = tiny_tables() | {"offence_code": [{"offence_code": 39, "ogrs3_group": "Theft (non-motor)"}]}
    for row, code in zip(tables["offence"], (39, 39, 40), strict=True):
        row["offence_code"] = code
    source = write_source(tmp_path / "source", tables)
    with connect() as con:
        (finding,) = check_source(source, con=con).findings
        assert con.execute("SELECT DISTINCT offence_code FROM offence ORDER BY ALL").fetchall() == [("39",), ("40",)]
    assert (finding.rule, finding.severity, finding.keys) == ("offence-code-unknown", "warned", ("O-P3",))


def test_an_offence_without_a_code_is_set_aside_and_a_code_without_one_is_fatal(tmp_path):
    tables = tiny_tables() | {
        "offence_code": [{"offence_code": None, "ogrs3_group": "Violence"}, {"offence_code": "039/01", "ogrs3_group": None}]
    }
    tables["offence"].append(offence("X", "P1", "D-P1", offence_code=None))
    found = {(finding.table, finding.rule, finding.severity) for finding in check(tmp_path, tables).findings}
    assert found == {("offence_code", "key-missing", "fatal"), ("offence", "value-missing", "set aside")}


def test_a_number_too_large_for_the_schema_is_met_by_its_rule(tmp_path):
    source = write_source(tmp_path / "source", many(tiny_tables(), 150))
    table = pq.read_table(source / "disposal" / "part.parquet")
    days = [120] * (len(table) - 1) + [2**40]
    pq.write_table(table.set_column(4, "sentence_days", pa.array(days, pa.int64())), source / "disposal" / "part.parquet")
    assert broken(check_source(source)) == {("disposal", "number-out-of-range")}


def test_without_an_extract_date_a_source_is_wrong_usage(tmp_path):
    source = write_source(tmp_path / "source", tiny_tables(), extract_date=None)
    with pytest.raises(UsageError, match="--extract-date"):
        check_source(source)
    (source / "manifest.json").write_text("{}")
    with pytest.raises(UsageError, match="--extract-date"):
        check_source(source)
    with connect() as con:
        attach(con, tmp_path / "register.duckdb", "made", writable=True)
    with pytest.raises(UsageError, match=r"of register\.duckdb, which no database says\. Give it with --extract-date"):
        check_source(tmp_path / "register.duckdb")


@pytest.mark.parametrize("content", ["", "[1]", '{"extract_date": "31/12/2024"}', '{"extract_date": 20241231}'])
def test_a_manifest_that_cannot_be_read_is_wrong_usage(tmp_path, content):
    source = write_source(tmp_path / "source", tiny_tables())
    (source / "manifest.json").write_text(content)
    with pytest.raises(UsageError, match="found something else"):
        check_source(source)


def test_a_source_that_is_not_there_or_no_database_is_wrong_usage(tmp_path):
    with pytest.raises(UsageError, match="found nothing"):
        check_source(tmp_path / "nowhere", extract_date=EXTRACT)
    (tmp_path / "text").write_text("not a database")
    with pytest.raises(UsageError, match="cannot be opened"):
        check_source(tmp_path / "text", extract_date=EXTRACT)


def test_no_message_carries_a_name_or_a_date_of_birth(tmp_path):
    tables = many(tiny_tables(), 1)
    tables["person"][0] |= {"sex": "Secretname", "date_of_birth": date(1753, 7, 8)}
    tables["identity"][0] |= {"surname": "Secretname", "pnc_id": "Secretname", "prison_number": "Secretname"}
    result = check(tmp_path, tables)
    assert result.findings
    said = result.summary() + str([finding.to_problem() for finding in result.findings])
    assert "Secretname" not in said
    assert "1753-07-08" not in said


def test_a_check_survives_the_way_to_json_and_back(tmp_path):
    tables = many(tiny_tables(), 3)
    tables["offence"].append(offence("X", "P1", "D-P2"))
    result = check(tmp_path, tables)
    assert SourceCheck.from_dict(result.to_dict()) == result
    assert result.table().to_pylist()[0]["keys"] == ["X"]


def test_every_rule_reads_as_a_sentence_and_has_a_remedy():
    rules = all_rules()
    assert len({(rule.table, rule.column, rule.code) for rule in rules}) == len(rules)
    for rule in rules:
        finding = Finding(
            table=rule.table,
            rule=rule.code,
            severity=rule.severity,
            message=rule.message,
            remedy=rule.remedy,
            rows=2,
            keys=("1", "2"),
        )
        assert finding.sentence == f"Rows {rule.message}: 2, e.g. 1, 2."
        assert rule.remedy.endswith(".")


def test_under_one_percent_of_nulls_is_not_called_none(tmp_path):
    tables = many(tiny_tables(), 200)
    tables["person"][0]["uk_national"] = None
    assert "uk_national under 1%" in check(tmp_path, tables).summary()


def test_a_check_may_hold_as_much_as_a_build_of_the_same_source_and_puts_the_rest_on_disk(tmp_path, monkeypatch):
    source, given = write_source(tmp_path / "source", tiny_tables()), []
    monkeypatch.setattr(checks, "memory_for", lambda place: f"{len(str(place))}MB")
    monkeypatch.setattr(
        "justice_data_lab.register.connect.connect",
        lambda **options: (given.append(options["scratch"].is_dir()), connect(**options))[1],
    )
    monkeypatch.setattr(checks, "_check", lambda con, *_: con.execute(f"SELECT {SETTINGS}").fetchall())
    ((memory, folder),) = check_source(source)
    with connect(memory_limit=f"{len(str(source))}MB") as con:
        assert [(memory,)] == con.execute("SELECT current_setting('memory_limit')").fetchall()
    assert (given, bool(folder)) == ([True], True)
