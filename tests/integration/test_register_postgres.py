"""A register that stands in PostgreSQL is checked and built as the same one in a folder."""

import json

import psycopg
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from justice_data_lab.cli import app
from justice_data_lab.errors import UsageError
from justice_data_lab.prepare import prepare
from justice_data_lab.register.snapshot import open_register
from justice_data_lab.register.synthetic.source import synthesise
from service_postgres import BINARIES, postgres

pytestmark = [pytest.mark.postgres, pytest.mark.skipif(BINARIES is None, reason="PostgreSQL is not installed")]
assert postgres
DAY = "2026-06-30"
KINDS = {
    "string": "text",
    "large_string": "text",
    "int16": "integer",
    "int32": "integer",
    "int64": "bigint",
    "date32[day]": "date",
    "bool": "boolean",
}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("register") / "source"
    synthesise(folder, people=400, seed=9)
    return folder


@pytest.fixture
def address(source, postgres):
    """Where the register stands in a database, with a type of its own, a table of somebody else's and a column too many."""
    with psycopg.connect(postgres.address) as con:
        con.execute("CREATE TYPE sexes AS ENUM ('F', 'M', 'U')")
        con.execute("CREATE TABLE unrelated (person_id text)")
        for folder in sorted(path for path in source.iterdir() if path.is_dir()):
            table = pq.read_table(folder)
            columns = ", ".join(
                f"{name} {KINDS[str(kind)]}" for name, kind in zip(table.schema.names, table.schema.types, strict=True)
            )
            con.execute(f"CREATE TABLE {folder.name} ({columns})")
            with con.cursor().copy(f"COPY {folder.name} FROM STDIN") as copy:
                for row in table.to_pylist():
                    copy.write_row(tuple(row.values()))
        con.execute("ALTER TABLE person ALTER sex TYPE sexes USING sex::sexes")
        con.execute("ALTER TABLE person ADD shoe_size numeric DEFAULT 9.5")
    return postgres.address


def jdl(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def extract_date(source):
    return json.loads((source / "manifest.json").read_text())["extract_date"]


def test_a_register_in_postgresql_gives_the_snapshot_that_its_folder_gives(source, address, tmp_path):
    day = extract_date(source)
    checked = jdl("register", "check", address, "--extract-date", day)
    assert checked.exit_code == 0, checked.output
    assert "person.shoe_size [column-extra]" in checked.output
    built = jdl("register", "build", address, tmp_path / "snap", "--extract-date", day)
    assert built.exit_code == 0, built.output
    assert [path.name for path in tmp_path.iterdir()] == ["snap"], "the copy is gone"
    assert open_register(tmp_path / "snap").content == prepare(source, tmp_path / "from folder").content
    again = jdl("register", "build", address, tmp_path / "snap", "--extract-date", day)
    assert isinstance(again.exception, UsageError)
    assert "already holds a snapshot" in str(again.exception)


def test_days_that_no_calendar_of_pythons_has_meet_their_rules(source, address, tmp_path):
    with psycopg.connect(address) as con:
        con.execute("UPDATE person SET date_of_death = 'infinity' WHERE person_id = (SELECT min(person_id) FROM person)")
        con.execute("UPDATE offence SET offence_date = '0044-03-15 BC' WHERE offence_id = (SELECT min(offence_id) FROM offence)")
        con.execute(
            "UPDATE disposal SET release_date = '12000-01-01' WHERE disposal_id = (SELECT min(disposal_id) FROM disposal WHERE release_date IS NOT NULL)"
        )
    said = jdl("register", "check", address, "--extract-date", extract_date(source)).output
    assert "offence.offence_date [date-too-early] Rows whose offence_date is before 1850-01-01: 1" in said
    assert "disposal.release_date [date-after-extract]" in said
    assert "person.date_of_death [date-after-extract]" not in said


def test_an_account_that_may_not_read_a_table_is_told_so(address, tmp_path):
    with psycopg.connect(address) as con:
        con.execute("CREATE ROLE reader LOGIN")
        con.execute("GRANT SELECT ON person TO reader")
    found = jdl("register", "build", address.replace("lab@", "reader@"), tmp_path / "snap", "--extract-date", DAY)
    assert isinstance(found.exception, UsageError)
    assert "InsufficientPrivilege" in str(found.exception)
    assert list(tmp_path.iterdir()) == []
