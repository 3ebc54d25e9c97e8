"""What matching needs to be handed: rows with covariates, and which of them are matched exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from justice_data_lab.tables import narrow

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]
Ints: TypeAlias = npt.NDArray[np.int64]
Numbers: TypeAlias = npt.NDArray[np.float64] | npt.NDArray[np.float32]
Codes: TypeAlias = npt.NDArray[np.int8] | npt.NDArray[np.int16]

UNKNOWN, MISSING = "unknown", "missing"
NOTHING_KNOWN = ("", UNKNOWN, MISSING)  # levels, in small letters, that say only that nothing is known
SMALL = 127  # levels that one byte tells apart, with a code to spare


class CovariateLike(Protocol):
    """What is known about one covariate; `justice_data_lab.measures.catalogue.Covariate` is one."""

    @property
    def name(self) -> str:
        """Column of the rows."""

    @property
    def kind(self) -> Literal["numeric", "categorical"]:
        """Numeric enters as it is, categorical is one-hot coded."""

    @property
    def ordered(self) -> tuple[str, ...]:
        """Levels from lowest to highest; empty when they have no order."""

    @property
    def label(self) -> str:
        """As printed; empty means the name."""

    @property
    def group(self) -> str:
        """Covariates left out together when it is asked how much each group of them matters."""


class MeasuresLike(Protocol):
    """Rows to match; `justice_data_lab.measures.design.Measures` is one. Nothing here may be an outcome."""

    @property
    def rows(self) -> pa.Table:
        """`row`, `treated` (0/1) and the covariate columns, one row a person."""

    @property
    def covariates(self) -> Sequence[CovariateLike]:
        """Covariates, in the order in which aliased columns are dropped."""

    @property
    def exact(self) -> tuple[str, ...]:
        """Columns always matched exactly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeric:
    """A numeric covariate.

    Attributes:
        name: the covariate's name.
        label: as printed.
        values: one number a row, unknown ones replaced by the mean of the known ones; single precision where that is exact.
        known: which rows are known; None when all are.
    """

    name: str
    label: str
    values: Numbers
    known: Bools | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Categorical:
    """A categorical covariate: `levels[codes[i]]` is the level of row i.

    Attributes:
        name: the covariate's name.
        label: as printed.
        levels: names of the levels; the first is the reference.
        codes: one code a row; -1 for a level that only the pool has.
        ordered: how many of the first levels stand in an order.
    """

    name: str
    label: str
    levels: tuple[str, ...]
    codes: Codes
    ordered: int = 0

    @property
    def unknown(self) -> tuple[int, ...]:
        """Codes of the levels that say only that nothing is known."""
        return tuple(code for code, level in enumerate(self.levels) if level.strip().lower() in NOTHING_KNOWN)


Column: TypeAlias = Numeric | Categorical


def side_by_side(rows: Ints) -> Ints | slice:
    """Ascending positions as one slice where they have no gap, as those of a request's people do: nothing is copied then."""
    return slice(rows[0], rows[-1] + 1) if len(rows) and rows[-1] - rows[0] + 1 == len(rows) else rows


def read_treated(rows: pa.Table) -> Bools:
    """Which rows had the intervention."""
    return np.asarray(rows.column("treated").to_numpy() == 1, dtype=np.bool_)


def read_columns(measures: MeasuresLike) -> tuple[Column, ...]:
    """Every covariate as arrays, in the order given; a numeric one with gaps is followed by its `_missing` indicator.

    Notes:
        Missing is its own level and never imputed silently: with the indicator in the model, fitted scores do not depend on
        the number that fills the gap.
    """
    columns: list[Column] = []
    for covariate in measures.covariates:
        data = measures.rows.column(covariate.name)
        if covariate.kind == "categorical":
            columns.append(_categorical(covariate, data))
        else:
            columns.extend(_numeric(covariate, data))
    return tuple(columns)


def under_codes(data: pa.ChunkedArray) -> tuple[pa.Array, Ints]:
    """The distinct values of a column, some of which no row may have, and each row's place among them; a null's is after the last."""
    encoded = data if pa.types.is_dictionary(data.type) else data.dictionary_encode()
    whole = encoded.unify_dictionaries().combine_chunks()
    found: Ints = np.asarray(pc.fill_null(whole.indices, len(whole.dictionary)).to_numpy(zero_copy_only=False))
    return whole.dictionary, found


def read_levels(data: pa.ChunkedArray) -> tuple[tuple[str, ...], Codes]:
    """The distinct values of a column as text, sorted, and each row's place among them; null is `unknown`."""
    values, found = under_codes(data)
    texts = [UNKNOWN if text is None else text for text in pc.cast(values, pa.string()).to_pylist()]
    texts.append(UNKNOWN)
    # a dictionary may hold texts that no row has
    used = np.bincount(found, minlength=len(texts)) > 0
    names = sorted({text for text, somebody in zip(texts, used, strict=True) if somebody})
    place = {name: number for number, name in enumerate(names)}
    codes = np.array([place.get(text, 0) for text in texts], dtype=code_type(len(names)))
    return tuple(names), cast("Codes", codes[found])


def code_type(levels: int) -> type[np.int8 | np.int16]:
    """The smallest numbers that hold a code for each level and -1."""
    return np.int8 if levels <= SMALL else np.int16


def _categorical(covariate: CovariateLike, data: pa.ChunkedArray) -> Categorical:
    names, codes = read_levels(data)
    first = [level for level in covariate.ordered if level in names]
    levels = [*first, *(name for name in names if name not in first)]
    rank = np.array([levels.index(name) for name in names], dtype=code_type(len(names)))
    ranked = cast("Codes", rank[codes])
    label = covariate.label or covariate.name
    return Categorical(name=covariate.name, label=label, levels=tuple(levels), codes=ranked, ordered=len(first))


def _numeric(covariate: CovariateLike, data: pa.ChunkedArray) -> list[Column]:
    label = covariate.label or covariate.name
    given = np.asarray((data if data.type == pa.float32() else pc.cast(data, pa.float64())).to_numpy())
    known = np.isfinite(given)
    if known.all():
        return [Numeric(name=covariate.name, label=label, values=narrow(given))]
    values = given.astype(np.float64)
    values[~known] = values[known].mean() if known.any() else 0.0
    missing = Categorical(
        name=f"{covariate.name}_missing",
        label=f"{label}, whether known",
        levels=("known", MISSING),
        codes=(~known).astype(np.int8),
    )
    return [Numeric(name=covariate.name, label=label, values=narrow(values), known=known), missing]
