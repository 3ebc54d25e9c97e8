"""The frozen files of a bulletin: the page, the list of results as a table, and the whole for programs."""

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

    from justice_data_lab.site.bulletin import Row
    from justice_data_lab.study import Lab

SCHEMA = "justice-data-lab/bulletin/1"
DATA, PAGE, LIST = "bulletin.json", "bulletin.html", "results.csv"
_COLUMNS = (
    "key", "version", "title", "organisation", "sector", "first_time", "first", "released", "outcome", "days", "corrected",
)  # fmt: skip


def bulletin_files(made: Bulletin, lab: Lab) -> dict[str, bytes]:
    """A bulletin as a page that carries everything inside it, its list as a table, and the whole as JSON."""
    html = environment(lab).get_template("bulletin.html").render(bulletin=made, lab=lab, css=style(lab), results="")
    return {
        PAGE: f"{html}\n".encode(),
        LIST: results_csv(made.rows),
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


def results_csv(rows: Iterable[Row]) -> bytes:
    """One row a result: the same as in the bulletin's lists."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in rows:
        writer.writerow(["" if getattr(row, name) is None else getattr(row, name) for name in _COLUMNS])
    return stream.getvalue().encode()
