"""Whom an invented programme worked with: drawing participants, and planting a true effect by whom it draws.

The register is never changed. Participants are drawn so that nothing that happens after the index date bears on it, and
then, for a reduction, some of the reoffenders among them change places with people like them who did not reoffend.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from justice_data_lab.errors import NotPossible, UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justice_data_lab.cohorts.events import Events
    from justice_data_lab.cohorts.past import Past

    Real: TypeAlias = "NDArray[np.float64]"
    Whole: TypeAlias = "NDArray[np.int64]"
    Truth: TypeAlias = "NDArray[np.bool_]"


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
