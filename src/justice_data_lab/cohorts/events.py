"""Index events that could bring people into a programme: they stay in the database, and only those that are asked for are fetched."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from justice_data_lab.cohorts.late import leave_starters
from justice_data_lab.cohorts.numbered import give_each, rows_of
from justice_data_lab.cohorts.risk import BLOCK, COUNTS, NUMBERS, WORDS, draw_pull, fit_risk, leaning_of
from justice_data_lab.errors import NotPossible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb
    import pyarrow as pa
    from numpy.typing import NDArray

    from justice_data_lab.cohorts.risk import Columns, Risk
    from justice_data_lab.register.snapshot import Register

    Real: TypeAlias = "NDArray[np.float64]"
    Whole: TypeAlias = "NDArray[np.int64]"
    Truth: TypeAlias = "NDArray[np.bool_]"

WINDOWS = tuple(range(3, 21))
CANDIDATES_A_PLACE = 8
YEAR = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Index events that could bring a person into the programme, sorted by person and date.

    Attributes:
        person_id, disposal_id: of the register, as text.
        begun: day of the disposal.
        index: day of the index date.
        lag: days from the index date to the start of a programme that starts after it; 0 for one that does not.
        reoffended: within one year of the day on which the clock starts: the index date, or the start after it.
        woman: strata that are never crossed.
        logit: chance of reoffending as the record shows it, on the logit scale.
        leaning: log of how much likelier than others the person is to take part, by what the record shows.
    """

    person_id: NDArray[np.object_]
    disposal_id: NDArray[np.object_]
    begun: Whole
    index: Whole
    lag: Whole
    reoffended: Truth
    woman: Truth
    logit: Real
    leaning: Real

    def __len__(self) -> int:
        return len(self.index)

    def take(self, at: Whole) -> Events:
        """The events at these positions, in their order."""
        return Events(
            person_id=self.person_id[at], disposal_id=self.disposal_id[at], begun=self.begun[at], index=self.index[at],
            lag=self.lag[at], reoffended=self.reoffended[at], woman=self.woman[at], logit=self.logit[at], leaning=self.leaning[at],
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTable:
    """Index events in the table `drawable` of a connection, numbered from 0 by person and date; none of them is in memory.

    Attributes:
        con: the connection; `event_of_person` beside the table says whose an event is, people numbered from 0 by their ids.
        rows: how many events.
        people: how many people they are of.
        last: day of the last index date.
        words: of each column of words, all that may stand in it: the table has their places.
        risk: what these records say of the chance to reoffend.
        pull: of each region.
    """

    con: duckdb.DuckDBPyConnection
    rows: int
    people: int
    last: int
    words: Mapping[str, list[str]]
    risk: Risk
    pull: Mapping[str, float]


def read_events(
    con: duckdb.DuckDBPyConnection, register: Register, kind: str, rng: np.random.Generator, *, max_lag_days: int = 0
) -> EventTable:
    """Every adult index event of the kind with complete follow-up, with its risk and its leaning to take part.

    Args:
        con: a connection of the caller's.
        register: the snapshot.
        kind: of the disposal.
        rng: seeded.
        max_lag_days: with any, each event gets a start 1 to so many days after the index date, and only those are left that could
            have started on it: people who had reoffended by then never did.

    Raises:
        NotPossible: there are fewer than a hundred of them.
    """
    asked = {"events": register.index_event_glob, "kind": kind}
    words = dict(zip(WORDS, con.execute(_query("words"), asked).fetchall()[0], strict=True))
    con.execute(f"CREATE OR REPLACE TEMP TABLE drawable AS {_query('events')}", {**asked, **words})
    if max_lag_days:
        leave_starters(con, register, kind, lambda rows: rng.integers(1, max_lag_days + 1, rows))
    rows = rows_of(con, "drawable")
    if rows < 100:
        message = (
            f"Expected at least 100 index events of kind {kind} with complete follow-up in {register.path.name}, "
            f"found {rows}. Take a larger register."
        )
        raise NotPossible(message)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE event_of_person AS "
        "SELECT number, index, dense_rank() OVER (ORDER BY person_id) - 1 AS person FROM drawable"
    )
    [(people, last)] = con.execute("SELECT max(person) + 1, max(index) FROM event_of_person").fetchall()
    here = {name: _places(con, name) for name in WORDS}
    risk = fit_risk(lambda: _blocks(con, rows), {name: places[1:] for name, places in here.items()})
    pull = draw_pull((words["region"][place] for place in here["region"]), rng)
    return EventTable(con=con, rows=rows, people=people, last=last, words=words, risk=risk, pull=pull)


