"""m values from past cohorts whose police numbers say who is who."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from justice_data_lab.intake.cohort import read_cohort
from justice_data_lab.linkage.candidates import load_cohort, score_candidates, scratch_dropped
from justice_data_lab.linkage.keys import read_sql
from justice_data_lab.linkage.train import counted_levels, estimate_m
from justice_data_lab.study import Lab

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from justice_data_lab.linkage.key_index import KeyIndex
    from justice_data_lab.linkage.model import LinkageModel

KNOWN_BY = "pnc_id"


def train_on_cohorts(
    con: DuckDBPyConnection, model: LinkageModel, cohorts: tuple[Path, ...], *, index: KeyIndex, people: int
) -> LinkageModel:
    """The model with m estimated from cohorts in which a police number names one person of the register.

    Args:
        con: a connection with the linkage database attached as `linkage`.
        model: gives the levels, the shipped m values and u.
        cohorts: cohort files as `jdl check` accepts them.
        index: the register's key index.
        people: people in the register.

    Raises:
        UsageError: too few rows with a known police number, or a level that stays untrained.
        DataRefused: a cohort file is refused by intake.

    *Notes*: of a person's names the one that fits best counts, since the others are not what the cohort meant to write.
    The police number itself cannot be trained on pairs that it chose, and keeps its shipped values.
    """
    totals = {comparison.name: {level.name: 0 for level in comparison.levels} for comparison in model.comparisons}
    for path in cohorts:
        # A past cohort may hold any date: whether one lies in the future is not this reader's question.
        rows = read_cohort(path, today=date.max, lab=Lab()).rows
        with scratch_dropped(con):
            load_cohort(con, rows, index)
            score_candidates(con, model, people=people)
            con.execute(f"CREATE OR REPLACE TABLE pairs_counted AS {read_sql('known_pairs')}")
        for name, counts in counted_levels(con, model).items():
            for level, count in counts.items():
                totals[name][level] += count
    trained = estimate_m(model.comparisons, totals, known_by=KNOWN_BY)
    note = f"m from {len(cohorts)} cohorts with known police numbers, drawn towards the shipped values; {KNOWN_BY} as shipped"
    return model.with_comparisons(trained.comparisons, (note,))
