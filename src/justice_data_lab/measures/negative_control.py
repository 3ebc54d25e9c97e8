"""The negative control: an outcome from long before the programme, on which two groups that are alike should not differ.

The control year ended a year before the index offence; the year after it is history that the official score holds alike. What is
held alike here was known when the control year began, or came after it: never the year itself.

Notes:
    Why these characteristics, what is flagged and what is not: `docs/explanation/negative-control.md`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from justice_data_lab.errors import JDLError
from justice_data_lab.linkage.attrition import Step
from justice_data_lab.measures.as_at import covariates_as_at, forget_moments, outcomes_as_at, read_offences, set_bounds
from justice_data_lab.measures.catalogue import CONTROL_COVARIATES, NEGATIVE_CONTROL, control_covariates
from justice_data_lab.measures.columns import HISTORY_COLUMNS
from justice_data_lab.measures.outcomes import Outcomes, check_design
from justice_data_lab.measures.queries import DIALECT, covariate_column, make_table, read_query
from justice_data_lab.measures.scan import index_events_of, lives_of

if TYPE_CHECKING:
    import duckdb
    from sqlglot import exp

    from justice_data_lab.measures.catalogue import Covariate
    from justice_data_lab.measures.design import Measures
    from justice_data_lab.register.snapshot import Register

# The age from which an offence can be proven at all.
YOUNGEST = 10
_RULES = (
    ("index_offence", "Day of the index offence is known", "no offence on record for the index disposal"),
    ("reach", "Control year lies within the register", "the register does not go back so far"),
    (
        "youngest",
        f"Aged {YOUNGEST} or over when the control year began",
        f"under {YOUNGEST} when the control year began, or perhaps so",
    ),
)


def measure_control(measures: Measures, register: Register, *, con: duckdb.DuckDBPyConnection | None = None) -> Measures:
    """The same people with what is held alike in the negative control; the control year itself is not in it.

    Args:
        measures: the treated and the pool of an analysis.
        register: the snapshot they were measured in.
        con: an open connection; without it one is opened for this call.

    Returns:
        Those whose control year can be looked at, with their `row`; `attrition` and `pool` go on to say who is left out and why.
    """
    with index_events_of(register, con, span=measures.span) as used, lives_of(register, used):
        make_control_years(used, measures.rows)
        attrition, pool = (_steps(used, treated=treated) for treated in (1, 0))
        covariates = control_covariates(measures.covariates)
        make_control_covariates(used, register)
        known = _known_then(used, covariates)
    rows = measures.rows.take(known.column("place"))
    for name in known.column_names[1:]:
        place = rows.schema.get_field_index(name)
        rows = rows.append_column(name, known[name]) if place < 0 else rows.set_column(place, name, known[name])
    return replace(
        measures,
        rows=rows,
        covariates=covariates,
        attrition=(*measures.attrition, *attrition),
        pool=(*measures.pool, *pool),
    )


def control_outcomes(
    measures: Measures,
    register: Register,
    *,
    design: bytes,
    design_hash: str,
    con: duckdb.DuckDBPyConnection | None = None,
) -> Outcomes:
    """Whether each person of the negative control had a proven offence in their control year.

    Args:
        measures: from `measure_control`.
        register: the snapshot they were measured in.
        design: the bytes of the negative control's own `design.json`.
        design_hash: their SHA-256, as written down when the design was.
        con: an open connection; without it one is opened for this call.

    Raises:
        UsageError: the hash is missing or is not that of the design.

    Notes:
        By the definition of a proven reoffence, with the start of the control year in the place of the index date: committed in the
        year, proven within it or the six months after.
    """
    check_design(design, design_hash)
    with index_events_of(register, con, span=measures.span) as used, lives_of(register, used):
        make_control_years(used, measures.rows)
        set_bounds(used, extract_date=register.extract_date, events="control_year")
        outcomes_as_at(used)
        forget_moments(used)
        query = read_query("control_outcome").select(
            f"CAST(o.reoffended AS DOUBLE) AS {NEGATIVE_CONTROL.column}", dialect=DIALECT
        )
        found = used.sql(query.sql(dialect=DIALECT)).to_arrow_table()
    if found.num_rows != measures.rows.num_rows:
        message = (
            f"Expected the control years of {measures.rows.num_rows} people, found {found.num_rows}. Are these the measures of the "
            "negative control, and is this the snapshot they were measured in?"
        )
        raise JDLError(message)
    return Outcomes(rows=found.set_column(0, "row", measures.rows.column("row")), specs=(NEGATIVE_CONTROL,))


def make_control_years(con: duckdb.DuckDBPyConnection, rows: pa.Table) -> None:
    """Make the tables `control_year`, one row a person, and `as_at`, the starts of those control years that can be looked at.

    The offences of these people stay in `proven_offence`: they are read once, for the years and for what is asked about them.

    Args:
        con: has the view index_event; within `lives_of`.
        rows: `person_id`, `disposal_id` and `treated`; `place` in what is made is their order.
    """
    given = rows.select(["person_id", "disposal_id", "treated"]).append_column("place", pa.array(np.arange(rows.num_rows)))
    con.register("given_rows", given)
    con.execute("CREATE OR REPLACE TEMP TABLE study_row AS SELECT * FROM given_rows")
    con.unregister("given_rows")
    read_offences(con, "study_row")
    make_table(con, "index_offence", _index_offences())
    reach = con.execute("SELECT min(disposal_date) FROM offence").fetchall()[0][0]
    make_table(con, "control_year", read_query("control_year"), {"reach": reach, "youngest": YOUNGEST})
    con.execute(
        "CREATE OR REPLACE TEMP TABLE as_at AS SELECT person_id, disposal_id, year_start AS as_at FROM control_year WHERE step = 'left'"
    )


def _index_offences() -> exp.Select:
    """The most serious offence of each study row's index disposal, and no other's."""
    asked = "(person_id, disposal_id) IN (SELECT (person_id, disposal_id) FROM study_row)"
    return (
        read_query("index_offence").select("person_id", "disposal_id", "offence_date", append=False).where(asked, dialect=DIALECT)
    )


def make_control_covariates(con: duckdb.DuckDBPyConnection, register: Register) -> None:
    """Make the tables `covariate_as_at`, as at the start of each control year, and `since_control_year`.

    Args:
        con: after `make_control_years`.
        register: the snapshot.
    """
    set_bounds(con, extract_date=register.extract_date, events="control_year")
    covariates_as_at(con)
    make_table(con, "since_control_year", read_query("since_control_year"))
    forget_moments(con)


def _known_then(con: duckdb.DuckDBPyConnection, covariates: tuple[Covariate, ...]) -> pa.Table:
    """`place`, then each covariate that is not as at the index date, for those who are left, in their order."""
    query = read_query("control_row")
    since = tuple(item.name for item in CONTROL_COVARIATES[1:])
    for item in covariates:
        if (item.source or item.name) in HISTORY_COLUMNS:
            query = query.select(covariate_column(item), copy=False)
        elif item.name in since:
            query = query.select(f"coalesce(n.{item.name}, 0) AS {item.name}", dialect=DIALECT, copy=False)
    return con.sql(query.sql(dialect=DIALECT)).to_arrow_table()


def _steps(con: duckdb.DuckDBPyConnection, *, treated: int) -> tuple[Step, ...]:
    """Who is left out of one group, and why."""
    query = "SELECT step, count(*) FROM control_year WHERE treated = $treated GROUP BY step"
    lost = dict(con.execute(query, {"treated": treated}).fetchall())
    left = sum(lost.values())
    steps = []
    for key, label, reason in _RULES:
        left -= lost.get(key, 0)
        steps.append(Step(key=key, label=label, reason=reason, lost=lost.get(key, 0), left=left))
    return tuple(steps)
