"""m values from past cohorts whose police numbers say who is who."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from justice_data_lab.errors import DataRefused
from justice_data_lab.intake.cohort import read_cohort
from justice_data_lab.linkage.candidates import load_cohort, score_candidates, scratch_dropped
from justice_data_lab.linkage.keys import read_sql
from justice_data_lab.linkage.train import counted_levels, estimate_m
from justice_data_lab.study import Lab

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from justice_data_lab.intake.cohort import Cohort
    from justice_data_lab.linkage.key_index import KeyIndex
    from justice_data_lab.linkage.model import LinkageModel

KNOWN_BY = "pnc_id"


def read_past_cohorts(paths: tuple[Path, ...], *, day: date) -> tuple[Cohort, ...]:
    """Cohort files as `jdl check` accepts them, save that their dates may lie after the day by which years of two digits are read.

    Args:
        paths: the files.
        day: of the register's extract, so that what is read does not depend on when it is.

    Raises:
        DataRefused: intake refuses one or more of them; every fault is listed, without its value.
    """
    read, refused = [], []
    for path in paths:
        try:
            # A past cohort may hold any date: whether one lies in the future is not this reader's question.
            read.append(read_cohort(path, today=day, lab=Lab(), without=("date-future",)))
        except DataRefused as fault:
            refused.append(fault)
    if refused:
        # The list goes beside the snapshot of whoever holds the register: no place for what an organisation wrote of a person.
        problems = tuple(replace(problem, value=None) for fault in refused for problem in fault.problems)
        raise DataRefused(" ".join(map(str, refused)), problems)
    return tuple(read)


def train_on_cohorts(
    con: DuckDBPyConnection, model: LinkageModel, cohorts: tuple[Cohort, ...], *, index: KeyIndex, people: int
) -> LinkageModel:
    """The model with m estimated from cohorts in which a police number names one person of the register.

    Args:
        con: a connection with the linkage database attached as `linkage`.
        model: gives the levels, the shipped m values and u.
        cohorts: as `read_past_cohorts` read them.
        index: the register's key index.
        people: people in the register.

    Raises:
        UsageError: too few rows with a known police number, or a level that stays untrained.

    *Notes*: of a person's names the one that fits best counts, since the others are not what the cohort meant to write.
    The police number itself cannot be trained on pairs that it chose, and keeps its shipped values.
    """
    totals = {comparison.name: {level.name: 0 for level in comparison.levels} for comparison in model.comparisons}
    for cohort in cohorts:
        with scratch_dropped(con):
            load_cohort(con, cohort.rows, index)
            score_candidates(con, model, people=people)
            con.execute(f"CREATE OR REPLACE TABLE pairs_counted AS {read_sql('known_pairs')}")
        for name, counts in counted_levels(con, model).items():
            for level, count in counts.items():
                totals[name][level] += count
    trained = estimate_m(model.comparisons, totals, known_by=KNOWN_BY)
    note = f"m from {len(cohorts)} cohorts with known police numbers, drawn towards the shipped values; {KNOWN_BY} as shipped"
    return model.with_comparisons(trained.comparisons, (note,))
