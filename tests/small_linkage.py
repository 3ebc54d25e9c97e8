"""A small invented register for linkage: filler people, and whoever a test adds, with their disposals."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from justice_data_lab.linkage.build import build_linkage
from justice_data_lab.register.connect import connect
from justice_data_lab.register.snapshot import Register

SURNAMES = ("Abley", "Brackett", "Corby", "Dunstall", "Easby", "Farthing", "Gosling", "Hebden", "Ingleby", "Jolliffe", "Kershaw")
FORENAMES = ("Aidan", "Bruno", "Clive", "Dora", "Edwin", "Flora", "Gerald", "Hester", "Ivor", "Judith", "Keith", "Lorna", "Miles")
FILLERS = 429
COHORT_COLUMNS = {
    "row": pa.int32(), "surname": pa.string(), "forename": pa.string(), "date_of_birth": pa.date32(), "sex": pa.string(),
    "pnc_id": pa.string(), "prison_number": pa.string(), "conviction_date": pa.date32(), "index_date": pa.date32(),
    "intervention_start": pa.date32(), "intervention_end": pa.date32(), "setting": pa.string(), "completed": pa.string(),
    "arm": pa.string(), "arm_date": pa.date32(),
}  # fmt: skip


def name(person_id, surname, forename, born, **more):
    """A row of the identity table."""
    row = {"middle_names": None, "sex": "M", "pnc_id": None, "prison_number": None, "is_primary": True}
    return {"person_id": person_id, "surname": surname, "forename": forename, "date_of_birth": born, **row, **more}


def disposal(person_id, disposal_id, kind, day, release=None, *, event=True):
    """A disposal; `event` says whether it can start a clock."""
    row = {"person_id": person_id, "disposal_id": disposal_id, "kind": kind, "disposal_date": day, "release_date": release}
    return row | {"event": event}


def fillers():
    """People whom no test is about, so that names have frequencies."""
    return [
        name(
            f"filler{at:03}",
            SURNAMES[at % 11],
            FORENAMES[at % 13],
            date(1960, 1, 1) + timedelta(days=37 * at),
            pnc_id=f"1990/{at:07}K",
        )
        for at in range(FILLERS)
    ]


@dataclass(frozen=True)
class SmallCohort:
    """What `link` reads of a cohort."""

    rows: pa.Table
    file_name: str = "cohort.csv"
    file_sha256: str = "0" * 64
    warnings: tuple = ()
    own_columns: tuple = field(default=())


def cohort(*rows, own=()):
    """A cohort of rows given by their columns; the first is row 2, as in a spreadsheet."""
    full = [{"sex": "M", **row, "row": at} for at, row in enumerate(rows, start=2)]
    schema = COHORT_COLUMNS | dict.fromkeys(own, pa.string())
    columns = {column: pa.array([row.get(column) for row in full], kind) for column, kind in schema.items()}
    return SmallCohort(rows=pa.table(columns), own_columns=tuple(own))


def source_tables(con, names):
    """Make the tables `identity` and `person` that the build reads."""
    con.register("names_arrow", pa.Table.from_pylist(names))
    con.execute("CREATE TABLE identity AS FROM names_arrow")
    con.execute("CREATE TABLE person AS SELECT person_id, sex, date_of_birth FROM identity WHERE is_primary")
    con.unregister("names_arrow")


def register(folder: Path, names, disposals=(), **build) -> Register:
    """Build the parts of a snapshot that linkage reads."""
    folder.mkdir(exist_ok=True)
    con = connect()
    source_tables(con, [*fillers(), *names])
    options = {"train_on": (), "seed": 1} | build
    files = {"database": folder / "linkage.duckdb", "index": folder / "linkage_index", "model": folder / "model.json"}
    build_linkage(con, **files, **options)
    con.close()
    rows = list(disposals) or [disposal("filler000", "filler-disposal", "caution", date(2015, 1, 1))]
    columns = {"person_id": pa.string(), "disposal_id": pa.string(), "kind": pa.string(), "disposal_date": pa.date32()}
    columns["release_date"] = pa.date32()
    table = pa.table({column: pa.array([row[column] for row in rows], kind) for column, kind in columns.items()})
    index = [
        row | {"index_date": row["release_date" if row["kind"] == "custody" else "disposal_date"]} for row in rows if row["event"]
    ]
    events = pa.table(
        {
            "disposal_id": pa.array([row["disposal_id"] for row in index], pa.string()),
            "kind": pa.array([row["kind"] for row in index], pa.string()),
            "index_date": pa.array([row["index_date"] for row in index], pa.date32()),
            "ethnicity": pa.array(["white" for row in index], pa.string()),
        }
    )
    for part, content in (("disposal", table), ("index_event", events)):
        (folder / part).mkdir(exist_ok=True)
        by_person = content.sort_by("person_id") if part == "disposal" else content
        pq.write_table(by_person, folder / part / "part-0.parquet", row_group_size=2)
    return Register(path=folder, manifest={}, extract_date=date(2026, 6, 30))
