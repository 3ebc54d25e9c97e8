"""The JSON Schema of `report.json`, made from the types that the report is made of, so that the two cannot differ."""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, Union, cast, get_args, get_origin, get_type_hints

from justice_data_lab.disclosure.published import Content
from justice_data_lab.reporting.machine import SCHEMA, VERSION
from justice_data_lab.reporting.use import Use

if TYPE_CHECKING:
    from justice_data_lab.files import Json

_PLAIN: dict[object, Json] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
}


def report_schema() -> dict[str, Json]:
    """The schema, draft 2020-12: every field is required, and no other is allowed.

    Notes:
        Published as `docs/reference/report.schema.json`. A field that comes, goes or changes its meaning needs a new `VERSION`; a test holds the file
        against this.
    """
    kinds: dict[str, Json] = {}
    report = schema_of(Content, kinds)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}:{VERSION}",
        "title": f"A report of a justice data lab, version {VERSION}",
        "description": "A figure without a value has a marker (c confidential, u unreliable, x not available, z not applicable) or says it in its text.",
        **_object(
            {
                "schema": _object({"name": {"const": SCHEMA}, "version": {"const": VERSION}}),
                "title": {"type": "string", "minLength": 1},
                "lab": _object({name: {"type": "string"} for name in ("name", "contacts", "licence")}),
                "use": schema_of(Use, kinds),
                "report": report,
            }
        ),
        "$defs": kinds,
    }


def _object(properties: dict[str, Json]) -> dict[str, Json]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def schema_of(hint: object, kinds: dict[str, Json]) -> Json:
    """The schema of one type; a dataclass is put among the kinds and referred to.

    Raises:
        TypeError: a field of a type that JSON has no form for.
    """
    origin, parts = get_origin(hint), get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if origin is Literal:
        return {"enum": list(parts)}
    if origin is tuple:
        return {"type": "array", "items": schema_of(parts[0], kinds)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [schema_of(part, kinds) for part in parts]}
    if is_dataclass(hint):
        return _reference(cast("type", hint), kinds)
    message = f"{hint!r}: expected a dataclass, a tuple, a choice or a plain type in what is published."
    raise TypeError(message)


def _reference(kind: type, kinds: dict[str, Json]) -> Json:
    if kind.__name__ not in kinds:
        kinds[kind.__name__] = {}  # so that a kind that holds itself would end
        hints = get_type_hints(kind)
        described: dict[str, Json] = {"description": str(kind.__doc__).splitlines()[0]}
        kinds[kind.__name__] = {**described, **_object({item.name: schema_of(hints[item.name], kinds) for item in fields(kind)})}
    return {"$ref": f"#/$defs/{kind.__name__}"}
