"""Scoring of candidate pairs by one SQL query written from the frozen model: what a request pays for.

Splink trains the model and remains the scale that this is held against: a permanent test scores the same pairs by both. Its own
scoring asks for an import and a dozen small tables, which cost a request more than all its comparisons.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from justice_data_lab.linkage.model import splink_chances
from justice_data_lab.linkage.predicates import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duckdb import DuckDBPyConnection

    from justice_data_lab.linkage.model import Comparison, LinkageModel

_COMPARED = (
    "surname", "forename", "surname_parts", "forename_family", "other_forenames", "birth", "sex", "pnc_id", "prison_number",
)  # fmt: skip


def score_by_query(
    con: DuckDBPyConnection, model: LinkageModel, *, records: str, pairs: str, frequencies: Mapping[str, str], into: str
) -> None:
    """Give each candidate pair its match weight, and make the table that `score` makes, by the model's own formula.

    Args:
        con: the connection.
        model: a trained model.
        records: table with `unique_id` and the model's columns, both sides of all pairs in it.
        pairs: table with `join_key_l`, `join_key_r` (unique ids).
        frequencies: for each of the model's frequency columns a table (column, `tf_<column>`).
        into: table to make: unique_id_l, unique_id_r, match_weight, match_probability, and gamma, weight and
            frequency adjustment of each comparison.
    """
    query = score_query(model, records=records, pairs=pairs, frequencies=frequencies)
    con.execute(f"CREATE OR REPLACE TABLE {into} AS {query}")


def score_query(model: LinkageModel, *, records: str, pairs: str, frequencies: Mapping[str, str]) -> str:
    """The query of `score_by_query`, in DuckDB's dialect.

    Notes:
        The weight is the prior's log-odds plus, for each comparison, log2(m/u) of the level reached; on a level with a
        frequency, log2(u) less log2 of the greater of the two records' own shares is added. The sum runs in the order of the
        model, as Splink's does, so that both give the same number to the last bit.
    """
    gammas = ", ".join(f"{_gamma(comparison)} AS gamma_{comparison.name}" for comparison in model.comparisons)
    weights, evidence = _weights(model)
    total = " + ".join((_double(math.log2(model.prior / (1.0 - model.prior))), *weights))
    return f"""
WITH shared AS (
    SELECT r.*{"".join(f", {column}.tf_{column}" for column in frequencies)}
    FROM {records} r
    {" ".join(f"LEFT JOIN {table} {column} ON {column}.{column} = r.{column}" for column, table in frequencies.items())}
),
side_by_side AS (
    SELECT p.join_key_l AS unique_id_l, p.join_key_r AS unique_id_r, {_sides(frequencies)}
    FROM {pairs} p
    JOIN shared l ON l.unique_id = p.join_key_l
    JOIN shared r ON r.unique_id = p.join_key_r
),
levels AS (SELECT *, {gammas} FROM side_by_side),
weighed AS (SELECT *, {evidence} FROM levels),
summed AS (SELECT *, {total} AS match_weight FROM weighed)
SELECT
    unique_id_l, unique_id_r, match_weight,
    1.0 / (1.0 + power(2.0, -match_weight)) AS match_probability, {_kept(model)}
FROM summed"""  # noqa: S608 -- names of the model and of tables of ours


def _sides(frequencies: Mapping[str, str]) -> str:
    columns = (*_COMPARED, *(f"tf_{column}" for column in frequencies))
    return ", ".join(f"{side}.{column} AS {column}_{side}" for column in columns for side in ("l", "r"))


def _gamma(comparison: Comparison) -> str:
    """The level reached: numbered upwards from `else` = 0, -1 where the comparison says nothing."""
    last = len(comparison.levels) - 1
    cases = [f"WHEN {render(level.when)} THEN {last - place}" for place, level in enumerate(comparison.levels[:-1])]
    return f"CASE WHEN {render(comparison.missing)} THEN -1 {' '.join(cases)} ELSE 0 END"


def _weights(model: LinkageModel) -> tuple[list[str], str]:
    """The names of what is summed, in order, and the columns that work it out."""
    names, columns = [], []
    for comparison in model.comparisons:
        names.append(f"mw_{comparison.name}")
        columns.append(f"{_weight(comparison)} AS {names[-1]}")
        if _is_adjusted(comparison):
            names.append(f"mw_tf_adj_{comparison.name}")
            columns.append(f"{_adjustment(comparison)} AS {names[-1]}")
    return names, ", ".join(columns)


def _is_adjusted(comparison: Comparison) -> bool:
    return any(level.frequency for level in comparison.levels)


def _weight(comparison: Comparison) -> str:
    last = len(comparison.levels) - 1
    cases = []
    for place, level in enumerate(comparison.levels):
        m, u = splink_chances(comparison, level)
        cases.append(f"WHEN {last - place} THEN {_double(math.log2(m / u))}")
    return f"CASE gamma_{comparison.name} {' '.join(cases)} ELSE {_double(0.0)} END"


def _adjustment(comparison: Comparison) -> str:
    """How much rarer or commoner than the average the shared value is, in bits."""
    last = len(comparison.levels) - 1
    cases = []
    for place, level in enumerate(comparison.levels):
        if level.frequency:
            _, u = splink_chances(comparison, level)
            share = f"greatest(tf_{level.frequency}_l, tf_{level.frequency}_r)"
            cases.append(f"WHEN {last - place} THEN coalesce({_double(math.log2(u))} - log2({share}), 0.0)")
    return f"CASE gamma_{comparison.name} {' '.join(cases)} ELSE {_double(0.0)} END"


def _kept(model: LinkageModel) -> str:
    columns = []
    for comparison in model.comparisons:
        columns += [f"gamma_{comparison.name}", f"mw_{comparison.name}"]
        columns += [f"mw_tf_adj_{comparison.name}"] if _is_adjusted(comparison) else []
    return ", ".join(columns)


def _double(value: float) -> str:
    """A number with all its digits, as a double: a bare one would be a decimal."""
    return f"CAST({value!r} AS DOUBLE)"
