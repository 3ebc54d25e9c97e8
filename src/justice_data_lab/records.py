"""Frozen values to JSON and back, driven by their own field types.

One pair of functions serves matching, estimation and disclosure, so that no field can be forgotten in one direction.
"""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justice_data_lab.files import Json

Value = TypeVar("Value")


def to_json(value: object) -> Json:
    """A dataclass, tuple, table, date or plain value as JSON; a table becomes `{"columns": {name: list}}`."""
    if isinstance(value, pa.Table):
        return {"columns": {name: value.column(name).to_pylist() for name in value.column_names}}
    if is_dataclass(value):
        return {item.name: to_json(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return cast("Json", value)


def from_json(kind: type[Value], data: Mapping[str, Json]) -> Value:
    """The dataclass `kind` that `to_json` made `data` from.

    Raises:
        KeyError: a field of `kind` is missing from `data`.
    """
    return cast("Value", _record(cast("type", kind), data, {}))


def table_from_json(data: Json, schema: pa.Schema) -> pa.Table:
    """The table that `to_json` wrote, with the schema it had."""
    columns = cast("Mapping[str, Mapping[str, list[object]]]", data)["columns"]
    return pa.table([pa.array(columns[name], schema.field(name).type) for name in schema.names], schema=schema)


def _record(kind: type, data: Mapping[str, Json], known: dict[type, dict[str, object]]) -> object:
    """One dataclass; `known` has the field types of those met before in the same reading, which are slow to work out."""
    if kind not in known:
        hints = get_type_hints(kind)
        known[kind] = {item.name: hints[item.name] for item in fields(kind)}
    return kind(**{name: _read(hint, data[name], known) for name, hint in known[kind].items()})


def _read(hint: object, data: Json, known: dict[type, dict[str, object]]) -> object:
    origin = get_origin(hint)
    if origin is Literal or data is None:
        return data
    if origin in (Union, types.UnionType):
        return _read(next(option for option in get_args(hint) if option is not type(None)), data, known)
    if origin is tuple:
        return tuple(_read(get_args(hint)[0], item, known) for item in cast("list[Json]", data))
    if hint in (date, datetime):
        return hint.fromisoformat(cast("str", data))
    if is_dataclass(hint):
        return _record(cast("type", hint), cast("Mapping[str, Json]", data), known)
    return data
