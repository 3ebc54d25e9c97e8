"""Frozen values to plain JSON and back, by their annotations."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from types import UnionType
from typing import TYPE_CHECKING, TypeVar, Union, cast, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from justice_data_lab.files import Json

Value = TypeVar("Value")


def to_plain(value: object) -> Json:
    """A frozen value, a tuple of them, or a plain value as JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [to_plain(entry) for entry in value]
    return cast("Json", value)


def from_plain(kind: type[Value], data: Json) -> Value:
    """The frozen value that `to_plain` wrote.

    Raises:
        KeyError: a field is missing.
    """
    return cast("Value", _read(kind, data))


def _read(kind: object, data: Json) -> object:
    if get_origin(kind) in (Union, UnionType):
        return _read_union(get_args(kind), data)
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], entry) for entry in cast("Sequence[Json]", data))
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        table = cast("Mapping[str, Json]", data)
        return kind(**{field.name: _read(hints[field.name], table[field.name]) for field in fields(kind)})
    return data


def _read_union(kinds: tuple[object, ...], data: Json) -> object:
    """A value or None: the first kind that is not None reads it."""
    if data is None:
        return None
    return _read(next(kind for kind in kinds if kind is not type(None)), data)
