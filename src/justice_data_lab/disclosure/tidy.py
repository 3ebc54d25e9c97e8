"""The published numbers as one tidy table: one row a number, in the order of the report."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from justice_data_lab.disclosure.printed import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from justice_data_lab.disclosure.published import Content

TIDY_COLUMNS = (
    "key", "table", "analysis", "analysis_kind", "measure", "level", "statistic", "group", "kind", "unit", "value", "text", "marker",
)  # fmt: skip
TIDY_SCHEMA = pa.schema([(name, pa.float64() if name == "value" else pa.string()) for name in TIDY_COLUMNS])


def tidy_rows(content: Content) -> list[dict[str, str | float | None]]:
    """One row a published number, by the names of `TIDY_COLUMNS`.

    Notes:
        `analysis_kind` stands in every row of an analysis, so that a program that pools results can leave out what must not be
        pooled: `after_start`, which picks people by what happened later, and `placebo`, which tests a result and is none.
    """
    summaries = (*content.analyses, *(placebo.summary for placebo in content.placebos))
    kinds: dict[str, str] = {summary.name: summary.kind for summary in summaries}
    return [
        {
            "key": each.place.key,
            "table": each.place.table,
            "analysis": each.place.analysis,
            "analysis_kind": kinds.get(each.place.analysis, ""),
            "measure": each.place.measure,
            "level": each.place.level,
            "statistic": each.place.statistic,
            "group": each.place.group,
            "kind": each.kind,
            "unit": each.unit,
            "value": each.value,
            "text": each.text,
            "marker": each.marker,
        }
        for each in figures_of(content)
    ]


def figures_of(value: object) -> Iterator[Figure]:
    """Every published number in a value, in the order of its fields."""
    if isinstance(value, Figure):
        yield value
    elif isinstance(value, tuple):
        for entry in value:
            yield from figures_of(entry)
    elif is_dataclass(value):
        for field in fields(value):
            yield from figures_of(getattr(value, field.name))
