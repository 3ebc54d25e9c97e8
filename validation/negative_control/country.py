"""Everybody of an invented register who could take part, with both years and what each score holds alike, worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa

from calibration.people import KIND, SEED
from justice_data_lab.cohorts.events import every_event, read_events
from justice_data_lab.cohorts.past import read_past
from justice_data_lab.files import sha256
from justice_data_lab.measures.catalogue import Covariate, covariates_for
from justice_data_lab.measures.design import Measures
from justice_data_lab.measures.negative_control import control_outcomes, measure_control
from justice_data_lab.measures.queries import DIALECT, covariate_column, read_query
from justice_data_lab.measures.scan import index_events_of
from justice_data_lab.register.connect import connect
from justice_data_lab.register.synthetic.people import draw_people
from justice_data_lab.register.synthetic.source import BLOCK, EXTRACT_DATE

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

    from justice_data_lab.cohorts.events import Events
    from justice_data_lab.cohorts.past import Past
    from justice_data_lab.register.snapshot import Register

    Real: TypeAlias = "NDArray[np.float64]"
    Whole: TypeAlias = "NDArray[np.int64]"

_DESIGN = b"everybody\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """Every index event of one kind with complete follow-up, sorted by person and date.

    Attributes:
        events: as invented cohorts draw from them.
        past: their control years.
        person: number of the person, from 0.
        rows: every covariate, as at the index date.
        then: the same as at the start of the control year, for those whose control year can be looked at.
        offended: of those, 1 with a proven offence in the control year.
        place: of each event in `then`; -1 where it is not there.
        official: the covariates of the official score.
        control: those of the negative control.
        rate: log of the person's yearly rate of offending, by which their life was invented; no record shows it.
    """

    events: Events
    past: Past
    person: Whole
    rows: pa.Table
    then: pa.Table
    offended: Real
    place: Whole
    official: tuple[Covariate, ...]
    control: tuple[Covariate, ...]
    rate: Real

    def number(self, name: str) -> Real:
        """A numeric column as at the index date."""
        return np.asarray(self.rows.column(name).to_numpy(), dtype=np.float64)

    def column(self, name: str) -> NDArray[np.generic]:
        """A column as at the index date, as cohorts are drawn by."""
        return np.asarray(self.rows.column(name).to_numpy(zero_copy_only=False))


def read_country(register: Register, people: int) -> Country:
    """The register's releases from custody; the control year is looked at through the doors that a request uses.

    Args:
        register: invented, with the calibration study's seed.
        people: in it.
    """
    con = connect()
    try:
        events = every_event(read_events(con, register, KIND, np.random.default_rng(SEED)))
        past = read_past(con, register, events)
        covariates, rows = _rows(con, register, events)
    finally:
        con.close()
    everybody = Measures(rows=rows, covariates=covariates, exact=("sex",))
    then = measure_control(everybody, register)
    offended = control_outcomes(then, register, design=_DESIGN, design_hash=sha256(_DESIGN)).rows.column(1)
    place = np.full(len(events), -1)
    place[then.rows.column("row").to_numpy()] = np.arange(then.rows.num_rows)
    return Country(
        events=events,
        past=past,
        person=np.unique(events.person_id, return_inverse=True)[1],
        rows=rows,
        then=then.rows,
        offended=np.asarray(offended.to_numpy(), dtype=np.float64),
        place=place,
        official=covariates,
        control=then.covariates,
        rate=_rates(events, people),
    )


def _rows(con: duckdb.DuckDBPyConnection, register: Register, events: Events) -> tuple[tuple[Covariate, ...], pa.Table]:
    """The official covariates of each event, in order."""
    keys = {name: pa.array(list(getattr(events, name))) for name in ("person_id", "disposal_id")}
    number = np.arange(len(events))
    with index_events_of(register, con) as used:
        used.register("given", pa.table({"row": number, **keys, "treated": np.zeros(len(events), dtype=np.int8)}))
        used.execute("CREATE OR REPLACE TEMP TABLE study_row AS FROM given")
        covariates = covariates_for(used.table("index_event").columns)
        query = read_query("design").select(*(covariate_column(item) for item in covariates), copy=False)
        return covariates, used.sql(query.sql(dialect=DIALECT)).to_arrow_table().combine_chunks()


def _rates(events: Events, people: int) -> Real:
    """The rates by which the lives were invented: drawn again, by the seed of the register."""
    extract = (EXTRACT_DATE - date(1970, 1, 1)).days
    rates = []
    for block, first in enumerate(range(0, people, BLOCK)):
        rng = np.random.default_rng(np.random.SeedSequence(entropy=SEED, spawn_key=(block,)))
        rates.append(draw_people(first, min(BLOCK, people - first), extract, rng).log_rate)
    number = np.array([int(str(person)[1:]) for person in events.person_id])
    found: Real = np.concatenate(rates)[number]
    return found
