"""Opens a source register, a folder of Parquet or a DuckDB file, as views under the schema's names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import duckdb

from justice_data_lab.errors import DataRefused, UsageError
from justice_data_lab.register.connect import attach, identifier, parquet
from justice_data_lab.register.findings import Finding
from justice_data_lab.register.rules import STRUCTURE
from justice_data_lab.register.schema import BY_NAME, TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from justice_data_lab.register.schema import Column, SourceTable

_WHOLE = frozenset(
    {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"}
)
_TYPES: dict[str, frozenset[str]] = {
    "id": _WHOLE | {"VARCHAR", "UUID"},
    "text": frozenset({"VARCHAR"}),
    "code": frozenset({"VARCHAR"}),
    "date": frozenset({"DATE"}),
    "boolean": frozenset({"BOOLEAN"}),
    "integer": _WHOLE,
}
_WANTED = {
    "id": "text or whole numbers",
    "text": "text",
    "code": "text",
    "date": "dates (DATE, no time of day)",
    "boolean": "BOOLEAN",
    "integer": "whole numbers",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source register whose tables are views on a connection.

    Attributes:
        tables: which of the schema's tables are views now.
        findings: faults of tables and columns themselves; the rows were not looked at.
    """

    tables: frozenset[str]
    findings: tuple[Finding, ...]


def extract_date_of(source: Path, given: date | None = None) -> date:
    """The day up to which the register was extracted: as given, else from the source's `manifest.json`.

    Raises:
        UsageError: neither says so, or the manifest is not readable.
    """
    if given is not None:
        return given
    said = _said(source, "extract_date")
    if said is None:
        message = f"Expected the extract date in {source.name}/manifest.json, found none. Give it with --extract-date YYYY-MM-DD."
        raise UsageError(message)
    return said


def next_refresh_of(source: Path) -> date | None:
    """The day when the next extract is expected, where the source's `manifest.json` announces one.

    Raises:
        UsageError: the manifest is not readable.
    """
    return _said(source, "next_refresh")


def id_scheme_of(source: Path) -> str:
    """What the source's `manifest.json` calls its `person_id`, where it promises that they stay from extract to extract; else empty.

    Raises:
        UsageError: the manifest is not readable.
    """
    file = source / "manifest.json"
    if not file.is_file():
        return ""
    try:
        said = json.loads(file.read_text(encoding="utf-8")).get("id_scheme", "")
    except (ValueError, AttributeError) as fault:
        message = f"Expected an object of JSON in {source.name}/manifest.json, found something else. Correct the file."
        raise UsageError(message) from fault
    if not isinstance(said, str):
        message = f'Expected a name in {source.name}/manifest.json, such as {{"id_scheme": "national number"}}, found no text. Correct the file.'
        raise UsageError(message)
    return said


def _said(source: Path, key: str) -> date | None:
    """A date of the source's manifest; None when there is no manifest, or no such date in it."""
    file = source / "manifest.json"
    if not file.is_file():
        return None
    try:
        said = json.loads(file.read_text(encoding="utf-8")).get(key)
        return None if said is None else date.fromisoformat(said)
    except (ValueError, TypeError, AttributeError) as fault:
        message = f'Expected {{"{key}": "YYYY-MM-DD"}} in {source.name}/manifest.json, found something else. Correct the file.'
        raise UsageError(message) from fault


def open_source(con: duckdb.DuckDBPyConnection, path: Path) -> Source:
    """Make a view of every table of the source, ids as text, nullable columns that are not there as null.

    A table with a structural fault gets no view.

    Raises:
        UsageError: the path is neither a folder nor a DuckDB file.
    """
    relations = _relations(con, path)
    findings = [structural("table-extra", name) for name in sorted(set(relations) - set(BY_NAME))]
    tables = set()
    for table in TABLES:
        if table.name not in relations:
            findings += [] if table.optional else [structural("table-missing", table.name)]
            continue
        found = _open_table(con, table, relations[table.name])
        findings += found
        if not any(finding.stops for finding in found):
            tables.add(table.name)
    return Source(tables=frozenset(tables), findings=tuple(findings))


def unreadable(table: str) -> DataRefused:
    """The refusal of a table that broke while it was read; the engine's own words may hold a value and are left out."""
    problem = structural("table-unreadable", table).to_problem()
    return DataRefused(f"The table {table} cannot be read.", (problem,))


def structural(code: str, table: str, column: str | None = None, detail: str = "") -> Finding:
    """A finding about a table or column itself; `detail` is appended to the rule's message."""
    severity, message, remedy = STRUCTURE[code]
    text = message[0].upper() + message[1:] + detail
    return Finding(table=table, column=column, rule=code, severity=severity, message=text, remedy=remedy)


def _relations(con: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    """SQL for every table found, by its name."""
    if path.is_dir():
        return {folder.name: parquet(folder) for folder in path.iterdir() if folder.is_dir() and any(folder.glob("*.parquet"))}
    if not path.is_file():
        message = (
            f"Expected a source register (a folder of Parquet, or a DuckDB file) at {path.name}, found nothing. Check the path."
        )
        raise UsageError(message)
    try:
        attach(con, path, "source_file")
        rows = con.execute("SELECT table_name FROM information_schema.tables WHERE table_catalog = 'source_file'").fetchall()
    except duckdb.Error as fault:
        message = (
            f"Expected a folder of Parquet or a DuckDB file, but {path.name} cannot be opened as a database. Check the path."
        )
        raise UsageError(message) from fault
    return {name: f"source_file.{identifier(name)}" for (name,) in rows}


def _open_table(con: duckdb.DuckDBPyConnection, table: SourceTable, relation: str) -> list[Finding]:
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()  # noqa: S608 -- our own names
    except duckdb.Error:
        return [structural("table-unreadable", table.name)]
    types = {str(row[0]): str(row[1]) for row in described}
    findings = [finding for column in table.columns if (finding := _column_fault(table, column, types.get(column.name)))]
    findings += [structural("column-extra", table.name, name) for name in sorted(set(types) - set(table.names))]
    if not any(finding.stops for finding in findings):
        columns = ", ".join(_selected(column, column.name in types) for column in table.columns)
        con.execute(f"CREATE VIEW {table.name} AS SELECT {columns} FROM {relation}")  # noqa: S608 -- our own names
    return findings


def _selected(column: Column, there: bool) -> str:  # noqa: FBT001 -- a private formatter
    if not there:
        return f"CAST(NULL AS {column.sql_type}) AS {column.name}"
    # An integer keeps the source's width, so that one too large for the schema is met by its rule and not by a crash.
    return column.name if column.kind == "integer" else f"CAST({column.name} AS {column.sql_type}) AS {column.name}"


def _column_fault(table: SourceTable, column: Column, found: str | None) -> Finding | None:
    if found is None:
        return structural("column-absent" if column.nullable else "column-missing", table.name, column.name)
    family = "VARCHAR" if found.startswith("ENUM") else found
    if family in _TYPES[column.kind] or (column.nullable and family == '"NULL"'):
        return None
    return structural("column-type", table.name, column.name, f": expected {_WANTED[column.kind]}, found {found}")
