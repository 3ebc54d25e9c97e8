"""Linked data of one invented programme: who took part, whom they are compared with, and outcomes with a known true effect."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa

from justice_data_lab.cohorts.events import one_event_a_person, read_events
from justice_data_lab.register.connect import connect

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb
    from numpy.typing import NDArray

    from justice_data_lab.cohorts.events import Events
    from justice_data_lab.library_demo.programmes import Sample
    from justice_data_lab.register.snapshot import Register

    Whole: TypeAlias = "NDArray[np.int64]"
    Real: TypeAlias = "NDArray[np.float64]"
    Truth: TypeAlias = "NDArray[np.bool_]"

# Which disposals bring somebody into a programme of a setting.
KINDS = {"Custody": "custody", "Through the gate": "custody", "Community": "community_order"}
NUMERIC = (
    "age_at_index", "age_at_first_disposal", "previous_offences", "previous_custodial_sentences", "previous_theft", "copas_rate",
    "offences_last_year", "index_year",
)  # fmt: skip
CATEGORICAL = ("sex", "ethnicity", "region", "sentence_band", "index_offence_group")
MOST_IN_POOL = 4000
PERSON, SHARED = "person_id", 0.3
# Candidates that are taken for each place of the largest programme.
_PLACES = 2500


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """One index event a person of a kind.

    Attributes:
        table: covariates and outcomes as the register has them, one row a person.
        leaning: log of how much likelier than others the person is to take part, by what the record shows.
    """

    table: pa.Table = field(repr=False)
    leaning: Real

    def number(self, name: str) -> Real:
        """A column as numbers."""
        return np.asarray(self.table.column(name).to_numpy(), dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A programme's data, and the truth about it.

    Attributes:
        table: one row a person: treated, covariates, outcomes.
        people: the participants, by their ids in the register.
        effect: what the programme truly did to its participants' one-year rate, as a fraction.
    """

    table: pa.Table = field(repr=False)
    people: frozenset[str] = field(repr=False)
    effect: float


def read_people(register: Register, kind: str, rng: np.random.Generator) -> People:
    """People with a disposal of the kind, each with the first on or after a date drawn blindly."""
    con = connect()
    try:
        events, _ = one_event_a_person(read_events(con, register, kind, rng), _PLACES, rng)
        return People(table=_columns(con, register, events), leaning=events.leaning)
    finally:
        con.close()


def draw(people: People, sample: Sample, rng: np.random.Generator, before: Mapping[str, frozenset[str]]) -> Linked:
    """Draw a programme's participants by their leaning, take others like them as the pool, and plant the effect.

    Args:
        people: of the setting.
        sample: the programme.
        rng: its own.
        before: who took part in the programmes before it. Nobody takes part twice, but for a share of the programme that it shares
            people with.

    Notes:
        With a fall, each participant who would have reoffended stops with one and the same chance; with a rise, each who would not have
        does with one and the same chance. In a trial the participants and as many controls are drawn alike.
    """
    able = np.flatnonzero(_fits(people, sample))
    trial = sample.design == "randomised"
    weight = np.exp(people.leaning[able]) if not trial else np.ones(len(able))
    order = _first_come(people, able[np.argsort(rng.exponential(1.0, len(able)) / weight, kind="stable")], sample, before)
    chosen = order[: sample.size]
    others = order[sample.size : 2 * sample.size] if trial else rng.permutation(order[sample.size :])[:MOST_IN_POOL]
    at = np.concatenate((chosen, np.sort(others)))
    treated = np.arange(len(at)) < len(chosen)
    without = people.number("reoffended")[at].astype(np.bool_)
    after = _planted(without, treated, sample.effect / 100, rng)
    number = people.number("reoffences")[at]
    number = np.where(after, np.maximum(number, 1.0), 0.0)
    rows = people.table.take(pa.array(at))
    table = rows.select([*NUMERIC, *CATEGORICAL])
    for name, values in (("treated", treated), ("reoffended", after), ("reoffences", number)):
        table = table.append_column(name, pa.array(values.astype(np.float64)))
    ids = rows.column(PERSON).to_pylist()[: len(chosen)]
    return Linked(table=table, people=frozenset(ids), effect=float(after[treated].mean() - without[treated].mean()))


def _first_come(people: People, order: Whole, sample: Sample, before: Mapping[str, frozenset[str]]) -> Whole:
    """Who comes first: a share of another programme's people where that is wanted, then who took part in none, then everybody else."""
    ids = people.table.column(PERSON).to_pylist()
    shared = before.get(sample.shares_with, frozenset())
    taken = frozenset[str]().union(*before.values())
    again = [place for place in order if ids[place] in shared][: round(SHARED * sample.size)]
    rank = dict.fromkeys(again, 0)
    ranks = [rank.get(place, 2 if ids[place] in taken else 1) for place in order]
    return order[np.argsort(ranks, kind="stable")]


def _planted(before: Truth, treated: Truth, effect: float, rng: np.random.Generator) -> Truth:
    """Who reoffends once the programme has done what it does."""
    could = before if effect < 0 else ~before
    share = float(could[treated].mean())
    moves = could & treated & (rng.random(len(before)) < abs(effect) / max(share, 1e-12))
    return before ^ moves


def _fits(people: People, sample: Sample) -> Truth:
    sex = np.asarray(people.table.column("sex").to_pylist())
    fits = np.ones(len(sex), np.bool_) if sample.sex == "Women and men" else sex == sample.sex[0].replace("W", "F")
    return fits & (people.number("age_at_index") < 25) if sample.age == "18 to 24" else fits


def _columns(con: duckdb.DuckDBPyConnection, register: Register, events: Events) -> pa.Table:
    """What the register has of each event, in the order of the events."""
    keys = {name: pa.array(list(getattr(events, name))) for name in ("person_id", "disposal_id")}
    con.register("given", pa.table({**keys, "place": pa.array(range(len(events)), pa.int64())}))
    con.execute("CREATE TEMP TABLE wanted AS SELECT * FROM given")
    joined = (
        con.read_parquet(register.index_event_glob, hive_partitioning=False)
        .set_alias("e")
        .join(con.table("wanted").set_alias("w"), "e.person_id = w.person_id AND e.disposal_id = w.disposal_id")
    )
    numbers = ", ".join(f"CAST({name} AS DOUBLE) AS {name}" for name in (*NUMERIC, "reoffended", "reoffences"))
    words = ", ".join(f"coalesce(CAST({name} AS VARCHAR), 'unknown') AS {name}" for name in CATEGORICAL)
    chosen = f"CAST(e.person_id AS VARCHAR) AS person_id, {numbers}, {words}, place"
    return joined.project(chosen).order("place").to_arrow_table().combine_chunks().drop_columns(["place"])
