"""Checks a source register against the schema's rules: the dry run of every build."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from justice_data_lab.register.connect import connect_with_scratch, memory_for
from justice_data_lab.register.findings import ColumnProfile, Finding, SourceCheck, TableProfile
from justice_data_lab.register.rule import BUSY_DAYS, QUIET_DAYS
from justice_data_lab.register.rules import joined, rules_of
from justice_data_lab.register.schema import BY_NAME, TABLES
from justice_data_lab.register.source import extract_date_of, next_refresh_of, open_source, structural, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from justice_data_lab.register.rule import Rule
    from justice_data_lab.register.schema import Column, SourceTable
    from justice_data_lab.register.source import Source

_ORDER = {"fatal": 0, "set aside": 1, "warned": 2}


def check_source(source: Path, *, extract_date: date | None = None, con: duckdb.DuckDBPyConnection | None = None) -> SourceCheck:
    """Profile a source register and test every rule, without changing or refusing anything.

    Args:
        source: folder of Parquet (`SOURCE/<table>/*.parquet`) or DuckDB file with tables of those names.
        extract_date: day up to which it was extracted; default from the source's `manifest.json`.
        con: empty connection on which the tables become views; default a new one.

    Raises:
        UsageError: nothing is there, or no extract date is known.
        DataRefused: a table breaks while it is read.
    """
    with _connection(source, con) as used:
        opened = open_source(used, source)
        day = extract_date_of(source, extract_date)
        next_refresh_of(source, after=day)
        return _check(used, opened, day)


@contextmanager
def _connection(source: Path, con: duckdb.DuckDBPyConnection | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """The one given, or one of its own that may hold as much as a build's and puts the rest on disk."""
    if con is not None:
        yield con
        return
    with connect_with_scratch(memory_for(source)) as own:
        yield own


def _check(con: duckdb.DuckDBPyConnection, source: Source, extract_date: date) -> SourceCheck:
    there = [table for table in TABLES if table.name in source.tables]
    profiles: list[TableProfile] = []
    for table in there:
        with _reading(table):
            profiles.append(_profile(con, table))
    findings = [*source.findings, *(structural("table-empty", profile.name) for profile in profiles if _empty(profile))]
    findings += [finding for table in there for finding in _ends_early(con, table, extract_date)]
    rows = {profile.name: profile.rows for profile in profiles}
    # Rules on rows join a table to its parents: they wait until every table is there and no key names two rows.
    for keys in (True, False):
        if not any(finding.stops for finding in findings):
            findings += [
                finding for table in there for finding in _broken(con, table, rows, keys=keys, extract_date=extract_date)
            ]
    ordered = sorted(findings, key=lambda finding: (not finding.stops, _ORDER[finding.severity]))
    met = source.tables | {finding.table for finding in source.findings}
    missing = tuple(table.name for table in TABLES if table.optional and table.name not in met)
    return SourceCheck(extract_date=extract_date, tables=tuple(profiles), findings=tuple(ordered), missing=missing)


@contextmanager
def _reading(table: SourceTable) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as fault:
        raise unreadable(table.name) from fault


def _empty(profile: TableProfile) -> bool:
    return not profile.rows and not BY_NAME[profile.name].optional


def _ends_early(con: duckdb.DuckDBPyConnection, table: SourceTable, extract_date: date) -> list[Finding]:
    """A note where disposals end long before the extract: follow-up would be counted through months of which nothing is known.

    *Notes*: a table may be quiet because it is small. So it has to have been busy before, for as long as it is quiet now.
    """
    if table.name not in ("offence", "disposal"):
        return []
    days = f"SELECT DISTINCT disposal_date AS day FROM {table.name} WHERE disposal_date <= $extract_date"  # noqa: S608 -- names of the schema
    last = f"SELECT max(day) AS last FROM ({days})"  # noqa: S608
    query = f"SELECT last, count(*) FROM ({days}), ({last}) WHERE date_diff('day', day, last) < date_diff('day', last, $extract_date) GROUP BY last"  # noqa: S608
    with _reading(table):
        found = con.execute(query, {"extract_date": extract_date}).fetchall()
    if not found or (extract_date - found[0][0]).days <= QUIET_DAYS or found[0][1] < BUSY_DAYS:
        return []
    detail = f": the last is of {found[0][0]}, {(extract_date - found[0][0]).days:,} days before {extract_date}"
    return [structural("ends-early", table.name, "disposal_date", detail)]


