"""Outcomes, read only once the design is settled: the hash of `design.json` is the key."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, cast

from sqlglot import exp, parse_one

from justice_data_lab.errors import JDLError, UsageError
from justice_data_lab.files import sha256
from justice_data_lab.measures.catalogue import OUTCOME_SQL
from justice_data_lab.measures.clock import make_outcomes_at_start
from justice_data_lab.measures.columns import AS_AT_OUTCOMES, OUTCOME_COLUMNS
from justice_data_lab.measures.queries import DIALECT, read_query, reading
from justice_data_lab.measures.scan import VIEW, index_events_of
from justice_data_lab.study import MeasureSpec
from justice_data_lab.tables import table_from_dict, table_to_dict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb
    import pyarrow as pa

    from justice_data_lab.files import Json
    from justice_data_lab.measures.clock import ClockRun
    from justice_data_lab.measures.design import Measures
    from justice_data_lab.register.snapshot import Register


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What happened afterwards, one row for each row of `Measures.rows`, in the same order.

    Attributes:
        rows: `row`, then one DOUBLE column for each column that `specs` name (0 and 1 for a proportion); null where the
            measure is not about that person.
        specs: the measures these are.
    """

    rows: pa.Table = field(repr=False)
    specs: tuple[MeasureSpec, ...]

    def summary(self) -> str:
        """How many people and measures."""
        return f"{self.rows.num_rows} people, {len(self.specs)} measures."

    def table(self) -> pa.Table:
        """The rows."""
        return self.rows

    def to_dict(self) -> dict[str, Json]:
        """Everything, as JSON can hold it."""
        return {"rows": table_to_dict(self.rows), "specs": [asdict(spec) for spec in self.specs]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Outcomes:
        """The value that `to_dict` was called on."""
        specs = cast("Sequence[Mapping[str, str]]", data["specs"])
        rows = table_from_dict(cast("Mapping[str, Json]", data["rows"]))
        return cls(rows=rows, specs=tuple(MeasureSpec(**spec) for spec in specs))  # type: ignore[arg-type]  # literals, as written


def outcomes(
    measures: Measures,
    register: Register,
    *,
    design: bytes,
    design_hash: str,
    specs: tuple[MeasureSpec, ...],
    con: duckdb.DuckDBPyConnection | None = None,
) -> Outcomes:
    """The outcomes of every row of `measures`: the columns of `index_event`, or the same as at the start with the intervention clock.

    Args:
        measures: whose outcomes.
        register: the snapshot they were measured in.
        design: the bytes of `design.json`.
        design_hash: their SHA-256, as written down when the design was.
        specs: the measures wanted.
        con: an open connection; without it one is opened for this call.

    Raises:
        UsageError: the hash is missing or is not that of the design, or a measure names no outcome of this room or one that
            the snapshot lacks.
    """
    check_design(design, design_hash)
    names = tuple(dict.fromkeys(name for spec in specs for name in (spec.of, spec.column) if name != "all"))
    at_start = measures.clock == "intervention"
    events = "outcome_as_at" if at_start else VIEW
    query = reading(_query(names), VIEW, events)
    rows = measures.rows.select(["row", "person_id", "disposal_id", *(["lag_days"] if at_start else [])])
    with index_events_of(register, con, span=measures.span) as used:
        used.register("measured_rows", rows)
        used.execute("CREATE OR REPLACE TEMP TABLE study_row AS SELECT * FROM measured_rows")
        used.unregister("measured_rows")
        if at_start:
            make_outcomes_at_start(used, register)
        _check_there(names, used.table(events).columns, measures.clock)
        found = used.sql(query.sql(dialect=DIALECT)).to_arrow_table()
    if found.num_rows != rows.num_rows:
        message = (
            f"Expected outcomes of {rows.num_rows} people, found {found.num_rows}. Is this the snapshot they were measured in?"
        )
        raise JDLError(message)
    return Outcomes(rows=found, specs=specs)


def known_from(measures: Measures, specs: tuple[MeasureSpec, ...]) -> tuple[MeasureSpec, ...]:
    """The measures that are known from the day on which the clock starts: work and benefits only from the index date.

    Args:
        measures: says which clock ran.
        specs: the measures wanted.
    """
    return known_at_start(specs) if measures.clock == "intervention" else specs


def known_at_start(specs: tuple[MeasureSpec, ...]) -> tuple[MeasureSpec, ...]:
    """The measures that are known from a start after the index date."""
    known = {*AS_AT_OUTCOMES, *OUTCOME_SQL}
    return tuple(spec for spec in specs if spec.column in known)


def check_design(design: bytes, design_hash: str) -> None:
    """Refuse to go on unless the design is there and is the one whose hash was written down.

    Raises:
        UsageError: it is not.
    """
    if not design or not design_hash:
        message = "Outcomes are read only after the design is written: expected design.json and its hash, got none."
        raise UsageError(message)
    if sha256(design) != design_hash:
        message = "design.json: its hash is not the one written down. Was it changed by hand? Run the matching again."
        raise UsageError(message)


def _check_there(names: tuple[str, ...], there: Sequence[str], clock: ClockRun) -> None:
    missing = [name for name in names if name not in OUTCOME_SQL and name not in there]
    if missing and clock == "intervention":
        message = f"Measure column {missing[0]}: is not known from a start after the index date. Leave the measure out."
        raise UsageError(message)
    if missing:
        message = (
            f"Measure column {missing[0]}: the snapshot has none, since its source lacks a table. Leave the measure out, or build "
            "the snapshot from a source with that table."
        )
        raise UsageError(message)


def _query(names: tuple[str, ...]) -> exp.Select:
    query = read_query("outcomes")
    for name in names:
        query = query.select(exp.cast(_expression(name), "DOUBLE").as_(name), copy=False)
    return query


def _expression(name: str) -> exp.Expression:
    if name in OUTCOME_SQL:
        return cast("exp.Expression", parse_one(OUTCOME_SQL[name], read=DIALECT))
    if name in OUTCOME_COLUMNS and name != "first_court_outcome":
        return exp.column(name, "e")
    allowed = ", ".join(sorted({*OUTCOME_COLUMNS, *OUTCOME_SQL} - {"first_court_outcome"}))
    message = f"Measure column {name}: expected one of {allowed}."
    raise UsageError(message)
