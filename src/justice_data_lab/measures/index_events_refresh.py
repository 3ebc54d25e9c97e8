"""From an earlier snapshot's `index_event` to this extract's: only lives that changed, or whose follow-up did, are worked out again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import duckdb

from justice_data_lab.files import canonical_json, sha256
from justice_data_lab.measures import ogrs3
from justice_data_lab.measures.columns import event_columns
from justice_data_lab.measures.index_events import PEOPLE_AT_ONCE, Step, write_parts
from justice_data_lab.measures.queries import DIALECT, build_steps, parameters, reading
from justice_data_lab.register.connect import parquet
from justice_data_lab.register.marks import LIFE
from justice_data_lab.register.schema import BY_NAME

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from sqlglot import exp

    from justice_data_lab.files import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierEvents:
    """Index events of an earlier extract, and the marks of the lives that they are of.

    Attributes:
        events: folder of the snapshot's `index_event`.
        marks: folder of its marks.
    """

    events: Path
    marks: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """How many people a refresh was about, and how many of them were worked out again."""

    people: int
    anew: int

    def to_dict(self) -> dict[str, Json]:
        """Both fields by their names."""
        return asdict(self)


def events_recipe(tables: frozenset[str]) -> str:
    """What makes index events out of rows, but for rows and extract date, as a hash: only events of one recipe may stand side by side.

    Args:
        tables: the optional tables there are.

    Notes:
        An engine of another version may write a number with a point differently in its last digit, so its version belongs to it.
    """
    lives = [name for name in LIFE if not BY_NAME[name].optional or name in tables]
    recipe: dict[str, Json] = {
        "steps": [[name, query.sql(dialect=DIALECT)] for name, query in build_steps(tables)],
        "columns": [[name, *BY_NAME[name].names] for name in lives],
        "scores": [
            ogrs3.CONSTANT_ONE_YEAR,
            ogrs3.FIRST_TIME,
            ogrs3.REPEAT,
            ogrs3.COPAS,
            ogrs3.AGE,
            sorted(ogrs3.OFFENCE.items()),
        ],
        "engine": duckdb.__version__,
    }
    return sha256(canonical_json(recipe))


def refresh_index_events(  # noqa: PLR0913 -- a build's arguments, and where the earlier one is
    con: duckdb.DuckDBPyConnection,
    out: Path,
    *,
    earlier: EarlierEvents,
    marks: Path,
    extract_date: date,
    tables: frozenset[str],
    people_at_once: int = PEOPLE_AT_ONCE,
) -> Refreshed:
    """Write what `build_index_events` writes, copying the rows of people whose mark and follow-up are as they were.

    Args:
        con: as in `build_index_events`; ids are text.
        out: as there.
        earlier: index events of the same recipe and the same offence codes, at whatever extract date, with their marks.
        marks: folder of the marks of this extract.
        extract_date: as there.
        tables: as there.
        people_at_once: as there.

    Notes:
        An index event depends on its person's rows, on the offence codes and on the extract date, and on the last only by whether
        follow-up is complete. The files are divided by people as a full build's, so that they are the same.
    """
    _find_stale(con, earlier, marks, extract_date)
    there = [name for name in LIFE if not BY_NAME[name].optional or name in tables]
    for name in there:
        con.execute(f"CREATE VIEW {name}_anew AS FROM {name} SEMI JOIN stale USING (person_id)")
    write_parts(con, out, _steps(tables, there, earlier.events), extract_date=extract_date, people_at_once=people_at_once)
    query = "SELECT count(*), count(s.person_id) FROM mark LEFT JOIN stale AS s USING (person_id)"
    people, anew = con.execute(query).fetchall()[0]
    for name in there:
        con.execute(f"DROP VIEW {name}_anew")
    con.execute("DROP VIEW mark")
    con.execute("DROP TABLE stale")
    return Refreshed(people=people, anew=anew)


def _find_stale(con: duckdb.DuckDBPyConnection, earlier: EarlierEvents, marks: Path, extract_date: date) -> None:
    """Make the table `stale`: whose earlier rows may not be copied, and of them those who are still there are worked out again."""
    con.execute(f"CREATE VIEW mark AS FROM {parquet(marks)}")
    con.execute(
        f"""
        CREATE TABLE stale AS
        SELECT coalesce(n.person_id, o.person_id) AS person_id
        FROM mark AS n FULL JOIN {parquet(earlier.marks)} AS o ON o.person_id = n.person_id
        WHERE n.mark IS DISTINCT FROM o.mark
        UNION
        SELECT person_id FROM {parquet(earlier.events)}
        WHERE complete_follow_up <> (CAST(index_date + INTERVAL 18 MONTH AS DATE) <= $extract_date)
            OR complete_two_year_follow_up <> (CAST(index_date + INTERVAL 30 MONTH AS DATE) <= $extract_date)
        """,  # noqa: S608 -- paths of ours
        {"extract_date": extract_date},
    )


def _steps(tables: frozenset[str], there: list[str], events: Path) -> list[Step]:
    """The steps of a full build on the rows of stale people, and beside the last everybody else's index events as they were."""
    *before, (last, wide) = [(name, _anew(query, there)) for name, query in build_steps(tables)]
    steps = [Step(name, query.sql(dialect=DIALECT), parameters(query)) for name, query in before]
    order = wide.args.pop("order").sql(dialect=DIALECT)
    columns = ", ".join(column.name for column in event_columns(tables))
    copied = (
        f"SELECT {columns} FROM {parquet(events)} ANTI JOIN stale USING (person_id) "  # noqa: S608 -- paths of ours
        "WHERE person_id >= $low AND person_id < $high"
    )
    sql = f"SELECT * FROM ({wide.sql(dialect=DIALECT)} UNION ALL {copied}) {order}"  # noqa: S608 -- our own queries
    return [*steps, Step(last, sql, parameters(wide) | {"low", "high"})]


def _anew(query: exp.Select, there: list[str]) -> exp.Select:
    """The query on the rows of stale people alone."""
    for name in there:
        query = reading(query, name, f"{name}_anew")
    return query
