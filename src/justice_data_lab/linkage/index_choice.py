"""Index disposal: which of a person's disposals a cohort row is about, decided by dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from justice_data_lab.errors import UsageError
from justice_data_lab.linkage.keys import read_sql
from justice_data_lab.register.rows_of_people import rows_of_people

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from duckdb import DuckDBPyConnection

    from justice_data_lab.register.snapshot import Register

# How far a disposal may lie from the conviction or index date given.
NEAREST_DAYS = 30
# More are in every part of a register, and the engine reads the whole in less time and memory.
FEW_PEOPLE = 5_000
_DISPOSAL_COLUMNS = ("person_id", "disposal_id", "kind", "disposal_date", "release_date")

REASONS: Mapping[str, str] = {
    "none_before_start": "no release or order in the {max_lag_days} days up to the start, and not in custody at the start",
    "not_released": "the sentence that fits has no release date in the register: not released by the extract, or not recorded",
    "none_near_date": f"no disposal within {NEAREST_DAYS} days of the conviction or index date given",
    "no_date": "no start, conviction or index date given",
    "not_an_index_event": "the disposal cannot start a clock (death or the extract came before its index date)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDisposal:
    """The index disposal of a row, or why there is none.

    Attributes:
        disposal_id: None when no disposal fits.
        index_date: release from custody, else the day of the disposal.
        kind: of the disposal.
        reason: code out of `REASONS`; empty when there is a disposal.
        ethnicity: of the person, for the quality report; None when there is no disposal.
    """

    disposal_id: str | None
    index_date: date | None
    kind: str | None
    reason: str
    ethnicity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedRow:
    """The dates of a row whose person is known."""

    row: int
    person_id: str
    intervention_start: date | None
    conviction_date: date | None
    index_date: date | None


def choose_index(
    con: DuckDBPyConnection, rows: list[LinkedRow], register: Register, *, max_lag_days: int
) -> dict[int, IndexDisposal]:
    """Find each row's index disposal in the snapshot.

    Args:
        con: the connection.
        rows: rows linked to a person.
        register: an opened snapshot.
        max_lag_days: how long before a start in the community the index date may lie.

    Returns:
        One entry a row. The rules stand in `index_choice.sql`.

    Raises:
        UsageError: `max_lag_days` is no whole number from 0.
    """
    if type(max_lag_days) is not int or max_lag_days < 0:
        message = f"max_lag_days: expected a whole number of days from 0, got {max_lag_days}."
        raise UsageError(message)
    if not rows:
        return {}
    _copied(con, "linked_row", _table(rows))
    _load_disposals(con, register, {row.person_id for row in rows})
    values: dict[str, str | int] = {
        "index_events": register.index_event_glob,
        "max_lag_days": max_lag_days,
        "nearest_days": NEAREST_DAYS,
    }
    found = con.execute(read_sql("index_choice"), values).fetchall()
    for name in ("linked_row", "linked_disposal"):
        con.execute(f"DROP TABLE {name}")
    return {
        row: IndexDisposal(disposal_id=disposal_id, index_date=index_date, kind=kind, reason=reason, ethnicity=ethnicity)
        for row, disposal_id, index_date, kind, reason, ethnicity in found
    }


def _load_disposals(con: DuckDBPyConnection, register: Register, people: set[str]) -> None:
    """Make the table `linked_disposal` of the people of `linked_row`: of a few, only the parts of the file that may hold them are read."""
    if len(people) <= FEW_PEOPLE:
        _copied(con, "linked_disposal", rows_of_people(register.path / "disposal", people, _DISPOSAL_COLUMNS))
        return
    wanted = con.read_parquet(register.disposal_glob, hive_partitioning=False).filter(
        "person_id IN (SELECT person_id FROM linked_row)"
    )
    con.execute("DROP TABLE IF EXISTS linked_disposal")
    wanted.select(*_DISPOSAL_COLUMNS).create("linked_disposal")


def _copied(con: DuckDBPyConnection, name: str, table: pa.Table) -> None:
    con.register("linked_arrow", table)
    con.execute(f"CREATE OR REPLACE TABLE {name} AS FROM linked_arrow")
    con.unregister("linked_arrow")


def _table(rows: list[LinkedRow]) -> pa.Table:
    return pa.table(
        {
            "row": pa.array([row.row for row in rows], pa.int32()),
            "person_id": pa.array([row.person_id for row in rows], pa.string()),
            "intervention_start": pa.array([row.intervention_start for row in rows], pa.date32()),
            "conviction_date": pa.array([row.conviction_date for row in rows], pa.date32()),
            "index_date": pa.array([row.index_date for row in rows], pa.date32()),
        }
    )
