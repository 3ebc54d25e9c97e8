"""One row a cohort and figure: what was true and what the lab said; kept in batches, so that a killed study goes on."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, dataclass, fields, replace
from typing import TYPE_CHECKING

from justice_data_lab.files import write_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from justice_data_lab.estimation.estimates import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure of one cohort; fractions, not points. None where the analysis was not possible.

    Attributes:
        experiment: which simulation it belongs to.
        analysis: which comparison, or which variant of the simulation.
        size: people in the cohort.
        effect: planted effect on the reoffending rate, as expected over cohorts.
        measure: number of the measure in the catalogue; 0 for the negative control.
        cohort: number of the cohort, from 0.
        status: `done`, or why there is no figure: `too_few`, `separated`.
        balance: green, amber or red.
        truth: true effect among the people compared.
        difference: the estimate.
        se: its standard error.
        ci_low: lower bound of its 95% interval.
        ci_high: upper bound.
        p_value: two-sided.
        n_treated: people matched.
        n_eff: effective size of the comparison group.
        mean_comparison: the comparison group's mean.
    """

    experiment: str
    analysis: str
    size: int
    effect: float
    measure: int
    cohort: int
    status: str = "done"
    balance: str = ""
    truth: float | None = None
    difference: float | None = None
    se: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_value: float | None = None
    n_treated: int | None = None
    n_eff: float | None = None
    mean_comparison: float | None = None


def with_figure(row: Row, figure: Estimate, *, truth: float, balance: str) -> Row:
    """The row with what the lab said, beside what was true."""
    return replace(
        row,
        balance=balance,
        truth=truth,
        difference=figure.difference,
        se=figure.se,
        ci_low=figure.ci_low,
        ci_high=figure.ci_high,
        p_value=figure.p_value,
        n_treated=figure.n_treated,
        n_eff=figure.n_eff,
        mean_comparison=figure.mean_comparison,
    )


_COLUMNS = tuple(field.name for field in fields(Row))
_TEXT = ("experiment", "analysis", "status", "balance")
_WHOLE = ("size", "measure", "cohort", "n_treated")


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write one batch; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(astuple(row) for row in rows)
    write_bytes(path, text.getvalue().encode())


def read_rows(folder: Path) -> list[Row]:
    """Every row of every batch below a folder, in the order of the batches' names."""
    return [row for path in sorted(folder.glob("**/*.csv")) for row in _read(path)]


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [Row(**{name: _value(name, text) for name, text in line.items()}) for line in csv.DictReader(stream)]  # type: ignore[arg-type]  # typed by _value


def _value(name: str, text: str) -> str | int | float | None:
    if name in _TEXT:
        return text
    if not text:
        return None
    return int(text) if name in _WHOLE else float(text)
