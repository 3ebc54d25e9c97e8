"""Writes the checked source as the snapshot's own tables: ids as text, rows that were set aside left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.register.connect import quoted
from justice_data_lab.register.rules import joined, rules_of

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    import duckdb

    from justice_data_lab.register.findings import SourceCheck
    from justice_data_lab.register.rule import Rule
    from justice_data_lab.register.schema import Column, SourceTable

# A request reads these by person; the rest of each order is full, so that equal rows give equal files.
_ORDER = {
    "offence": "person_id, offence_date, disposal_date, offence_id",
    "disposal": "person_id, disposal_date, disposal_id",
}
# A request reads the disposals of its cohort alone: the smaller a group of rows, the less is read beside them.
_ROW_GROUP = {"disposal": 4_096}
_USUAL_ROW_GROUP = 122_880


def write_clean(con: duckdb.DuckDBPyConnection, table: SourceTable, check: SourceCheck, folder: Path) -> None:
    """Write one table of the source, sorted, as Parquet.

    Args:
        con: has the source's tables as views (`open_source`).
        table: which one.
        check: what the dry run found; it must not be refused.
        folder: existing folder; gets `part-0.parquet`.
    """
    columns = ", ".join(_selected(table, column) for column in table.columns)
    rules = _broken(table, check)
    rows = f"FROM {table.name}"
    if rules:
        faults = " OR ".join(f"coalesce(({rule.test}), false)" for rule in rules)
        rows = f"{joined(table)} WHERE NOT ({faults})"
    query = f"SELECT {columns} {rows} ORDER BY {_ORDER.get(table.name, 'ALL')}"
    _copy(con, query, folder / "part-0.parquet", check.extract_date, row_group=_ROW_GROUP.get(table.name, _USUAL_ROW_GROUP))


def write_set_aside(con: duckdb.DuckDBPyConnection, table: SourceTable, check: SourceCheck, file: Path) -> bool:
    """Write which rows of a table were set aside, and why; False when none were.

    Notes:
        Only the row key and the rule are kept: the row itself, which may hold a name, stays in the source.
    """
    rules = _broken(table, check)
    if not rules:
        return False
    key = f"concat_ws('/', {', '.join(f'CAST({table.name}.{name} AS VARCHAR)' for name in table.key)})"
    parts = (f"SELECT {key} AS row_key, {quoted(rule.code)} AS rule {joined(table)} WHERE {rule.test}" for rule in rules)
    _copy(con, f"{' UNION ALL '.join(parts)} ORDER BY ALL", file, check.extract_date)
    return True


def _broken(table: SourceTable, check: SourceCheck) -> list[Rule]:
    """The rules of the table under which rows are set aside and some row is."""
    found = {(finding.rule, finding.column) for finding in check.findings if finding.table == table.name}
    present = frozenset(profile.name for profile in check.tables)
    return [rule for rule in rules_of(table, present) if rule.severity == "set aside" and (rule.code, rule.column) in found]


def _selected(table: SourceTable, column: Column) -> str:
    return f"CAST({table.name}.{column.name} AS {column.sql_type}) AS {column.name}"


def _copy(
    con: duckdb.DuckDBPyConnection, query: str, file: Path, extract_date: date, *, row_group: int = _USUAL_ROW_GROUP
) -> None:
    bound = {"extract_date": extract_date} if "$extract_date" in query else {}
    # as quick to read as lz4, some pages of which Spark's reader cannot unpack: those that packing made longer
    con.execute(f"COPY ({query}) TO {quoted(str(file))} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {row_group})", bound)
