"""The whole library to take away: one row a result, with its description, as CSV, JSON and Parquet. The same library, the same bytes."""

from __future__ import annotations

import csv
import io
import json
from operator import attrgetter
from typing import TYPE_CHECKING, TypeAlias, cast

import pyarrow as pa
import pyarrow.parquet as pq

from justice_data_lab.files import canonical_json, csv_text, sha256
from justice_data_lab.library.classified import LISTS
from justice_data_lab.library.taxonomy import VERSION
from justice_data_lab.records import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from justice_data_lab.files import Json
    from justice_data_lab.library.collection import Library
    from justice_data_lab.library.entry import Entry, Outcome
    from justice_data_lab.study import Lab

    Value: TypeAlias = str | float | bool | None
    # One result, in the order of `COLUMNS`.
    Row: TypeAlias = tuple[Value, ...]

SCHEMA = "justice-data-lab/library"
_NUMBERS = ("n_treated", "n_comparison", "n_eff", "treated", "comparison", "difference", "ci_low", "ci_high", "p_value")
# Every column, its type, and what it means; figures come twice, as a number and as printed.
COLUMNS: Mapping[str, tuple[str, str]] = {
    "id": ("string", "Key of the request, its analysis and measure: unique in the table"),
    "key": ("string", "Stable name of the request, part of its address"),
    "version": ("integer", "Version of the result that stands"),
    "status": ("string", "result, not_analysed or withdrawn"),
    "title": ("string", "The programme's name"),
    "organisation": ("string", "Whose programme it is"),
    "released": ("datetime", "Hour of release of this version, in UTC"),
    "corrected": ("string", "Why it was corrected, while no later version is public; empty when it was not"),
    **dict.fromkeys(LISTS, ("string", f"Keys of the taxonomy ({VERSION}), separated by a vertical bar; the first type is the primary one")),
    "region": ("string", "As the lab writes it"),
    "design": ("string", "matched or randomised; empty without a result"),
    "maryland": ("integer", "Level of the design on the Maryland scale"),
    "overall": ("string", "Row of the published rule that gave the overall statement"),
    "analysis": ("string", "Which comparison"),
    "analysis_kind": ("string", "national, regional, subgroup, or after_start (picks people by what happened later: never pool it)"),
    "headline": ("boolean", "Whether page one of the report speaks of it"),
    "measure": ("string", "Key of the outcome: the same in all results that may be taken together"),
    "measure_name": ("string", "The measure as printed"),
    "kind": ("string", "proportion or mean"),
    "unit": ("string", "Of a mean; differences of proportions are in percentage points"),
    "better": ("string", "Which direction is good"),
    "role": ("string", "primary or secondary"),
    "verdict": ("string", "What the interval says, or why there is no figure"),
    **{name: ("number", f"{words}; empty when it is not shown") for name, words in {
        "n_treated": "People of the programme group", "n_comparison": "People of the comparison group",
        "n_eff": "Effective number of the comparison group", "treated": "Figure of the programme group",
        "comparison": "Figure of the comparison group", "difference": "The first less the second", "ci_low": "Lower end of the 95% interval",
        "ci_high": "Upper end of the 95% interval", "p_value": "Two-sided p-value",
    }.items()},
    **{f"{name}_text": ("string", "The same as printed, with its marker") for name in _NUMBERS},
}  # fmt: skip
# Columns that only a result has; the analysis begins them.
_OF_A_RESULT = tuple(COLUMNS)[tuple(COLUMNS).index("analysis") :]
_FACTS = attrgetter("analysis", "who", "headline", "measure", "name", "kind", "unit", "better", "role", "verdict")
_FIGURES = attrgetter(*_NUMBERS)
_ARROW = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "datetime": pa.string()}


def rows(library: Library) -> list[Row]:
    """One row a result, in the order of `COLUMNS`; an entry without any has one row, so that it is as easy to find."""
    made: list[Row] = []
    for entry in library.entries:
        head = _head(entry)
        made += [(f"{entry.key}/{each.analysis}/{each.measure}", *head, *_result(each)) for each in entry.outcomes]
        if not entry.outcomes:
            made.append((entry.key, *head, *(entry.verdict if name == "verdict" else None for name in _OF_A_RESULT)))
    return made


