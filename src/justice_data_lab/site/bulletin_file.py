"""The frozen files of a bulletin: the page, the list of results as a table with its description, and the whole for programs."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from justice_data_lab.files import canonical_json
from justice_data_lab.records import from_json, to_json
from justice_data_lab.site.bulletin import Bulletin
from justice_data_lab.site.paper import environment, style

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from justice_data_lab.files import Json
    from justice_data_lab.site.bulletin import Row
    from justice_data_lab.study import Lab

SCHEMA = "justice-data-lab/bulletin/1"
DATA, PAGE, LIST = "bulletin.json", "bulletin.html", "results.csv"
COLUMNS_OF_LIST = f"{LIST}-metadata.json"
# Each column of the list: its type, and what it is.
_COLUMNS = {
    "key": ("string", "Key of the request, unique in the list"),
    "version": ("integer", "Version of the release that stood at the end of the quarter"),
    "title": ("string", "Name of the programme"),
    "organisation": ("string", "Whose it is"),
    "sector": ("string", "Sector of the organisation, or that it was not given"),
    "first_time": ("string", "Whether the organisation asked for the first time: yes, no or not given"),
    "first": ("date", "Day on which the request was first answered in public"),
    "released": ("date", "Day of this version"),
    "outcome": ("string", "What was found, in a few words"),
    "days": ("integer", "Days from the request to its first answer; empty when the day of the request was not given"),
    "corrected": ("string", "Why it was marked as wrong or replaced; empty when it was not"),
}


def bulletin_files(made: Bulletin, lab: Lab) -> dict[str, bytes]:
    """A bulletin as a page that carries everything inside it, its list as a table, and the whole as JSON."""
    html = environment(lab).get_template("bulletin.html").render(bulletin=made, lab=lab, css=style(lab), results="")
    return {
        PAGE: f"{html}\n".encode(),
        LIST: results_csv(made.rows),
        COLUMNS_OF_LIST: canonical_json(list_metadata(made, lab)),
        DATA: canonical_json({"schema": SCHEMA, "bulletin": to_json(made)}),
    }


def read_bulletin(files: Mapping[str, bytes]) -> Bulletin:
    """The bulletin that `bulletin_files` wrote."""
    return from_json(Bulletin, json.loads(files[DATA])["bulletin"])


def bulletin_figures(files: Mapping[str, bytes]) -> dict[str, str]:
    """Every count of a bulletin by a key, as it is printed."""
    made = read_bulletin(files)
    tables = {"counts": made.counts(), **{name: made.tally(name) for name in ("outcome", "sector", "first_time")}}
    rows = ((f"{table}/{words}", new, every) for table, found in tables.items() for words, new, every in found)
    return {f"{key}/{name}": str(number) for key, new, every in rows for name, number in (("quarter", new), ("to date", every))}


def list_metadata(made: Bulletin, lab: Lab) -> dict[str, Json]:
    """CSV-on-the-Web description of the list of results."""
    columns: list[Json] = [
        {"name": name, "titles": name, "dc:description": words, "datatype": kind, "required": name == "key"}
        for name, (kind, words) in _COLUMNS.items()
    ]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": LIST,
        "dc:title": f"Results to date, {made.quarter.words}",
        "dc:creator": lab.name,
        "dc:license": lab.licence,
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\n"]},
        "tableSchema": {"columns": columns, "primaryKey": "key"},
    }


def results_csv(rows: Iterable[Row]) -> bytes:
    """One row a result: the same as in the bulletin's lists."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in rows:
        writer.writerow(["" if getattr(row, name) is None else getattr(row, name) for name in _COLUMNS])
    return stream.getvalue().encode()
