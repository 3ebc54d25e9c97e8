"""What a snapshot holds, from when to when, with national reoffending rates; and what of it is public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING, cast

import pyarrow as pa

from justice_data_lab.register.coverage import Coverage
from justice_data_lab.register.months import last_full_follow_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from justice_data_lab.files import Json
    from justice_data_lab.register.coverage import GroupRate, PublicRates
    from justice_data_lab.register.snapshot import Register

_GROUPS = ("all", "kind", "sex", "age band", "year")
_COUNTS = ("events", "reoffended", "reoffences", "first_indictable", "followed_two_years", "reoffended_two_years")


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalRate:
    """Proven reoffending within a year of one group of index events, all with complete follow-up.

    Attributes:
        grouped_by: all, kind, sex, age band or year.
        level: which of them.
        events: index events; a person may have several.
        reoffended: of these, followed by a proven reoffence.
        reoffences: proven reoffences after them.
        first_indictable: of the events, those whose first proven reoffence was indictable only.
        followed_two_years: of the events, those with complete two-year follow-up.
        reoffended_two_years: of these, followed by a proven reoffence within two years.
    """

    grouped_by: str
    level: str
    events: int
    reoffended: int
    reoffences: int
    first_indictable: int
    followed_two_years: int
    reoffended_two_years: int

    @property
    def rate(self) -> float:
        """Reoffended as a fraction of events."""
        return self.reoffended / self.events

    @property
    def two_year_rate(self) -> float | None:
        """Reoffended within two years as a fraction of events followed so long; None when none was."""
        return self.reoffended_two_years / self.followed_two_years if self.followed_two_years else None

    def to_dict(self) -> dict[str, Json]:
        """Every field by its name, and the rates."""
        counts = {name: getattr(self, name) for name in _COUNTS}
        rates = {"rate": self.rate, "two_year_rate": self.two_year_rate}
        return {"grouped_by": self.grouped_by, "level": self.level, **counts, **rates}

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> NationalRate:
        """The value that `to_dict` wrote."""
        counts = {name: cast("int", data[name]) for name in _COUNTS}
        return cls(grouped_by=str(data["grouped_by"]), level=str(data["level"]), **counts)


def national_rates(con: duckdb.DuckDBPyConnection) -> tuple[NationalRate, ...]:
    """Rates over every index event with complete follow-up: all, by kind, sex, age band and year.

    Args:
        con: has the view `index_event`.
    """
    query = files("justice_data_lab.register").joinpath("national_rates.sql").read_text(encoding="utf-8")
    names = ("grouped_by", "level", *_COUNTS)
    rows = (dict(zip(names, row, strict=True)) for row in con.execute(query).fetchall())
    # An empty register still has the row "all", with no event and no rate.
    found = (NationalRate.from_dict(row) for row in rows if row["events"])
    return tuple(sorted(found, key=lambda rate: _GROUPS.index(rate.grouped_by)))


def coverage(
    extract_date: date,
    next_refresh: date | None = None,
    rates: tuple[PublicRates, ...] = (),
    groups: tuple[GroupRate, ...] = (),
) -> dict[str, Json]:
    """What `coverage.json` says to the public of a new snapshot: how far follow-up reaches and national rates, no count.

    Args:
        extract_date: day up to which the register was extracted.
        next_refresh: day when a new extract is expected, where the operator has announced one.
        rates: national rates that disclosure control has cleared.
        groups: the same by group of people.
    """
    start = last_full_follow_up(extract_date)
    known = Coverage(extract_date=extract_date, last_start=start, next_refresh=next_refresh, rates=rates, groups=groups)
    return known.to_dict()


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a snapshot holds.

    Attributes:
        extract_date: day up to which the register was extracted.
        last_start: latest index date with full follow-up.
        rows: rows of each prepared table.
        spans: first and last date of each dated table, of the rows that were not set aside.
        set_aside: source rows set aside, by table and rule.
        left_out: what is missing because the source had no such table.
        rates: national rates.
    """

    extract_date: date
    last_start: date
    rows: tuple[tuple[str, int], ...]
    spans: tuple[tuple[str, date, date], ...]
    set_aside: tuple[tuple[str, str, int], ...]
    left_out: tuple[str, ...]
    rates: tuple[NationalRate, ...]

    def __str__(self) -> str:
        return self.summary()

    def summary(self) -> str:
        """The description as text for a terminal."""
        lines = [f"Register extract of {self.extract_date}; full follow-up for index dates up to {self.last_start}"]
        lines += [f"  {name}: {rows:,} rows" for name, rows in self.rows]
        lines += [f"  {name} from {first} to {last}" for name, first, last in self.spans]
        lines += [f"  {lack}" for lack in self.left_out]
        lines += [f"  set aside: {rows:,} rows of {table} [{rule}]" for table, rule, rows in self.set_aside]
        lines += ["", "Proven reoffending within a year, index events with complete follow-up", ""]
        lines.append(f"{'':28}{'events':>12}{'rate':>8}{'reoffences per event':>23}{'two-year rate':>16}")
        lines += [_line(rate) for rate in self.rates]
        return "\n".join(lines) + "\n"

    def table(self) -> pa.Table:
        """One row a national rate."""
        types = {"grouped_by": pa.string(), "level": pa.string(), "rate": pa.float64(), "two_year_rate": pa.float64()}
        names = ("grouped_by", "level", *_COUNTS, "rate", "two_year_rate")
        schema = pa.schema([(name, types.get(name, pa.int64())) for name in names])
        return pa.Table.from_pylist([rate.to_dict() for rate in self.rates], schema=schema)

    def to_dict(self) -> dict[str, Json]:
        """Every field by its name, dates as ISO text."""
        return {
            "extract_date": self.extract_date.isoformat(),
            "last_start": self.last_start.isoformat(),
            "rows": dict(self.rows),
            "spans": [[name, first.isoformat(), last.isoformat()] for name, first, last in self.spans],
            "set_aside": [list(row) for row in self.set_aside],
            "left_out": list(self.left_out),
            "rates": [rate.to_dict() for rate in self.rates],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Description:
        """The value that `to_dict` wrote."""
        spans = cast("list[tuple[str, str, str]]", data["spans"])
        return cls(
            extract_date=date.fromisoformat(str(data["extract_date"])),
            last_start=date.fromisoformat(str(data["last_start"])),
            rows=tuple(cast("Mapping[str, int]", data["rows"]).items()),
            spans=tuple((name, date.fromisoformat(first), date.fromisoformat(last)) for name, first, last in spans),
            set_aside=tuple((table, rule, rows) for table, rule, rows in cast("list[tuple[str, str, int]]", data["set_aside"])),
            left_out=tuple(cast("list[str]", data["left_out"])),
            rates=tuple(NationalRate.from_dict(rate) for rate in cast("list[Mapping[str, Json]]", data["rates"])),
        )


def describe(register: Register) -> Description:
    """What a snapshot holds, as its manifest says; no table is read."""
    manifest = register.manifest
    data: dict[str, Json] = {name: manifest[name] for name in ("extract_date", "spans", "set_aside", "left_out")}
    data["last_start"] = last_full_follow_up(register.extract_date).isoformat()
    # The linkage side is counted in the manifest; to a reader it is the same people again.
    data["rows"] = {name: rows for name, rows in register.rows.items() if "." not in name}
    data["rates"] = manifest["national_rates"]
    return Description.from_dict(data)


def indictable_rate(register: Register) -> float | None:
    """Share of all index events whose first proven reoffence was indictable only; None when none is followed up.

    Notes:
        Of everybody, not of reoffenders: what a group of matched people may be expected to show before its outcomes are read.
    """
    rates = describe(register).rates
    return rates[0].first_indictable / rates[0].events if rates else None


def _line(rate: NationalRate) -> str:
    name = rate.level if rate.grouped_by == "all" else f"{rate.grouped_by}: {rate.level}"
    two_years = "-" if rate.two_year_rate is None else f"{rate.two_year_rate:.1%}"
    return f"{name:28}{rate.events:>12,}{rate.rate:>8.1%}{rate.reoffences / rate.events:>23.2f}{two_years:>16}"
