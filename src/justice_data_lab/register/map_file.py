"""Reads `MAP.toml`: where each table and column of the schema comes from in an operator's own extract."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, cast

from justice_data_lab.errors import UsageError
from justice_data_lab.register.schema import BY_NAME
from justice_data_lab.study_file import load_toml
from justice_data_lab.toml_section import Section, in_file, nearest, refuse, refuse_unknown_sections, spelled

if TYPE_CHECKING:
    from pathlib import Path

    from justice_data_lab.register.schema import Column, SourceTable
    from justice_data_lab.toml_section import Toml

ENCODINGS = ("utf-8", "utf-16", "latin-1")
ISO_FORMATS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S")
_HEADS = ("extract", "lookups")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where rows come from.

    Attributes:
        where: the section of the map, for messages.
        name: file or pattern in SOURCE (CSV, TSV or Parquet), or a table of the DuckDB file.
        delimiter: between the values of a text file.
        encoding: of a text file.
        null: texts that mean nothing was recorded; an empty one always does.
        keep: rows are kept whose column holds one of the values.
    """

    where: str
    name: str
    delimiter: str = ","
    encoding: str = "utf-8"
    null: tuple[str, ...] = ()
    keep: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupMap:
    """A table from a key to what is known of it, such as the operator's offence codes."""

    origin: Origin
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """Where one column of the schema comes from.

    Attributes:
        column: of the schema.
        sources: the operator's columns; several are joined by a hyphen; none when the value is fixed.
        lookup: lookup table in which the source is looked up, and the column of it that is taken.
        codes: the operator's codes and what each becomes.
        formats: of dates, as strptime writes them, tried in order.
        other: what any other code becomes; without it such a code is refused.
        missing: what an empty value becomes.
        value: the same for every row.
    """

    column: Column
    sources: tuple[str, ...] = ()
    lookup: tuple[str, str] | None = None
    codes: tuple[tuple[str, str], ...] = ()
    formats: tuple[str, ...] = ISO_FORMATS
    other: str | None = None
    missing: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMap:
    """Where one table of the schema comes from."""

    table: SourceTable
    origin: Origin
    columns: tuple[ColumnMap, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterMap:
    """A whole map.

    Attributes:
        extract_date: day up to which the register was extracted.
        next_refresh: when the next extract is expected, if that is announced.
        id_scheme: what the person ids are called, which stay from extract to extract; empty where they do not.
        tables: in the order of the schema.
        lookups: by name.
    """

    extract_date: date
    next_refresh: date | None
    tables: tuple[TableMap, ...]
    lookups: dict[str, LookupMap] = field(default_factory=dict)
    id_scheme: str = ""


def read_map(path: Path) -> RegisterMap:
    """Read a map, strictly.

    Raises:
        UsageError: a section, key or code is unknown (with the nearest known one), or a required column is not mapped.
    """
    values = load_toml(path)
    with in_file(path.name):
        return _map(values)


def _map(values: dict[str, Toml]) -> RegisterMap:
    known = (*_HEADS, *BY_NAME)
    refuse_unknown_sections(values, known)
    for name, value in values.items():
        if not isinstance(value, dict):
            refuse(f"[{name}]", "a section", spelled(value))
    sections = {name: Section(f"[{name}]", cast("dict[str, Toml]", value)) for name, value in values.items()}
    absent = [name for name, table in BY_NAME.items() if not table.optional and name not in sections]
    if "extract" not in sections or absent:
        message = f"expected the sections {', '.join(('[extract]', *(f'[{name}]' for name in absent)))}. Add them."
        raise UsageError(message)
    lookups = _lookups(sections.get("lookups"))
    tables = tuple(_table(table, sections[name], lookups) for name, table in BY_NAME.items() if name in sections)
    extract = sections["extract"]
    day, refresh = extract.need("date", date), extract.optional("next_refresh", date)
    scheme = extract.get("id_scheme", str, "")
    extract.finish()
    if refresh and refresh <= day:
        refuse("[extract] next_refresh", f"a day after the extract's, {day}", str(refresh), "Correct it, or take it out.")
    return RegisterMap(extract_date=day, next_refresh=refresh, tables=tables, lookups=lookups, id_scheme=scheme)


def _lookups(section: Section | None) -> dict[str, LookupMap]:
    if section is None:
        return {}
    return {name: _lookup_map(table) for name in section.values if (table := section.table(name))}


def _lookup_map(section: Section) -> LookupMap:
    found = LookupMap(origin=_origin(section), key=section.need("key", str))
    section.finish()
    return found


def _origin(section: Section) -> Origin:
    keep = section.table("keep")
    kept = tuple((name, keep.texts(name)) for name in keep.values) if keep else ()
    return Origin(
        where=section.where,
        name=section.need("from", str),
        delimiter=section.get("delimiter", str, ","),
        encoding=section.choice("encoding", ENCODINGS, "utf-8"),
        null=section.texts("null"),
        keep=kept,
    )


def _table(table: SourceTable, section: Section, lookups: dict[str, LookupMap]) -> TableMap:
    origin, given = _origin(section), section.table("columns")
    if given is None:
        refuse(f"{section.where} columns", "a table", "nothing", "Name where each column comes from.")
    section.finish()
    for name in given.values:
        if name not in table.names:
            message = f"{given.where}: unknown column `{name}`. {nearest(name, table.names)}"
            raise UsageError(message)
    absent = [column.name for column in table.columns if not column.nullable and column.name not in given.values]
    if absent:
        message = f"{given.where}: expected a source for {', '.join(absent)}. Name a column of yours, or a fixed `value`."
        raise UsageError(message)
    columns = (_column(column, given, lookups) for column in table.columns if column.name in given.values)
    return TableMap(table=table, origin=origin, columns=tuple(columns))


def _column(column: Column, given: Section, lookups: dict[str, LookupMap]) -> ColumnMap:
    if isinstance(given.values[column.name], str):
        return ColumnMap(column=column, sources=(given.need(column.name, str),))
    section = given.table(column.name)
    if section is None:  # pragma: no cover -- the key is there
        raise AssertionError
    codes = section.table("codes")
    found = ColumnMap(
        column=column,
        sources=_sources(section),
        lookup=_lookup(section, lookups),
        codes=tuple((code, _target(column, section, "codes", value)) for code, value in codes.values.items()) if codes else (),
        formats=section.texts("formats") or ISO_FORMATS,
        other=_fixed(column, section, "other"),
        missing=_fixed(column, section, "missing"),
        value=_fixed(column, section, "value"),
    )
    section.finish()
    if bool(found.sources) is (found.value is not None):
        refuse(section.where, "either `from` or `value`", "both" if found.sources else "neither")
    _refuse_idle(section, column)
    return found


def _refuse_idle(section: Section, column: Column) -> None:
    """Refuse a key that would change nothing: whoever wrote it meant something by it."""
    beside = [key for key in section.values if key != "value"]
    if "value" in section.values and beside:
        refuse(section.where, "`value` alone", f"`{beside[0]}` beside it", "Take one of them out.")
    if "formats" in section.values and column.kind != "date":
        refuse(f"{section.where} formats", "it at a column of dates", "it at another", "Take it out, or use `codes`.")


def _sources(section: Section) -> tuple[str, ...]:
    if isinstance(section.values.get("from"), list):
        return section.texts("from")
    name = section.optional("from", str)
    return () if name is None else (name,)


def _lookup(section: Section, lookups: dict[str, LookupMap]) -> tuple[str, str] | None:
    name, take = section.optional("lookup", str), section.optional("take", str)
    if name is None and take is None:
        return None
    if name is None or take is None:
        refuse(section.where, "`lookup` and `take` together", "one of them")
    if name not in lookups:
        message = f"{section.where} lookup: unknown lookup `{name}`. {nearest(name, tuple(lookups)) if lookups else 'Add it as [lookups.NAME].'}"
        raise UsageError(message)
    return name, take


def _fixed(column: Column, section: Section, key: str) -> str | None:
    section.asked.append(key)
    return _target(column, section, key, section.values[key]) if key in section.values else None


def _target(column: Column, section: Section, key: str, value: Toml) -> str:
    """A value that the map puts into the schema, as text, refused when the column may not hold it."""
    if column.kind == "boolean":
        if not isinstance(value, bool):
            refuse(f"{section.where} {key}", "true or false", spelled(value))
        return str(value).lower()
    if isinstance(value, (bool, float, list, dict)):
        refuse(f"{section.where} {key}", "text", spelled(value))
    text = str(value)
    if column.kind == "integer" and not re.fullmatch("[+-]?[0-9]+", text):
        refuse(f"{section.where} {key}", "a whole number", spelled(text))
    if column.allowed and text not in column.allowed:
        refuse(f"{section.where} {key}", f"one of {', '.join(column.allowed)}", spelled(text), nearest(text, column.allowed))
    return text
