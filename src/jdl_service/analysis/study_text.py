"""The study file as text: what a form fills in of it, and what is put in by an act. The core alone reads and checks it."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, cast

import tomli_w

from jdl_service.files.own_columns import declared
from jdl_service.files.standing import standing_files
from justice_data_lab.errors import UsageError
from justice_data_lab.toml_section import without_control

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jdl_service.requests.models import Request
    from justice_data_lab.toml_section import Toml

_PROGRAMME = ("what", "who_delivers", "where", "dose", "how_chosen", "own_words")
_OVERRIDE = "method.override_balance"


def first_draft(request: Request) -> dict[str, Toml]:
    """The study that a request asks for, in the organisation's own words."""
    programme: dict[str, Toml] = {name: without_control(getattr(request, name)) for name in _PROGRAMME if getattr(request, name)}
    programme |= {name: getattr(request, name) for name in ("eligible", "started") if getattr(request, name) is not None}
    return {
        "study": {
            "name": _line(request.programme),
            "organisation": _line(request.organisation.name),
            "programme": _line(request.programme),
            "intervention_type": request.intervention_type,
            "setting": request.setting,
            "seed": request.pk,
        },
        "programme": programme,
        "columns": dict(declared(standing_files(request))),
    }


def _line(words: str) -> str:
    return " ".join(without_control(words).splitlines())


def parse(toml: str) -> dict[str, Toml]:
    """The tables of a study file.

    Raises:
        UsageError: it is not TOML.
    """
    try:
        return cast("dict[str, Toml]", tomllib.loads(toml))
    except tomllib.TOMLDecodeError as error:
        message = f"The study is not TOML: {error}. Mend that line."
        raise UsageError(message) from None


def write(tables: Mapping[str, Toml]) -> str:
    """The text of a study file, without empty tables."""
    return tomli_w.dumps({name: table for name, table in tables.items() if table}, multiline_strings=False)


def supersedes(toml: str) -> str:
    """The release that a study updates; empty when it is none."""
    return str(cast("dict[str, Toml]", parse(toml).get("study", {})).get("supersedes", ""))


def without_override(toml: str) -> str:
    """The study as it was before a reviewer said why to go on: that holds for one design only."""
    tables = parse(toml)
    method = {key: value for key, value in cast("dict[str, Toml]", tables.get("method", {})).items() if key != "override_balance"}
    kept: list[Toml] = [each for each in _changes(tables) if each.get("what") != _OVERRIDE]
    return write(tables | {"method": method, "change": kept})


def with_override(toml: str, *, by: str, reason: str) -> str:
    """The study with a reviewer's name and reason for going on, and why it is not as the protocol has it."""
    said = f"{by}: {without_control(reason).strip()}"
    tables = parse(without_override(toml))
    method = cast("dict[str, Toml]", tables.get("method", {})) | {"override_balance": said}
    change: list[Toml] = [*_changes(tables), {"what": _OVERRIDE, "why": said}]
    return write(tables | {"method": method, "change": change})


def _changes(tables: Mapping[str, Toml]) -> list[dict[str, Toml]]:
    return cast("list[dict[str, Toml]]", tables.get("change", []))
