"""Brings an operator's own tables, columns and code lists to the schema: `jdl register map`."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from glob import escape
from typing import TYPE_CHECKING, cast

import duckdb
import pyarrow as pa

from justice_data_lab.errors import DataRefused, Problem, UsageError
from justice_data_lab.files import file_sha256, new_folder, whole_folder, write_json
from justice_data_lab.register.connect import attach, connect_with_scratch, identifier, quoted
from justice_data_lab.register.map_file import read_map
from justice_data_lab.register.map_sql import RAW, Statement, lookup_view, raw_view
from justice_data_lab.register.refusal import refusal_beside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from justice_data_lab.files import Json
    from justice_data_lab.register.map_file import ColumnMap, Origin, RegisterMap, TableMap

_SHOWN = 5
_FAULTS = {
    "code": ("code-unmapped", "hold a code that the map does not name", "Add it under `codes`, or give `other`."),
    "date": ("date-unreadable", "hold a date in none of the map's `formats`", "Add the format, or the text to `null`."),
    "integer": ("number-unreadable", "hold something that is not a whole number", "Map it with `codes`, or add it to `null`."),
    "boolean": ("boolean-unreadable", "hold neither yes nor no", "Map it with `codes`, or add it to `null`."),
    "text": ("code-unmapped", "hold a code that the map does not name", "Add it under `codes`, or give `other`."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MapReport:
    """What was mapped.

    Attributes:
        extract_date: day up to which the register was extracted.
        rows: of each table written, by its name.
        never: what the map says of rows to keep that no row fits, a sentence each.
    """

    extract_date: date
    rows: tuple[tuple[str, int], ...]
    never: tuple[str, ...] = ()

    def summary(self) -> str:
        """What was written, as text for a terminal."""
        lines = [
            f"Mapped the extract of {self.extract_date}",
            *(f"  {name}: {rows:,} rows" for name, rows in self.rows),
            *self.never,
        ]
        return "\n".join((*lines, "Next: `jdl register check` on the folder that was written.")) + "\n"

    def table(self) -> pa.Table:
        """One row a table: name, rows."""
        names, rows = ([row[place] for row in self.rows] for place in (0, 1))
        return pa.table({"table": pa.array(names, pa.string()), "rows": pa.array(rows, pa.int64())})

    def to_dict(self) -> dict[str, Json]:
        """Every field by its name."""
        return {"extract_date": self.extract_date.isoformat(), "rows": dict(self.rows), "never": list(self.never)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> MapReport:
        """The value that `to_dict` wrote."""
        rows = tuple(cast("Mapping[str, int]", data["rows"]).items())
        never = tuple(cast("list[str]", data["never"]))
        return cls(extract_date=date.fromisoformat(str(data["extract_date"])), rows=rows, never=never)


def map_source(map_file: Path, source: Path, out: Path) -> MapReport:
    """Write a source register from an operator's own extract, as a map says.

    Args:
        map_file: the `MAP.toml`; `docs/how-to/bring-your-own-register.md` explains it.
        source: folder of CSV, TSV or Parquet files, or a DuckDB file.
        out: folder to write; it appears whole or not at all.

    Raises:
        UsageError: the map is wrong, or names a file or column that is not there.
        DataRefused: some rows hold codes, dates or numbers that the map does not cover; every such column is counted,
            and `OUT.refused.json` has the codes.
    """
    plan = read_map(map_file)
    new_folder(out)
    with connect_with_scratch() as con, refusal_beside(out):
        # So that the same extract gives the same files.
        con.execute("SET preserve_insertion_order = true")
        _check_formats(con, plan)
        _open(con, plan, source)
        problems = tuple(problem for table in plan.tables for problem in _unmapped(con, table, plan))
        if problems:
            columns = "1 column" if len(problems) == 1 else f"{len(problems)} columns"
            message = f"The map does not cover {columns} of the extract; nothing was written."
            raise DataRefused(message, problems)
        with whole_folder(out) as folder:
            rows = tuple((table.table.name, _write(con, table, plan, folder)) for table in plan.tables)
            never = _never_kept(con, plan)
            refresh = plan.next_refresh.isoformat() if plan.next_refresh else None
            said: dict[str, Json] = {
                "extract_date": plan.extract_date.isoformat(),
                "next_refresh": refresh,
                "id_scheme": plan.id_scheme,
                "map": file_sha256(map_file),
            }
            write_json(folder / "manifest.json", said)
    return MapReport(extract_date=plan.extract_date, rows=rows, never=never)


def _open(con: duckdb.DuckDBPyConnection, plan: RegisterMap, source: Path) -> None:
    """A view on every table and lookup of the operator's, seen to have the columns that the map names."""
    if not source.exists():
        message = f"Expected a folder or a DuckDB file at {source.name}, found nothing. Check the path."
        raise UsageError(message)
    if not source.is_dir():
        try:
            attach(con, source, "extract_file")
        except duckdb.Error as fault:
            message = f"Expected a folder or a DuckDB file at {source.name}, found something else. Check the path."
            raise UsageError(message) from fault
    for table in plan.tables:
        own = [name for mapped in table.columns for name in mapped.sources]
        _view(con, raw_view(table.table.name), table.origin, source, own)
    for name, lookup in plan.lookups.items():
        taken = [
            mapped.lookup[1] for table in plan.tables for mapped in table.columns if mapped.lookup and mapped.lookup[0] == name
        ]
        _view(con, lookup_view(name), lookup.origin, source, [lookup.key, *taken])
        _single_keys(con, name, plan)


