"""The pool: everybody who could have been in the comparison group, one index event each, chosen without looking ahead.

Notes:
    Drawing one of a person's events at random selects on the future, because people who reoffend have more events: under
    no effect that rule shows several points of difference. So a date is drawn before anything of the person is looked at,
    and the first eligible event from then on is taken. A kind is drawn with the date, in proportion to the kinds of the
    treated: choosing among the kinds a person turns out to have would look ahead again. Whoever has no event of the drawn
    kind from the drawn date on is not in the pool.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.linkage.attrition import Step
from justice_data_lab.measures.clock import make_startable, start_steps
from justice_data_lab.measures.queries import make_table, read_query

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import duckdb

    from justice_data_lab.measures.clock import ClockRun
    from justice_data_lab.register.snapshot import Register

ADULT = 18


def draw_pool(
    con: duckdb.DuckDBPyConnection,
    register: Register,
    *,
    seed: int,
    cohort: Iterable[str],
    earlier: Iterable[str],
    clock: ClockRun = "index",
) -> tuple[Step, ...]:
    """Make the table `pool_event` from `index_event` and `treated_event`, and say who could have been in it and is not.

    Args:
        con: has the view `index_event` and the table `treated_event`, the eligible events of the treated.
        register: the snapshot; offences and disposals of those drawn are read with the intervention clock.
        seed: of the study.
        cohort: people of the cohort as submitted, matched or not.
        earlier: people of earlier cohorts of the same programme.
        clock: which runs.

    Returns:
        Counts of people, from those with an eligible event down to the pool.
    """
    _exclude(con, cohort, earlier)
    treated, first, last = _span(con)
    make_table(con, "drawn_from", read_query("drawn_from"))
    make_table(con, "candidate", read_query("candidate"), {"adult": ADULT, "first": first, "last": last})
    make_table(con, "draw", read_query("draw"), {"seed": str(seed), "treated": treated})
    make_table(con, "pool_start", read_query("pool_start"))
    make_startable(con, "pool_start", clock, register)
    make_table(con, "pool_event", read_query("pool_event"))
    steps = _steps(con)
    return steps if clock == "index" else (*steps, *_start_steps(con, steps[-1].left))


def _exclude(con: duckdb.DuckDBPyConnection, cohort: Iterable[str], earlier: Iterable[str]) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE excluded (person_id VARCHAR, reason VARCHAR)")
    first = sorted(set(cohort))
    then = sorted(set(earlier) - set(first))
    for people, reason in ((first, "cohort"), (then, "earlier")):
        con.execute("INSERT INTO excluded SELECT unnest($people::VARCHAR[]), $reason", {"people": people, "reason": reason})


def _span(con: duckdb.DuckDBPyConnection) -> tuple[int, date, date]:
    """How many treated there are, and their first and last index date."""
    count, first, last = con.execute("SELECT count(*), min(index_date), max(index_date) FROM treated_event").fetchall()[0]
    return int(count), first, last


def _steps(con: duckdb.DuckDBPyConnection) -> tuple[Step, ...]:
    everyone, cohort, earlier, drawn, pool = con.execute(
        """
        SELECT
          (SELECT count(DISTINCT person_id) FROM candidate),
          (SELECT count(DISTINCT person_id) FROM candidate JOIN excluded USING (person_id) WHERE reason = 'cohort'),
          (SELECT count(DISTINCT person_id) FROM candidate JOIN excluded USING (person_id) WHERE reason = 'earlier'),
          (SELECT count(*) FROM draw),
          (SELECT count(DISTINCT person_id) FROM pool_start)
        """
    ).fetchall()[0]
    return (
        Step(
            key="candidates",
            label="Adults with an index disposal of the same kinds and dates, with complete follow-up",
            reason="",
            lost=0,
            left=everyone,
        ),
        Step(
            key="not_in_cohort",
            label="Not in the cohort as submitted",
            reason="in the cohort as submitted",
            lost=cohort,
            left=everyone - cohort,
        ),
        Step(
            key="not_in_earlier",
            label="Not in an earlier cohort of the programme",
            reason="in an earlier cohort of the programme",
            lost=earlier,
            left=drawn,
        ),
        Step(
            key="pool",
            label="With an index disposal on or after the date drawn for them",
            reason="no index disposal of the drawn kind on or after the date drawn",
            lost=drawn - pool,
            left=pool,
        ),
    )


def _start_steps(con: duckdb.DuckDBPyConnection, drawn: int) -> tuple[Step, ...]:
    """With the intervention clock: who of those drawn could have started."""
    followed, current, pool = con.execute(
        """
        SELECT
          count(DISTINCT person_id) FILTER (WHERE complete_follow_up),
          count(DISTINCT person_id) FILTER (WHERE complete_follow_up AND NOT is_superseded),
          (SELECT count(*) FROM pool_event)
        FROM startable
        """
    ).fetchall()[0]
    return start_steps(drawn, followed, current, pool)
