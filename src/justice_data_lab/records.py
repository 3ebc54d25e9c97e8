"""Frozen values to JSON and back, driven by their own field types.

One pair of functions serves matching, estimation and disclosure, so that no field can be forgotten in one direction.
"""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from justice_data_lab.files import Json

    Reader: TypeAlias = Callable[[Json], object]

Value = TypeVar("Value")
# Values that are JSON as they are.
_PLAIN = frozenset((str, int, float, bool, type(None)))


def to_json(value: object) -> Json:
    """A dataclass, tuple, table, date or plain value as JSON; a table becomes `{"columns": {name: list}}`."""
    kind = type(value)
    if kind in _PLAIN:
        return cast("Json", value)
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    names = _names(cast("type", kind))
    if names is not None:
        return {name: to_json(getattr(value, name)) for name in names}
    if isinstance(value, pa.Table):
        return {"columns": {name: value.column(name).to_pylist() for name in value.column_names}}
    if isinstance(value, date):
        return value.isoformat()
    return cast("Json", value)


@cache
def _names(kind: type) -> tuple[str, ...] | None:
    """The fields of a dataclass; None of any other type."""
    return tuple(item.name for item in fields(kind)) if is_dataclass(kind) else None


def from_json(kind: type[Value], data: Mapping[str, Json]) -> Value:
    """The dataclass `kind` that `to_json` made `data` from.

    Raises:
        KeyError: a field of `kind` is missing from `data`.
    """
    return cast("Value", _record(cast("type", kind))(data))


def table_from_json(data: Json, schema: pa.Schema) -> pa.Table:
    """The table that `to_json` wrote, with the schema it had."""
    columns = cast("Mapping[str, Mapping[str, list[object]]]", data)["columns"]
    return pa.table([pa.array(columns[name], schema.field(name).type) for name in schema.names], schema=schema)


@cache
def _record(kind: type) -> Reader:
    """How to read one dataclass; its field types are worked out once, which is slow."""
    hints = get_type_hints(kind)
    readers = [(item.name, _reader(hints[item.name])) for item in fields(kind)]
    if _is_its_slots(kind):
        return _slot_by_slot(kind, readers)

    def read(data: Json) -> object:
        values = cast("Mapping[str, Json]", data)
        return kind(**{name: values[name] if reader is None else _unless_none(reader, values[name]) for name, reader in readers})

    return read


def _is_its_slots(kind: type) -> bool:
    """Whether a dataclass is nothing but its fields: then making one is putting each into its slot."""
    slots = all(isinstance(getattr(kind, item.name, None), types.MemberDescriptorType) for item in fields(kind))
    return slots and not hasattr(kind, "__post_init__")


def _slot_by_slot(kind: type, readers: Sequence[tuple[str, Reader | None]]) -> Reader:
    """The same without `__init__`, which would look for what is left out, and nothing is: a library is read in two thirds of the time."""
    plain = [(name, getattr(kind, name).__set__) for name, reader in readers if reader is None]
    deep = [(name, getattr(kind, name).__set__, reader) for name, reader in readers if reader is not None]

    def read(data: Json) -> object:
        values = cast("Mapping[str, Json]", data)
        made: object = object.__new__(kind)
        for name, put in plain:
            put(made, values[name])
        for name, put, reader in deep:
            put(made, _unless_none(reader, values[name]))
        return made

    return read


def _reader(hint: object) -> Reader | None:
    """How to read a value of one type; None where it is kept as it is."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _reader(next(option for option in get_args(hint) if option is not type(None)))
    if origin is tuple:
        return _tuple(_reader(get_args(hint)[0]))
    if hint in (date, datetime):
        return cast("Reader", hint.fromisoformat)
    return _record(cast("type", hint)) if is_dataclass(hint) else None


def _tuple(reader: Reader | None) -> Reader:
    if reader is None:
        return cast("Reader", tuple)

    def read(data: Json) -> object:
        return tuple([_unless_none(reader, each) for each in cast("list[Json]", data)])

    return read


def _unless_none(reader: Reader, data: Json) -> object:
    return None if data is None else reader(data)
