"""The synthetic register's figures beside the published ones, counted as the published ones are.

Counted from the source tables by SQL of its own (`calibration_events.sql`), apart from `measures`.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from justice_data_lab.errors import UsageError
from justice_data_lab.files import parquet_glob
from justice_data_lab.register.synthetic.calibration_rows import ROWS, YEARS

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    from numpy.typing import NDArray

    from justice_data_lab.register.synthetic.calibration_rows import Condition, Row

    Columns: TypeAlias = dict[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One figure of ours beside the published one.

    Attributes:
        row: what is compared, and how it is counted.
        published: the published figure.
        ours: the figure in the synthetic register.
        events: how many index events or occasions ours rests on.
    """

    row: Row
    published: float
    ours: float
    events: int

    @property
    def within(self) -> bool:
        """Whether ours is as close as the row asks."""
        return abs(self.ours - self.published) <= self.row.tolerance


def compare(con: duckdb.DuckDBPyConnection, source: Path, published: Path) -> tuple[Comparison, ...]:
    """Every figure of `calibration_rows.ROWS` in a source register, beside the published one.

    Args:
        con: a connection to work on.
        source: folder of a source register.
        published: the published figures: measure, group, value, period, source.

    Raises:
        UsageError: a figure is not among the published ones.
    """
    known = _read(published)
    events = {
        (years, by): _events(con, source, YEARS[years], by)
        for years, by in (("2013", "index"), ("2023", "index"), ("2024", "disposal"))
    }
    found = []
    for row in ROWS:
        key = (row.measure, row.group, row.period)
        if key not in known:
            message = f"Expected the figure '{' / '.join(key)}' in {published.name}, found none."
            raise UsageError(message)
        at = events[row.years, "disposal" if row.cohort == "occasions" else "index"]
        ours, count = _figure(at, row)
        found.append(Comparison(row=row, published=known[key], ours=ours, events=count))
    return tuple(found)


def comparison_table(found: tuple[Comparison, ...]) -> str:
    """Ours beside the published figures as a Markdown table, each with its period and tolerance."""
    lines = ["| figure | group | period | published | ours | tolerance | events | why off |", "|---|---|---|--:|--:|--:|--:|---|"]
    for one in found:
        row = one.row
        mark = "" if one.within else " (off)"
        lines.append(
            f"| {row.measure} | {row.group} | {row.period} | {one.published:.1f} | {one.ours:.1f}{mark} | ±{row.tolerance:.1f} "
            f"| {one.events:,} | {row.note} |"
        )
    return "\n".join(lines) + "\n"


def _read(published: Path) -> dict[tuple[str, str, str], float]:
    with published.open(encoding="utf-8", newline="") as stream:
        return {(row["measure"], row["group"], row["period"]): float(row["value"]) for row in csv.DictReader(stream)}


def _events(con: duckdb.DuckDBPyConnection, source: Path, years: tuple[str, str], by: str) -> Columns:
    query = files("justice_data_lab.register.synthetic").joinpath("calibration_events.sql").read_text(encoding="utf-8")
    values = {name: parquet_glob(source / name) for name in ("offence", "disposal", "person")}
    table = con.sql(query, params={**values, "since": years[0], "until": years[1], "by": by}).to_arrow_table()
    return {name: table.column(name).to_numpy(zero_copy_only=False) for name in table.column_names}


def _figure(events: Columns, row: Row) -> tuple[float, int]:
    """The figure and the number of events it rests on."""
    whole = _holds(events, row.of)
    if row.cohort != "occasions":
        whole &= events["first_of_quarter" if row.cohort == "quarters" else "first_of_year"].astype(bool)
    reoffences = events["reoffences"].astype(np.float64)
    part = whole & _holds(events, row.part)
    again = whole & (reoffences > 0)
    top, bottom = {
        "rate": (100.0 * again.sum(), whole.sum()),
        "frequency": (reoffences[whole].sum(), again.sum()),
        "share": (100.0 * part.sum(), whole.sum()),
        "share of reoffences": (100.0 * reoffences[part].sum(), reoffences[whole].sum()),
    }[row.statistic]
    return float(top / max(bottom, 1)), int(whole.sum())


def _holds(events: Columns, conditions: tuple[Condition, ...]) -> NDArray[np.bool_]:
    """Which events meet all the conditions."""
    found = np.ones(len(events["kind"]), bool)
    for name, wanted in conditions:
        values = events[name]
        if isinstance(wanted, str):
            found &= values == wanted
        elif isinstance(wanted[0], int):
            number = values.astype(np.int64)
            found &= (number >= wanted[0]) & (number < int(wanted[1]))
        else:
            found &= np.isin(values.astype(str), np.array(wanted))
    return found
