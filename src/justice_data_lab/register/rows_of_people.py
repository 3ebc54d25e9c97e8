"""Reads what a table sorted by person holds of a few people, without reading the rest."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path


def rows_of_people(folder: Path, people: Collection[str], columns: Sequence[str]) -> pa.Table:
    """Rows of a table of the snapshot that are about these people.

    Args:
        folder: of Parquet files sorted by person_id.
        people: their ids.
        columns: to read; person_id is one of them.

    Notes:
        Each row group says from which person to which it reaches, so that only those are read that may hold one of the people.
    """
    wanted = sorted(set(people))
    found = [_of_file(pq.ParquetFile(file), wanted, columns) for file in sorted(folder.glob("*.parquet"))]
    return pa.concat_tables(found)


def _of_file(file: pq.ParquetFile, wanted: list[str], columns: Sequence[str]) -> pa.Table:
    groups = [place for place in range(file.metadata.num_row_groups) if _may_hold(file.metadata.row_group(place), wanted)]
    rows = file.read_row_groups(groups, columns=list(columns))
    return rows.filter(pc.is_in(rows.column("person_id"), value_set=pa.array(wanted, pa.string())))


def _may_hold(group: pq.RowGroupMetaData, wanted: list[str]) -> bool:
    column = next(group.column(place) for place in range(group.num_columns) if group.column(place).path_in_schema == "person_id")
    reach = column.statistics
    if reach is None or not reach.has_min_max:
        return True
    place = bisect_left(wanted, reach.min)
    return place < len(wanted) and wanted[place] <= reach.max