def every_event(table: EventTable) -> Events:
    """All events of the table, in their order: for a register that memory has room for."""
    return _fetched(table, "FROM drawable ORDER BY number")


def one_event_a_person(table: EventTable, size: int, rng: np.random.Generator) -> tuple[Events, int]:
    """For each person a date drawn blindly, and the first event on or after it: the rule of the comparison pool.

    Args:
        table: the events.
        size: places in the programme; the years it ran are the fewest that give eight candidates a place.
        rng: seeded.

    Returns:
        The events, and how many people had any event in those years.

    Notes:
        Drawing one of a person's events at random would look ahead: people who reoffend have more of them.
    """
    con, drawn = table.con, _query("candidates")
    give_each(con, "start_drawn", table.people, rng.random)
    asked: dict[str, float] = {}
    for years in WINDOWS:
        asked = {"first": table.last - years * YEAR, "years": float(years), "days_a_year": YEAR}
        con.execute(f"CREATE OR REPLACE TEMP TABLE candidate AS {drawn}", asked)
        if rows_of(con, "candidate") >= CANDIDATES_A_PLACE * size:
            break
    reach = "SELECT count(DISTINCT person) FROM event_of_person WHERE index >= $first"
    [(people,)] = con.execute(reach, {"first": asked["first"]}).fetchall()
    return _fetched(table, "FROM drawable SEMI JOIN candidate USING (number) ORDER BY number"), int(people)


def _places(con: duckdb.DuckDBPyConnection, column: str) -> list[int]:
    """Which words stand in a column, in order."""
    return [place for (place,) in con.execute(f"SELECT DISTINCT {column} FROM drawable ORDER BY ALL").fetchall()]  # noqa: S608 -- our own names


def _blocks(con: duckdb.DuckDBPyConnection, rows: int) -> Iterator[Columns]:
    """What the records show, so many at a time, in the order of their numbers: floats are summed in one order."""
    columns = ", ".join(("reoffended", *NUMBERS, *COUNTS, *WORDS))
    query = f"SELECT {columns} FROM drawable WHERE number >= $first AND number < $end ORDER BY number"  # noqa: S608 -- our own names
    for first in range(0, rows, BLOCK):
        yield _columns(con.sql(query, params={"first": first, "end": first + BLOCK}))


def _fetched(table: EventTable, query: str) -> Events:
    column = _columns(table.con.sql(query))
    words = {name: np.array(table.words[name], dtype=object)[column[name].astype(np.int64)] for name in WORDS}
    return Events(
        person_id=column["person_id"].astype(object), disposal_id=column["disposal_id"].astype(object),
        begun=column["begun"].astype(np.int64), index=column["index"].astype(np.int64), lag=column["lag"].astype(np.int64),
        reoffended=column["reoffended"].astype(np.bool_), woman=words["sex"] == "F", logit=table.risk.logits(column),
        leaning=leaning_of({**column, **words}, table.pull),
    )  # fmt: skip


def _columns(relation: duckdb.DuckDBPyRelation) -> dict[str, NDArray[np.generic]]:
    found: pa.Table = relation.to_arrow_table()
    return {name: found.column(name).to_numpy(zero_copy_only=False) for name in found.column_names}


def _query(name: str) -> str:
    return files("justice_data_lab.cohorts").joinpath(f"{name}.sql").read_text(encoding="utf-8")
