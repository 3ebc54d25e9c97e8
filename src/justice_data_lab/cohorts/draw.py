"""Whom an invented programme worked with: drawing participants, and planting a true effect by whom it draws.

The register is never changed. Participants are drawn so that nothing that happens after the index date bears on it, and
then, for a reduction, some of the reoffenders among them change places with people like them who did not reoffend.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from justice_data_lab.cohorts.late import started
from justice_data_lab.cohorts.risk import draw_leaning, record_features, risk_logits
from justice_data_lab.errors import NotPossible, UsageError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    from numpy.typing import NDArray

    from justice_data_lab.cohorts.past import Past
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
class Wish:
    """What the truth is to be.

    Attributes:
        effect: true difference in the one-year rate, as a fraction.
        hidden: how strongly a trait that no record shows bears on taking part; 0 for none.
    """

    effect: float
    hidden: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """By how much a hidden trait moved the participants' rates, as fractions: with it less without it, all else being the same.

    Attributes:
        future: of reoffending within a year.
        past: of offending in the control year; None when nobody's control year was looked at.
    """

    future: float
    past: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Participants:
    """Who was drawn, and what the planting came to.

    Attributes:
        events: one a person.
        candidates: people of whom they were drawn.
        rate_before: reoffending rate of those first drawn.
        changed: how many changed places.
        share: of the people like them, how many were drawn.
        shift: what the hidden trait did.
    """

    events: Events
    candidates: int
    rate_before: float
    changed: int
    share: float
    shift: Shift


def read_events(
    con: duckdb.DuckDBPyConnection, register: Register, kind: str, rng: np.random.Generator, *, max_lag_days: int = 0
) -> Events:
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
    query = files("justice_data_lab.cohorts").joinpath("events.sql").read_text(encoding="utf-8")
    table: pa.Table = con.sql(query, params={"events": register.index_event_glob, "kind": kind}).to_arrow_table()
    lag = np.zeros(table.num_rows, np.int64)
    if max_lag_days:
        lag = rng.integers(1, max_lag_days + 1, table.num_rows)
        table, lag = started(con, register, table, lag)
    if table.num_rows < 100:
        message = (
            f"Expected at least 100 index events of kind {kind} with complete follow-up in {register.path.name}, "
            f"found {table.num_rows}. Take a larger register."
        )
        raise NotPossible(message)
    column = {name: table.column(name).to_numpy(zero_copy_only=False) for name in table.column_names}
    reoffended = column["reoffended"].astype(bool)
    return Events(
        person_id=column["person_id"], disposal_id=column["disposal_id"],
        begun=column["begun"].astype(np.int64), index=column["index"].astype(np.int64), lag=lag,
        reoffended=reoffended, woman=column["sex"] == "F",
        logit=risk_logits(record_features(column), reoffended), leaning=draw_leaning(column, rng),
    )  # fmt: skip


def one_event_a_person(events: Events, size: int, rng: np.random.Generator) -> tuple[Events, int]:
    """For each person a date drawn blindly, and the first event on or after it: the rule of the comparison pool.

    Args:
        events: sorted by person and date.
        size: places in the programme; the years it ran are the fewest that give eight candidates a place.
        rng: seeded.

    Returns:
        The events, and how many people had any event in those years.

    Notes:
        Drawing one of a person's events at random would look ahead: people who reoffend have more of them.
    """
    people, number = np.unique(events.person_id, return_inverse=True)
    drawn = rng.random(len(people))
    last = events.index.max()
    at, reach = np.zeros(0, np.int64), 0
    for years in WINDOWS:
        first = last - years * YEAR
        reach = len(np.unique(number[events.index >= first]))
        later = np.flatnonzero(events.index >= first + (drawn * years * YEAR)[number])
        at = later[np.unique(number[later], return_index=True)[1]]
        if len(at) >= CANDIDATES_A_PLACE * size:
            break
    return events.take(at), reach


def draw_participants(
    drawn_from: tuple[Events, int], size: int, wish: Wish, rng: np.random.Generator, *, past: Past | None = None
) -> Participants:
    """Draw people by their leaning, then plant the effect.

    Args:
        drawn_from: as `one_event_a_person` gave them.
        size: how many to draw.
        wish: what the truth is to be.
        rng: seeded.
        past: of the same people; the hidden trait then showed in their control year too.

    Raises:
        NotPossible: fewer than two candidates a place.
    """
    candidates, reach = drawn_from
    if len(candidates) < 2 * size:
        message = (
            f"Expected at least {2 * size} people who could have taken part, to draw {size}; the register has {len(candidates)}. "
            "Take a larger register or a smaller cohort."
        )
        raise NotPossible(message)
    trait = _hidden_trait(candidates, past, rng)
    pace = rng.exponential(1.0, len(candidates))  # the first `size` to arrive: weighted, without replacement
    chosen, chance = _arrivals(pace, candidates.leaning + wish.hidden * trait, size)
    share = float(np.mean(chance[chosen])) * len(candidates) / reach
    shift = _shift(candidates, past, chance, _arrivals(pace, candidates.leaning, size)[1])
    before = float(candidates.reoffended[chosen].mean())
    final = _plant(candidates, chosen, wish.effect * (1 - share), rng)
    return Participants(
        events=candidates.take(final), candidates=len(candidates), rate_before=before,
        changed=int(np.sum(final != chosen)), share=share, shift=shift,
    )  # fmt: skip


def _arrivals(pace: Real, leaning: Real, size: int) -> tuple[Whole, Real]:
    """Who arrives first, and everybody's chance to."""
    weight = np.exp(leaning)
    race = pace / weight
    order = np.argsort(race, kind="stable")
    return order[:size], 1 - np.exp(-weight * race[order[size]])


