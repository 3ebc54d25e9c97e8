"""Tables inside JSON (columns as lists, dates as ISO text, with the types to read them back), and numbers in little memory."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt

    from justice_data_lab.files import Json

_DATE = "date32[day]"
_DICTIONARY = "dictionary"


def table_to_dict(table: pa.Table) -> dict[str, Json]:
    """A table as `{"columns": {name: list}, "types": [[name, type], …]}`, dates as ISO text; `types` keeps the order."""
    columns: dict[str, Json] = {}
    for name in table.column_names:
        values = table.column(name).to_pylist()
        columns[name] = [value.isoformat() if isinstance(value, date) else value for value in values]
    return {"columns": columns, "types": [[field.name, _kind(field.type)] for field in table.schema]}


def table_from_dict(data: Mapping[str, Json]) -> pa.Table:
    """The table that `table_to_dict` was given."""
    columns = cast("Mapping[str, Sequence[str | int | float | bool | None]]", data["columns"])
    types = cast("Sequence[tuple[str, str]]", data["types"])
    return pa.table({name: _array(columns[name], kind) for name, kind in types})


def _array(values: Sequence[str | int | float | bool | None], kind: str) -> pa.Array:
    if kind == _DATE:
        return pa.array([date.fromisoformat(str(value)) if value is not None else None for value in values], pa.date32())
    if kind == _DICTIONARY:
        return pa.array(values, pa.string()).dictionary_encode()
    return pa.array(values, pa.type_for_alias(kind))


def _kind(kind: pa.DataType) -> str:
    return _DICTIONARY if pa.types.is_dictionary(kind) else str(kind)


def narrow(values: npt.NDArray[np.float64] | npt.NDArray[np.float32]) -> npt.NDArray[np.float64] | npt.NDArray[np.float32]:
    """The same numbers in half the memory where single precision holds every one of them exactly, as it does counts and codes."""
    if values.dtype == np.float32:
        return values
    with np.errstate(over="ignore"):
        single = values.astype(np.float32)
    return single if np.array_equal(single, values) else values


def under_dictionaries(table: pa.Table, names: Iterable[str]) -> pa.Table:
    """The same table with these columns, where they are texts, as numbers into their distinct texts: quick to read and to take rows of."""
    for name in names:
        place = table.schema.get_field_index(name)
        if pa.types.is_string(table.schema.field(place).type):
            table = table.set_column(place, name, table.column(place).dictionary_encode())
    return table
