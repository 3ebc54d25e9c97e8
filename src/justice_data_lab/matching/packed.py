"""The columns of a fit, packed: numbers as they came, categories several to a code, so that a pass over everybody costs little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justice_data_lab.matching.inputs import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from justice_data_lab.matching.design_matrix import Term
    from justice_data_lab.matching.inputs import Codes, Floats, Ints, Numbers

BLOCK = 16_384  # rows looked at together
WORK = 131_072  # most multiplications in one matrix product: below what the linear algebra library splits over threads,
# which on a busy machine costs several times the time it saves, and makes sums depend on the number of threads
WIDEST = 256  # rows of one matrix product, at most
MOST_CELLS = 64  # levels under one code; two codes then have 4,096 together, whose sums stay in the fastest memory
SCATTERED = 262_144  # so few rows are gathered once, where they do not lie side by side, and not at every pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Categorical covariates under one code: each combination of their levels is a cell.

    Attributes:
        codes: one a row in the fit.
        member: shape (cells, columns of the model): 1 where people of the cell are at the column's level.
    """

    codes: Codes
    member: Floats

    @property
    def size(self) -> int:
        """Number of cells."""
        return len(self.member)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Some rows of the fit, ready for sums.

    Attributes:
        where: which of the rows.
        numbers: shape (tiles, 1 + numeric columns, rows in a tile): a column of ones, then standardised numbers; the last
            tile is filled up with zeros.
        codes: one array a set of cells.
    """

    where: slice
    numbers: Floats
    codes: tuple[Ints, ...]

    def tiled(self, values: Floats) -> Floats:
        """One value a row laid out as the numbers are: shape (tiles, 1, rows in a tile), zeros at the end."""
        tiles, _, width = self.numbers.shape
        laid = np.zeros(tiles * width)
        laid[: len(values)] = values
        return laid.reshape(tiles, 1, width)


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A model's columns over some rows.

    Attributes:
        columns: how many there are, the intercept among them.
        rows: positions in the data, ascending.
        numeric: where the intercept and the numeric columns stand among all.
        numbers: the numeric columns.
        gathered: their values at `rows`, where these were few and scattered.
        cells: the categorical columns.
    """

    columns: int
    rows: Ints
    numeric: Ints
    numbers: tuple[Term, ...]
    gathered: tuple[Numbers, ...] | None
    cells: tuple[Cells, ...]

    def blocks(self) -> Iterator[Block]:
        """The rows, some at a time; a block's memory is the next one's too."""
        width = min(WIDEST, max(8, WORK // len(self.numeric) ** 2))
        tiles = max(1, min(BLOCK // width, -(-len(self.rows) // width)))
        space = np.zeros((len(self.numeric), tiles * width))
        for start in range(0, len(self.rows), tiles * width):
            where = slice(start, min(start + tiles * width, len(self.rows)))
            count = where.stop - start
            used = -(-count // width)
            self._fill(space[:, :count], where)
            space[:, count:] = 0.0
            yield Block(
                where=where,
                numbers=space[:, : used * width].reshape(len(space), used, width).transpose(1, 0, 2),
                codes=tuple(each.codes[where].astype(np.intp) for each in self.cells),
            )

    def _fill(self, space: Floats, where: slice) -> None:
        space[0] = 1.0
        for out, term, values in zip(space[1:], self.numbers, self._values(where), strict=True):
            np.subtract(values, term.centre, out=out, dtype=np.float64)
            np.multiply(out, 1 / term.scale, out=out)

    def _values(self, where: slice) -> Iterable[Numbers]:
        if self.gathered is not None:
            return (values[where] for values in self.gathered)
        places = side_by_side(self.rows[where])
        return (term.numbers[places] for term in self.numbers)


def pack(terms: tuple[Term, ...], rows: Ints) -> Packed:
    """The columns `terms` after an intercept, over some rows.

    Args:
        terms: numeric columns, and indicators of levels.
        rows: positions in the data, ascending.

    Notes:
        No full one-hot matrix ever stands in memory. Several categorical covariates share a code while their levels make
        at most 64 combinations, so that products and sums look up one code for all of them.
    """
    numbers = [place for place, term in enumerate(terms) if term.code is None]
    few = len(rows) <= SCATTERED and not isinstance(side_by_side(rows), slice)
    return Packed(
        columns=1 + len(terms),
        rows=rows,
        numeric=np.array([0, *(place + 1 for place in numbers)]),
        numbers=tuple(terms[place] for place in numbers),
        gathered=tuple(terms[place].numbers[rows] for place in numbers) if few else None,
        cells=_cells(terms, rows),
    )


def _cells(terms: tuple[Term, ...], rows: Ints) -> tuple[Cells, ...]:
    """Each covariate joins the first code that has room for its levels."""
    # Terms of one covariate share its array of codes; a name alone may stand for two ways of merging its levels.
    covariates: dict[int, tuple[Codes, dict[int, int]]] = {}
    for place, term in enumerate(terms, start=1):
        if term.code is not None:
            covariates.setdefault(id(term.values), (term.codes, {}))[1][term.code] = place
    made: list[Cells] = []
    for codes, places in covariates.values():
        one = _covariate(places, codes[side_by_side(rows)], 1 + len(terms))
        room = next((place for place, each in enumerate(made) if each.size * one.size <= MOST_CELLS), None)
        if room is None:
            made.append(one)
        else:
            made[room] = _together(made[room], one)
    return tuple(made)


def _covariate(places: dict[int, int], codes: Codes, columns: int) -> Cells:
    """The levels of one covariate as cells; who is at no column's level is at the first, which has none."""
    size = int(codes.max(initial=0)) + 1
    member = np.zeros((size, columns))
    for code, place in places.items():
        if code < size:
            member[code, place] = 1.0
    known = np.maximum(codes, 0)
    return Cells(codes=known.astype(np.int8) if size <= MOST_CELLS else known, member=member)


def _together(first: Cells, second: Cells) -> Cells:
    member = first.member[:, None, :] + second.member[None, :, :]
    return Cells(codes=first.codes * np.int8(second.size) + second.codes, member=member.reshape(-1, member.shape[2]))
