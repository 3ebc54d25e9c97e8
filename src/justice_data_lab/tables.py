"""Tables inside JSON: columns as lists, dates as ISO text, with the types to read them back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from justice_data_lab.files import Json

_DATE = "date32[day]"


def table_to_dict(table: pa.Table) -> dict[str, Json]:
    """A table as `{"columns": {name: list}, "types": [[name, type], …]}`, dates as ISO text; `types` keeps the order."""
    columns: dict[str, Json] = {}
    for name in table.column_names:
        values = table.column(name).to_pylist()
        columns[name] = [value.isoformat() if isinstance(value, date) else value for value in values]
    return {"columns": columns, "types": [[field.name, str(field.type)] for field in table.schema]}


def table_from_dict(data: Mapping[str, Json]) -> pa.Table:
    """The table that `table_to_dict` was given."""
    columns = cast("Mapping[str, Sequence[str | int | float | bool | None]]", data["columns"])
    types = cast("Sequence[tuple[str, str]]", data["types"])
    return pa.table({name: _array(columns[name], kind) for name, kind in types})


def _array(values: Sequence[str | int | float | bool | None], kind: str) -> pa.Array:
    if kind == _DATE:
        return pa.array([date.fromisoformat(str(value)) if value is not None else None for value in values], pa.date32())
    return pa.array(values, pa.type_for_alias(kind))
