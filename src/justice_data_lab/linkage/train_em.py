"""Training without labels: expectation maximisation over all pairs, of which those that share no key are known to differ."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from justice_data_lab.linkage.score import score
from justice_data_lab.linkage.train import for_counting, rounded

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from justice_data_lab.linkage.model import Comparison, LinkageModel

ROUNDS = 200
TOLERANCE = 1e-9
# Half a pair: the value of a level that no pair reached.
HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Patterns:
    """Pairs counted by the levels they reach.

    Attributes:
        levels: one row a pattern, one column a comparison: Splink's number of the level, -1 where it says nothing.
        pairs: how many pairs show the pattern.
    """

    levels: NDArray[np.int64]
    pairs: NDArray[np.float64]


def train_without_labels(
    con: DuckDBPyConnection, model: LinkageModel, *, records: str, candidates: str, sample: str, all_pairs: int
) -> LinkageModel:
    """Estimate m, u and the prior from unlabelled data.

    Args:
        con: the connection.
        model: its levels are used, not its values.
        records: as in `score`.
        candidates: pairs that share a blocking key, as in `score`.
        sample: other pairs, drawn at random from those that share no key.
        all_pairs: how many pairs there are in all, candidates included.

    Returns:
        The model with every level trained.

    *Notes*: the usual two steps on all pairs at once. A pair that shares no key counts as one of different people, so such
    pairs enter u by their sample, scaled to their number; candidates are what EM has to divide. Unlike training on
    one blocking rule after another no comparison is ever conditioned on, and unlike u from a random sample alone, matches
    do not leak into u where the data are full of duplicates.
    """
    found = count_patterns(con, model, records=records, pairs=candidates)
    others = count_patterns(con, model, records=records, pairs=sample)
    scaled = replace(others, pairs=others.pairs * ((all_pairs - found.pairs.sum()) / max(others.pairs.sum(), 1.0)))
    return maximise(model, found, scaled)


def count_patterns(con: DuckDBPyConnection, model: LinkageModel, *, records: str, pairs: str) -> Patterns:
    """Let Splink compare the pairs, and count the patterns of levels."""
    score(con, for_counting(model), records=records, pairs=pairs, frequencies={}, into="pairs_counted")
    names = ", ".join(f"gamma_{comparison.name}" for comparison in model.comparisons)
    rows = con.execute(f"SELECT {names}, count(*) FROM pairs_counted GROUP BY ALL ORDER BY ALL").fetchall()  # noqa: S608
    con.execute("DROP TABLE pairs_counted")
    table = np.array(rows, dtype=np.int64).reshape(-1, len(model.comparisons) + 1)
    return Patterns(levels=table[:, :-1], pairs=table[:, -1].astype(float))


def maximise(model: LinkageModel, candidates: Patterns, others: Patterns) -> LinkageModel:
    """Alternate the two steps of EM until the expected number of matches stands still."""
    sizes = [len(comparison.levels) for comparison in model.comparisons]
    total = candidates.pairs.sum() + others.pairs.sum()
    m, u = [_start(size) for size in sizes], [_shares(others, place, size) for place, size in enumerate(sizes)]
    matches = min(candidates.pairs.sum() / 2, total / 2)
    for _ in range(ROUNDS):
        chance = _chance(candidates, m, u, matches / total)
        expected = float((candidates.pairs * chance).sum())
        m = [_expected(candidates, place, size, candidates.pairs * chance) for place, size in enumerate(sizes)]
        different = candidates.pairs * (1 - chance)
        u = [_different(candidates, others, place, size, different) for place, size in enumerate(sizes)]
        settled = abs(expected - matches) < TOLERANCE * total
        matches = expected
        if settled:
            break
    comparisons = tuple(_with(model.comparisons[place], m[place], u[place]) for place in range(len(sizes)))
    return replace(model, comparisons=comparisons, prior=rounded(matches / total))


def _start(size: int) -> NDArray[np.float64]:
    # Agreement is what a match is like: each level half as likely as the one above it.
    return _normal(0.5 ** np.arange(size)[::-1].astype(np.float64), least=0.0)


def _shares(patterns: Patterns, place: int, size: int) -> NDArray[np.float64]:
    return _expected(patterns, place, size, patterns.pairs)


def _expected(patterns: Patterns, place: int, size: int, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return _normal(_tally(patterns, place, size, weights))


def _different(
    candidates: Patterns, others: Patterns, place: int, size: int, weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    return _normal(_tally(candidates, place, size, weights) + _tally(others, place, size, others.pairs))


def _tally(patterns: Patterns, place: int, size: int, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    levels = patterns.levels[:, place]
    says = levels >= 0
    tally: NDArray[np.float64] = np.bincount(levels[says], weights=weights[says], minlength=size).astype(np.float64)
    return tally


def _normal(tally: NDArray[np.float64], *, least: float = HALF) -> NDArray[np.float64]:
    held: NDArray[np.float64] = np.maximum(tally, least)
    shares: NDArray[np.float64] = held / held.sum()
    return shares


def _chance(patterns: Patterns, m: list[NDArray[np.float64]], u: list[NDArray[np.float64]], prior: float) -> NDArray[np.float64]:
    bits = np.full(len(patterns.pairs), np.log2(prior / (1 - prior)))
    for place in range(len(m)):
        weight = np.append(np.log2(m[place] / u[place]), 0.0)
        bits += weight[patterns.levels[:, place]]
    chance: NDArray[np.float64] = 1.0 / (1.0 + np.exp2(-np.clip(bits, -1000, 1000)))
    return chance


def _with(comparison: Comparison, m: NDArray[np.float64], u: NDArray[np.float64]) -> Comparison:
    # Splink numbers the levels upwards from `else` = 0.
    levels = tuple(
        replace(level, m=rounded(float(m[-1 - place])), u=rounded(float(u[-1 - place])))
        for place, level in enumerate(comparison.levels)
    )
    return replace(comparison, levels=levels)
