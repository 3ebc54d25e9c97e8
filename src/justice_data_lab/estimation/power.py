"""Feasibility: what a cohort of this size could show, before anyone sends data."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING, cast

import pyarrow as pa
from scipy.optimize import brentq
from scipy.stats import norm

from justice_data_lab.errors import UsageError
from justice_data_lab.estimation.losses import Losses  # noqa: TC001 -- a field type, read at run time by from_json
from justice_data_lab.estimation.power_words import sections
from justice_data_lab.estimation.promises import DEFAULT_RATES, Promise, promises
from justice_data_lab.records import from_json, to_json
from justice_data_lab.register.coverage import ALL, PublicRates
from justice_data_lab.study import Lab

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justice_data_lab.files import Json

REACH = 1.96
SIZES = (60, 100, 150, 200, 300, 500, 1000, 2000)
POINTS = 0.05
# Smaller ones ask for more people than there are.
LEAST_EFFECT, LEAST_RATIO = 0.0001, 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What else is asked, and what is known beside size and base rate.

    Attributes:
        effect: the reduction whose chance to show is asked for, a fraction.
        losses: people sent, when that is what was asked; None when the size was given.
        sentence: kind of sentence whose rates are taken: `all`, or one of `rates`.
        rates: national rates from the lab's coverage file; without any, the defaults.
    """

    effect: float = POINTS
    losses: Losses | None = None
    sentence: str = ALL
    rates: tuple[PublicRates, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """What a number of people analysed can show.

    Attributes:
        analysed: how many.
        detectable: smallest reduction found with the power asked for; None when none can be.
        chance: of showing the effect asked about; None when it is larger than the base rate.
    """

    analysed: int
    detectable: float | None
    chance: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentencePower:
    """The effect asked about, at the national rate of one kind of sentence.

    Attributes:
        sentence: `all`, or a kind of disposal.
        base_rate: its national reoffending rate.
        chance: of showing the effect with the size asked for; None when it is larger than the base rate.
        people_needed: to analyse, so that it shows with the power asked for; None likewise.
        people_to_send: the same grossed up by the losses; None when these are not known.
    """

    sentence: str
    base_rate: float
    chance: float | None
    people_needed: int | None
    people_to_send: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feasibility:
    """What a cohort of a given size could show.

    Attributes:
        size: people expected to be analysed.
        base_rate: reoffending rate expected without the programme, a fraction.
        power: probability of finding the detectable effect.
        ratio: effective comparison people for each treated person.
        enough: whether the size reaches the lab's floor for an analysis.
        detectable: smallest reduction found with that power, a fraction; None when even a fall to zero would not be.
        effect: the reduction asked about, a fraction.
        chance: of showing it; None when it is larger than the base rate.
        people_needed: to analyse, so that it shows with that power; None likewise.
        people_to_send: the same grossed up by the losses; None when these are not known.
        expected_reoffenders: size times base rate.
        reoffenders_needed: least number of treated reoffenders for measures 3 to 11.
        matched_needed: the lab's floor for an analysis.
        submitted_needed: people the lab asks to be sent, at least.
        losses: people sent and the share of them analysed; None when the size was given.
        fewest: what could be shown in a poor case of losses; None likewise.
        most: what could be shown in a good case; None likewise.
        promises: which measures could be published, and with what probability.
        by_size: what common sizes and this one can show.
        by_sentence: the effect asked about at the national rate of each kind of sentence; empty when these are not known.

    Example:
        >>> found = feasibility(300, 0.40)
        >>> round(found.detectable, 3), round(found.chance, 2), found.people_needed
        (0.08, 0.4, 809)
    """

    size: int
    base_rate: float
    power: float
    ratio: float
    enough: bool
    detectable: float | None
    effect: float
    chance: float | None
    people_needed: int | None
    people_to_send: int | None
    expected_reoffenders: float
    reoffenders_needed: int
    matched_needed: int
    submitted_needed: int
    losses: Losses | None
    fewest: Power | None
    most: Power | None
    promises: tuple[Promise, ...]
    by_size: tuple[Power, ...]
    by_sentence: tuple[SentencePower, ...]

    def summary(self) -> str:
        """What could be shown and published, in plain words."""
        parts = ("\n".join((section.title, *(f"- {line}" for line in section.lines))) for section in sections(self))
        return "\n\n".join(parts)

    def table(self) -> pa.Table:
        """Detectable effect, and chance to show the effect asked about, by number analysed."""
        kinds = {"analysed": pa.int64(), "detectable": pa.float64(), "chance": pa.float64()}
        return pa.table({name: pa.array([getattr(row, name) for row in self.by_size], kind) for name, kind in kinds.items()})

    def to_dict(self) -> Mapping[str, Json]:
        """Every field by its name."""
        return cast("Mapping[str, Json]", to_json(self))

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Feasibility:
        """The value that `to_dict` wrote."""
        return from_json(cls, data)


def feasibility(
    size: int,
    base_rate: float,
    *,
    power: float = 0.8,
    ratio: float = 8.0,
    lab: Lab | None = None,
    prospect: Prospect | None = None,
) -> Feasibility:
    """What `size` people analysed could show when `base_rate` of them would reoffend without the programme.

    Args:
        size: people expected to be analysed: fewer than are submitted (14% to 89% were analysed in known cases).
        base_rate: a fraction above 0 and below 1.
        power: probability with which the effect is to be found, above 0.5 and below 1.
        ratio: effective comparison people for each treated person.
        lab: least numbers; default the lab's defaults.
        prospect: which effect is asked about, and what is known of losses and national rates.

    Raises:
        UsageError: an argument is out of its range, or there are no rates of the sentence asked for.
    """
    _check(size, base_rate, power, ratio)
    known, rules = prospect or Prospect(), lab or Lab()
    _check_effect(known.effect)
    sums = _Sums(base_rate=base_rate, power=power, ratio=ratio, effect=known.effect)
    needed, losses = sums.people_needed(), known.losses
    return Feasibility(
        size=size,
        base_rate=base_rate,
        power=power,
        ratio=ratio,
        enough=size >= rules.min_matched,
        detectable=sums.row(size).detectable,
        effect=known.effect,
        chance=sums.row(size).chance,
        people_needed=needed,
        people_to_send=_to_send(needed, losses),
        expected_reoffenders=size * base_rate,
        reoffenders_needed=rules.min_reoffenders,
        matched_needed=rules.min_matched,
        submitted_needed=rules.min_submitted,
        losses=losses,
        fewest=sums.row(losses.fewest) if losses else None,
        most=sums.row(losses.most) if losses else None,
        promises=promises(size, base_rate, rates_of(known), rules, everybody=_indictable(known)),
        by_size=tuple(sums.row(n) for n in sorted({*SIZES, size})),
        by_sentence=tuple(_sentence(rates, size, sums, losses) for rates in known.rates if 0 < rates.reoffended < 1),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sums:
    """The arguments that every figure of one request shares."""

    base_rate: float
    power: float
    ratio: float
    effect: float

    def row(self, size: int) -> Power:
        """What this many people can show."""
        detectable = detectable_effect(size, self.base_rate, power=self.power, ratio=self.ratio)
        return Power(analysed=size, detectable=detectable, chance=self.chance(size))

    def chance(self, size: int) -> float | None:
        """Of showing the effect asked about."""
        return chance_to_show(self.effect, size, self.base_rate, ratio=self.ratio) if self.possible else None

    def people_needed(self) -> int | None:
        """To analyse, so that the effect asked about shows with the power asked for."""
        return people_for_effect(self.effect, self.base_rate, power=self.power, ratio=self.ratio) if self.possible else None

    @property
    def possible(self) -> bool:
        """Whether the rate can fall by the effect asked about."""
        return self.effect <= self.base_rate


def rates_of(prospect: Prospect) -> PublicRates:
    """The rates of the sentence that is asked for; the defaults when the lab shows none.

    Raises:
        UsageError: there are rates, but none of this sentence.
    """
    found = [rates for rates in prospect.rates if rates.sentence == prospect.sentence]
    if found or prospect.sentence == ALL:
        return found[0] if found else DEFAULT_RATES
    known = ", ".join(rates.sentence for rates in prospect.rates) or "none: the coverage file has no national rates"
    message = f"sentence: expected one of the coverage file's ({known}), got {prospect.sentence}."
    raise UsageError(message)


def _indictable(prospect: Prospect) -> float | None:
    """Share of all people whose first reoffence is indictable only, as the lab shows it."""
    found = next((rates for rates in prospect.rates if rates.sentence == ALL), None)
    return None if found is None or found.first_indictable is None else found.reoffended * found.first_indictable


def _sentence(rates: PublicRates, size: int, sums: _Sums, losses: Losses | None) -> SentencePower:
    own = _Sums(base_rate=rates.reoffended, power=sums.power, ratio=sums.ratio, effect=sums.effect)
    needed = own.people_needed()
    return SentencePower(
        sentence=rates.sentence,
        base_rate=rates.reoffended,
        chance=own.chance(size),
        people_needed=needed,
        people_to_send=_to_send(needed, losses),
    )


def _to_send(needed: int | None, losses: Losses | None) -> int | None:
    return None if needed is None or losses is None else ceil(needed / losses.share)


def detectable_effect(size: int, base_rate: float, *, power: float = 0.8, ratio: float = 8.0) -> float | None:
    """Smallest δ with Φ(δ/√(p₁q₁/N + p₀q₀/(κN)) - 1.96) = power, p₁ = p₀ - δ; None when δ = p₀ falls short."""

    def shortfall(effect: float) -> float:
        return effect / _error(size, base_rate, effect, ratio) - REACH - float(norm.ppf(power))

    if shortfall(base_rate) < 0:
        return None
    return float(brentq(shortfall, 0.0, base_rate, xtol=1e-10))


def chance_to_show(effect: float, size: int, base_rate: float, *, ratio: float = 8.0) -> float:
    """Φ(δ/√(p₁q₁/N + p₀q₀/(κN)) - 1.96), p₁ = p₀ - δ: the probability that a reduction of δ is found significant.

    Raises:
        UsageError: an argument is out of its range, or the reduction is larger than the base rate.
    """
    _check(size, base_rate, 0.8, ratio)
    _check_fall(effect, base_rate)
    return float(norm.cdf(effect / _error(size, base_rate, effect, ratio) - REACH))


def people_for_effect(effect: float, base_rate: float, *, power: float = 0.8, ratio: float = 8.0) -> int:
    """People to analyse so that a reduction of `effect` (a fraction) is found with the power asked for.

    Raises:
        UsageError: an argument is out of its range, or the reduction is larger than the base rate.
    """
    _check(1, base_rate, power, ratio)
    _check_fall(effect, base_rate)
    needed = (REACH + float(norm.ppf(power))) * _error(1, base_rate, effect, ratio) / effect
    return ceil(needed**2)


def _error(size: int, base_rate: float, effect: float, ratio: float) -> float:
    rate = base_rate - effect
    return sqrt(rate * (1 - rate) / size + base_rate * (1 - base_rate) / (ratio * size))


def _check(size: int, base_rate: float, power: float, ratio: float) -> None:
    wanted = (
        ("size", 1 <= size < float("inf"), "one person or more", size),
        ("base rate", 0 < base_rate < 1, "a fraction above 0 and below 1, such as 0.40 for 40%", base_rate),
        ("power", 0.5 <= power < 1, "a fraction from 0.5 to below 1, such as 0.8", power),
        ("ratio", LEAST_RATIO <= ratio < float("inf"), f"a number from {LEAST_RATIO:g} on, such as 8", ratio),
    )
    for name, fits, expected, value in wanted:
        if not fits:
            message = f"{name}: expected {expected}, got {value:g}."
            raise UsageError(message)


def _check_effect(effect: float) -> None:
    if not LEAST_EFFECT <= effect < 1:
        message = f"effect: expected a reduction as a fraction from {LEAST_EFFECT:g} to below 1, such as 0.05 for 5 points, got {effect:g}."
        raise UsageError(message)


def _check_fall(effect: float, base_rate: float) -> None:
    if not LEAST_EFFECT <= effect <= base_rate:
        message = f"effect: expected a reduction from {LEAST_EFFECT:g} to the base rate {base_rate:g}, got {effect:g}."
        raise UsageError(message)