def _profile(con: duckdb.DuckDBPyConnection, table: SourceTable) -> TableProfile:
    dates = [column.name for column in table.columns if column.kind == "date"]
    counted = ["count(*)", *(f"count({name})" for name in table.names), *(f"min({name}), max({name})" for name in dates)]
    row = con.execute(f"SELECT {', '.join(counted)} FROM {table.name}").fetchall()[0]  # noqa: S608 -- names of the schema
    total, filled, ends = row[0], row[1 : 1 + len(table.names)], row[1 + len(table.names) :]
    spans = {name: (ends[2 * place], ends[2 * place + 1]) for place, name in enumerate(dates)}
    columns = []
    for column, here in zip(table.columns, filled, strict=True):
        first, last = spans.get(column.name, (None, None))
        codes = _code_counts(con, table, column)
        columns.append(ColumnProfile(name=column.name, nulls=total - here, first=first, last=last, codes=codes))
    return TableProfile(name=table.name, rows=total, columns=tuple(columns))


def _code_counts(con: duckdb.DuckDBPyConnection, table: SourceTable, column: Column) -> tuple[tuple[str, int], ...]:
    """Rows under each listed code; what is not listed is counted by its rule, and never shown: it may be a name."""
    if not column.allowed:
        return ()
    query = f"SELECT {column.name}, count(*) FROM {table.name} GROUP BY ALL"  # noqa: S608 -- names of the schema
    counts = dict(con.execute(query).fetchall())
    return tuple((code, counts[code]) for code in column.allowed if code in counts)


def _broken(
    con: duckdb.DuckDBPyConnection, table: SourceTable, rows: dict[str, int], *, keys: bool, extract_date: date
) -> list[Finding]:
    """Findings of one table: of duplicated keys only, or of every other rule."""
    rules = [rule for rule in rules_of(table, frozenset(rows)) if (rule.code == "key-duplicated") is keys]
    with _reading(table):
        counts = dict.fromkeys(rules, 0)
        counts |= {rule: _count_groups(con, rule) for rule in rules if rule.group_by}
        counts |= _count_rows(con, table, [rule for rule in rules if not rule.group_by], extract_date)
        return [
            Finding(
                table=table.name,
                column=rule.column,
                rule=rule.code,
                severity=rule.severity,
                rows=count,
                share=count / rows[table.name],
                ceiling=rule.ceiling,
                keys=_three_keys(con, table, rule, extract_date),
                message=rule.message,
                remedy=rule.remedy,
            )
            for rule, count in counts.items()
            if count
        ]


def _count_rows(con: duckdb.DuckDBPyConnection, table: SourceTable, rules: list[Rule], extract_date: date) -> dict[Rule, int]:
    """How many rows break each rule, in one reading of the table and its parents."""
    if not rules:
        return {}
    tests = ", ".join(f"({rule.test}) AS broken_{place}" for place, rule in enumerate(rules))
    counts = ", ".join(f"count(*) FILTER (WHERE broken_{place})" for place in range(len(rules)))
    query = f"SELECT {counts} FROM (SELECT {tests} {joined(table)})"  # noqa: S608 -- rules of the schema
    return dict(zip(rules, con.execute(query, _bound(query, extract_date)).fetchall()[0], strict=True))


def _count_groups(con: duckdb.DuckDBPyConnection, rule: Rule) -> int:
    at = f"{rule.table}.{rule.group_by}"
    if rule.code == "key-duplicated":
        # Hashes are a tenth of the keys' size; equal ones are then looked at in full.
        query = f"SELECT count(*) - count(DISTINCT hash({at})) FROM {rule.table} WHERE {at} IS NOT NULL"  # noqa: S608 -- rules of the schema
        if not con.execute(query).fetchall()[0][0]:
            return 0
    groups = f"SELECT count(*) AS here FROM {rule.table} WHERE {at} IS NOT NULL GROUP BY {at} HAVING {rule.test}"  # noqa: S608
    return int(con.execute(f"SELECT coalesce(sum(here), 0) FROM ({groups})").fetchall()[0][0])  # noqa: S608


def _three_keys(con: duckdb.DuckDBPyConnection, table: SourceTable, rule: Rule, extract_date: date) -> tuple[str, ...]:
    parts = ", ".join(f"coalesce(CAST({table.name}.{name} AS VARCHAR), 'no {name}')" for name in table.key)
    key = f"concat_ws('/', {parts})"
    if rule.group_by:
        at = f"{table.name}.{rule.group_by}"
        query = f"SELECT min({key}) AS row_key FROM {table.name} WHERE {at} IS NOT NULL GROUP BY {at} HAVING {rule.test}"  # noqa: S608
    else:
        query = f"SELECT DISTINCT {key} AS row_key {joined(table)} WHERE {rule.test}"
    return tuple(row[0] for row in con.execute(f"{query} ORDER BY row_key LIMIT 3", _bound(query, extract_date)).fetchall())


def _bound(query: str, extract_date: date) -> dict[str, date]:
    return {"extract_date": extract_date} if "$extract_date" in query else {}
