"""Scoring of candidate pairs by Splink, on small tables and a connection of its own."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from justice_data_lab.linkage.model import splink_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from duckdb import DuckDBPyConnection
    from splink import DuckDBAPI, Linker

    from justice_data_lab.linkage.model import LinkageModel


@contextmanager
def quiet_splink() -> Iterator[None]:
    """Keep Splink's log, which holds SQL and could hold values, from being written anywhere."""
    logger = logging.getLogger("splink")
    before = (logger.level, logger.disabled, logger.propagate)
    logger.disabled, logger.propagate = True, False
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.level, logger.disabled, logger.propagate = before


def score(
    con: DuckDBPyConnection, model: LinkageModel, *, records: str, pairs: str, frequencies: Mapping[str, str], into: str
) -> None:
    """Give each candidate pair its match weight.

    Args:
        con: a connection whose tables can be seen by a sibling cursor (no temporary ones).
        model: a trained model.
        records: table with `unique_id` and the model's columns, both sides of all pairs in it.
        pairs: table with `join_key_l`, `join_key_r` (unique ids) and `match_key`.
        frequencies: for each of the model's frequency columns a table (column, `tf_<column>`).
        into: table to make: unique_id_l, unique_id_r, match_weight, match_probability, and gamma, weight and
            frequency adjustment of each comparison.

    *Notes*: Splink makes tables, which a read-only file refuses, so it works on a cursor of the in-memory database.
    `predict` on a registered table of pairs reads only the records given here, never the register.
    """
    with quiet_splink():
        linker, api = _linker(con, model, records, frequencies)
        linker.table_management.register_blocked_pairs_for_predict(api.register(pairs, table_name="pairs"))
        scored = linker.inference.predict(warning_mode="never")
        kept = ", ".join(("unique_id_l", "unique_id_r", "match_weight", "match_probability", *evidence_columns(model)))
        con.execute(f"CREATE OR REPLACE TABLE {into} AS SELECT {kept} FROM {scored.physical_name}")  # noqa: S608
        api.delete_tables_created_by_splink_from_db()


def evidence_columns(model: LinkageModel) -> list[str]:
    """The columns of a scored pair that say why: level, weight and frequency adjustment of each comparison."""
    columns = []
    for comparison in model.comparisons:
        adjusted = any(level.frequency for level in comparison.levels)
        columns += [f"gamma_{comparison.name}", f"mw_{comparison.name}"]
        columns += [f"mw_tf_adj_{comparison.name}"] if adjusted else []
    return columns


def _linker(
    con: DuckDBPyConnection, model: LinkageModel, records: str, frequencies: Mapping[str, str]
) -> tuple[Linker, DuckDBAPI]:
    # Splink takes half a second to import: only a request that scores pays for it.
    from splink import DuckDBAPI, Linker  # noqa: PLC0415

    api = DuckDBAPI(con.cursor())
    people = api.register(records, table_name="people")
    linker = Linker(people, splink_settings(model), log_level=None, validate_settings=False)
    for column in model.frequency_columns():
        table = api.register(frequencies[column], table_name=f"frequency_{column}")
        linker.table_management.register_term_frequency_lookup(table, column)
    return linker, api
