"""What a record shows: the chance of offending, by a regression on what stands in it, and who leans to taking part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    Real: TypeAlias = "NDArray[np.float64]"
    Columns: TypeAlias = "Mapping[str, NDArray[np.generic]]"
    Blocks: TypeAlias = "Callable[[], Iterable[Columns]]"

# Records that are looked at together: what is in memory at once, whatever the size of the register.
BLOCK = 65_536
COUNTS = (
    "previous_offences", "previous_custodial_sentences", "offences_last_year", "offences_last_three_years",
    "days_since_previous_disposal", "previous_theft",
)  # fmt: skip
NUMBERS = ("age_at_index", "age_at_first_disposal", "copas_rate", "index_year")
WORDS = ("sex", "sentence_band", "index_offence_group", "region")
# Sums of floats come out differently in the last places from one machine to another: what is decided by them is not.
_PLACES = 9
_STEPS, _STILL = 8, 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """What records say of the chance to reoffend.

    Attributes:
        levels: of each column of words, which of its words have a weight of their own.
        centre: mean of each feature.
        spread: standard deviation of each; 1 where a feature never differs.
        weights: of the standardised features, an intercept first.
    """

    levels: Mapping[str, Sequence[int]]
    centre: Real
    spread: Real
    weights: Real

    def logits(self, column: Columns) -> Real:
        """Logits of reoffending of these records, to nine places."""
        parts = [_features(block, self.levels, self.centre, self.spread) @ self.weights for block in in_blocks(column)]
        found: Real = np.concatenate(parts)
        return found.round(_PLACES)


def in_blocks(column: Columns) -> Iterator[Columns]:
    """The same records, so many at a time."""
    for first in range(0, len(column["index_year"]), BLOCK):
        yield {name: values[first : first + BLOCK] for name, values in column.items()}


def fit_risk(blocks: Blocks, levels: Mapping[str, Sequence[int]]) -> Risk:
    """Ridge logistic regression of `reoffended` on what records show (penalty 1, at most eight Newton steps).

    Args:
        blocks: all records, a block at a time and always in the same order; they are gone through about ten times. A word is a number.
        levels: of each column of words, which have a weight of their own: all but the first.
    """
    centre, spread = _moments(blocks, levels)
    weights = np.zeros(len(centre) + 1)
    penalty = np.eye(len(weights))
    penalty[0, 0] = 0.0
    for _ in range(_STEPS):
        gradient, hessian = -penalty @ weights, penalty.copy()
        for block in blocks():
            x = _features(block, levels, centre, spread)
            p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
            hessian += (x * (p * (1 - p))[:, None]).T @ x
            gradient += x.T @ (block["reoffended"].astype(np.float64) - p)
        step = np.linalg.solve(hessian, gradient)
        weights += step
        if np.abs(step).max() < _STILL:
            break
    return Risk(levels=levels, centre=centre, spread=spread, weights=weights)


def _moments(blocks: Blocks, levels: Mapping[str, Sequence[int]]) -> tuple[Real, Real]:
    """Mean and standard deviation of each feature, put together from those of the blocks."""
    rows, centre, squares = 0, np.zeros(0), np.zeros(0)
    for block in blocks():
        x = _shown(block, levels)
        here = x.mean(axis=0)
        apart = ((x - here) ** 2).sum(axis=0)
        if rows == 0:
            rows, centre, squares = len(x), here, apart
            continue
        both = rows + len(x)
        squares = squares + apart + (here - centre) ** 2 * rows * len(x) / both
        centre, rows = centre + (here - centre) * len(x) / both, both
    spread = np.sqrt(squares / rows)
    return centre, np.where(spread > 0, spread, 1.0)


def _features(column: Columns, levels: Mapping[str, Sequence[int]], centre: Real, spread: Real) -> Real:
    """What the record shows of the chance to reoffend: standardised columns, an intercept first."""
    x = _shown(column, levels)
    x -= centre
    x /= spread
    return np.column_stack([np.ones(len(x)), x])


def _shown(column: Columns, levels: Mapping[str, Sequence[int]]) -> Real:
    number = {name: column[name].astype(np.float64) for name in (*NUMBERS, *COUNTS)}
    age = number["age_at_index"]
    columns = [age, age**2, number["age_at_first_disposal"], number["copas_rate"], number["index_year"]]
    columns += [np.log1p(number[name]) for name in COUNTS]
    columns += [(column[name] == level).astype(np.float64) for name in WORDS for level in levels[name]]
    return np.column_stack(columns)


_LONG = ("6_to_12_months", "1_to_2_years", "2_to_4_years", "4_years_or_more")


def draw_pull(regions: Iterable[str], rng: np.random.Generator) -> dict[str, float]:
    """By region, how much the programme draws people there: in about half of them, half as much as in the others."""
    names = sorted(regions)
    return dict(zip(names, np.where(rng.random(len(names)) < 0.5, 0.0, -0.7).tolist(), strict=True))


def leaning_of(column: Columns, pull: Mapping[str, float]) -> Real:
    """Who takes part: rather older, with less history, with time to serve; in some regions more than in others.

    Args:
        column: what the records show; here words are words.
        pull: of each region.
    """
    age = column["age_at_index"].astype(np.float64)
    history = np.log1p(column["previous_offences"].astype(np.float64))
    place = np.array([pull[name] for name in column["region"].tolist()])
    long_enough = np.isin(column["sentence_band"], _LONG)
    leaning: Real = 0.12 * (age - 35) / 10 - 0.10 * (history - 2) + 0.3 * long_enough + 0.2 * (column["sex"] == "F") + place
    return leaning
