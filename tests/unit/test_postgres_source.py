"""A register in PostgreSQL: how its address is read, and how rows become Parquet, by a cursor that only plays one."""

import stat
import sys
from contextlib import contextmanager
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from justice_data_lab.errors import DataRefused, UsageError
from justice_data_lab.register import postgres
from justice_data_lab.register.connect import connect_postgres
from justice_data_lab.register.postgres import copy_tables, is_postgres, source_folder

EXTRACT = date(2024, 12, 31)
PERSON = {"person_id": "integer", "sex": "sexes", "date_of_birth": "date", "uk_national": "boolean", "shoe_size": "smallint"}
CODES = {"offence_code": "text"}


class Cursor:
    """Knows the columns of tables and what PostgreSQL would send of them."""

    def __init__(self, **tables):
        self.tables, self.asked, self.copied = tables, "", []

    def execute(self, query, values=()):
        self.asked = values[0] if values else ""

    def fetchall(self):
        return [(name, kind, kind == "sexes") for name, kind in self.tables.get(self.asked, ({}, b""))[0].items()]

    @contextmanager
    def copy(self, query):
        text = query.decode()
        self.copied.append(text)
        whole = next(sent for name, (_, sent) in self.tables.items() if f" FROM {name})" in text)
        yield iter(line + b"\n" for line in whole.split(b"\n")) if whole else iter(())


def copied(folder, table, columns, sent):
    cursor = Cursor(**{table: (columns, sent)})
    copy_tables(cursor, folder)
    return cursor, pq.read_table(folder / table)


@pytest.mark.parametrize(
    "source", ["postgresql:register", "postgres://h/d", "postgresql:", "service=register", " host=/run dbname=x", "user = reader"]
)
def test_an_address_is_told_from_a_path(source):
    assert is_postgres(source)


def test_a_path_stays_a_path(tmp_path, monkeypatch):
    (tmp_path / "host=old").mkdir()
    monkeypatch.chdir(tmp_path)
    for path in ("extract/", "postgresql/extract", "register.duckdb", "host=old"):
        with source_folder(path, extract_date=None) as folder:
            assert str(folder) == path.rstrip("/")


def test_rows_arrive_in_their_types_and_an_empty_text_is_not_nothing(tmp_path):
    sent = b'1,F,1985-03-04,t,\n2,"",,f,\n,"O\'Neill, ""Jo""\nof Two Lines",2000-02-29,,'
    cursor, table = copied(tmp_path, "person", PERSON, sent)
    assert table.to_pylist() == [
        {"person_id": 1, "sex": "F", "date_of_birth": date(1985, 3, 4), "uk_national": True, "shoe_size": None},
        {"person_id": 2, "sex": "", "date_of_birth": None, "uk_national": False, "shoe_size": None},
        {
            "person_id": None,
            "sex": 'O\'Neill, "Jo"\nof Two Lines',
            "date_of_birth": date(2000, 2, 29),
            "uk_national": None,
            "shoe_size": None,
        },
    ]
    assert [str(kind) for kind in table.schema.types] == ["int32", "string", "date32[day]", "bool", "int16"]
    assert '"shoe_size"' not in cursor.copied[0], "what the schema does not know is not read"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["person"], "a table that is not there is not made"


def test_a_column_of_another_type_arrives_by_its_type_alone(tmp_path):
    kinds = {"person_id": "numeric", "sex": "json", "date_of_birth": "timestamp without time zone"}
    cursor, table = copied(tmp_path, "person", kinds, b",,")
    assert cursor.copied[0].count("CAST(NULL AS text)") == 3
    assert table.schema.types == [pa.decimal128(38, 9), pa.binary(), pa.timestamp("us")]


def test_a_table_without_rows_and_a_row_of_nothing_are_two_things(tmp_path):
    _, table = copied(tmp_path, "offence_code", CODES, b"")
    assert (table.num_rows, table.schema.names) == (0, ["offence_code"])
    (tmp_path / "second").mkdir()
    _, table = copied(tmp_path / "second", "offence_code", CODES, b"039\n")
    assert table["offence_code"].to_pylist() == ["039", None]


def test_rows_beyond_what_is_held_at_once_all_arrive(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "_BLOCK", 1_000)
    _, table = copied(tmp_path, "offence_code", CODES, b"\n".join(b"%06d" % number for number in range(5_000)))
    assert table["offence_code"].to_pylist() == [f"{number:06d}" for number in range(5_000)]
    assert pq.ParquetFile(tmp_path / "offence_code" / "part-0.parquet").num_row_groups > 5


def test_what_cannot_be_read_is_refused_without_being_shown(tmp_path):
    with pytest.raises(DataRefused) as refused:
        copied(tmp_path, "person", PERSON, b"1,F,Secretname,t,")
    assert refused.value.problems[0].rule == "table-unreadable"
    assert "Secretname" not in str(refused.value) + str(refused.value.problems)


