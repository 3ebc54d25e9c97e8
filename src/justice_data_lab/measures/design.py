"""The rows of the design: the treated, the pool, and what is known of both at the index date. No outcome is here."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Literal, cast

import pyarrow as pa
import pyarrow.compute as pc

from justice_data_lab.errors import JDLError, UsageError
from justice_data_lab.linkage.attrition import Step
from justice_data_lab.linkage.linkage import LINKED
from justice_data_lab.measures.catalogue import (
    INDEX_YEAR,
    KIND,
    LAG,
    NO_REGION,
    REGION,
    Covariate,
    covariates_at_start,
    covariates_for,
)
from justice_data_lab.measures.clock import (
    EVENTS,
    clock_that_runs,
    make_events_at_start,
    make_startable,
    on_time_step,
    puts_aside,
    start_steps,
)
from justice_data_lab.measures.pool import ADULT, draw_pool
from justice_data_lab.measures.queries import DIALECT, covariate_column, make_table, read_query, reading
from justice_data_lab.measures.scan import Span, index_events_of, span_of
from justice_data_lab.tables import table_from_dict, table_to_dict, under_dictionaries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import duckdb

    from justice_data_lab.files import Json
    from justice_data_lab.linkage.linkage import Linkage
    from justice_data_lab.measures.clock import ClockRun
    from justice_data_lab.register.snapshot import Register
    from justice_data_lab.study import Lab, Study

ALWAYS_EXACT = ("sex",)
# Region enters the score only where enough of the treated stand in more than one.
REGIONS_NEEDED = 2
TREATED_A_REGION = 5
_FOLLOW_UP = ("Complete follow-up", "less than 18 months between the index date and the extract")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Everybody in the comparison, with what was known of them at the index date; no outcome.

    Attributes:
        rows: `row` from 0 (the treated in the order of the cohort file, then the pool), `person_id`, `disposal_id`,
            `treated` (1 or 0), `complete_two_year_follow_up`, then one column for each covariate.
        covariates: what enters the score, in the published order.
        exact: columns always matched exactly.
        attrition: steps from people linked to people who can be analysed.
        pool: steps from people who could be in the pool to those in it.
        first_index_date: of the treated; None when there are none.
        last_index_date: of the treated; None when there are none.
        clock: which ran; with `intervention`, covariates are as at the start and `rows` has `lag_days`, from index date to start.
        late_starts: how many of those who could be followed from the index date started after it; 0 when they were put aside.
    """

    rows: pa.Table = field(repr=False)
    covariates: tuple[Covariate, ...]
    exact: tuple[str, ...] = ()
    attrition: tuple[Step, ...] = ()
    pool: tuple[Step, ...] = ()
    first_index_date: date | None = None
    last_index_date: date | None = None
    clock: ClockRun = "index"
    late_starts: int = 0

    @property
    def span(self) -> Span | None:
        """Where the index events of all rows lie: the pool's are of the kinds of the treated, between their dates."""
        if self.first_index_date is None or self.last_index_date is None or KIND not in self.rows.column_names:
            return None
        kinds = tuple(sorted(str(kind) for kind in self.rows.column(KIND).unique().to_pylist()))
        return Span(first=self.first_index_date, last=self.last_index_date, kinds=kinds)

    def summary(self) -> str:
        """How many treated, how many in the pool, how many covariates, and when the clock starts."""
        treated = sum(self.rows.column("treated").to_pylist())
        clock = "from the start of the programme" if self.clock == "intervention" else "from the index date"
        return f"{treated} treated, {self.rows.num_rows - treated} in the pool, {len(self.covariates)} covariates; {clock}."

    def table(self) -> pa.Table:
        """The rows."""
        return self.rows

    def to_dict(self) -> dict[str, Json]:
        """Everything, as JSON can hold it."""
        return {
            "rows": table_to_dict(self.rows),
            "covariates": [asdict(covariate) for covariate in self.covariates],
            "exact": list(self.exact),
            "attrition": [asdict(step) for step in self.attrition],
            "pool": [asdict(step) for step in self.pool],
            "first_index_date": self.first_index_date.isoformat() if self.first_index_date else None,
            "last_index_date": self.last_index_date.isoformat() if self.last_index_date else None,
            "clock": self.clock,
            "late_starts": self.late_starts,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Measures:
        """The value that `to_dict` was called on."""
        first, last = cast("str | None", data["first_index_date"]), cast("str | None", data["last_index_date"])
        return cls(
            rows=table_from_dict(cast("Mapping[str, Json]", data["rows"])),
            covariates=tuple(_covariate(item) for item in cast("Sequence[Mapping[str, Json]]", data["covariates"])),
            exact=tuple(cast("Sequence[str]", data["exact"])),
            attrition=_steps(data["attrition"]),
            pool=_steps(data["pool"]),
            first_index_date=date.fromisoformat(first) if first else None,
            last_index_date=date.fromisoformat(last) if last else None,
            clock=cast("ClockRun", data["clock"]),
            late_starts=cast("int", data["late_starts"]),
        )


def _covariate(item: Mapping[str, Json]) -> Covariate:
    ordered = tuple(cast("Sequence[str]", item["ordered"]))
    return Covariate(**{**item, "ordered": ordered})  # type: ignore[arg-type]  # written by asdict


def _steps(items: Json) -> tuple[Step, ...]:
    return tuple(Step(**item) for item in cast("Sequence[Mapping[str, Json]]", items))  # type: ignore[arg-type]  # by asdict


def measure(
    linkage: Linkage,
    register: Register,
    study: Study,
    lab: Lab,  # noqa: ARG001  (a lab sets nothing of this room)
    *,
    earlier: Iterable[str] = (),
    con: duckdb.DuckDBPyConnection | None = None,
) -> Measures:
    """Put the cohort's index events and a pool beside each other, with the published covariates of both.

    Args:
        linkage: the cohort, linked; everybody it names is kept out of the pool, whatever became of them.
        register: the prepared snapshot.
        study: its seed draws the dates, its method may ask for more exact columns.
        lab: the lab's settings.
        earlier: people of earlier cohorts of the same programme.
        con: an open connection; without it one is opened for this call.

    Returns:
        No rows at all when none of the linked can be analysed; the attrition says why.

    Raises:
        UsageError: an exact column that is no covariate, or the index clock without a reason although somebody started later.
    """
    linked = linkage.links.filter(pc.equal(linkage.links.column("status"), LINKED))
    with index_events_of(register, con, span=span_of(linked)) as used:
        return _measured(used, register, linkage.links, study, earlier)


def _measured(
    con: duckdb.DuckDBPyConnection, register: Register, links: pa.Table, study: Study, earlier: Iterable[str]
) -> Measures:
    _load_linked(con, links)
    late, people = _late_starts(con)
    # Whoever was put in an arm of a trial is analysed in it: nobody is put aside there.
    aside = study.method.design == "matched" and puts_aside(study.cohort, late, people)
    clock = clock_that_runs(study.cohort, 0 if aside else late)
    attrition = _eligible(con, register, clock, aside="yes" if aside else "no")
    found = con.execute("SELECT count(*), min(index_date), max(index_date) FROM treated_event").fetchall()[0]
    known = [person for person in links.column("person_id").to_pylist() if person is not None]
    pool = draw_pool(con, register, seed=study.seed, cohort=known, earlier=earlier, clock=clock) if found[0] else _no_pool(con)
    make_table(con, "study_row", read_query("study_row"))
    if clock == "intervention":
        make_events_at_start(con, register)
    covariates = _covariates(con)
    exact = tuple(dict.fromkeys((*ALWAYS_EXACT, *study.method.exact)))
    rows = _rows(con, clock, covariates, exact)
    return Measures(
        rows=rows,
        covariates=_without_region(con, _with_years(covariates, rows)),
        exact=exact,
        attrition=attrition,
        pool=pool,
        first_index_date=found[1],
        last_index_date=found[2],
        clock=clock,
        late_starts=0 if aside else late,
    )


def _load_linked(con: duckdb.DuckDBPyConnection, links: pa.Table) -> None:
    """The linked rows as a table; the engine reads Arrow only to copy it."""
    starts = links.column("intervention_start") if "intervention_start" in links.column_names else None
    con.register(
        "links_given",
        pa.table(
            {
                **{name: links.column(name) for name in ("row", "person_id", "disposal_id", "status")},
                "intervention_start": starts if starts is not None else pa.nulls(links.num_rows, pa.date32()),
            }
        ),
    )
    con.execute("CREATE OR REPLACE TEMP TABLE links_copied AS SELECT * FROM links_given")
    con.unregister("links_given")
    con.execute("CREATE OR REPLACE TEMP TABLE linked AS SELECT * FROM links_copied WHERE status = 'linked'")
    con.execute("DROP TABLE temp.links_copied")
    again = con.execute("SELECT count(*) - count(DISTINCT person_id) FROM linked").fetchall()[0][0]
    if again:
        message = f"Linkage: expected one linked row a person, got {again} more. Each person keeps the earliest eligible event."
        raise JDLError(message)


def _late_starts(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Make the table `cohort_event`; count who, of those who could be followed from the index date, started after it, and all of those."""
    make_table(con, "cohort_event", read_query("cohort_event"), {"adult": ADULT})
    query = "SELECT count(*) FILTER (WHERE lag_days > 0), count(*) FROM cohort_event WHERE complete_follow_up AND is_adult"
    late, people = con.execute(query).fetchall()[0]
    return int(late), int(people)


def _eligible(
    con: duckdb.DuckDBPyConnection, register: Register, clock: ClockRun, *, aside: Literal["yes", "no"]
) -> tuple[Step, ...]:
    """Make the table `treated_event`; say who of the linked is not in it, late starters too where they are put aside."""
    make_startable(con, "cohort_event", clock, register)
    make_table(con, "cohort_start", read_query("cohort_start"), {"late": clock == "intervention", "aside": aside == "yes"})
    make_table(con, "treated_event", read_query("treated_event"))
    linked, events, followed, current, clear, adult, left = con.execute(
        """
        SELECT
          count(*),
          count(kind),
          count(*) FILTER (WHERE complete_follow_up),
          count(*) FILTER (WHERE complete_follow_up AND NOT is_superseded),
          count(*) FILTER (WHERE complete_follow_up AND NOT is_superseded AND NOT has_reoffended),
          count(*) FILTER (WHERE complete_follow_up AND NOT is_superseded AND NOT has_reoffended AND is_adult),
          (SELECT count(*) FROM treated_event)
        FROM cohort_start
        """
    ).fetchall()[0]
    at_start = start_steps(events, followed, current, clear)
    return (
        Step(
            key="index_event",
            label="Disposal can be an index disposal",
            reason="no release yet, or died before the index date",
            lost=linked - events,
            left=events,
        ),
        *(at_start if clock == "intervention" else (replace(at_start[0], label=_FOLLOW_UP[0], reason=_FOLLOW_UP[1]),)),
        Step(key="adult", label="Adult at the index date", reason="under 18 at the index date", lost=clear - adult, left=adult),
        *on_time_step(adult, left),
    )


def _no_pool(con: duckdb.DuckDBPyConnection) -> tuple[Step, ...]:
    con.execute("CREATE OR REPLACE TEMP TABLE pool_event AS SELECT person_id, disposal_id, lag_days FROM treated_event")
    return ()


def _covariates(con: duckdb.DuckDBPyConnection) -> tuple[Covariate, ...]:
    """Those that the snapshot can give; days to the start are one of them when anybody has any."""
    described = con.execute("SELECT column_name FROM (DESCRIBE SELECT * FROM index_event)").fetchall()
    found = covariates_for(str(row[0]) for row in described)
    moved = con.execute("SELECT max(lag_days) FROM study_row").fetchall()[0][0]
    return covariates_at_start(found) if moved else found


def _rows(con: duckdb.DuckDBPyConnection, clock: ClockRun, covariates: tuple[Covariate, ...], exact: tuple[str, ...]) -> pa.Table:
    missing = [name for name in exact if name not in {covariate.name for covariate in covariates}]
    if missing:
        allowed = ", ".join(covariate.name for covariate in covariates)
        message = f"[method] exact: {missing[0]} is not a covariate. Expected one of {allowed}."
        raise UsageError(message)
    query = reading(read_query("design"), "index_event", EVENTS[clock])
    if clock == "intervention" and LAG not in covariates:
        query = query.select("e.lag_days", copy=False)
    query = query.select(*(covariate_column(covariate) for covariate in covariates), copy=False)
    # each analysis takes its rows of these and fits to them: texts are made codes once, here
    return under_dictionaries(con.sql(query.sql(dialect=DIALECT)).to_arrow_table(), (covariate.name for covariate in covariates))


def _with_years(covariates: tuple[Covariate, ...], rows: pa.Table) -> tuple[Covariate, ...]:
    """Years are in the order of time; which years there are, the data say."""
    years = tuple(sorted({str(year) for year in rows.column(INDEX_YEAR).unique().to_pylist()}))
    return tuple(replace(item, ordered=years) if item.name == INDEX_YEAR else item for item in covariates)


def _without_region(con: duckdb.DuckDBPyConnection, covariates: tuple[Covariate, ...]) -> tuple[Covariate, ...]:
    """The covariates without region, unless the treated stand in enough known regions in enough numbers; its column stays."""
    enough = con.execute(
        "SELECT count(*) FROM (SELECT region FROM treated_event WHERE NOT list_contains($unknown, lower(region)) "
        "GROUP BY region HAVING count(*) >= $least)",
        {"least": TREATED_A_REGION, "unknown": list(NO_REGION)},
    ).fetchall()[0][0]
    return covariates if enough >= REGIONS_NEEDED else tuple(item for item in covariates if item.name != REGION)
