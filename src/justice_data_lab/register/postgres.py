"""Reads a source register out of PostgreSQL: each table of the schema, streamed into a folder of Parquet, all as at one moment."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv as text_of
import pyarrow.parquet as pq

from justice_data_lab.errors import JDLError, UsageError
from justice_data_lab.files import no_room, sha256, whole_folder, write_json
from justice_data_lab.register.connect import connect_postgres, identifier
from justice_data_lab.register.schema import TABLES
from justice_data_lab.register.source import unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from typing import TypeAlias

    from psycopg import Cursor
    from psycopg.rows import TupleRow

    from justice_data_lab.register.schema import SourceTable

    Buffer: TypeAlias = bytes | bytearray | memoryview
    Rows: TypeAlias = Cursor[TupleRow]

_ADDRESS = re.compile(r"postgres(ql)?:")
_SETTINGS = re.compile(r"\s*(service|host|hostaddr|port|dbname|user)\s*=")
_MANIFEST = "manifest.json"
# So many bytes of rows are in memory at once, and in one group of rows of a file.
_BLOCK = 1 << 24

_TEXT = "CAST({0} AS text)"
# Days that no date of Python's can be stay as far out as one can; infinity is no day.
_DAY = "CASE WHEN isfinite({0}) THEN least(greatest({0}, DATE '0001-01-01'), DATE '9999-12-31') END"
_NOTHING = "CAST(NULL AS text)"
# What PostgreSQL calls a type: what it becomes, and how it is selected. Of a type that no column of the schema takes no value is read:
# the check refuses the column by its type.
_TYPES: dict[str, tuple[pa.DataType, str]] = {
    "boolean": (pa.bool_(), "{0}"),
    "smallint": (pa.int16(), "{0}"),
    "integer": (pa.int32(), "{0}"),
    "bigint": (pa.int64(), "{0}"),
    "date": (pa.date32(), _DAY),
    "text": (pa.string(), _TEXT),
    "character": (pa.string(), _TEXT),
    "character varying": (pa.string(), _TEXT),
    "uuid": (pa.string(), _TEXT),
    "real": (pa.float32(), _NOTHING),
    "double precision": (pa.float64(), _NOTHING),
    "numeric": (pa.decimal128(38, 9), _NOTHING),
    "timestamp without time zone": (pa.timestamp("us"), _NOTHING),
    "timestamp with time zone": (pa.timestamp("us", tz="UTC"), _NOTHING),
}
_ENUM = (pa.string(), _TEXT)
_OTHER = (pa.binary(), _NOTHING)
_COLUMNS = b"""
    SELECT a.attname, format_type(CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END, NULL), t.typtype = 'e'
    FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
    WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum"""


def is_postgres(source: str) -> bool:
    """Whether a source is the address of a database and not a path.

    Example:
        >>> is_postgres("postgresql:register"), is_postgres("host=/run/pg dbname=register"), is_postgres("extract/")
        (True, True, False)
    """
    return bool(_ADDRESS.match(source)) or (bool(_SETTINGS.match(source)) and not Path(source).exists())


@contextmanager
def source_folder(source: str, *, extract_date: date | None, beside: Path | None = None) -> Iterator[Path]:
    """Where a source register stands: the path itself, or a copy of the tables of a PostgreSQL database, as long as it is needed.

    Args:
        source: a path, `postgresql:SERVICE`, or another address that libpq understands, without a password.
        extract_date: day up to which the register was extracted; no database says it.
        beside: folder that is made out of the source. The copy stands beside it, and stays while that is unfinished, so that the
            same build goes on. None: it stands with other temporary files.

    Raises:
        UsageError: the address has a password, no extract date is given, psycopg is not installed, or the database does not answer.
        DataRefused: a table breaks while it is read.

    Notes:
        Every table is read in one transaction that only reads, so all are of one moment. Rows are streamed: memory does not grow with them.
    """
    copy = beside.resolve().parent / f".{beside.resolve().name}.postgresql" if beside else None
    if not is_postgres(source):
        if copy:  # of a build from a database that nobody took up again
            shutil.rmtree(copy, ignore_errors=True)
        yield Path(source)
        return
    if extract_date is None:
        message = (
            "Expected --extract-date with a database, which does not say it. Give the day up to which the register was extracted."
        )
        raise UsageError(message)
    if copy is None or beside is None:
        with TemporaryDirectory(prefix="jdl-register-") as home:
            yield _copied(source, Path(home) / "source")
        return
    if (beside / _MANIFEST).is_file() and not copy.exists():
        message = f"{beside.name} already holds a snapshot, and a database is read anew each time. Choose another folder, or remove that one."
        raise UsageError(message)
    try:
        yield _copied(source, copy)
    except JDLError:
        shutil.rmtree(copy, ignore_errors=True)
        raise
    shutil.rmtree(copy)


def _copied(source: str, folder: Path) -> Path:
    """The folder with the copy of the database: as an unfinished build left it, else read now."""
    address = {"read_from": sha256(source.encode())}
    said = folder / _MANIFEST
    if said.is_file() and json.loads(said.read_text(encoding="utf-8")) == address:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    with connect_postgres(_conninfo(source)) as connection, whole_folder(folder, private=True) as part:
        with connection.cursor() as cursor:
            copy_tables(cursor, part)
        write_json(part / _MANIFEST, address)
    return folder


def _conninfo(source: str) -> str:
    """What libpq is given: an address or settings as they are, else the name of a service."""
    rest = _ADDRESS.sub("", source, count=1)
    if rest.startswith("//") or rest == source:
        return source
    return rest if "=" in rest or not rest else f"service={rest}"


def copy_tables(cursor: Rows, folder: Path) -> None:
    """Write every table of the schema that the database has, as `FOLDER/table/part-0.parquet`.

    Args:
        cursor: in a transaction in which every query sees the same moment.
        folder: existing folder.

    Raises:
        DataRefused: a table breaks while it is read.
    """
    cursor.execute(b"SET LOCAL DateStyle = ISO")
    for table in TABLES:
        columns = _columns(cursor, table)
        if columns:
            (folder / table.name).mkdir()
            _copy_table(cursor, table, columns, folder / table.name / "part-0.parquet")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A column as it is read: its name, what it becomes, and the expression that gives it."""

    name: str
    becomes: pa.DataType
    sql: str


