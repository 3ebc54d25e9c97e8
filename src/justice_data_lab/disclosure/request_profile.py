"""Who the treatment group are, beside their comparison group: levels and means of the covariates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from justice_data_lab.disclosure.evidence import LevelEvidence, MeanEvidence, Side
from justice_data_lab.matching.inputs import under_codes

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from justice_data_lab.matching.result import Match
    from justice_data_lab.measures.catalogue import Covariate
    from justice_data_lab.measures.design import Measures

Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]
Places: TypeAlias = npt.NDArray[np.intp]

AGE = "age_at_index"
_AGE_BANDS = (
    (21, "18 to 20"),
    (25, "21 to 24"),
    (30, "25 to 29"),
    (35, "30 to 34"),
    (40, "35 to 39"),
    (50, "40 to 49"),
    (60, "50 to 59"),
)
_OLDEST = "60 or over"
_NAMES = {"F": "Female", "M": "Male", "U": "Unknown"}
UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Groups:
    """Who is counted on each side, the comparison group's weights, and who could have been in that group."""

    treated: Bools
    comparison: Bools
    candidates: Bools
    weights: Floats


def profile(measures: Measures, match: Match) -> tuple[tuple[LevelEvidence, ...], tuple[MeanEvidence, ...]]:
    """Every covariate of the matched people: categorical ones by level, numeric ones by mean, age by both.

    Notes:
        Ages stand in bands as well, since an average says little of who the people are. A numeric column of 0 and 1 is
        given by level: its mean is a share, and a share needs enough people on both sides. No minimum or maximum is taken.
    """
    weights = np.asarray(match.weights.column("weight").to_numpy(), dtype=np.float64)
    treated = np.asarray(match.weights.column("treated").to_numpy()) == 1
    groups = _Groups(treated=treated & (weights > 0), comparison=~treated & (weights > 0), candidates=~treated, weights=weights)
    levels: list[LevelEvidence] = []
    means: list[MeanEvidence] = []
    for covariate in measures.covariates:
        column = measures.rows.column(covariate.name)
        if covariate.kind == "categorical":
            levels += _levels(covariate, _named(column, partial(_text, covariate)), groups)
            continue
        if _two_values(column):
            levels += _levels(covariate, _named(column, _digit), groups)
            continue
        means.append(_mean(covariate, column, groups))
        if covariate.name == AGE:
            levels += _levels(covariate, _named(column, _age_band), groups)
    return tuple(levels), tuple(means)


def level_label(covariate: str, level: str) -> str:
    """A level as printed: `suspended_sentence_order` is "Suspended sentence order"."""
    if covariate == "sex" and level in _NAMES:
        return _NAMES[level]
    text = level.replace("_", " ")
    return text[:1].upper() + text[1:]


def _two_values(column: pa.ChunkedArray) -> bool:
    values = [value for value in column.unique().to_pylist() if value is not None]
    return set(values) <= {0, 1}


def _digit(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:g}"


def _text(covariate: Covariate, value: object) -> str:
    return UNKNOWN if value is None else level_label(covariate.name, str(value))


def _age_band(age: float | None) -> str:
    if age is None:
        return UNKNOWN
    return next((name for below, name in _AGE_BANDS if age < below), _OLDEST)


def _named(column: pa.ChunkedArray, word: Callable[[Any], str]) -> tuple[tuple[str, ...], Places]:
    """A column's values in words, each of them once, and at which of the words each row is: a pool is too large to name row by row."""
    values, codes = under_codes(column)
    words = [word(value) for value in (*values.to_pylist(), None)]
    names = tuple(dict.fromkeys(words))
    return names, np.array([names.index(each) for each in words], dtype=np.intp)[codes]


def _levels(covariate: Covariate, named: tuple[tuple[str, ...], Places], groups: _Groups) -> list[LevelEvidence]:
    """One entry a level that anybody on the treated side has, or any candidate for comparison; in the covariate's order.

    Notes:
        A level that none of the treated has stands there too: that it is missing would tell as much. Nothing is said of a characteristic
        that everybody shares.
    """
    names, places = named
    somebody = np.bincount(places[groups.treated | groups.candidates], minlength=len(names)) > 0
    order = _order(covariate, sorted(name for name, there in zip(names, somebody, strict=True) if there))
    if len(order) < 2:
        return []
    treated, comparison = (np.bincount(places[side], minlength=len(names)) for side in (groups.treated, groups.comparison))
    compared, weights = places[groups.comparison], groups.weights[groups.comparison]
    total = float(weights.sum())
    return [
        LevelEvidence(
            variable=covariate.name,
            label=covariate.label or covariate.name,
            level=level,
            treated=int(treated[place]),
            comparison=int(comparison[place]),
            comparison_share=float(weights[compared == place].sum()) / total if total else 0.0,
        )
        for level in order
        for place in (names.index(level),)
    ]


def _order(covariate: Covariate, levels: list[str]) -> list[str]:
    """Levels in their stated order, then by name, "Other" and "Unknown" last."""
    stated = [level_label(covariate.name, level) for level in covariate.ordered]
    last = ("Other", UNKNOWN)
    return sorted(levels, key=lambda level: (level in last, stated.index(level) if level in stated else len(stated), level))


def _mean(covariate: Covariate, column: pa.ChunkedArray, groups: _Groups) -> MeanEvidence:
    values = np.asarray(pc.cast(column, "float64").to_numpy(zero_copy_only=False), dtype=np.float64)
    known = np.isfinite(values)
    first, second = groups.treated & known, groups.comparison & known
    return MeanEvidence(
        variable=covariate.name,
        label=covariate.label or covariate.name,
        unit="years" if covariate.name.startswith("age_at") else "",
        treated=_side(values[first], np.ones(int(first.sum()))),
        comparison=_side(values[second], groups.weights[second], weighted=True),
    )


def _side(values: Floats, weights: Floats, *, weighted: bool = False) -> Side:
    """One group's mean with its evidence; of two values it is a share of those at the larger, so these are events."""
    different = np.unique(values)
    total = float(weights.sum())
    sizes = np.abs(values)
    held = [float(part.max() / part.sum()) for part in (sizes, sizes * weights) if part.sum() > 0]
    return Side(
        people=len(values),
        value=float((values * weights).sum()) / total if total else None,
        events=int((values == different[-1]).sum()) if 0 < len(different) <= 2 else None,
        nonzero=int((values != 0).sum()),
        largest_share=max(held, default=None),
        n_eff=total**2 / float((weights**2).sum()) if weighted and total else None,
        max_weight_share=float(weights.max()) / total if weighted and total else None,
    )