def library_csv(library: Library, made: Iterable[Row] | None = None) -> bytes:
    """`library.csv`: UTF-8, one row a result; what a spreadsheet would take for a formula has an apostrophe before it.

    Args:
        library: as at one moment.
        made: its rows, where they are made already.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(each) for each in row] for row in made or rows(library))
    return stream.getvalue().encode()


def library_parquet(made: Sequence[Row]) -> bytes:
    """`library.parquet`: the same rows with types."""
    columns = zip(*made, strict=True) if made else ((),) * len(COLUMNS)
    kinds = ((name, _ARROW[kind]) for name, (kind, _) in COLUMNS.items())
    table = pa.table({name: pa.array(values, kind) for (name, kind), values in zip(kinds, columns, strict=True)})
    stream = pa.BufferOutputStream()
    pq.write_table(table, stream, compression="zstd")
    return cast("bytes", stream.getvalue().to_pybytes())


def entry_json(entry: Entry) -> bytes:
    """One entry with all that the library knows of it, on one line."""
    return json.dumps(to_json(entry), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def library_json(entries: Iterable[bytes], lab: Lab) -> bytes:
    """`library.json`: every entry, one on each line, as `entry_json` wrote them."""
    head = json.dumps(
        {"lab": lab.name, "licence": lab.licence, "schema": {"name": SCHEMA, "taxonomy": VERSION, "version": 1}},
        ensure_ascii=False,
    )
    return b"".join((head[:-1].encode(), b', "entries": [\n', b",\n".join(entries), b"\n]}\n"))


def csv_metadata(lab: Lab) -> bytes:
    """CSV-on-the-Web description of `library.csv`."""
    columns: list[Json] = [
        {
            "name": name,
            "titles": name,
            "dc:description": words,
            "datatype": _datatype(kind),
            "required": name in ("id", "key", "status"),
        }
        for name, (kind, words) in COLUMNS.items()
    ]
    return canonical_json(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
            "url": "library.csv",
            "dc:title": "What works: every released result",
            "dc:creator": lab.name,
            "dc:license": lab.licence,
            "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\n"]},
            "tableSchema": {"columns": columns, "primaryKey": "id"},
        }
    )


def download_files(library: Library, lab: Lab, entries: Sequence[bytes] | None = None) -> dict[str, bytes]:
    """Every file of the whole library by its name.

    Args:
        library: as at one moment.
        lab: whose licence it has.
        entries: the entries as `entry_json` writes them, where they are written already.
    """
    made = rows(library)
    return {
        "library.csv": library_csv(library, made),
        "library.csv-metadata.json": csv_metadata(lab),
        "library.json": library_json(entries if entries is not None else map(entry_json, library.entries), lab),
        "library.parquet": library_parquet(made),
    }


def snapshot_name(files: Mapping[str, bytes]) -> str:
    """The name of a snapshot: the first digits of a hash of all its files, so that no other bytes can ever stand at its address."""
    return sha256(canonical_json({name: sha256(data) for name, data in files.items()}))[:16]


def _datatype(kind: str) -> Json:
    return {"base": "datetime", "format": "yyyy-MM-ddTHH:mm:ssX"} if kind == "datetime" else kind


def _cell(value: Value) -> str:
    if isinstance(value, str):
        return csv_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else f"{value:.12g}"


def _head(entry: Entry) -> Row:
    """The columns that all rows of an entry share, from `key` on."""
    grading = entry.grading
    return (
        entry.key,
        entry.version,
        entry.status,
        entry.title,
        entry.organisation,
        f"{entry.released:%Y-%m-%dT%H:%M:%SZ}",
        entry.corrected,
        *("|".join(entry.classified.of(among.key)) for among in LISTS.values()),
        entry.classified.region,
        entry.design,
        grading.level if grading else None,
        grading.overall if grading else "",
    )


def _result(outcome: Outcome) -> Row:
    """The columns of one result."""
    figures = _FIGURES(outcome)
    return (*_FACTS(outcome), *[each.value for each in figures], *[each.text for each in figures])
