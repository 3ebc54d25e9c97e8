"""What proven reoffending is like nationally, by kind of sentence: exact counts, which are secret."""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib.resources import files
from typing import TYPE_CHECKING, TypeVar, cast

from justice_data_lab.records import from_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb
    from _typeshed import DataclassInstance

    from justice_data_lab.files import Json

Counts = TypeVar("Counts", bound="DataclassInstance")


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCounts:
    """Index events of one kind of sentence with complete follow-up, and what came after them.

    Attributes:
        sentence: `all`, or a kind of disposal.
        events: index events; a person may have several.
        reoffended: of these, followed by a proven reoffence within a year; all further counts are among them.
        first_indictable: the first proven reoffence was indictable only.
        first_either_way: it was triable either way.
        first_summary: it was summary.
        first_custody: it was sentenced to custody.
        any_indictable: at least one reoffence in the year was indictable only.
        any_either_way: at least one was triable either way.
        any_indictable_or_either_way: at least one was either of these.
        any_summary: at least one was summary.
        any_custody: at least one custodial sentence.
    """

    sentence: str
    events: int
    reoffended: int
    first_indictable: int
    first_either_way: int
    first_summary: int
    first_custody: int
    any_indictable: int
    any_either_way: int
    any_indictable_or_either_way: int
    any_summary: int
    any_custody: int


def national_kinds(con: duckdb.DuckDBPyConnection) -> tuple[KindCounts, ...]:
    """Counts over every index event with complete follow-up: all of them first, then by kind of disposal.

    Args:
        con: has the view `index_event`.
    """
    return counted(con, "national_kinds.sql", KindCounts)


def counted(con: duckdb.DuckDBPyConnection, query: str, kind: type[Counts]) -> tuple[Counts, ...]:
    """The rows of one of our query files, each as a value with a field for every column, in their order."""
    text = files("justice_data_lab.register").joinpath(query).read_text(encoding="utf-8")
    names = [each.name for each in fields(kind)]
    return tuple(kind(**dict(zip(names, row, strict=True))) for row in con.execute(text).fetchall())


def kinds_from(data: Json) -> tuple[KindCounts, ...]:
    """The counts that a manifest holds."""
    return tuple(from_json(KindCounts, row) for row in cast("list[Mapping[str, Json]]", data))
