"""People of an invented register who could have taken part: real columns, a known risk, a leaning to take part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa

from justice_data_lab.cohorts.events import one_event_a_person, read_events
from justice_data_lab.measures.catalogue import INDEX_YEAR, Covariate, covariates_for
from justice_data_lab.prepare import prepare
from justice_data_lab.register.connect import connect
from justice_data_lab.register.schema import SCHEMA_VERSION
from justice_data_lab.register.snapshot import Register, open_register
from justice_data_lab.register.synthetic.source import synthesise

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    from numpy.typing import NDArray

    from justice_data_lab.cohorts.events import Events

    Real: TypeAlias = "NDArray[np.float64]"
    Whole: TypeAlias = "NDArray[np.int64]"

SEED = 20261122
KIND = "custody"
TENTHS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """One index event a person: what the register shows, and what a simulation needs to know.

    Attributes:
        rows: one column a covariate, as `measure` gives them.
        covariates: the published list.
        risk: chance of reoffending within a year, given the record.
        leaning: log of how much likelier than others the person is to take part, given the record.
        tenth: which tenth of the risk the person is in.
        counts: for each tenth, the numbers of reoffences of those in it who reoffended.
    """

    rows: pa.Table
    covariates: tuple[Covariate, ...]
    risk: Real
    leaning: Real
    tenth: Whole
    counts: tuple[Real, ...]

    def __len__(self) -> int:
        return len(self.risk)

    def texts(self, name: str) -> NDArray[np.str_]:
        """A column as text."""
        return np.asarray(self.rows.column(name).to_pylist(), dtype=np.str_)


def open_or_make(folder: Path, people: int) -> Register:
    """The invented register of this many people below `folder`; made when it is not there."""
    place = folder / f"register-{people}"
    snapshot = place / SCHEMA_VERSION.replace("/", "-")
    if not snapshot.is_dir():
        if not (place / "source").is_dir():
            synthesise(place / "source", people=people, seed=SEED)
        prepare(place / "source", snapshot)
    return open_register(snapshot)


def read_people(register: Register, wanted: int) -> People:
    """People released from custody, each with the first release on or after a date drawn blindly.

    Args:
        register: an invented register.
        wanted: how many at least; the years they are taken from are the fewest that give so many, from three on.
    """
    rng = np.random.default_rng(SEED)
    con = connect()
    try:
        events, _ = one_event_a_person(read_events(con, register, KIND, rng), -(-wanted // 8), rng)
        covariates, table = _columns(con, register, events)
    finally:
        con.close()
    risk = 1 / (1 + np.exp(-events.logit))
    tenth = np.minimum((np.argsort(np.argsort(risk, kind="stable")) * TENTHS) // len(risk), TENTHS - 1)
    number = table.column("reoffences").to_numpy().astype(np.float64)
    counts = tuple(number[(tenth == place) & (number > 0)] for place in range(TENTHS))
    rows = table.drop_columns(["reoffences"])
    return People(rows=rows, covariates=covariates, risk=risk, leaning=events.leaning, tenth=tenth, counts=counts)


def _columns(con: duckdb.DuckDBPyConnection, register: Register, events: Events) -> tuple[tuple[Covariate, ...], pa.Table]:
    """The published covariates of each event, in the order of the events."""
    keys = {name: pa.array(list(getattr(events, name))) for name in ("person_id", "disposal_id")}
    con.register("given", pa.table({**keys, "place": pa.array(range(len(events)), pa.int64())}))
    con.execute("CREATE TEMP TABLE wanted AS SELECT * FROM given")
    source = con.read_parquet(register.index_event_glob)
    covariates = covariates_for(source.columns)
    chosen = ", ".join(f"{_expression(item)} AS {item.name}" for item in covariates)
    joined = source.set_alias("e").join(
        con.table("wanted").set_alias("w"), "e.person_id = w.person_id AND e.disposal_id = w.disposal_id"
    )
    table = joined.project(f"{chosen}, reoffences, place").order("place").to_arrow_table().combine_chunks()
    years = tuple(sorted(set(table.column(INDEX_YEAR).to_pylist())))
    ordered = tuple(replace(item, ordered=years) if item.name == INDEX_YEAR else item for item in covariates)
    return ordered, table.drop_columns(["place"])


def _expression(covariate: Covariate) -> str:
    column = covariate.sql or covariate.name
    return f"CAST({column} AS VARCHAR)" if covariate.kind == "categorical" else column
