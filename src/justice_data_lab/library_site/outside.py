"""Pages and downloads of outside evidence: listed apart, and marked so in every line."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from justice_data_lab.files import canonical_json, csv_text
from justice_data_lab.library.taxonomy import TYPES, names
from justice_data_lab.records import to_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from justice_data_lab.files import Json
    from justice_data_lab.library.outside import Outside, OutsideEffect
    from justice_data_lab.library_site.desk import Desk

SCHEMA = "justice-data-lab/outside/1"
# Every column of `outside.csv` and what it means; `outside` is the flag that tells these rows from those of `library.csv`.
OUTSIDE_COLUMNS = {
    "id": "Key and measure: unique in the table",
    "outside": "Always true: the result is not this lab's",
    "key": "Name of the result",
    "title": "What was studied",
    "source": "Where it was published",
    "address": "Of the source",
    "year": "Of publication",
    "design": "As the source states it",
    "maryland": "Level of that design on the Maryland scale",
    "types": "Kinds of help by their keys, separated by a vertical bar",
    "added": "The day from which the library shows it",
    "measure": "Key of the measure",
    "unit": "Of the figures",
    "difference": "Programme group less comparison group, as printed there",
    "ci_low": "Lower end of the 95% interval",
    "ci_high": "Upper end of the 95% interval",
    "people": "In the programme group; empty where the source does not say",
    "withdrawn": "Why the result counts no more, without its figures; empty while it does",
}


def outside_files(desk: Desk) -> Iterator[tuple[str, bytes]]:
    """The list of results from elsewhere and its downloads; nothing where there are none."""
    yield from outside_page(desk)
    yield from outside_downloads(desk)


def outside_page(desk: Desk) -> Iterator[tuple[str, bytes]]:
    """The list of results from elsewhere, where there are any."""
    results = shown(desk.setting.outside)
    kinds = {each.key: ", ".join(names(each.classified.types, TYPES)) for each in results}
    if results:
        yield desk.page("outside/index.html", "library_outside.html", "Evidence from elsewhere", results=results, kinds=kinds)


def outside_downloads(desk: Desk) -> Iterator[tuple[str, bytes]]:
    """The same to take away, where there are any."""
    results = shown(desk.setting.outside)
    if results:
        yield "downloads/outside.csv", outside_csv(results)
        listed = [{**each.to_dict(), "outside": True, "maryland": each.level} for each in results]
        yield "downloads/outside.json", canonical_json({"schema": SCHEMA, "entries": listed})


def shown(results: Sequence[Outside]) -> tuple[Outside, ...]:
    """Results as everybody reads them: one that was withdrawn has no figures any more."""
    return tuple(replace(each, effects=()) if each.withdrawn else each for each in results)


def outside_csv(results: Sequence[Outside]) -> bytes:
    """One row an effect; one that was withdrawn has one row without figures."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, tuple(OUTSIDE_COLUMNS), lineterminator="\n")
    writer.writeheader()
    for each in results:
        own = {
            "key": each.key, "title": each.title, "source": each.source, "address": each.address, "year": each.year,
            "design": each.design, "maryland": each.level, "types": "|".join(each.classified.types), "added": each.added.isoformat(),
            "withdrawn": each.withdrawn,
        }  # fmt: skip
        if each.withdrawn:
            writer.writerow(_safe({**own, "id": each.key, "outside": "true"}))
        for effect in each.effects:
            told = {name: "" if value is None else value for name, value in _row(effect).items()}
            writer.writerow(_safe({**own, **told, "id": f"{each.key}/{effect.measure}", "outside": "true"}))
    return stream.getvalue().encode()


def _safe(row: Mapping[str, object]) -> dict[str, object]:
    return {name: csv_text(value) if isinstance(value, str) else value for name, value in row.items()}


def _row(effect: OutsideEffect) -> dict[str, Json]:
    return dict(cast("Mapping[str, Json]", to_json(effect)))
