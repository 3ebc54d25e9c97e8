"""The library's read-only API: JSON for whoever asks, from any page; refusals say what was expected."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt

from jdl_service import clock
from jdl_service.base.answers import public_answer
from jdl_service.library.documents import Problem
from jdl_service.library.openapi import PATH, PROBLEM, openapi
from jdl_service.library.questions import QuestionError, read_query
from jdl_service.library.resources import API, RESOURCES, Asked
from jdl_service.library.standing import library_at
from justice_data_lab.library.entry import Entry
from justice_data_lab.records import to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from jdl_service.library.drawn import Drawn, File
    from jdl_service.library.resources import Resource

METHODS = "GET, HEAD, OPTIONS"
_JSON = "application/json"


@csrf_exempt
@login_not_required
def api(http: HttpRequest) -> HttpResponse:
    """The answer of a resource; a refusal is one too. Any page may read it, since nobody is known here."""
    answer = _answer(http)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Expose-Headers"] = "ETag"
    return answer


def _answer(http: HttpRequest) -> HttpResponse:
    path, query = http.path_info.removeprefix(API) or "/", http.META.get("QUERY_STRING", "")
    if http.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": METHODS, "Access-Control-Allow-Methods": METHODS})
    if http.method not in ("GET", "HEAD"):
        refused = _problem(405, "Only reading", f"expected {METHODS}; found {http.method}.")
        refused.headers["Allow"] = METHODS
        return refused
    try:
        found = _found(path, query)
    except QuestionError as error:
        return _problem(400, "The question is not one that is answered", str(error), error.parameter)
    if found is None:
        return _problem(404, "There is none", f"expected an address of {API}{PATH}; nothing is known by this one.")
    return public_answer(http, found.data, kind=_JSON, told=None, tag=found.tag)


def _found(path: str, query: str) -> File | None:
    """The answer at a path of the API; None when there is none.

    Raises:
        QuestionError: the query is not one that it answers.
    """
    shown = library_at(clock.now())
    if path == PATH:
        read_query((), query)
        return shown.kept("api:document", lambda: {"": openapi(settings.LAB)})[""]
    for resource in RESOURCES:
        place = _pattern(resource.path).fullmatch(path)
        if place:
            return _ask(resource, shown, place.groupdict(), read_query(resource.asks, query))
    return None


def _ask(resource: Resource, shown: Drawn, path: Mapping[str, str], given: Mapping[str, tuple[str, ...]]) -> File | None:
    asked = Asked(shown=shown, path=path, query=given)

    def draw() -> Mapping[str, bytes]:
        made = resource.answer(asked)
        return {} if made is None else {"": _written(shown, made)}

    in_order = [(name, value) for name, values in sorted(given.items()) for value in values]
    return shown.kept(f"api:{resource.path}?{urlencode([*sorted(path.items()), *in_order])}", draw).get("")


def _written(shown: Drawn, made: object) -> bytes:
    if isinstance(made, Entry):
        return shown.desk.written[made.key]
    return json.dumps(to_json(made), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path)))


def _problem(status: int, title: str, detail: str, parameter: str | None = None) -> HttpResponse:
    """A refusal as JSON."""
    told = to_json(Problem(title=title, status=status, detail=detail, parameter=parameter))
    return HttpResponse(json.dumps(cast("object", told), ensure_ascii=False, sort_keys=True), content_type=PROBLEM, status=status)
