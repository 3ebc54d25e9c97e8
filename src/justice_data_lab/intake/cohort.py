"""A checked cohort: the only value that holds names, and it goes no further than linkage."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pyarrow as pa

from justice_data_lab.errors import DataRefused, Problem
from justice_data_lab.intake.columns import COLUMNS
from justice_data_lab.study import Lab
from justice_data_lab.tables import table_from_dict, table_to_dict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from justice_data_lab.files import FilePath, Json
    from justice_data_lab.intake.result import CheckResult

SCHEMA = pa.schema(
    [
        pa.field("row", pa.int32()),
        *(pa.field(column.name, pa.date32() if column.kind == "date" else pa.string()) for column in COLUMNS),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """The people of one request, as read from a file that passed every rule.

    Attributes:
        rows: one row a row of the file: `row` as in the spreadsheet, the template's columns (null where blank; sex F, M or U), then
            the organisation's own columns as text.
        file_name: name of the file, no folder.
        file_sha256: hash of the file's bytes.
        warnings: what was noted and did not refuse the file.
        own_columns: headings of the organisation's own columns, in the order of the file.
    """

    rows: pa.Table = field(repr=False)
    file_name: str
    file_sha256: str
    warnings: tuple[Problem, ...] = ()
    own_columns: tuple[str, ...] = ()

    def summary(self) -> str:
        """Counts only: people, columns, warnings."""
        own = f", {len(self.own_columns)} own columns" if self.own_columns else ""
        return f"{self.file_name}: {self.rows.num_rows:,} rows{own}, {len(self.warnings):,} warnings"

    def table(self) -> pa.Table:
        """The rows."""
        return self.rows

    def to_dict(self) -> dict[str, Json]:
        """Everything, with dates as ISO text. It holds names: keep it as safe as the file."""
        return {
            "rows": table_to_dict(self.rows),
            "file_name": self.file_name,
            "file_sha256": self.file_sha256,
            "warnings": [problem.to_dict() for problem in self.warnings],
            "own_columns": list(self.own_columns),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Cohort:
        """The cohort that `to_dict` wrote."""
        own: tuple[str, ...] = tuple(data["own_columns"])  # type: ignore[arg-type]
        return cls(
            rows=table_from_dict(cast("Mapping[str, Json]", data["rows"])),
            file_name=str(data["file_name"]),
            file_sha256=str(data["file_sha256"]),
            warnings=tuple(Problem(**problem) for problem in data["warnings"]),  # type: ignore[union-attr, arg-type]
            own_columns=own,
        )


def check_cohort(
    path: Path, *, today: date, lab: Lab, column_map: Path | None = None, coverage: Path | None = None
) -> CheckResult:
    """Find every problem of a cohort file; it never stops at the first.

    Args:
        path: the file (.csv, .xlsx, .ods).
        today: the day of the check: dates after it lie in the future.
        lab: for the least number of people.
        column_map: the organisation's own headings and codes (TOML).
        coverage: a register's public `coverage.json`.

    Raises:
        UsageError: there is no such file, or the map or the coverage file is wrong.
    """
    from justice_data_lab.intake.checks import Wanted, examine  # noqa: PLC0415 -- polars is loaded only when a file is read

    return examine(path, Wanted(today=today, min_submitted=lab.min_submitted, column_map=column_map, coverage=coverage)).result


def read_cohort(
    path: FilePath, *, today: date, lab: Lab | None = None, column_map: FilePath | None = None, without: tuple[str, ...] = ()
) -> Cohort:
    """Read a cohort file that passes every rule.

    Args:
        path: the file (.csv, .xlsx, .ods).
        today: the day of the check: dates after it lie in the future.
        lab: for the least number of people; by default that of a lab without a `lab.toml`.
        column_map: the organisation's own headings and codes (TOML).
        without: codes of rules about rows that the file need not obey.

    Raises:
        DataRefused: the file has errors; each is a problem with row, column, rule and remedy.
        UsageError: there is no such file, or the map is wrong.
    """
    from justice_data_lab.intake.checks import Wanted, examine  # noqa: PLC0415 -- polars is loaded only when a file is read

    least, headings = (lab or Lab()).min_submitted, Path(column_map) if column_map else None
    examined = examine(Path(path), Wanted(today=today, min_submitted=least, column_map=headings, without=without))
    result, rows = examined.result, examined.rows
    if rows is None:
        raise DataRefused(_refusal(result), result.errors)
    return Cohort(
        rows=rows,
        file_name=result.file_name,
        file_sha256=result.file_sha256,
        warnings=result.warnings,
        own_columns=tuple(rows.column_names[len(SCHEMA) :]),
    )


def _refusal(result: CheckResult) -> str:
    """One sentence: how many errors, and of which kinds; no value."""
    kinds = Counter(problem.rule for problem in result.errors).most_common()
    shown = ", ".join(f"{count:,} {code}" for code, count in kinds[:5]) + (" and others" if len(kinds) > 5 else "")
    return f"{result.file_name} cannot be used yet: {shown}. `jdl check` shows each with its row, column and remedy."
