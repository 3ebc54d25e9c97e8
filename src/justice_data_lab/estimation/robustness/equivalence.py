"""Equivalence: whether an effect, if there is one, is smaller than a margin that matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy.stats import t as student

from justice_data_lab.estimation.robustness.result import Equivalence, MarginTest

if TYPE_CHECKING:
    from justice_data_lab.estimation.estimates import Estimate, Estimates

MARGINS = (0.02, 0.05)
PASSES = 0.05
TAIL_90 = 0.95
# Measures 1 and 10 of the catalogue; elsewhere the primary proportions.
COLUMNS = ("reoffended", "custody_for_first_reoffence")


def equivalences(estimates: Estimates, analysis: str) -> tuple[Equivalence, ...]:
    """One row a proportion that is primary or is measure 1 or 10 of the catalogue."""
    rows = [row for row in estimates.rows if row.analysis == analysis and row.kind == "proportion"]
    return tuple(equivalence(row) for row in rows if row.role == "primary" or row.column in COLUMNS)


def equivalence(row: Estimate, margins: tuple[float, ...] = MARGINS) -> Equivalence:
    """Two one-sided Welch tests of |difference| < margin, with the standard error and degrees of freedom of the official one.

    Args:
        row: the official estimate.
        margins: fractions, smallest first.

    Notes:
        Schuirmann (1987): p is the larger of P(T ≥ (D + δ)/se) and P(T ≤ (D - δ)/se). p ≤ .05 exactly when the 90% interval lies
        inside ±δ.
    """
    if row.difference is None or row.se is None or row.df is None:
        return Equivalence(measure=row.measure, column=row.column, ci90_low=None, ci90_high=None, tests=(), margin=None)
    reach = float(student.ppf(TAIL_90, row.df)) * row.se
    tests = tuple(_test(row.difference, row.se, row.df, margin) for margin in margins)
    return Equivalence(
        measure=row.measure,
        column=row.column,
        ci90_low=row.difference - reach,
        ci90_high=row.difference + reach,
        tests=tests,
        margin=next((test.margin for test in tests if test.passed), None),
    )


def _test(difference: float, se: float, df: float, margin: float) -> MarginTest:
    above = float(student.sf((difference + margin) / se, df))
    below = float(student.cdf((difference - margin) / se, df))
    p_value = max(above, below)
    return MarginTest(margin=margin, p_value=p_value, passed=p_value <= PASSES)