def _columns(cursor: Rows, table: SourceTable) -> tuple[_Column, ...]:
    """The columns of a table; none where there is no such table. One that the schema does not know is named, and not read."""
    cursor.execute(_COLUMNS, (table.name,))
    found = []
    for name, kind, is_enum in cursor.fetchall():
        becomes, sql = _ENUM if is_enum else _TYPES.get(str(kind), _OTHER)
        sql = sql.format(identifier(str(name))) if name in table.names else _NOTHING
        found.append(_Column(name=str(name), becomes=becomes, sql=sql))
    return tuple(found)


def _copy_table(cursor: Rows, table: SourceTable, columns: tuple[_Column, ...], file: Path) -> None:
    query = f"COPY (SELECT {', '.join(column.sql for column in columns)} FROM {table.name}) TO STDOUT (FORMAT csv)"  # noqa: S608 -- names of the schema
    schema = pa.schema([(column.name, column.becomes) for column in columns])
    try:
        with cursor.copy(query.encode()) as copy, pq.ParquetWriter(file, schema, compression="snappy") as writer:
            for batch in _batches(_Stream(copy), schema):
                writer.write_batch(batch)
    except pa.ArrowInvalid as fault:
        if no_room(fault):
            raise
        # what it says holds a value
        raise unreadable(table.name) from None


def _batches(stream: _Stream, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The rows, a few megabytes at a time. An empty text stands in quotes, and nothing without them."""
    if stream.empty:
        return
    yield from text_of.open_csv(
        stream,
        read_options=text_of.ReadOptions(column_names=schema.names, block_size=_BLOCK, use_threads=False),
        parse_options=text_of.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=text_of.ConvertOptions(
            column_types=schema,
            null_values=[""],
            true_values=["t"],
            false_values=["f"],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


class _Stream:
    """The bytes of a copy as a file that is read from beginning to end."""

    closed = False

    def __init__(self, blocks: Iterable[Buffer]) -> None:
        self._blocks = iter(blocks)
        self._left = bytearray(next(self._blocks, b""))
        self.empty = not self._left

    def read(self, size: int) -> bytes:
        """The next so many bytes; fewer at the end, then none."""
        while len(self._left) < size and (block := next(self._blocks, b"")):
            self._left.extend(block)
        taken = bytes(self._left[:size])
        del self._left[:size]
        return taken

    def close(self) -> None:
        """The copy is closed by whoever opened it."""
