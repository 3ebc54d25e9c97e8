from __future__ import annotations

import json
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from justice_data_lab.errors import DataRefused, UsageError
from justice_data_lab.register.connect import attach, connect
from justice_data_lab.register.mapping import MapReport, map_source

PEOPLE = "id,sex,born,nat\n1,M,2000-01-31,yes\n2,F,1999-12-01,no\n"
NAMES = "id,surname,forename\n1,Invented,Alex\n2,Made-Up,Sam\n"
OUTCOMES = "case,id,day,freed,area,code\n10,1,2020-01-05,2020-02-05,North,A\n11,2,2020-01-06,,,B\n"
CODES = "code,family\nA,theft\nB,\n"
MAP = """
[extract]
date = 2024-12-31
[lookups.codes]
from = "codes.csv"
key = "code"
[person]
from = "people.csv"
[person.columns]
person_id = "id"
sex = "sex"
date_of_birth = "born"
ethnicity = { value = "unknown" }
uk_national = "nat"
[identity]
from = "names.csv"
[identity.columns]
person_id = "id"
surname = "surname"
forename = "forename"
date_of_birth = { value = "2000-01-31" }
sex = { value = "U" }
is_primary = { value = true }
[disposal]
from = "outcomes.csv"
null = ["nowhere"]
[disposal.columns]
disposal_id = "case"
person_id = "id"
disposal_date = "day"
kind = { value = "custody" }
release_date = "freed"
region = { from = "area", missing = "unknown" }
[offence]
from = "outcomes.csv"
[offence.columns]
offence_id = "case"
person_id = "id"
offence_date = "day"
disposal_date = "day"
offence_code = "code"
offence_group = { value = "theft" }
court_outcome = { value = "summary" }
disposal = { value = "conviction" }
sentence = { value = "custody" }
custody_days = { value = 30 }
is_breach = { value = false }
is_recordable = { value = true }
disposal_id = "case"
"""


