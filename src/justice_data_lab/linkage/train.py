"""Training of the linkage model: once per register, from counts of comparison levels that Splink finds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from justice_data_lab.errors import UsageError
from justice_data_lab.linkage.score import score

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duckdb import DuckDBPyConnection

    from justice_data_lab.linkage.model import Comparison, Level, LinkageModel

Counts: TypeAlias = "Mapping[str, Mapping[str, int]]"

# A u value from fewer pairs than this is noise: the shipped one stands.
LEAST_PAIRS = 20
# The shipped m counts as much as this many labelled pairs, so that a rare level unseen in a small cohort keeps a sane value.
SHIPPED_PAIRS = 200
# Fewer labelled pairs than this do not improve on the shipped values.
LEAST_LABELLED = 100
# A level of which at least this many pairs were due and none came was misread, not rare.
DUE = 10.0
DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """Comparisons with new values, and the levels that kept the shipped ones."""

    comparisons: tuple[Comparison, ...]
    kept: tuple[str, ...]


def level_counts(con: DuckDBPyConnection, model: LinkageModel, *, records: str, pairs: str) -> Counts:
    """How many of the pairs reach each level of each comparison, as Splink compares them.

    Args:
        con: the connection.
        model: only its levels matter; it need not be trained.
        records: as in `score`.
        pairs: as in `score`.

    Returns:
        Counts by comparison and level; pairs on which a comparison says nothing are left out of it.
    """
    score(con, for_counting(model), records=records, pairs=pairs, frequencies={}, into="pairs_counted")
    return counted_levels(con, model)


def counted_levels(con: DuckDBPyConnection, model: LinkageModel) -> Counts:
    """Count the levels in the table `pairs_counted`, which `score` made, and drop it."""
    counts = {comparison.name: _counted(con, comparison) for comparison in model.comparisons}
    con.execute("DROP TABLE pairs_counted")
    return counts


def estimate_u(comparisons: tuple[Comparison, ...], counts: Counts) -> Trained:
    """Give each level as u its share among pairs of different people, where the sample reaches it often enough.

    *Notes*: with fewer than `LEAST_PAIRS` pairs the shipped value stands; identifiers keep theirs by design.
    """
    trained = tuple(_with_u(comparison, counts[comparison.name]) for comparison in comparisons)
    kept = tuple(
        f"{comparison.name}/{level.name}"
        for comparison in comparisons
        if not comparison.by_design
        for level in comparison.levels
        if counts[comparison.name][level.name] < LEAST_PAIRS
    )
    return Trained(comparisons=trained, kept=kept)


def estimate_m(comparisons: tuple[Comparison, ...], counts: Counts, *, known_by: str) -> Trained:
    """Give each level as m its share among pairs known to be of one person, drawn towards the shipped value.

    Args:
        comparisons: with the shipped m values.
        counts: levels reached by the labelled pairs.
        known_by: the comparison by which the pairs are known, which they cannot train.

    Raises:
        UsageError: too few labelled pairs, or a level that was due and never came: such a model would be untrained there.
    """
    check_labelled(comparisons, counts, known_by=known_by)
    trained = tuple(
        comparison if comparison.name == known_by else _with_m(comparison, counts[comparison.name]) for comparison in comparisons
    )
    return Trained(comparisons=trained, kept=(known_by,))


def check_labelled(comparisons: tuple[Comparison, ...], counts: Counts, *, known_by: str) -> None:
    """Refuse labelled pairs that would leave a level untrained.

    Raises:
        UsageError: see `estimate_m`.
    """
    for comparison in comparisons:
        seen = sum(counts[comparison.name].values())
        if comparison.name == known_by or (comparison.by_design and seen == 0):
            continue
        if seen < LEAST_LABELLED:
            message = (
                f"Training needs at least {LEAST_LABELLED} rows with a known police number that say something on {comparison.name}; "
                f"the cohorts given have {seen}. Add cohorts, or leave out --train-on to take the shipped values."
            )
            raise UsageError(message)
        silent = [level.name for level in comparison.levels if _due(level, seen) and not counts[comparison.name][level.name]]
        if silent:
            message = (
                f"Training left {comparison.name}/{silent[0]} without a single pair, though {_due(level_of(comparison, silent[0]), seen):.0f} "
                "were due. A model with an untrained level is refused: check how the cohorts write that field."
            )
            raise UsageError(message)


def level_of(comparison: Comparison, name: str) -> Level:
    """The level of that name; KeyError when the comparison has none."""
    return {level.name: level for level in comparison.levels}[name]


def _due(level: Level, seen: int) -> float:
    due = (level.m or 0.0) * seen
    return due if due >= DUE else 0.0


def for_counting(model: LinkageModel) -> LinkageModel:
    """The model with values that only let Splink compare: whatever they are, the levels reached are the same."""
    comparisons = tuple(
        replace(
            comparison,
            levels=tuple(replace(level, m=0.5, u=0.5, frequency="") for level in comparison.levels),
        )
        for comparison in model.comparisons
    )
    return replace(model, comparisons=comparisons)


def _counted(con: DuckDBPyConnection, comparison: Comparison) -> dict[str, int]:
    rows = con.execute(f"SELECT gamma_{comparison.name}, count(*) FROM pairs_counted GROUP BY 1").fetchall()  # noqa: S608
    by_value = dict(rows)
    # Splink numbers the levels upwards from `else` = 0; -1 is "says nothing".
    last = len(comparison.levels) - 1
    return {level.name: int(by_value.get(last - place, 0)) for place, level in enumerate(comparison.levels)}


def _with_u(comparison: Comparison, counts: Mapping[str, int]) -> Comparison:
    total = sum(counts.values())
    if comparison.by_design or total == 0:
        return comparison
    levels = tuple(
        level if counts[level.name] < LEAST_PAIRS else replace(level, u=rounded(counts[level.name] / total))
        for level in comparison.levels
    )
    return replace(comparison, levels=levels)


def _with_m(comparison: Comparison, counts: Mapping[str, int]) -> Comparison:
    total = sum(counts.values())
    if total == 0:
        return comparison
    levels = tuple(
        replace(level, m=rounded((counts[level.name] + SHIPPED_PAIRS * (level.m or 0.0)) / (total + SHIPPED_PAIRS)))
        for level in comparison.levels
    )
    return replace(comparison, levels=levels)


def rounded(share: float) -> float:
    """The share to six significant digits, so that two trainings that differ in the last bits freeze to one model."""
    return float(f"{share:.{DIGITS}g}")
