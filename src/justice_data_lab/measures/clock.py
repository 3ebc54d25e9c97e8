"""The clock: on which day everyone's follow-up begins, and who could have started on that day.

Notes:
    When a programme starts after the index date, people who reoffended in between are missing from it. With the index clock their
    absence looks like an effect. With the intervention clock everyone's clock starts on the day of the start: the later of index
    date and start for the treated; for each person of the pool the own index date and as many days as one of the treated, drawn at
    random, had. Whoever had reoffended by then is in neither group. With `auto` a few late starters are put aside first, so that a
    handful of wrong links or dates does not move the clock of everybody. See `docs/explanation/immortal-time.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from sqlglot import exp

from justice_data_lab.errors import UsageError
from justice_data_lab.linkage.attrition import Step
from justice_data_lab.measures.as_at import bars_as_at, covariates_as_at, forget_moments, outcomes_as_at, set_moments
from justice_data_lab.measures.columns import AS_AT_COLUMNS, OUTCOME_COLUMNS
from justice_data_lab.measures.queries import make_table, read_query
from justice_data_lab.measures.scan import lives_of

if TYPE_CHECKING:
    import duckdb

    from justice_data_lab.register.snapshot import Register
    from justice_data_lab.study import CohortSettings

ClockRun: TypeAlias = Literal["index", "intervention"]

# With `auto`, late starters below this share of those who could be analysed are put aside, and the index clock stays.
FEW_LATE = 0.02

# Where the covariates stand, by the clock that runs.
EVENTS: dict[ClockRun, str] = {"index": "index_event", "intervention": "event_at_start"}


def puts_aside(settings: CohortSettings, late: int, people: int) -> bool:
    """Whether those who started late leave, so that the index clock stays: with `auto`, where they are fewer than 2 in 100.

    Args:
        settings: of the study.
        late: how many of those who could be analysed started after their index date.
        people: how many could be analysed.

    Notes:
        When somebody started is known by the start, before anything that is counted: leaving the late ones out selects on nothing
        that happens afterwards, whatever their share. Those who stay all started by their index date, so none of their time is
        immortal.
    """
    return settings.clock == "auto" and 0 < late < FEW_LATE * people


def clock_that_runs(settings: CohortSettings, late: int) -> ClockRun:
    """Which clock runs, given how many of those who are analysed started after their index date.

    Raises:
        UsageError: the study asks for the index clock, somebody started later, and no reviewer's reason is given.
    """
    if settings.clock == "intervention" or (settings.clock == "auto" and late):
        return "intervention"
    if late and not settings.clock_reason:
        message = (
            '[cohort] clock: "index" expects everybody to have started on or before the index date, and some started later: those '
            'who reoffended before they could start are missing from the cohort. Write clock = "auto", or a reviewer\'s reason '
            "under [cohort] clock_reason, which is printed on page one with a warning."
        )
        raise UsageError(message)
    return "index"


def make_startable(con: duckdb.DuckDBPyConnection, events: str, clock: ClockRun, register: Register) -> None:
    """Make the table `startable`: for each of these events, whether the person could have started on the day the clock starts.

    Args:
        con: has the view `index_event`.
        events: a table with person_id, disposal_id, kind, index_date, lag_days and complete_follow_up from the index date.
        clock: which runs.
        register: the snapshot.
    """
    known = exp.select("person_id", "disposal_id").from_(events).where("kind IS NOT NULL")
    if clock == "index":
        never = ("FALSE AS is_superseded", "FALSE AS has_reoffended")
        make_table(con, "startable", known.select("complete_follow_up", *never))
        return
    make_table(con, "as_at", known.select("CAST(index_date + lag_days AS DATE) AS as_at"))
    with lives_of(register, con):
        set_moments(con, extract_date=register.extract_date)
        bars_as_at(con)
    make_table(con, "startable", read_query("startable"))
    forget_moments(con)


def start_steps(before: int, followed: int, current: int, left: int) -> tuple[Step, Step, Step]:
    """How many people are left after each thing that must hold on the day of the start, on either side.

    Args:
        before: who came to these steps.
        followed: of them, with complete follow-up from the start.
        current: of those, still under the same index disposal.
        left: of those, who had not reoffended.
    """
    return (
        Step(
            key="follow_up",
            label="Complete follow-up from the start",
            reason="less than 18 months between the start and the extract",
            lost=before - followed,
            left=followed,
        ),
        Step(
            key="superseded",
            label="Under the same index disposal at the start",
            reason="released or sentenced again between the index date and the start, or in custody at the start",
            lost=followed - current,
            left=current,
        ),
        Step(
            key="early_reoffence",
            label="Had not reoffended before the start",
            reason="a proven reoffence between the index date and the start",
            lost=current - left,
            left=left,
        ),
    )


def on_time_step(before: int, left: int) -> tuple[Step, ...]:
    """The step at which a few late starters were put aside; none when there were none.

    Args:
        before: who came to it.
        left: of them, who started on or before the index date.
    """
    reason = (
        "started later than that: so few, under 2 in 100, that they were left out and follow-up still counts from the index date"
    )
    step = Step(key="on_time", label="Started on or before the index date", reason=reason, lost=before - left, left=left)
    return (step,) if before > left else ()


def make_events_at_start(con: duckdb.DuckDBPyConnection, register: Register) -> None:
    """Make the table `event_at_start`: the index event of each study row with its covariates as at the start; no outcome.

    Args:
        con: has the view `index_event` and the table `study_row`, with lag_days.
        register: the snapshot.
    """
    _moments_of_rows(con, register)
    covariates_as_at(con)
    forget_moments(con)
    described = con.execute("SELECT column_name FROM (DESCRIBE SELECT * FROM index_event)").fetchall()
    columns = (f"c.{name}" if name in AS_AT_COLUMNS else f"e.{name}" for (name,) in described if name not in OUTCOME_COLUMNS)
    query = exp.select(*columns, "s.lag_days").from_("study_row AS s")
    for table in ("index_event AS e", "covariate_as_at AS c"):
        query = query.join(table, using=["person_id", "disposal_id"])
    make_table(con, EVENTS["intervention"], query)


def make_outcomes_at_start(con: duckdb.DuckDBPyConnection, register: Register) -> None:
    """Make the table `outcome_as_at`: what each person of `study_row` did from the start on."""
    _moments_of_rows(con, register)
    outcomes_as_at(con)
    forget_moments(con)


def _moments_of_rows(con: duckdb.DuckDBPyConnection, register: Register) -> None:
    make_table(con, "as_at", read_query("start"))
    with lives_of(register, con):
        set_moments(con, extract_date=register.extract_date)