def extract(folder, **files):
    (folder / "extract").mkdir()
    for name, text in {"people": PEOPLE, "names": NAMES, "outcomes": OUTCOMES, "codes": CODES, **files}.items():
        (folder / "extract" / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder / "extract"


def mapped(folder, text=MAP, source=None):
    (folder / "map.toml").write_text(text, encoding="utf-8")
    return map_source(folder / "map.toml", source or extract(folder), folder / "out")


def rows(folder, table):
    return pq.read_table(folder / "out" / table).to_pylist()


def test_columns_fixed_values_and_gaps_arrive_in_the_schemas_types(tmp_path):
    report = mapped(tmp_path)
    assert dict(report.rows) == {"person": 2, "identity": 2, "disposal": 2, "offence": 2}
    assert MapReport.from_dict(report.to_dict()) == report
    assert report.table().num_rows == 4
    assert "register check" in report.summary()
    assert rows(tmp_path, "person")[0] == {
        "person_id": "1",
        "sex": "M",
        "date_of_birth": date(2000, 1, 31),
        "ethnicity": "unknown",
        "uk_national": True,
    }
    assert [row["region"] for row in rows(tmp_path, "disposal")] == ["North", "unknown"]
    assert [row["release_date"] for row in rows(tmp_path, "disposal")] == [date(2020, 2, 5), None]
    assert rows(tmp_path, "offence")[0]["custody_days"] == 30
    assert rows(tmp_path, "identity")[1]["is_primary"] is True


def test_the_folder_of_an_extract_may_be_called_anything(tmp_path):
    odd = tmp_path / "kind=caution [1]*"
    odd.mkdir()
    assert dict(mapped(odd).rows)["person"] == 2


def test_the_same_extract_gives_the_same_files(tmp_path):
    source = extract(tmp_path)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        mapped(tmp_path / name, source=source)
    a, b = (sorted(path for path in (tmp_path / name / "out").rglob("*") if path.is_file()) for name in ("a", "b"))
    assert [path.read_bytes() for path in a] == [path.read_bytes() for path in b]


WRONG_MAPS = [
    ("[person]", "[persons]", r"unknown section \[persons\]. Did you mean `person`"),
    ("[extract]\ndate = 2024-12-31", "", r"\[extract\]"),
    ("[extract]", "extract2 = 1\n[extract]", "extract2"),
    ("[extract]", "offence_code = 1\n[extract]", r"\[offence_code\]: expected a section"),
    ("[lookups.codes]", "[lookups]\nx = 1\n[lookups.codes]", "expected a table"),
    ('sex = "sex"', 'sax = "sex"', "unknown column `sax`. Did you mean `sex`"),
    ('sex = "sex"', "", "expected a source for sex"),
    ('sex = "sex"', 'sex = { from = "sex", cods = { M = "M" } }', "unknown key `cods`. Did you mean `codes`"),
    ('sex = "sex"', 'sex = { from = "sex", codes = { M = "male" } }', "expected one of F, M, U"),
    ('sex = "sex"', 'sex = { from = "sex", codes = { M = true } }', "expected text"),
    ('sex = "sex"', 'sex = { from = "sex", value = "M" }', "either `from` or `value`, got both"),
    ('sex = "sex"', 'sex = { other = "M" }', "either `from` or `value`, got neither"),
    ('sex = "sex"', 'sex = { from = "sex", lookup = "codes" }', "`lookup` and `take` together"),
    ('sex = "sex"', 'sex = { from = "sex", lookup = "code", take = "family" }', "Did you mean `codes`"),
    ('sex = "sex"', "sex = 3", "expected a table"),
    ('sex = "sex"', 'sex = "sexx"', "expected a column sexx in people.csv, found none. Did you mean `sex`"),
    ('sex = "sex"', 'sex = "anything at all"', "It has 4 columns"),
    ('uk_national = "nat"', 'uk_national = { from = "nat", codes = { yes = "true" } }', "expected true or false"),
    ('date_of_birth = "born"', 'date_of_birth = { from = "born", formats = ["%Q"] }', "expected strptime formats"),
    ("custody_days = { value = 30 }", 'custody_days = { value = "30.7" }', "expected a whole number"),
    ('sex = "sex"', 'sex = { from = "sex", formats = ["%d/%m/%Y"] }', "formats: expected it at a column of dates"),
    ("custody_days = { value = 30 }", "custody_days = { value = 30, codes = { A = 1 } }", "`value` alone, got `codes` beside it"),
    ("date = 2024-12-31", "date = 2024-12-31\nnext_refresh = 2024-12-31", "next_refresh: expected a day after the extract's"),
    ('from = "people.csv"', 'from = "person.csv"', "found no such file"),
    ('from = "people.csv"', 'from = "/etc/people.csv"', "found no such file"),
    ('from = "people.csv"', 'from = "**people.csv"', "found no such file"),
    ('from = "people.csv"', 'from = "people.csv"\nencoding = "ebcdic"', "one of utf-8"),
    ('[person.columns]\nperson_id = "id"', '[person.column]\nperson_id = "id"', "columns"),
    ("[identity]", "[identity]\n[offence_code]\nx=1\n[identity2]", "unknown section"),
]


@pytest.mark.parametrize(("old", "new", "said"), WRONG_MAPS)
def test_a_wrong_map_is_refused_with_what_is_known(tmp_path, old, new, said):
    assert old in MAP
    with pytest.raises(UsageError, match=said):
        mapped(tmp_path, MAP.replace(old, new, 1))
    assert not (tmp_path / "out").exists()


UNCOVERED = [
    ('sex = "sex"', 'sex = { from = "sex", codes = { M = "M" } }', "code-unmapped", "F (1)"),
    ('sex = "sex"', 'sex = "nat"', "code-unmapped", "no (1), yes (1)"),
    (
        'date_of_birth = "born"',
        'date_of_birth = { from = "born", formats = ["%d/%m/%Y"] }',
        "date-unreadable",
        "1999-12-01 (1), 2000-01-31 (1)",
    ),
    ('uk_national = "nat"', 'uk_national = "sex"', "boolean-unreadable", "F (1), M (1)"),
    ("custody_days = { value = 30 }", 'custody_days = "code"', "number-unreadable", "A (1), B (1)"),
    (
        'offence_group = { value = "theft" }',
        'offence_group = { from = "code", lookup = "codes", take = "family" }',
        "lookup-missing",
        "B (1)",
    ),
]


@pytest.mark.parametrize(("old", "new", "rule", "value"), UNCOVERED)
def test_what_the_map_does_not_cover_is_counted_and_nothing_is_written(tmp_path, old, new, rule, value):
    with pytest.raises(DataRefused) as refused:
        mapped(tmp_path, MAP.replace(old, new))
    (problem,) = refused.value.problems
    assert (problem.rule, problem.value) == (rule, value)
    assert value.split(" ")[0] not in problem.message.split()
    assert json.loads((tmp_path / "out.refused.json").read_text())[0]["value"] == value
    assert not (tmp_path / "out").exists()


def test_many_uncovered_codes_are_counted_but_not_all_listed(tmp_path):
    people = "id,sex,born,nat\n" + "".join(f"{number},code {number},2000-01-31,yes\n" for number in range(9))
    with pytest.raises(DataRefused) as refused:
        mapped(tmp_path, source=extract(tmp_path, people=people))
    (problem,) = refused.value.problems
    assert "9 (different values: 9)" in problem.message
    assert problem.value.endswith(", …")


class Told:
    """A connection that notes what it is asked, and how many rows each answer brought."""

    def __init__(self, con, asked, rows):
        self.con, self.asked, self.rows = con, asked, rows

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        self.con.close()

    def execute(self, query, *bound):
        self.asked.append(query)
        self.con.execute(query, *bound)
        return self

    def fetchall(self):
        found = self.con.fetchall()
        self.rows.append(len(found))
        return found


def test_a_table_is_read_once_to_be_looked_at_and_once_to_be_written(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr("justice_data_lab.register.connect.connect", lambda **options: Told(connect(**options), asked, []))
    mapped(tmp_path)
    for table in ("person", "identity", "disposal", "offence"):
        assert sum(f"FROM raw_{table} raw" in query for query in asked) == 2


def test_of_many_uncovered_codes_a_few_are_fetched(tmp_path, monkeypatch):
    rows = []
    monkeypatch.setattr("justice_data_lab.register.connect.connect", lambda **options: Told(connect(**options), [], rows))
    people = "id,sex,born,nat\n" + "".join(f"{number},code {number},2000-01-31,yes\n" for number in range(90))
    with pytest.raises(DataRefused, match="does not cover 1 column") as refused:
        mapped(tmp_path, source=extract(tmp_path, people=people))
    assert "90 (different values: 90)" in refused.value.problems[0].message
    assert max(rows) < 10


def test_a_key_that_a_lookup_holds_with_nothing_beside_it_is_null_where_null_is_allowed(tmp_path):
    codes = '[offence_code]\nfrom = "codes.csv"\n[offence_code.columns]\noffence_code = "code"\n'
    codes += 'ogrs3_group = { from = "code", lookup = "codes", take = "family", codes = { theft = "Theft (non-motor)" } }\n'
    mapped(tmp_path, MAP + codes)
    assert [row["ogrs3_group"] for row in rows(tmp_path, "offence_code")] == ["Theft (non-motor)", None]


def test_codes_among_numbers_are_exceptions_and_other_catches_the_rest_of_a_list(tmp_path):
    text = MAP.replace("custody_days = { value = 30 }", 'custody_days = { from = "case", codes = { 11 = 99 } }')
    text = text.replace('sex = "sex"', 'sex = { from = "sex", codes = { M = "M" }, other = "U" }')
    mapped(tmp_path, text)
    assert [row["custody_days"] for row in rows(tmp_path, "offence")] == [10, 99]
    assert [row["sex"] for row in rows(tmp_path, "person")] == ["M", "U"]


@pytest.mark.parametrize("days", ["12.7", "1e3", "1_000", "0x1F", "12,0", "99999999999"])
def test_what_is_no_whole_number_is_refused_and_never_rounded(tmp_path, days):
    outcomes = OUTCOMES.replace("2020-01-05,2020-02-05,North", f'2020-01-05,2020-02-05,"{days}"')
    text = MAP.replace("custody_days = { value = 30 }", 'custody_days = "area"')
    with pytest.raises(DataRefused) as refused:
        mapped(tmp_path, text, extract(tmp_path, outcomes=outcomes))
    (problem,) = refused.value.problems
    assert (problem.rule, problem.value) == ("number-unreadable", f"{days} (1)")


@pytest.mark.parametrize(("days", "number"), [("120", 120), ("120.0", 120), ("0120", 120), ("-1", -1), ("+7", 7)])
def test_whole_numbers_are_read_as_they_are_written(tmp_path, days, number):
    outcomes = OUTCOMES.replace("2020-01-05,2020-02-05,North", f"2020-01-05,2020-02-05,{days}")
    mapped(tmp_path, MAP.replace("custody_days = { value = 30 }", 'custody_days = "area"'), extract(tmp_path, outcomes=outcomes))
    assert [row["custody_days"] for row in rows(tmp_path, "offence")] == [number, None]


def test_texts_that_mean_nothing_are_null_and_only_kept_rows_come_over(tmp_path):
    outcomes = OUTCOMES + "12,1,2021-01-01,nowhere,nowhere,Z\n"
    text = MAP.replace('null = ["nowhere"]', 'null = ["nowhere"]\nkeep = { code = ["A", "Z"] }')
    mapped(tmp_path, text, extract(tmp_path, outcomes=outcomes))
    assert [(row["disposal_id"], row["release_date"], row["region"]) for row in rows(tmp_path, "disposal")] == [
        ("10", date(2020, 2, 5), "North"),
        ("12", None, "unknown"),
    ]


def test_a_value_to_keep_that_no_row_holds_is_told(tmp_path):
    kept = 'from = "codes.csv"\nkeep = { code = ["a", "B"] }'
    text = MAP.replace('null = ["nowhere"]', 'keep = { code = ["C"] }').replace('from = "codes.csv"', kept)
    report = mapped(tmp_path, text)
    assert dict(report.rows)["disposal"] == 0
    assert report.never == (
        "[disposal] keep: none of the 2 rows of outcomes.csv has code = 'C'. Check how it is written.",
        "[lookups] codes keep: none of the 2 rows of codes.csv has code = 'a'. Check how it is written.",
    )
    assert all(said in report.summary() for said in report.never)
    assert MapReport.from_dict(report.to_dict()) == report


def test_an_extract_that_is_not_there_is_wrong_usage(tmp_path):
    with pytest.raises(UsageError, match=r"Expected a folder or a DuckDB file at nosource, found nothing\. Check the path\."):
        mapped(tmp_path, source=tmp_path / "nosource")


def test_a_lookup_whose_keys_stand_twice_is_refused(tmp_path):
    with pytest.raises(DataRefused, match="codes") as refused:
        mapped(tmp_path, source=extract(tmp_path, codes="code,family\nA,theft\nA,fraud\n"))
    assert refused.value.problems[0].rule == "key-duplicated"


@pytest.mark.parametrize("name", ["people", "codes"])
def test_a_file_in_another_encoding_is_refused_without_showing_it(tmp_path, name):
    source = extract(tmp_path)
    (source / f"{name}.csv").write_bytes(
        (PEOPLE if name == "people" else CODES).replace("1", "é").replace("A", "é").encode("latin-1")
    )
    with pytest.raises(DataRefused) as refused:
        mapped(tmp_path, source=source)
    assert refused.value.problems[0].rule == "file-unreadable"
    assert refused.value.problems[0].file == f"{name}.csv"


@pytest.mark.parametrize("name", ["people", "codes"])
def test_a_ragged_row_far_down_is_refused_as_unreadable(tmp_path, name):
    long = {
        "people": PEOPLE + "".join(f"{number},M,2000-01-01,yes\n" for number in range(30_000)),
        "codes": CODES + "".join(f"{number},theft\n" for number in range(30_000)),
    }
    with pytest.raises(DataRefused) as refused:
        mapped(tmp_path, source=extract(tmp_path, **{name: long[name] + "1,2,3,4,5,6\n"}))
    assert refused.value.problems[0].rule == "file-unreadable"


def test_parquet_files_and_database_tables_are_mapped_too(tmp_path):
    source = extract(tmp_path)
    people = pa.table(
        {"id": pa.array([1, 2]), "sex": ["M", "F"], "born": [date(2000, 1, 31), date(1999, 12, 1)], "nat": [True, False]}
    )
    pq.write_table(people, source / "people.parquet")
    mapped(tmp_path, MAP.replace("people.csv", "people.parquet"), source)
    assert rows(tmp_path, "person")[1]["date_of_birth"] == date(1999, 12, 1)

    (tmp_path / "second").mkdir()
    (tmp_path / "third").mkdir()
    with connect() as con:
        attach(con, tmp_path / "extract.duckdb", "made", writable=True)
        for file in source.glob("*.csv"):
            con.execute(f"CREATE TABLE made.\"{file.name}\" AS FROM read_csv('{file}')")
    mapped(tmp_path / "second", source=tmp_path / "extract.duckdb")
    assert rows(tmp_path / "second", "person") == rows(tmp_path, "person")
    with pytest.raises(UsageError, match="expected a table nothing"):
        mapped(tmp_path / "third", MAP.replace("people.csv", "nothing"), tmp_path / "extract.duckdb")


def test_a_folder_with_files_is_not_written_over_and_a_text_is_no_database(tmp_path):
    source = extract(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="Choose another name"):
        mapped(tmp_path, source=source)
    (tmp_path / "out" / "mine.txt").unlink()
    with pytest.raises(UsageError, match="DuckDB file"):
        mapped(tmp_path, source=source / "people.csv")
