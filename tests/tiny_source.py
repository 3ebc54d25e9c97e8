"""A tiny source register, three invented people, that a test changes by a row and writes as Parquet."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from justice_data_lab.files import write_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EXTRACT = date(2024, 12, 31)
Row = dict[str, object]

_TYPES = {
    "is_primary": pa.bool_(),
    "uk_national": pa.bool_(),
    "is_breach": pa.bool_(),
    "is_recordable": pa.bool_(),
    "custody_days": pa.int32(),
    "sentence_days": pa.int32(),
}
_DATES = (
    "date_of_birth",
    "date_of_death",
    "offence_date",
    "disposal_date",
    "release_date",
    "assessed_on",
    "start_date",
    "end_date",
)


def person(person_id: str, **changes: object) -> Row:
    return {
        "person_id": person_id,
        "sex": "M",
        "date_of_birth": date(1985, 3, 4),
        "ethnicity": "white",
        "uk_national": True,
        "date_of_death": None,
    } | changes


def identity(person_id: str, **changes: object) -> Row:
    return {
        "person_id": person_id,
        "surname": "Invented",
        "forename": "Alex",
        "middle_names": None,
        "date_of_birth": date(1985, 3, 4),
        "sex": "M",
        "pnc_id": None,
        "prison_number": None,
        "is_primary": True,
    } | changes


def offence(offence_id: str, person_id: str, disposal_id: str, **changes: object) -> Row:
    return {
        "offence_id": offence_id,
        "person_id": person_id,
        "offence_date": date(2020, 1, 10),
        "disposal_date": date(2020, 3, 1),
        "offence_code": "039/01",
        "offence_group": "theft",
        "court_outcome": "either_way",
        "disposal": "conviction",
        "sentence": "custody",
        "custody_days": 120,
        "is_breach": False,
        "is_recordable": True,
        "disposal_id": disposal_id,
    } | changes


def disposal(disposal_id: str, person_id: str, **changes: object) -> Row:
    return {
        "disposal_id": disposal_id,
        "person_id": person_id,
        "disposal_date": date(2020, 3, 1),
        "kind": "custody",
        "sentence_days": 120,
        "release_date": date(2020, 4, 30),
        "region": "North",
        "establishment": None,
    } | changes


def assessment(person_id: str, assessed_on: date) -> Row:
    needs = (
        "accommodation",
        "employment",
        "finance",
        "relationships",
        "lifestyle",
        "drugs",
        "alcohol",
        "wellbeing",
        "thinking",
        "attitudes",
    )
    return {"person_id": person_id, "assessed_on": assessed_on} | dict.fromkeys(needs, 1)


def tiny_tables() -> dict[str, list[Row]]:
    """Three people with an offence and a disposal each; no optional table."""
    people = ("P1", "P2", "P3")
    return {
        "person": [person(name) for name in people],
        "identity": [identity(name) for name in people],
        "disposal": [disposal(f"D-{name}", name) for name in people],
        "offence": [offence(f"O-{name}", name, f"D-{name}") for name in people],
    }


def many(tables: dict[str, list[Row]], people: int) -> dict[str, list[Row]]:
    """The tables with as many more good people, so that one bad row is less than one in a hundred."""
    for number in range(people):
        name = f"Q{number:04}"
        tables["person"].append(person(name))
        tables["identity"].append(identity(name))
        tables["disposal"].append(disposal(f"D-{name}", name))
        tables["offence"].append(offence(f"O-{name}", name, f"D-{name}"))
    return tables


def arrow(rows: list[Row]) -> pa.Table:
    columns = list(rows[0])
    fields = [(name, pa.date32() if name in _DATES else _TYPES.get(name)) for name in columns]
    arrays = {name: pa.array([row[name] for row in rows], type=kind) for name, kind in fields}
    # A column of nulls only is still text in a register.
    return pa.table({name: array.cast(pa.string()) if pa.types.is_null(array.type) else array for name, array in arrays.items()})


def write_source(folder: Path, tables: dict[str, list[Row]], *, extract_date: date | None = EXTRACT) -> Path:
    for name, rows in tables.items():
        (folder / name).mkdir(parents=True)
        pq.write_table(arrow(rows), folder / name / "part.parquet")
    if extract_date is not None:
        write_json(folder / "manifest.json", {"extract_date": extract_date.isoformat()})
    return folder


def in_two_files(source: Path, table: str, change: Callable[[pa.Table], pa.Table]) -> None:
    """The table's first row in one file, whose column is changed, and the others in a second one."""
    folder = source / table
    whole = pq.read_table(folder / "part.parquet")
    pq.write_table(change(whole.slice(0, 1)), folder / "a.parquet")
    pq.write_table(whole.slice(1), folder / "b.parquet")
    (folder / "part.parquet").unlink()
