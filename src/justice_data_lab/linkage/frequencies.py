"""Term frequencies: how many people of the register bear a name, counted once a person."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import pyarrow as pa

from justice_data_lab.linkage.keys import read_sql

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from duckdb import DuckDBPyConnection

COLUMNS = ("surname", "forename", "full_name")


def forename_families() -> dict[str, tuple[str, ...]]:
    """For each forename or short form, itself and every long form that it may stand for.

    Returns:
        Cleaned names; two forenames may be one person's when their families share a name (BILL and WILL: WILLIAM).
    """
    families: dict[str, set[str]] = {}
    text = files("justice_data_lab.register").joinpath("nicknames.csv").read_text(encoding="utf-8")
    for line in text.splitlines()[1:]:
        forename, nickname = (name.strip().upper() for name in line.split(",")[:2])
        families.setdefault(forename, {forename})
        families.setdefault(nickname, {nickname}).add(forename)
    return {name: tuple(sorted(members)) for name, members in sorted(families.items())}


def write_families(con: DuckDBPyConnection, into: str) -> None:
    """Make the table (forename_word, family) out of the shipped list of short forms."""
    families = forename_families()
    table = pa.table(
        {
            "forename_word": pa.array(list(families), pa.string()),
            "family": pa.array([list(family) for family in families.values()], pa.list_(pa.string())),
        }
    )
    con.register("families_arrow", table)
    con.execute(f"CREATE OR REPLACE TABLE {into} AS FROM families_arrow")
    con.unregister("families_arrow")


def write_frequencies(con: DuckDBPyConnection, *, identities: str, schema: str, rows: Callable[[str], str] = read_sql) -> None:
    """Make `frequency_<column>` (value, people) for the columns of `COLUMNS`: how many people bear a name at all.

    Args:
        con: the connection.
        identities: table of cleaned identities.
        schema: where the tables are made.
        rows: for a query's name, the SQL by which its rows are had.

    *Notes*: a row is compared with every name of a person and the best counts, so the chance that a stranger agrees is the
    share of people who bear the name anywhere. Primary names alone would make a common misspelling, which stands mostly in
    aliases, look like one person's. Each person counts once a name, however many rows say it. A full name is kept only
    when two people bear it; for all others the product of its parts' shares stands in.
    """
    con.execute(f"CREATE OR REPLACE VIEW identity_for_frequencies AS FROM {identities}")
    for column in COLUMNS:
        con.execute(f"CREATE OR REPLACE TABLE {schema}.frequency_{column} AS {rows(f'frequency_{column}')}")
    con.execute("DROP VIEW identity_for_frequencies")


def request_frequencies(con: DuckDBPyConnection, *, records: str, schema: str, people: int) -> Mapping[str, str]:
    """Make Splink's lookups for the names in `records`: the share of people who bear them.

    Args:
        con: the connection.
        records: table with surname, forename and full_name, as `records.sql` gives it.
        schema: where the `frequency_*` tables are.
        people: people in the register, the denominator.

    Returns:
        Table name for each column. A name that nobody bears counts as one person's; a full name has the greater of its
        own share and the product of its parts' (forenames and surnames go together in families and communities).
    """
    con.execute(f"CREATE OR REPLACE VIEW records_for_frequencies AS FROM {records}")
    tables = {}
    for column in COLUMNS:
        con.execute(f"CREATE OR REPLACE VIEW people_by_{column} AS FROM {schema}.frequency_{column}")
    for column in COLUMNS:
        tables[column] = f"share_of_{column}"
        query = read_sql(f"share_{column}")
        con.execute(f"CREATE OR REPLACE TABLE {tables[column]} AS {query}", {"people": people})
    for column in COLUMNS:
        con.execute(f"DROP VIEW people_by_{column}")
    con.execute("DROP VIEW records_for_frequencies")
    return tables
