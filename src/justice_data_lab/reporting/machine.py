"""The same figures for machines: a tidy table with its description, and JSON."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.tidy import TIDY_COLUMNS, tidy_rows
from justice_data_lab.records import to_json
from justice_data_lab.reporting.page import title_of
from justice_data_lab.reporting.use import use_of

if TYPE_CHECKING:
    from justice_data_lab.disclosure.disclosed import Disclosed
    from justice_data_lab.files import Json
    from justice_data_lab.study import Lab

SCHEMA = "justice-data-lab/report"
VERSION = 1
_DESCRIPTIONS = {
    "key": "Name of the figure, unique in the table; the report marks each printed figure with it",
    "table": "Table of the report",
    "analysis": "Which comparison; empty when it is of none",
    "analysis_kind": (
        "national, regional, subgroup, after_start (picks people by what happened later: never pool it) or "
        "placebo (people who were not served, a test: never pool it); empty when it is of no analysis"
    ),
    "measure": "Column of the measure, or the characteristic",
    "level": "Level of a characteristic, step, or the analysis compared with; empty when there is none",
    "statistic": "What the number is",
    "group": "treated or comparison; empty when it is of both",
    "kind": "Kind of number, which says how it was rounded",
    "unit": "What one is",
    "value": "The rounded number; empty when it is not shown, or below the smallest that can be",
    "text": "As printed",
    "marker": "c confidential, u unreliable, x not available, z not applicable; empty when there is none",
}


def tidy_csv(disclosed: Disclosed) -> bytes:
    """`tables.csv`: UTF-8, one row a number, in the order of the report."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, TIDY_COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in tidy_rows(disclosed.content):
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return stream.getvalue().encode()


def _cell(value: str | float | None) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else f"{value:.12g}"


def csv_metadata(disclosed: Disclosed, lab: Lab) -> dict[str, Json]:
    """CSV-on-the-Web description of `tables.csv`."""
    study = disclosed.content.study
    columns = [
        {
            "name": name,
            "titles": name,
            "dc:description": _DESCRIPTIONS[name],
            "datatype": "number" if name == "value" else "string",
            "required": name == "key",
        }
        for name in TIDY_COLUMNS
    ]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": "tables.csv",
        "dc:title": study.name,
        "dc:creator": lab.name,
        "dc:license": lab.licence,
        "dc:issued": study.report_date,
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\n"]},
        "tableSchema": {"columns": columns, "primaryKey": "key"},
    }


def report_json(disclosed: Disclosed, lab: Lab) -> dict[str, Json]:
    """`report.json`: everything that the report says in figures, the sentences that may be quoted, and the schema's name and version."""
    content = disclosed.to_dict()["content"]
    about: dict[str, Json] = {"name": lab.name, "contacts": lab.contacts, "licence": lab.licence}
    schema: dict[str, Json] = {"name": SCHEMA, "version": VERSION}
    use = to_json(use_of(disclosed.content, lab))
    return {"schema": schema, "title": title_of(disclosed.content), "lab": about, "use": use, "report": content}