def _view(con: duckdb.DuckDBPyConnection, view: str, origin: Origin, source: Path, columns: list[str]) -> None:
    relation = _relation(origin, source)
    try:
        con.execute(f"CREATE VIEW {view} AS SELECT * FROM {relation}")  # noqa: S608 -- quoted names
        there = [str(row[0]) for row in con.execute(f"DESCRIBE {view}").fetchall()]
    except duckdb.CatalogException as fault:
        message = f"{origin.where} from: expected a table {origin.name} in {source.name}, found none."
        raise UsageError(message) from fault
    except duckdb.Error as fault:
        raise _unreadable(origin) from fault
    for name in (*columns, *(name for name, _values in origin.keep)):
        if name not in there:
            close = get_close_matches(name, there, n=1)
            # Without a heading row the first person's data would stand here, so only a near name is repeated.
            hint = f"Did you mean `{close[0]}`?" if close else f"It has {len(there)} columns: check delimiter and heading row."
            message = f"{origin.where}: expected a column {name} in {origin.name}, found none. {hint}"
            raise UsageError(message)


def _relation(origin: Origin, source: Path) -> str:
    if not source.is_dir():
        return f"extract_file.{identifier(origin.name)}"
    if not _there(source, origin.name):
        message = f"{origin.where} from: expected {origin.name} in the folder {source.name}, found no such file."
        raise UsageError(message)
    pattern = quoted(f"{escape(str(source))}/{origin.name}")
    if origin.name.endswith(".parquet"):
        return f"read_parquet({pattern}, union_by_name = true)"
    form = f"delim = {quoted(origin.delimiter)}, encoding = {quoted(origin.encoding)}, quote = '\"', escape = '\"'"
    return f"read_csv({pattern}, header = true, all_varchar = true, union_by_name = true, {form})"


def _there(source: Path, pattern: str) -> bool:
    """Whether a file of the folder fits the pattern; none does where it is an address, empty, or no pattern at all."""
    try:
        return any(source.glob(pattern))
    except (ValueError, NotImplementedError):
        return False


def _unreadable(origin: Origin) -> DataRefused:
    message = f"{origin.name} cannot be read. Nothing was written."
    problem = Problem(
        file=origin.name,
        rule="file-unreadable",
        message=f"expected Parquet or text in {origin.encoding} with the delimiter {origin.delimiter!r}.",
        remedy="Check `encoding` and `delimiter`, and that every row has as many values as the heading.",
    )
    return DataRefused(message, (problem,))


def _single_keys(con: duckdb.DuckDBPyConnection, name: str, plan: RegisterMap) -> None:
    """Refuse a lookup in which one key stands twice: which row is meant would be chance."""
    lookup, statement = plan.lookups[name], Statement()
    key = statement.text(RAW, lookup.key, lookup.origin)
    view = f"{lookup_view(name)} {RAW}"
    query = f"SELECT count(*) FROM (SELECT {key} AS k FROM {view} GROUP BY k HAVING count(*) > 1 AND k IS NOT NULL)"  # noqa: S608
    try:
        twice = con.execute(query, statement.bound).fetchall()[0][0]
    except duckdb.Error as fault:
        raise _unreadable(lookup.origin) from fault
    if twice:
        problem = Problem(
            file=lookup.origin.name,
            column=lookup.key,
            rule="key-duplicated",
            message=f"keys that stand on more than one row: {twice:,}.",
            remedy="Keep one row a key.",
        )
        message = f"The lookup {name} has keys that stand twice; nothing was written."
        raise DataRefused(message, (problem,))


