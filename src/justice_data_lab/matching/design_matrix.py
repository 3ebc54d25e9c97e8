"""The model's columns: which there are, how they are standardised, and which the others determine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np

from justice_data_lab.matching.inputs import Column, Numeric, side_by_side
from justice_data_lab.matching.moments import Weights, weighted_mean, weighted_squares
from justice_data_lab.matching.packed import pack
from justice_data_lab.matching.sums import column_squares, times
from justice_data_lab.matching.support import Dropped

if TYPE_CHECKING:
    from justice_data_lab.matching.inputs import Codes, Floats, Ints, Numbers

PART = 30_000  # rows of a large pool that mostly show that no column is determined by others
ROUNDING = 10.0
ALIASED = 1e-9  # share of a column's variance that the columns before it leave unexplained


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One column of the model: a numeric covariate, or the indicator of one level.

    Attributes:
        name: `age`, or `race=white`.
        covariate: name of the covariate it comes from.
        values: the covariate's numbers, or its codes, for every row of the data.
        code: the level whose indicator this is; None for a numeric covariate.
        centre: subtracted before the fit (0 for an indicator).
        scale: divided by before the fit (1 for an indicator).
    """

    name: str
    covariate: str
    values: Numbers | Codes
    code: int | None = None
    centre: float = 0.0
    scale: float = 1.0

    @property
    def numbers(self) -> Numbers:
        """The values of a numeric covariate."""
        return cast("Numbers", self.values)

    @property
    def codes(self) -> Codes:
        """The codes of a categorical one."""
        return cast("Codes", self.values)

    def at(self, rows: Ints) -> Floats:
        """The standardised column written out, for the data rows given."""
        values = self.values[side_by_side(rows)]
        if self.code is not None:
            return np.asarray(values == self.code, dtype=np.float64)
        return np.asarray((values.astype(np.float64) - self.centre) * (1 / self.scale))


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignMatrix:
    """An intercept and `terms`, over the rows that may enter the fit.

    Attributes:
        terms: columns after the intercept, in order.
        rows: positions in the data of the rows in the fit, ascending.
    """

    terms: tuple[Term, ...]
    rows: Ints

    def gram(self) -> Floats:
        """X'X over the rows in the fit, standardised columns, intercept first."""
        return column_squares(pack(self.terms, self.rows), np.ones(len(self.rows)))

    def times(self, beta: Floats, rows: Ints | None = None) -> Floats:
        """The products x'b, on standardised columns with the intercept first, of the data rows given (by default those in the fit).

        Args:
            beta: one vector, or several, one a row: then the answer has a row for each.
            rows: positions in the data.
        """
        found = times(pack(self.terms, self.rows if rows is None else rows), np.atleast_2d(beta))
        return found if beta.ndim > 1 else found[0]

    def without(self, places: list[int]) -> DesignMatrix:
        """The matrix without the terms at these places (0 is the first after the intercept)."""
        return replace(self, terms=tuple(term for place, term in enumerate(self.terms) if place not in places))


def build_design(columns: tuple[Column, ...], rows: Ints) -> tuple[DesignMatrix, tuple[Dropped, ...]]:
    """One-hot columns (first level dropped) and numeric ones, without those that the columns before them determine.

    Args:
        columns: covariates after merging.
        rows: positions of the rows in the fit.

    Returns:
        The matrix, and the columns that were dropped: a column goes when it is constant, or when the columns before it leave
        less than 1e-9 of its variance unexplained.
    """
    matrix = DesignMatrix(terms=tuple(term for column in columns for term in _terms(column, rows)), rows=rows)
    if _plainly_independent(matrix):
        return matrix, ()
    left = matrix.gram()
    whole = left.diagonal().copy()
    _sweep(left, 0)
    around_mean = left.diagonal().copy()
    dropped: dict[int, str] = {}
    for place in range(1, len(left)):
        if around_mean[place] <= ALIASED * whole[place]:
            dropped[place - 1] = "constant over the rows in the fit"
        elif left[place, place] <= ALIASED * around_mean[place]:
            dropped[place - 1] = "determined by the columns before it"
        else:
            _sweep(left, place)
    names = tuple(Dropped(column=matrix.terms[place].name, reason=reason) for place, reason in dropped.items())
    return matrix.without(list(dropped)), names


def _plainly_independent(matrix: DesignMatrix) -> bool:
    """Whether a part of a large pool already shows that no column goes.

    What the columns before a column leave of it unexplained, a sum of squares, only grows with more rows, and its squares over
    all rows sum to no more than their number. So a part that leaves enough, with room for rounding, settles it.
    """
    stride = len(matrix.rows) // PART
    if stride < 2:
        return False
    left = replace(matrix, rows=matrix.rows[::stride]).gram()
    for place in range(len(left)):
        if left[place, place] <= ROUNDING * ALIASED * len(matrix.rows):
            return False
        _sweep(left, place)
    return True


def _sweep(left: Floats, place: int) -> None:
    """Takes out, in place, what column `place` explains of the others (one step of Gauss's elimination)."""
    left -= np.outer(left[:, place], left[place]) / left[place, place]


def _terms(column: Column, rows: Ints) -> list[Term]:
    if isinstance(column, Numeric):
        values = column.values[side_by_side(rows)]
        ones = Weights.of(np.ones(len(rows)))
        centre = weighted_mean(values, ones) or 0.0
        spread = float(np.sqrt(weighted_squares(values, ones, centre) / max(len(rows), 1)))
        scale = spread if spread > 0 else 1.0
        return [Term(name=column.name, covariate=column.name, values=column.values, centre=centre, scale=scale)]
    return [
        Term(name=f"{column.name}={level}", covariate=column.name, values=column.codes, code=code)
        for code, level in enumerate(column.levels)
        if code > 0
    ]
