"""A snapshot that exists only as a file of index events, and a linkage that exists only as links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from justice_data_lab.measures.columns import event_columns
from justice_data_lab.register.codes import OFFENCE_GROUPS
from justice_data_lab.register.connect import connect
from justice_data_lab.study import Study
from spec.engines import build_lives

if TYPE_CHECKING:
    from pathlib import Path

    from justice_data_lab.measures.lives import Life

_ARROW = {"VARCHAR": pa.string(), "DATE": pa.date32(), "BOOLEAN": pa.bool_(), "INTEGER": pa.int32(), "DOUBLE": pa.float64()}
_USUAL = {
    "kind": "custody",
    "complete_follow_up": True,
    "complete_two_year_follow_up": True,
    "region": "North",
    "sex": "M",
    "ethnicity": "white",
    "uk_national": "yes",
    "age_at_index": 30,
    "age_at_first_disposal": 16,
    "sentence_band": "under_6_months",
    "index_offence_group": "theft",
    "years_since_first_disposal": 14.0,
    "copas_rate": -1.0,
    "ogrs3_score": 0.4,
    "days_since_previous_disposal": 200,
    "reoffended": False,
    "reoffences": 0,
    "indictable_reoffences": 0,
    "either_way_reoffences": 0,
    "summary_reoffences": 0,
    "custodial_sentences": 0,
    "reoffended_two_years": False,
    "reoffences_two_years": 0,
}
_COUNTS = (
    "previous_offences",
    "previous_convictions",
    "previous_cautions",
    "previous_custodial_sentences",
    *(f"previous_{group}" for group in OFFENCE_GROUPS),
    "offences_last_year",
    "offences_last_three_years",
)


@dataclass(frozen=True)
class FakeRegister:
    """A snapshot without lives: with the index clock nothing but index events is read."""

    index_event_glob: str = ""
    offence_glob: str = ""
    disposal_glob: str = ""
    extract_date: date = date(2024, 6, 30)


@dataclass(frozen=True)
class FakeLinkage:
    links: pa.Table


def event(person_id: str, index_date: date, **changes: object) -> dict[str, object]:
    """A row of `index_event`; the disposal is named after the person and the day."""
    row = dict.fromkeys(_COUNTS, 3) | _USUAL
    row |= {"person_id": person_id, "disposal_id": f"{person_id}/{index_date}", "index_date": index_date}
    row |= {"disposal_date": index_date, "index_year": index_date.year, "index_quarter": (index_date.month + 2) // 3}
    return row | changes


def snapshot(folder: Path, events: list[dict[str, object]], tables: frozenset[str] = frozenset({"offence_code"})) -> FakeRegister:
    """Write the rows as a snapshot's `index_event`."""
    schema = pa.schema([(column.name, _ARROW[column.sql_type]) for column in event_columns(tables)])
    (folder / "index_event").mkdir()
    pq.write_table(pa.Table.from_pylist(events, schema=schema), folder / "index_event" / "part.parquet")
    return FakeRegister(index_event_glob=str(folder / "index_event" / "*.parquet"))


def snapshot_of_lives(folder: Path, lives: list[Life], extract_date: date = date(2024, 6, 30)) -> FakeRegister:
    """Write the parts of a snapshot that measuring reads, built from these lives."""
    con = connect()
    built = build_lives(con, lives, extract_date, 1000)
    tables = {"index_event": built} | {name: con.table(name).to_arrow_table() for name in ("offence", "disposal")}
    con.close()
    for name, table in tables.items():
        (folder / name).mkdir()
        pq.write_table(table, folder / name / "part.parquet")
    globs = {f"{name}_glob": str(folder / name / "*.parquet") for name in tables}
    return FakeRegister(**globs, extract_date=extract_date)


def linkage(events: list[dict[str, object]], others: tuple[tuple[str, str], ...] = ()) -> FakeLinkage:
    """Links to these events, in this order, then others: a person and the status they were left with."""
    rows = [
        {
            "row": place + 2,
            "person_id": row["person_id"],
            "disposal_id": row["disposal_id"],
            "status": "linked",
            "intervention_start": row.get("intervention_start", row["index_date"]),
        }
        for place, row in enumerate(events)
    ]
    rows += [
        {"row": len(events) + 2 + place, "person_id": person, "disposal_id": None, "status": status, "intervention_start": None}
        for place, (person, status) in enumerate(others)
    ]
    types = {"row": pa.int32(), "intervention_start": pa.date32()}
    names = ("row", "person_id", "disposal_id", "status", "intervention_start")
    return FakeLinkage(links=pa.Table.from_pylist(rows, schema=pa.schema([(n, types.get(n, pa.string())) for n in names])))


def study(**changes: object) -> Study:
    usual = {
        "name": "An invented study",
        "organisation": "An invented trust",
        "programme_name": "An invented programme",
        "intervention_type": "education",
        "setting": "custody",
        "seed": 20261122,
        "report_date": date(2026, 11, 22),
    }
    return Study(**(usual | changes))