def _hidden_trait(candidates: Events, past: Past | None, rng: np.random.Generator) -> Real:
    """A trait such as motivation: people who have it reoffend less than their record says, and did so in the control year.

    Notes:
        Any trait of that kind is known by its joint distribution with offending given the record, and that can be drawn from
        either end; here the offending is given and the trait follows.
    """
    expected = 1 / (1 + np.exp(-candidates.logit))
    trait: Real = expected - candidates.reoffended + rng.standard_normal(len(candidates))
    return trait if past is None else trait + past.less_than_expected


def _shift(candidates: Events, past: Past | None, with_trait: Real, without: Real) -> Shift:
    """Rates of the participants by everybody's chance to be one, with and without the trait."""

    def moved(values: Real, of: Truth) -> float:
        return float(np.average(values[of], weights=with_trait[of]) - np.average(values[of], weights=without[of]))

    future = moved(candidates.reoffended.astype(np.float64), np.ones(len(candidates), np.bool_))
    return Shift(future=future, past=None if past is None else moved(past.offended, past.known))


def _plant(candidates: Events, chosen: Whole, effect: float, rng: np.random.Generator) -> Whole:
    """Let some of one outcome change places with the nearest of the other who were not drawn."""
    leaves = candidates.reoffended if effect < 0 else ~candidates.reoffended
    rate = float(leaves[chosen].mean())
    if abs(effect) > rate:
        message = (
            f"Expected an effect that the cohort can have: {100 * rate:.0f}% could change, but {100 * abs(effect):.0f} points were "
            "asked for. Take a smaller effect."
        )
        raise UsageError(message)
    moves = leaves[chosen] & (rng.random(len(chosen)) < abs(effect) / max(rate, 1e-12))
    free = ~leaves
    free[chosen] = False
    final = chosen.copy()
    place = _place(candidates)
    for seat in np.flatnonzero(moves):
        gone = chosen[seat]
        distance = ((place - place[gone]) ** 2).sum(axis=1)
        distance[~free | (candidates.woman != candidates.woman[gone])] = np.inf
        nearest = int(np.argmin(distance))
        if not np.isfinite(distance[nearest]):
            message = "Expected people enough to plant the effect, found too few like those drawn. Take a larger register."
            raise NotPossible(message)
        free[nearest] = False
        final[seat] = nearest
    return final


def _place(candidates: Events) -> Real:
    """Where people stand in risk (most closely), leaning and time; those who change places are near each other."""
    columns = ((candidates.logit, 6.0), (candidates.leaning, 1.0), (candidates.index.astype(np.float64), 0.5))
    return np.column_stack([values * scale / max(float(values.std()), 1e-9) for values, scale in columns])