def _unmapped(con: duckdb.DuckDBPyConnection, table: TableMap, plan: RegisterMap) -> list[Problem]:
    """One problem for every column with values that were there but could not be converted; the table is read once when all could."""
    asked = [mapped for mapped in table.columns if mapped.value is None]
    statement = Statement()
    counts = [f"count(*) FILTER (WHERE {statement.lost(mapped, table, plan.lookups)})" for mapped in asked]
    query = f"SELECT {', '.join(('count(*)', *counts))} {statement.rows(table, plan.lookups)}"
    with _reading(table):
        lost = con.execute(query, statement.bound).fetchall()[0][1:]
    return [_problem(con, mapped, table, plan) for mapped, rows in zip(asked, lost, strict=True) if rows]


def _problem(con: duckdb.DuckDBPyConnection, mapped: ColumnMap, table: TableMap, plan: RegisterMap) -> Problem:
    """How many rows and codes are lost; the codes themselves are values, for the operator's own eyes."""
    statement = Statement()
    own, lost = statement.own(mapped, table), statement.lost(mapped, table, plan.lookups)
    here = f"SELECT {own} AS own, count(*) AS here {statement.rows(table, plan.lookups)} AND {lost} GROUP BY own"
    query = f"SELECT own, here, sum(here) OVER (), count(*) OVER () FROM ({here}) ORDER BY here DESC, own LIMIT {_SHOWN}"  # noqa: S608 -- what the map says is bound
    with _reading(table):
        found = con.execute(query, statement.bound).fetchall()
    rows, values = int(found[0][2]), int(found[0][3])
    rule, what, remedy = _FAULTS.get(mapped.column.kind, _FAULTS["code"])
    if mapped.lookup is not None:
        rule, what, remedy = (
            "lookup-missing",
            f"hold a key for which [lookups.{mapped.lookup[0]}] gives nothing usable",
            "Add the key to the lookup.",
        )
    shown = ", ".join(f"{text} ({count:,})" for text, count, *_ in found)
    return Problem(
        file=table.origin.name,
        column=" and ".join(mapped.sources),
        rule=rule,
        message=f"rows that {what} for {table.table.name}.{mapped.column.name}: {rows:,} (different values: {values:,}).",
        remedy=remedy,
        value=shown if values <= _SHOWN else f"{shown}, …",
    )


@contextmanager
def _reading(table: TableMap) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as fault:
        raise _unreadable(table.origin) from fault


def _check_formats(con: duckdb.DuckDBPyConnection, plan: RegisterMap) -> None:
    for table in plan.tables:
        for mapped in table.columns:
            try:
                con.execute("SELECT try_strptime('', $formats)", {"formats": list(mapped.formats)}).fetchall()
            except duckdb.Error as fault:
                message = (
                    f"{table.origin.where} columns {mapped.column.name} formats: expected strptime formats such as "
                    f"'%d/%m/%Y', got {', '.join(mapped.formats)}. Change it and run again."
                )
                raise UsageError(message) from fault


def _never_kept(con: duckdb.DuckDBPyConnection, plan: RegisterMap) -> tuple[str, ...]:
    """Values by which rows were to be kept and which none holds: a code that was mistyped leaves a table without rows."""
    views = [(raw_view(table.table.name), table.origin) for table in plan.tables]
    views += [(lookup_view(name), lookup.origin) for name, lookup in plan.lookups.items()]
    return tuple(said for view, origin in views if origin.keep for said in _never(con, view, origin))


def _never(con: duckdb.DuckDBPyConnection, view: str, origin: Origin) -> list[str]:
    statement = Statement()
    asked = [(name, value) for name, values in origin.keep for value in values]
    held = [f"count(*) FILTER ({statement.text(RAW, name, origin)} = {statement.bind(value)})" for name, value in asked]
    query = f"SELECT {', '.join(('count(*)', *held))} FROM {view} {RAW}"  # noqa: S608 -- what the map says is bound
    rows, *counts = con.execute(query, statement.bound).fetchall()[0]
    return [
        f"{origin.where} keep: none of the {rows:,} rows of {origin.name} has {name} = {value!r}. Check how it is written."
        for (name, value), count in zip(asked, counts, strict=True)
        if not count
    ]


def _write(con: duckdb.DuckDBPyConnection, table: TableMap, plan: RegisterMap, folder: Path) -> int:
    statement = Statement()
    columns = []
    for mapped in table.columns:
        text = "" if mapped.value is not None else statement.found(mapped, table, plan.lookups)
        columns.append(f"{statement.converted(mapped, text)} AS {mapped.column.name}")
    target = folder / table.table.name
    target.mkdir()
    query = f"SELECT {', '.join(columns)} {statement.rows(table, plan.lookups)}"
    options = "(FORMAT parquet, COMPRESSION zstd)"
    return int(
        con.execute(f"COPY ({query}) TO {quoted(str(target / 'part-0.parquet'))} {options}", statement.bound).fetchall()[0][0]
    )
