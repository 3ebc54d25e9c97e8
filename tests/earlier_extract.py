"""What an extract of an earlier day would have held of a register: for tests of a refresh, and to see what one costs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from justice_data_lab.files import write_json
from justice_data_lab.register.connect import connect, parquet, quoted

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

# Of each table, the rows that were there on the day.
_THERE = {
    "person": "person_id IN (SELECT person_id FROM known)",
    "identity": "person_id IN (SELECT person_id FROM known)",
    "disposal": "disposal_date <= $day",
    "offence": "disposal_date <= $day",
    "offence_code": "TRUE",
    "assessment": "assessed_on <= $day AND person_id IN (SELECT person_id FROM known)",
    "employment": "start_date <= $day AND person_id IN (SELECT person_id FROM known)",
}
# Of each table, a date that was not there yet when it lies after the day.
_OPEN = {"person": "date_of_death", "disposal": "release_date", "employment": "end_date"}


def earlier_extract(source: Path, out: Path, day: date) -> Path:
    """Write the source register as it stood on a day.

    Args:
        source: a source register, a folder of Parquet; sorted in no way.
        out: folder to write, with a manifest of that day.
        day: the earlier extract date.

    Notes:
        What was proven, assessed or begun after the day is not there, and nobody of whom nothing had been proven; whoever was released,
        died or stopped work after it had not yet. Names have no date: an alias that was found later is there too soon.
    """
    with connect() as con:
        for folder in (folder for folder in source.iterdir() if folder.is_dir()):
            con.execute(f"CREATE VIEW {folder.name} AS FROM {parquet(folder)}")
        proven = " UNION ".join(f"SELECT person_id FROM {name} WHERE disposal_date <= $day" for name in ("disposal", "offence"))  # noqa: S608
        con.execute(f"CREATE TEMP TABLE known AS {proven}", {"day": day})
        for name in (name for name in _THERE if (source / name).is_dir()):
            (out / name).mkdir(parents=True)
            column = _OPEN.get(name)
            still_open = f" REPLACE (CASE WHEN {column} <= $day THEN {column} END AS {column})" if column else ""
            query = f"SELECT *{still_open} FROM {name} WHERE {_THERE[name]}"  # noqa: S608
            con.execute(
                f"COPY ({query}) TO {quoted(str(out / name / 'part-0.parquet'))} (FORMAT parquet)",
                {"day": day} if "$day" in query else {},
            )
    said = source / "manifest.json"
    known = json.loads(said.read_text(encoding="utf-8")) if said.is_file() else {}
    write_json(out / "manifest.json", {**known, "extract_date": day.isoformat()})
    return out
