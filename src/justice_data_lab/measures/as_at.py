"""Covariates and outcomes as at another date than the index date: the intervention clock, the negative control.

A caller makes the table `as_at` (person_id, disposal_id, as_at: each index disposal at most once) beside the view `index_event`,
then `set_moments`; after it `covariates_as_at` and `outcomes_as_at`, in any order or one of them alone.

Notes:
    The steps are those of the snapshot's build, with the date asked about in the place of the index date, so that as at the index
    date everything is as the snapshot has it. Only offences of the people asked about are read. What needs more than offences (ages,
    needs, work, the OGRS3 score) is known as at the index date alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from justice_data_lab.measures.columns import AS_AT_COLUMNS, AS_AT_OUTCOMES
from justice_data_lab.measures.queries import DIALECT, make_table, read_query, reading, typed_columns, with_columns
from justice_data_lab.register.codes import OFFENCE_GROUPS

if TYPE_CHECKING:
    from datetime import date

    import duckdb

_KEYS = ("person_id", "disposal_id")
_STEPS = ("index_disposal", "index_offence", "history", "event", "recent", "reoffence", "reoffending")
# What no question of these asks of an offence, and is not read.
_NOT_ASKED = ("offence_code", "custody_days")


def set_moments(con: duckdb.DuckDBPyConnection, *, extract_date: date) -> None:
    """Work out the windows around each date asked about, and read the proven offences of the people.

    They stand in temporary tables named as the steps of the build: `index_disposal` and `proven_offence`.

    Args:
        con: has the views index_event and offence, and the table `as_at`.
        extract_date: the day the register was taken; no outcome is known unless its waiting period ends on or before it.
    """
    set_bounds(con, extract_date=extract_date)
    read_offences(con, "index_disposal")


def set_bounds(con: duckdb.DuckDBPyConnection, *, extract_date: date, events: str = "index_event") -> None:
    """The same where `proven_offence` is there already: of these people at least, and whoever else is in it changes nothing.

    Args:
        con: as in `set_moments`.
        extract_date: as in `set_moments`.
        events: a table that has the dates of the index events asked about, so that they need not be looked for among all.
    """
    make_table(con, "index_disposal", reading(read_query("moment"), "index_event", events), {"extract_date": extract_date})


def read_offences(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """See that the table `proven_offence` has the offences of the people of another table.

    Args:
        con: within `lives_of`: has the view offence, and remembers of whom it has read.
        table: says whose, by person_id.

    Notes:
        People are spread over the whole of a register's offences, so reading those of a few costs as much as reading those of many:
        whom the connection has read of already is not read of again.
    """
    con.execute("CREATE TEMP TABLE IF NOT EXISTS offences_read (person_id VARCHAR)")
    new = exp.select("person_id").distinct().from_(table).join("offences_read", using="person_id", join_type="anti")
    make_table(con, "not_yet_read", new)
    wanted = exp.cast(exp.column("person_id"), "VARCHAR").isin(query=exp.select("person_id").from_("not_yet_read"))
    query = read_query("proven_offence").where(wanted, append=False)
    query = query.select(*(item for item in query.selects if item.alias_or_name not in _NOT_ASKED), append=False)
    con.execute(f"CREATE TEMP TABLE IF NOT EXISTS proven_offence AS {query.limit(0).sql(dialect=DIALECT)}")
    if con.execute("SELECT count(*) FROM not_yet_read").fetchall()[0][0]:
        con.execute(f"INSERT INTO proven_offence {query.sql(dialect=DIALECT)}")
        con.execute("INSERT INTO offences_read FROM not_yet_read")
    con.execute("DROP TABLE temp.not_yet_read")


def covariates_as_at(con: duckdb.DuckDBPyConnection) -> None:
    """Make the table `covariate_as_at`: person_id, disposal_id, whether follow-up is complete, the covariates that change with the date.

    Args:
        con: after `set_moments`.
    """
    count = "count(*) FILTER (WHERE o.offence_group = 'item') AS previous_item"
    make_table(con, "history", with_columns("history_as_at", count, OFFENCE_GROUPS))
    make_table(con, "event", with_columns("event_as_at", "coalesce(h.previous_item, 0) AS previous_item", OFFENCE_GROUPS))
    make_table(con, "recent", read_query("recent"))
    make_table(con, "covariate_as_at", _columns_of_events(AS_AT_COLUMNS, "event", "recent AS n"))


def outcomes_as_at(con: duckdb.DuckDBPyConnection) -> None:
    """Make the table `outcome_as_at`: person_id, disposal_id and the outcomes of one and of two years, null without follow-up.

    Args:
        con: after `set_moments`.
    """
    make_table(con, "reoffence", read_query("reoffence"))
    make_table(con, "reoffending", read_query("reoffending"))
    make_table(con, "outcome_as_at", _columns_of_events(AS_AT_OUTCOMES, "index_disposal", "reoffending AS r"))


def bars_as_at(con: duckdb.DuckDBPyConnection) -> None:
    """Make the tables `early_reoffence` and `superseded`: who could not have started on the date asked about, and why.

    Args:
        con: after `set_moments`; has the view disposal too.
    """
    make_table(con, "early_reoffence", read_query("early_reoffence"))
    make_table(con, "superseded", read_query("superseded"))


def forget_moments(con: duckdb.DuckDBPyConnection) -> None:
    """Drop the tables that were made on the way; `covariate_as_at`, `outcome_as_at` and the offences that were read stay."""
    for name in _STEPS:
        con.execute(f"DROP TABLE IF EXISTS temp.{name}")


def _columns_of_events(names: tuple[str, ...], events: str, beside: str) -> exp.Select:
    """The named columns of `index_event`, by the very expressions of the snapshot's last step, from two tables of these moments."""
    known = {column.alias_or_name: column for column in read_query("index_event").selects}
    wide = exp.select("e.*", *(known[name] for name in names if name in known)).from_(f"{events} AS e")
    alias = beside.rsplit(" ", maxsplit=1)[-1]
    same = f"{alias}.person_id = e.person_id AND {alias}.disposal_id = e.disposal_id"
    wide = wide.join(beside, on=same, join_type="left", dialect=DIALECT)
    return typed_columns((*_KEYS, *names)).from_(wide.subquery("wide"))
