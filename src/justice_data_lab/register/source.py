"""Opens a source register, a folder of Parquet or a DuckDB file, as views under the schema's names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import duckdb

from justice_data_lab.errors import DataRefused, UsageError
from justice_data_lab.files import files_in
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
        place = f"in {source.name}/manifest.json, found none" if source.is_dir() else f"of {source.name}, which no database says"
        message = f"Expected the extract date {place}. Give it with --extract-date YYYY-MM-DD."
        raise UsageError(message)
    return said


def next_refresh_of(source: Path, *, after: date) -> date | None:
    """The day when the next extract is expected, where the source's `manifest.json` announces one.

    Args:
        source: folder or DuckDB file.
        after: the day up to which this one was extracted.

    Raises:
        UsageError: the manifest is not readable, or announces a day that is not after this extract.
    """
    said = _said(source, "next_refresh")
    if said and said <= after:
        message = f"Expected next_refresh in {source.name}/manifest.json after the extract date {after}, found {said}. Correct it, or take it out."
        raise UsageError(message)
    return said


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
    stored = _of_folder(path) if path.is_dir() else _of_database(con, path)
    findings = [structural("table-extra", name) for name in sorted(set(stored) - set(BY_NAME))]
    tables = set()
    for table in TABLES:
        found = _table_faults(con, path, table, stored.get(table.name))
        findings += found
        if table.name in stored and not any(finding.stops for finding in found):
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


def _of_folder(path: Path) -> dict[str, tuple[str, ...]]:
    """SQL for every file of every table found, by the table's name."""
    folders = {folder: sorted(folder.glob("*.parquet")) for folder in path.iterdir() if folder.is_dir()}
    return {folder.name: tuple(parquet(file) for file in files) for folder, files in folders.items() if files}


def _of_database(con: duckdb.DuckDBPyConnection, path: Path) -> dict[str, tuple[str, ...]]:
    """SQL for every table found, by its name."""
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
    return {name: (f"source_file.{identifier(name)}",) for (name,) in rows}


def _table_faults(con: duckdb.DuckDBPyConnection, path: Path, table: SourceTable, parts: tuple[str, ...] | None) -> list[Finding]:
    """What is wrong with a table itself; it is a view where nothing of it stops."""
    if _elsewhere(path, table.name):
        return [structural("table-elsewhere", table.name)]
    if parts is None:
        return [] if table.optional else [structural("table-missing", table.name)]
    try:
        return _open_table(con, table, path, parts)
    except duckdb.Error:
        return [structural("table-unreadable", table.name)]


def _elsewhere(path: Path, name: str) -> bool:
    """Whether rows of a table stand where they are not read: in folders within its own, in a file beside it, or in another form."""
    folder = path / name
    files = [file for file in files_in(folder) if not file.name.startswith((".", "_"))]
    read = [file for file in files if file.parent == folder and file.suffix == ".parquet"]
    within = any(file.suffix == ".parquet" for file in files if file.parent != folder)
    return within or bool(files and not read) or (path / f"{name}.parquet").exists()


def _open_table(con: duckdb.DuckDBPyConnection, table: SourceTable, path: Path, parts: tuple[str, ...]) -> list[Finding]:
    described = [_types_of(con, part) for part in parts]
    findings = [finding for column in table.columns for finding in _column_faults(table, column, described)]
    there = {name for types in described for name in types}
    findings += [structural("column-extra", table.name, name) for name in sorted(there - set(table.names))]
    if not any(finding.stops for finding in findings):
        columns = ", ".join(_selected(column, column.name in there) for column in table.columns)
        unlike = any(types != described[0] for types in described)
        relation = parts[0] if len(parts) == 1 else parquet(path / table.name, unlike=unlike)
        con.execute(f"CREATE VIEW {table.name} AS SELECT {columns} FROM {relation}")  # noqa: S608 -- our own names
    return findings


def _types_of(con: duckdb.DuckDBPyConnection, part: str) -> dict[str, str]:
    """The type of each column, by its name as DuckDB compares names: without regard to capitals."""
    described = con.execute(f"DESCRIBE SELECT * FROM {part}").fetchall()  # noqa: S608 -- our own names
    return {str(row[0]).lower(): str(row[1]) for row in described}


def _selected(column: Column, there: bool) -> str:  # noqa: FBT001 -- a private formatter
    if not there:
        return f"CAST(NULL AS {column.sql_type}) AS {column.name}"
    # An integer keeps the source's width, so that one too large for the schema is met by its rule and not by a crash.
    return column.name if column.kind == "integer" else f"CAST({column.name} AS {column.sql_type}) AS {column.name}"


def _column_faults(table: SourceTable, column: Column, described: list[dict[str, str]]) -> list[Finding]:
    """What is wrong with a column, given the types of every file: each file is held to the schema, whatever the others are."""
    found = [types[column.name] for types in described if column.name in types]
    files, findings = len(described), []
    if not found:
        return [structural("column-absent" if column.nullable else "column-missing", table.name, column.name)]
    if len(found) < files:
        rule = "column-in-some-files" if column.nullable else "column-missing"
        findings.append(structural(rule, table.name, column.name, f": {files - len(found):,} of {files:,} files lack it"))
    wrong = [kind for kind in found if not _fits(column, kind)]
    if wrong:
        where = f" in {len(wrong):,} of {files:,} files" if files > 1 else ""
        kinds = " and ".join(sorted(set(wrong)))
        findings.append(
            structural("column-type", table.name, column.name, f": expected {_WANTED[column.kind]}, found {kinds}{where}")
        )
    return findings


def _fits(column: Column, found: str) -> bool:
    family = "VARCHAR" if found.startswith("ENUM") else found
    return family in _TYPES[column.kind] or (column.nullable and family == '"NULL"')
