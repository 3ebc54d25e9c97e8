"""The SQL that turns an operator's rows into rows of the schema; every value of the map is bound."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from justice_data_lab.register.connect import identifier

if TYPE_CHECKING:
    from justice_data_lab.register.map_file import ColumnMap, LookupMap, Origin, TableMap

Bound: TypeAlias = "dict[str, str | list[str]]"
_TRUE = ["true", "yes", "y", "1"]
_FALSE = ["false", "no", "n", "0"]
# With nothing behind the point it is whole still: so a column of whole numbers with gaps in it often comes out.
_WHOLE = "[+-]?[0-9]+([.]0+)?"
RAW = "raw"


@dataclass(slots=True)
class Statement:
    """Expressions over an operator's rows, with the values that they bind."""

    bound: Bound = field(default_factory=dict)

    def bind(self, value: str | list[str]) -> str:
        """The name under which a value is bound."""
        name = f"v{len(self.bound)}"
        self.bound[name] = value
        return f"${name}"

    def text(self, relation: str, name: str, origin: Origin) -> str:
        """A column as trimmed text, null where nothing was recorded."""
        trimmed = f"nullif(trim(CAST({relation}.{identifier(name)} AS VARCHAR)), '')"
        if not origin.null:
            return trimmed
        return f"CASE WHEN list_contains({self.bind(list(origin.null))}, {trimmed}) THEN NULL ELSE {trimmed} END"

    def found(self, mapped: ColumnMap, table: TableMap, lookups: dict[str, LookupMap]) -> str:
        """What the operator's rows say of a column, before it is converted."""
        if mapped.lookup is None:
            return self.own(mapped, table)
        name, take = mapped.lookup
        return self.text(lookup_alias(name, mapped.sources), take, lookups[name].origin)

    def own(self, mapped: ColumnMap, table: TableMap) -> str:
        """What stands in the operator's own columns, several joined by a hyphen."""
        return " || chr(45) || ".join(f"({self.text(RAW, name, table.origin)})" for name in mapped.sources)

    def lost(self, mapped: ColumnMap, table: TableMap, lookups: dict[str, LookupMap]) -> str:
        """The condition under which a value was there and nothing came of it, though something was meant to."""
        text = self.found(mapped, table, lookups)
        became, excused = self.converted(mapped, text), self.excused(mapped, text, lookups)
        return f"(({self.own(mapped, table)}) IS NOT NULL AND ({became}) IS NULL AND NOT ({excused}))"

    def excused(self, mapped: ColumnMap, text: str, lookups: dict[str, LookupMap]) -> str:
        """Whether nothing is meant to come of a value: its key is in the lookup, but with nothing beside it."""
        if mapped.lookup is None or not mapped.column.nullable:
            return "false"
        name = mapped.lookup[0]
        alias = lookup_alias(name, mapped.sources)
        return f"{self.text(alias, lookups[name].key, lookups[name].origin)} IS NOT NULL AND ({text}) IS NULL"

    def converted(self, mapped: ColumnMap, text: str) -> str:
        """A column in the schema's type; null where the text cannot be converted."""
        if mapped.value is not None:
            return f"CAST({self.bind(mapped.value)} AS {mapped.column.sql_type})"
        value = self._coded(mapped, text)
        value = value if mapped.missing is None else f"CASE WHEN {text} IS NULL THEN {self.bind(mapped.missing)} ELSE {value} END"
        return self._typed(mapped, value)

    def _coded(self, mapped: ColumnMap, text: str) -> str:
        if not mapped.codes and mapped.other is None:
            return text
        keys, values = ([pair[side] for pair in mapped.codes] for side in (0, 1))
        found = f"list_extract({self.bind(values)}, list_position({self.bind(keys)}, {text}))" if keys else "NULL"
        if mapped.other is None:
            # A closed list is mapped whole; elsewhere the codes are exceptions, such as LIFE among numbers of days.
            return found if mapped.column.kind in ("code", "boolean") else f"coalesce({found}, {text})"
        return f"CASE WHEN {text} IS NULL THEN NULL ELSE coalesce({found}, {self.bind(mapped.other)}) END"

    def _typed(self, mapped: ColumnMap, value: str) -> str:
        column = mapped.column
        if column.kind == "date":
            return f"CAST(try_strptime({value}, {self.bind(list(mapped.formats))}) AS DATE)"
        if column.kind == "integer":
            # a cast alone would round 12.7, and read 1e3 and 1_000
            return f"CASE WHEN regexp_full_match({value}, {self.bind(_WHOLE)}) THEN TRY_CAST({value} AS INTEGER) END"
        if column.kind == "boolean":
            true, false = self.bind(_TRUE), self.bind(_FALSE)
            return f"CASE WHEN list_contains({true}, lower({value})) THEN true WHEN list_contains({false}, lower({value})) THEN false END"
        if column.allowed:
            return f"CASE WHEN list_contains({self.bind(list(column.allowed))}, {value}) THEN {value} END"
        return value

    def kept(self, origin: Origin, relation: str) -> str:
        """The condition under which a row is kept at all."""
        tests = (f"list_contains({self.bind(list(values))}, {self.text(relation, name, origin)})" for name, values in origin.keep)
        return " AND ".join(("true", *tests))

    def rows(self, table: TableMap, lookups: dict[str, LookupMap]) -> str:
        """FROM and WHERE: the operator's rows, each with what its codes are looked up as."""
        joins = []
        joined = {(mapped.lookup[0], mapped.sources): mapped for mapped in table.columns if mapped.lookup}
        for (name, sources), mapped in joined.items():
            alias, lookup = lookup_alias(name, sources), lookups[name]
            key = self.text(alias, lookup.key, lookup.origin)
            joins.append(f"LEFT JOIN {lookup_view(name)} {alias} ON {key} = {self.own(mapped, table)}")
        return " ".join((f"FROM {raw_view(table.table.name)} {RAW}", *joins, f"WHERE {self.kept(table.origin, RAW)}"))


def raw_view(table: str) -> str:
    """The view on which an operator's rows for a table of the schema stand."""
    return f"raw_{table}"


def lookup_view(name: str) -> str:
    """The view on which a lookup table stands."""
    return identifier(f"lookup_{name}")


def lookup_alias(name: str, sources: tuple[str, ...]) -> str:
    """One join of a lookup: a table may look up two of its columns in the same one."""
    return identifier(f"{name} by {'-'.join(sources)}")
