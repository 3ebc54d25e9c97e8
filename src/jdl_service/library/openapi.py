"""The OpenAPI 3.1 document of the API, drawn from the table of resources and the types of their answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from jdl_service.library.documents import Problem
from jdl_service.library.resources import API, RESOURCES
from justice_data_lab.files import canonical_json
from justice_data_lab.reporting.schema import schema_of

if TYPE_CHECKING:
    from jdl_service.library.questions import Parameter
    from jdl_service.library.resources import Resource
    from justice_data_lab.files import Json
    from justice_data_lab.study import Lab

VERSION = "1.0.0"
PATH = "/openapi.json"
PROBLEM = "application/problem+json"
_NAME = re.compile(r"\{(\w+)\}")
# What a name in a path looks like; a name that is not known is not found.
_NAMES: dict[str, Json] = {
    "key": {"type": "string", "pattern": "^[A-Za-z0-9-]{1,40}$"},
    "version": {"type": "integer", "minimum": 1, "maximum": 9999},
    "type": {"type": "string", "pattern": "^[a-z0-9-]{1,60}$"},
    "measure": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,80}$"},
    "name": {"type": "string", "pattern": "^[a-z0-9-]{1,120}$"},
}
_HEADERS: dict[str, Json] = {
    "ETag": {
        "description": "Hash of the answer: send it as If-None-Match, and 304 says that nothing changed.",
        "schema": {"type": "string"},
        "required": True,
    }
}


def openapi(lab: Lab) -> bytes:
    """The document."""
    kinds: dict[str, Json] = {}
    paths: dict[str, Json] = {each.path: {"get": _operation(each, kinds)} for each in RESOURCES}
    paths[PATH] = {"get": _get("openapi", "This document", {"type": "object"}, ())}
    problem = schema_of(Problem, kinds)
    document: dict[str, Json] = {
        "openapi": "3.1.0",
        "info": {
            "title": f"{lab.name}: what works",
            "version": VERSION,
            "description": "Every released result, read only. Nothing here is known before its hour.",
            "license": {"name": lab.licence},
        },
        "servers": [{"url": API}],
        "paths": paths,
        "components": {
            "schemas": kinds,
            "responses": {
                name: {"description": words, "content": {PROBLEM: {"schema": problem}}}
                for name, words in (("Bad", "The question is not one that is answered; it says what was expected."), ("None", "There is none."))
            },
        },
    }  # fmt: skip
    text = canonical_json(document).decode().replace('"#/$defs/', '"#/components/schemas/')
    return text.encode()


def _operation(resource: Resource, kinds: dict[str, Json]) -> Json:
    name = re.sub(r"\W+", "_", resource.path).strip("_") or "start"
    parameters = [*map(_in_path, _NAME.findall(resource.path)), *map(_in_query, resource.asks)]
    return _get(name, resource.words, schema_of(resource.kind, kinds), parameters)


def _get(name: str, words: str, schema: Json, parameters: list[Json] | tuple[()]) -> Json:
    in_path = any(cast("dict[str, Json]", each)["in"] == "path" for each in parameters)
    answers: dict[str, Json] = {
        "200": {"description": words, "headers": _HEADERS, "content": {"application/json": {"schema": schema}}},
        "304": {"description": "Nothing changed."},
        "400": {"$ref": "#/components/responses/Bad"},
    }
    if in_path or name == "national":
        answers["404"] = {"$ref": "#/components/responses/None"}
    return {"operationId": name, "summary": words, "parameters": list(parameters), "responses": answers}


def _in_path(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": _NAMES[name]}


def _in_query(parameter: Parameter) -> Json:
    several: dict[str, Json] = {"style": "form", "explode": True} if parameter.most > 1 else {}
    return {"name": parameter.name, "in": "query", "description": parameter.words, "schema": parameter.schema(), **several}
