"""The model's columns, expanded a block of rows at a time so that no full one-hot matrix ever stands in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np
from scipy.linalg.blas import dsyrk

from justice_data_lab.matching.inputs import Column, Numeric, side_by_side
from justice_data_lab.matching.moments import Weights, weighted_mean, weighted_squares
from justice_data_lab.matching.packed import WORK, pack
from justice_data_lab.matching.sums import SquareSum, times
from justice_data_lab.matching.support import Dropped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from justice_data_lab.matching.inputs import Codes, Floats, Ints, Numbers

BLOCK = 4096  # rows expanded at a time
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignMatrix:
    """An intercept and `terms`, over the rows that may enter the fit.

    Attributes:
        terms: columns after the intercept, in order.
        rows: positions in the data of the rows in the fit, ascending.
    """

    terms: tuple[Term, ...]
    rows: Ints

    def tiles(self, rows: Ints) -> Iterator[tuple[slice, Floats]]:
        """Blocks of standardised columns for the data rows given.

        Args:
            rows: positions in the data.

        Yields:
            Where the block stands in `rows`, and an array of shape (tiles, 1 + terms, rows in a tile): intercept first.
            The last tile is filled up with zeros.
        """
        width = min(128, max(8, WORK // (1 + len(self.terms)) ** 2))
        whole = width * (BLOCK // width)
        for start in range(0, len(rows), whole):
            part = rows[start : start + whole]
            count = -(-len(part) // width)
            block = np.zeros((1 + len(self.terms), count * width))
            block[0, : len(part)] = 1.0
            for place, term in enumerate(self.terms, start=1):
                self._fill(block[place, : len(part)], term, part)
            yield slice(start, start + len(part)), block.reshape(len(block), count, width).transpose(1, 0, 2)

    @staticmethod
    def _fill(out: Floats, term: Term, part: Ints) -> None:
        values = term.values[side_by_side(part)]
        if term.code is not None:
            out[:] = values == term.code
        else:
            np.subtract(values, term.centre, out=out, dtype=np.float64)
            out *= 1 / term.scale

    def gram(self) -> Floats:
        """X'X over the rows in the fit, standardised columns, intercept first."""
        packed = pack(self.terms, self.rows)
        total = SquareSum(packed)
        for block in packed.blocks():
            total.add(block, np.ones(block.where.stop - block.where.start))
        return total.result()

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


def add_products(total: Floats, block: Floats, weights: Floats) -> None:
    """Adds X'WX of a block of tiles to the upper triangle of `total` (Fortran order), in place.

    Args:
        total: square, one row a column of X.
        block: shape (tiles, columns, rows in a tile), as `tiles` gives it.
        weights: shape (tiles, 1, rows in a tile), none below 0.
    """
    scaled = np.empty(block.shape)
    np.multiply(block, np.sqrt(weights), out=scaled)
    for tile in scaled:
        dsyrk(1.0, tile.T, beta=1.0, c=total, trans=1, overwrite_c=1)


def both_triangles(upper: Floats) -> Floats:
    """The symmetric matrix whose upper triangle is given."""
    return np.triu(upper) + np.triu(upper, 1).T


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
        spread = float(np.sqrt(weighted_squares(values, ones, centre) / len(rows)))
        scale = spread if spread > 0 else 1.0
        return [Term(name=column.name, covariate=column.name, values=column.values, centre=centre, scale=scale)]
    return [
        Term(name=f"{column.name}={level}", covariate=column.name, values=column.codes, code=code)
        for code, level in enumerate(column.levels)
        if code > 0
    ]