def test_a_disk_that_is_full_is_told_as_one(tmp_path, monkeypatch):
    words = "No space left on device"

    def full(*args):
        raise pa.ArrowInvalid(words)

    monkeypatch.setattr(postgres.pq.ParquetWriter, "write_batch", full)
    with pytest.raises(pa.ArrowInvalid, match="No space left"):
        copied(tmp_path, "offence_code", CODES, b"039")


@pytest.fixture
def database(monkeypatch):
    """A database of one table; `asked` is what libpq was given."""
    asked = []

    class Connection:
        def cursor(self):
            return contextmanager(lambda: (yield Cursor(offence_code=(CODES, b"039"))))()

    @contextmanager
    def connected(conninfo):
        asked.append(conninfo)
        yield Connection()

    monkeypatch.setattr(postgres, "connect_postgres", connected)
    return asked


@pytest.mark.parametrize(
    ("source", "conninfo"),
    [
        ("postgresql:register", "service=register"),
        ("postgresql://reader@db/register", "postgresql://reader@db/register"),
        ("postgresql:host=/run dbname=x", "host=/run dbname=x"),
        ("host=/run dbname=x", "host=/run dbname=x"),
        ("postgres:", ""),
    ],
)
def test_libpq_is_given_a_service_or_the_address_as_it_is(database, source, conninfo):
    with source_folder(source, extract_date=EXTRACT) as folder:
        assert (folder / "offence_code" / "part-0.parquet").is_file()
    assert database == [conninfo]
    assert not folder.exists()


def test_the_copy_stands_beside_the_snapshot_for_its_owner_alone_and_goes_at_the_end(database, tmp_path):
    with source_folder("postgresql:register", extract_date=EXTRACT, beside=tmp_path / "snap") as folder:
        assert folder == tmp_path / ".snap.postgresql"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(tmp_path.iterdir()) == []


def test_a_killed_build_goes_on_with_the_same_copy_and_another_source_does_not(database, tmp_path):
    def killed(source):
        with source_folder(source, extract_date=EXTRACT, beside=tmp_path / "snap") as folder:
            stamps.append((folder / "offence_code" / "part-0.parquet").stat().st_mtime_ns)
            raise KeyboardInterrupt

    stamps = []
    for source in ("postgresql:register", "postgresql:register", "postgresql:other"):
        with pytest.raises(KeyboardInterrupt):
            killed(source)
    assert stamps[0] == stamps[1]
    assert database == ["service=register", "service=other"]
    with source_folder("extract", extract_date=None, beside=tmp_path / "snap"):
        assert list(tmp_path.iterdir()) == [], "a build from a folder leaves nothing of a database beside it"


def test_a_refused_register_leaves_no_copy(database, tmp_path):
    said = "A rule is broken."
    with (
        pytest.raises(DataRefused),
        source_folder("postgresql:register", extract_date=EXTRACT, beside=tmp_path / "snap"),
    ):
        raise DataRefused(said)
    assert list(tmp_path.iterdir()) == []


def test_a_finished_snapshot_is_not_read_for_again(database, tmp_path):
    (tmp_path / "snap").mkdir()
    (tmp_path / "snap" / "manifest.json").write_text("{}")
    with (
        pytest.raises(UsageError, match="already holds a snapshot"),
        source_folder("postgresql:register", extract_date=EXTRACT, beside=tmp_path / "snap"),
    ):
        pass
    assert database == []


def test_without_an_extract_date_nothing_is_read(database):
    with pytest.raises(UsageError, match="--extract-date"), source_folder("postgresql:register", extract_date=None):
        pass
    assert database == []


@pytest.mark.parametrize(
    "conninfo",
    [
        "postgresql://reader:geheim@db/register",
        "postgresql://db/register?password=geheim",
        "password=geheim",
        "sslpassword=geheim",
    ],
)
def test_an_address_with_a_password_is_refused_and_not_repeated(conninfo):
    with pytest.raises(UsageError, match="without a password") as refused, connect_postgres(conninfo):
        pass
    assert "geheim" not in str(refused.value)


def test_an_address_that_cannot_be_read_is_refused_and_not_repeated():
    with pytest.raises(UsageError, match="cannot be read") as refused, connect_postgres("dbname=x geheim"):
        pass
    assert "geheim" not in str(refused.value)


def test_without_psycopg_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UsageError, match=r"justice-data-lab\[postgres\]"), connect_postgres("service=register"):
        pass


def test_a_database_that_does_not_answer_is_wrong_usage(tmp_path):
    with (
        pytest.raises(UsageError, match=r"The database cannot be read: .*No such file"),
        connect_postgres(f"host={tmp_path} dbname=x"),
    ):
        pass
