"""Products x'b, X'v and X'WX over packed columns: numbers by multiplication, categories by look-ups and counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from justice_data_lab.matching.inputs import Floats, Ints
    from justice_data_lab.matching.packed import Block, Packed

Pair: TypeAlias = "tuple[int, int | None]"


class Products:
    """x'b, for one vector of coefficients or several.

    Args:
        packed: the columns.
        betas: one line a vector, on standardised columns with the intercept first.
    """

    def __init__(self, packed: Packed, betas: Floats) -> None:
        self._packed = packed
        self._numbers = np.ascontiguousarray(betas[:, packed.numeric])
        self._tables = []
        for first, second in pairs(packed):
            table = betas @ packed.cells[first].member.T
            if second is not None:
                table = (table[:, :, None] + (betas @ packed.cells[second].member.T)[:, None, :]).reshape(len(betas), -1)
            self._tables.append(table)

    def of(self, block: Block) -> Floats:
        """The products x'b of a block's rows, one line a vector."""
        count = block.where.stop - block.where.start
        products = np.matmul(self._numbers, block.numbers).transpose(1, 0, 2).reshape(len(self._numbers), -1)
        found: Floats = products[:, :count]
        for pair, table in zip(pairs(self._packed), self._tables, strict=True):
            found += table[:, join(self._packed, block, pair)]
        return found


def times(packed: Packed, betas: Floats) -> Floats:
    """The products x'b of every row, one line a vector of coefficients."""
    products, found = Products(packed, betas), np.empty((len(betas), len(packed.rows)))
    for block in packed.blocks():
        found[:, block.where] = products.of(block)
    return found


class VectorSum:
    """X'v, v one value a row, gathered over blocks in their order: by cell first, and by column only at the end."""

    def __init__(self, packed: Packed) -> None:
        self._packed = packed
        self._numbers = np.zeros(len(packed.numeric))
        self._cells = [np.zeros(_size(packed, pair)) for pair in pairs(packed)]

    def add(self, block: Block, values: Floats) -> None:
        """Adds a block's part."""
        self._numbers += np.matmul(block.numbers, block.tiled(values).transpose(0, 2, 1)).sum(axis=(0, 2))
        for pair, total in zip(pairs(self._packed), self._cells, strict=True):
            _count(total, join(self._packed, block, pair), values)

    def result(self) -> Floats:
        """One number a column."""
        total = np.zeros(self._packed.columns)
        total[self._packed.numeric] = self._numbers
        for pair, sums in zip(pairs(self._packed), self._cells, strict=True):
            for cells, part in _by_set(self._packed, pair, sums):
                total += part @ self._packed.cells[cells].member
        return total


def column_sums(packed: Packed, values: Floats) -> Floats:
    """X'v over every row, v one value a row."""
    total = VectorSum(packed)
    for block in packed.blocks():
        total.add(block, values[block.where])
    return total.result()


class SquareSum:
    """X'WX, W one weight a row, gathered in the same way."""

    def __init__(self, packed: Packed) -> None:
        self._packed = packed
        numeric = len(packed.numeric)
        self._numbers = np.zeros((numeric, numeric))
        self._crossed = [np.zeros((numeric, _size(packed, pair))) for pair in pairs(packed)]
        every = range(len(packed.cells))
        self._joint = {
            (first, second): np.zeros(_size(packed, (first, second))) for first in every for second in every[first + 1 :]
        }

    def add(self, block: Block, weights: Floats) -> None:
        """Adds a block's part."""
        weighted = block.numbers * block.tiled(weights)
        self._numbers += np.matmul(weighted, block.numbers.transpose(0, 2, 1)).sum(axis=0)
        lines = weighted.transpose(1, 0, 2).reshape(len(self._numbers), -1)[:, : len(weights)]
        for pair, crossed in zip(pairs(self._packed), self._crossed, strict=True):
            codes = join(self._packed, block, pair)
            for total, line in zip(crossed, lines, strict=True):
                _count(total, codes, line)
        for pair, table in self._joint.items():
            _count(table, join(self._packed, block, pair), weights)

    def result(self) -> Floats:
        """A symmetric matrix, one line a column of X."""
        packed = self._packed
        total = np.zeros((packed.columns, packed.columns))
        total[np.ix_(packed.numeric, packed.numeric)] = (self._numbers + self._numbers.T) / 2
        for pair, crossed in zip(pairs(packed), self._crossed, strict=True):
            for cells, part in _by_set(packed, pair, crossed):
                member = packed.cells[cells].member
                _add_both(total, packed.numeric, part @ member)
                total += member.T @ (part[0][:, None] * member)
        for (first, second), table in self._joint.items():
            member, other = packed.cells[first].member, packed.cells[second].member
            across = member.T @ table.reshape(len(member), -1) @ other
            total += across + across.T
        return total


def column_squares(packed: Packed, weights: Floats) -> Floats:
    """X'WX over every row, W one weight a row."""
    total = SquareSum(packed)
    for block in packed.blocks():
        total.add(block, weights[block.where])
    return total.result()


def pairs(packed: Packed) -> list[Pair]:
    """Every set of cells, two by two: a look-up then serves two of them."""
    count = len(packed.cells)
    return [(first, first + 1 if first + 1 < count else None) for first in range(0, count, 2)]


def join(packed: Packed, block: Block, pair: Pair) -> Ints:
    """One code a row for two sets of cells."""
    first, second = pair
    return block.codes[first] if second is None else block.codes[first] * packed.cells[second].size + block.codes[second]


def _size(packed: Packed, pair: Pair) -> int:
    first, second = pair
    return packed.cells[first].size * (1 if second is None else packed.cells[second].size)


def _by_set(packed: Packed, pair: Pair, sums: Floats) -> list[tuple[int, Floats]]:
    """Sums by joint code as sums by each of the two sets' own."""
    first, second = pair
    if second is None:
        return [(first, sums)]
    apart = sums.reshape(*sums.shape[:-1], packed.cells[first].size, packed.cells[second].size)
    return [(first, apart.sum(axis=-1)), (second, apart.sum(axis=-2))]


def _count(total: Floats, codes: Ints, weights: Floats) -> None:
    """Adds each weight to its code's sum."""
    total += np.bincount(codes, weights=weights, minlength=len(total))


def _add_both(total: Floats, places: Ints, part: Floats) -> None:
    """Adds numbers by cells, and the same turned over: the intercept's line is among the numbers, so neither is counted twice."""
    total[places] += part
    total[:, places] += part.T
