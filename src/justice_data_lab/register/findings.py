"""What a check of a source register found: a profile of the extract and every rule that was broken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, cast

import pyarrow as pa

from justice_data_lab.errors import DataRefused, Problem
from justice_data_lab.register.rule import ROWS_IN_ANY_CASE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justice_data_lab.files import Json
    from justice_data_lab.register.rule import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """One column of the extract: rows without a value, first and last date, and rows under each listed code."""

    name: str
    nulls: int
    first: date | None = None
    last: date | None = None
    codes: tuple[tuple[str, int], ...] = ()

    def to_dict(self) -> dict[str, Json]:
        """Every field by its name, dates as ISO text."""
        span = [day.isoformat() if day else None for day in (self.first, self.last)]
        return {"name": self.name, "nulls": self.nulls, "first": span[0], "last": span[1], "codes": dict(self.codes)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> ColumnProfile:
        """The value that `to_dict` wrote."""
        first, last = (date.fromisoformat(str(data[key])) if data[key] else None for key in ("first", "last"))
        counted = cast("Mapping[str, int]", data["codes"])
        return cls(name=str(data["name"]), nulls=cast("int", data["nulls"]), first=first, last=last, codes=tuple(counted.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class TableProfile:
    """One table of the extract: its rows and columns."""

    name: str
    rows: int
    columns: tuple[ColumnProfile, ...]

    def to_dict(self) -> dict[str, Json]:
        """Every field by its name."""
        return {"name": self.name, "rows": self.rows, "columns": [column.to_dict() for column in self.columns]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> TableProfile:
        """The value that `to_dict` wrote."""
        columns = tuple(ColumnProfile.from_dict(column) for column in cast("list[Mapping[str, Json]]", data["columns"]))
        return cls(name=str(data["name"]), rows=cast("int", data["rows"]), columns=columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One broken rule of one table.

    Attributes:
        table: where.
        column: where; None when the table or the whole row is at fault.
        rule: short stable code.
        severity: `fatal` stops the build; so does a rule whose ceiling is passed.
        rows: how many rows are at fault; 0 when the table or column itself is.
        share: that many as a fraction of the table's rows.
        ceiling: largest share that may be set aside, where it is more than `ROWS_IN_ANY_CASE`.
        keys: at most three keys of rows at fault; never a name or a date of birth.
        message: which rows, so that "Rows" can stand before it; of a table or column, what is wrong.
        remedy: what to do next.
    """

    table: str
    rule: str
    severity: Severity
    message: str
    remedy: str
    column: str | None = None
    rows: int = 0
    share: float = 0.0
    ceiling: float | None = None
    keys: tuple[str, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether it stops the build: fatal, or above its ceiling."""
        return self.severity == "fatal" or self.past_ceiling

    @property
    def sentence(self) -> str:
        """What is wrong, with the number of rows and three row keys, and no personal value."""
        if not self.rows:
            return f"{self.message}."
        above = (
            f" That is more than {self.ceiling:.0%} of the table, the most that may be {self.severity} "
            f"(of a small one {ROWS_IN_ANY_CASE}, if no more than half)."
            if self.past_ceiling
            else ""
        )
        return f"Rows {self.message}: {self.rows:,}, e.g. {', '.join(self.keys)}.{above}"

    @property
    def past_ceiling(self) -> bool:
        """Whether a rule that is not fatal by itself was broken too often."""
        if self.severity != "set aside" or self.ceiling is None:
            return False
        return self.share > self.ceiling and (self.rows > ROWS_IN_ANY_CASE or self.share > 0.5)

    def to_problem(self) -> Problem:
        """The finding as every other refusal of data is written; the table stands for the file."""
        return Problem(
            file=self.table,
            column=self.column,
            rule=self.rule,
            message=self.sentence,
            remedy=self.remedy,
            severity="error" if self.stops else "warning",
        )

    def to_dict(self) -> dict[str, Json]:
        """Every field by its name."""
        return {name: list(self.keys) if name == "keys" else getattr(self, name) for name in _FINDING_FIELDS}

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Finding:
        """The value that `to_dict` wrote."""
        return cls(
            table=str(data["table"]),
            rule=str(data["rule"]),
            severity=cast("Severity", data["severity"]),
            message=str(data["message"]),
            remedy=str(data["remedy"]),
            column=cast("str | None", data["column"]),
            rows=cast("int", data["rows"]),
            share=cast("float", data["share"]),
            ceiling=cast("float | None", data["ceiling"]),
            keys=tuple(cast("list[str]", data["keys"])),
        )


_FINDING_FIELDS = ("table", "column", "rule", "severity", "rows", "share", "ceiling", "keys", "message", "remedy")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCheck:
    """The dry run of a build: what the extract holds and which rules it breaks.

    Attributes:
        extract_date: day up to which the register was extracted.
        tables: profile of every table that could be read, parents before children.
        findings: what stops the build first, then what is set aside, then what is only noted.
        missing: optional tables that are not there.
    """

    extract_date: date
    tables: tuple[TableProfile, ...]
    findings: tuple[Finding, ...]
    missing: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether a build of this source stops."""
        return any(finding.stops for finding in self.findings)

    def refuse(self) -> None:
        """Stop when a rule says so.

        Raises:
            DataRefused: a rule that stops the build is broken; every such finding is a `Problem`.
        """
        stops = tuple(finding.to_problem() for finding in self.findings if finding.stops)
        if stops:
            rules = "1 rule" if len(stops) == 1 else f"{len(stops)} rules"
            message = f"The source register breaks {rules} that it must obey; nothing was built."
            raise DataRefused(message, stops)

    def summary(self) -> str:
        """The profile and the findings as text for a terminal."""
        lines = [f"Extract of {self.extract_date}"]
        lines += [f"  {table.name}: {table.rows:,} rows{_span(table)}{_gaps(table)}" for table in self.tables]
        if self.missing:
            lines.append(f"  not there (optional): {', '.join(self.missing)}")
        lines += [
            f"{_verdict(finding)}  {_where(finding)} [{finding.rule}] {finding.sentence} {finding.remedy}"
            for finding in self.findings
        ]
        lines.append("Refused: a build would stop." if self.refused else "Accepted: a build would go ahead.")
        return "\n".join(lines) + "\n"

    def table(self) -> pa.Table:
        """One row a finding."""
        rows = [finding.to_dict() for finding in self.findings]
        types = {"rows": pa.int64(), "share": pa.float64(), "ceiling": pa.float64(), "keys": pa.list_(pa.string())}
        schema = pa.schema([(name, types.get(name, pa.string())) for name in _FINDING_FIELDS])
        return pa.Table.from_pylist(rows, schema=schema)

    def to_dict(self) -> dict[str, Json]:
        """Every field by its name, dates as ISO text."""
        return {
            "extract_date": self.extract_date.isoformat(),
            "tables": [table.to_dict() for table in self.tables],
            "findings": [finding.to_dict() for finding in self.findings],
            "missing": list(self.missing),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> SourceCheck:
        """The value that `to_dict` wrote."""
        tables, findings = (cast("list[Mapping[str, Json]]", data[key]) for key in ("tables", "findings"))
        return cls(
            extract_date=date.fromisoformat(str(data["extract_date"])),
            tables=tuple(TableProfile.from_dict(table) for table in tables),
            findings=tuple(Finding.from_dict(finding) for finding in findings),
            missing=tuple(cast("list[str]", data["missing"])),
        )


def _where(finding: Finding) -> str:
    return finding.table if finding.column is None else f"{finding.table}.{finding.column}"


def _verdict(finding: Finding) -> str:
    return "STOPS    " if finding.stops else f"{finding.severity:9}"


def _span(table: TableProfile) -> str:
    # The first date column is the one the table is ordered by in life; a birth is not when an extract begins.
    dated = [
        column for column in table.columns if column.first is not None and column.name not in ("date_of_birth", "date_of_death")
    ]
    return f", {dated[0].name} {dated[0].first} to {dated[0].last}" if dated else ""


def _gaps(table: TableProfile) -> str:
    gaps = [f"{column.name} {_percent(column.nulls / table.rows)}" for column in table.columns if column.nulls and table.rows]
    return f"; null: {', '.join(gaps)}" if gaps else ""


def _percent(share: float) -> str:
    return "under 1%" if 0 < share < 0.01 else f"{share:.0%}"
