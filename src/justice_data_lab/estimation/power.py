"""Feasibility: what a cohort of this size could show, before anyone sends data."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING, cast

import pyarrow as pa
from scipy.optimize import brentq
from scipy.stats import binom, norm

from justice_data_lab.errors import UsageError
from justice_data_lab.records import from_json, to_json
from justice_data_lab.study import Lab

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justice_data_lab.files import Json

REACH = 1.96
SIZES = (60, 100, 150, 200, 300, 500, 1000, 2000)
ALL_PROMISED_FROM = 150
_NAMES = {1: "the reoffending rate", 2: "reoffences per person"}
LIKELY = 0.8  # a measure is promised only with this chance of being published


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """What a number of people analysed can show: the smallest reduction found with the power asked for (None: none can be)."""

    analysed: int
    detectable: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Whether measures of one kind can be promised.

    Attributes:
        measures: their numbers in the catalogue.
        of: whom they count.
        promised: measures 1 and 2 always (once the floor is met); 3 to 11 from 150 analysed.
        probability: that the gate on numbers is passed: measure 1 needs n·p ≥ 10, 3 to 11 need 30 treated reoffenders; for the
            proportions among 4 to 11 this is an upper bound, since their own n·p depends on rates not given here.
    """

    measures: tuple[int, ...]
    of: str
    promised: bool
    probability: float


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
        expected_reoffenders: size times base rate.
        reoffenders_needed: least number of treated reoffenders for measures 3 to 11.
        promises: which measures could be published, and with what probability.
        by_size: detectable effects for common sizes and this one.
    """

    size: int
    base_rate: float
    power: float
    ratio: float
    enough: bool
    detectable: float | None
    expected_reoffenders: float
    reoffenders_needed: int
    promises: tuple[Promise, ...]
    by_size: tuple[Power, ...]

    def summary(self) -> str:
        """A paragraph in plain words."""
        lines = [f"With {self.size} people analysed and a reoffending rate of {self.base_rate:.0%} without the programme:"]
        if not self.enough:
            lines.append("- Too few people for an analysis.")
        if self.detectable is None:
            lines.append("- No reduction, however large, would be found with enough certainty.")
        else:
            points = _points(self.detectable)
            lines.append(f"- The smallest reduction found with a probability of {self.power:.0%} is {points} percentage points.")
        lines.append(f"- About {self.expected_reoffenders:.0f} people are expected to reoffend.")
        lines.extend(f"- {_promise(promise)}" for promise in self.promises)
        sizes = ", ".join(f"{row.analysed}: {_points(row.detectable)}" for row in self.by_size)
        lines.append(f"Smallest reduction found, in percentage points, by people analysed: {sizes}.")
        return "\n".join(lines)

    def table(self) -> pa.Table:
        """Detectable effect by number analysed."""
        sizes = [row.analysed for row in self.by_size]
        effects = [row.detectable for row in self.by_size]
        return pa.table({"analysed": pa.array(sizes, pa.int64()), "detectable": pa.array(effects, pa.float64())})

    def to_dict(self) -> Mapping[str, Json]:
        """Every field by its name."""
        return cast("Mapping[str, Json]", to_json(self))

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Feasibility:
        """The value that `to_dict` wrote."""
        return from_json(cls, data)


def feasibility(size: int, base_rate: float, *, power: float = 0.8, ratio: float = 8.0, lab: Lab | None = None) -> Feasibility:
    """What `size` people analysed could show when `base_rate` of them would reoffend without the programme.

    Args:
        size: people expected to be analysed: fewer than are submitted (14% to 89% were analysed in known cases).
        base_rate: a fraction above 0 and below 1.
        power: probability with which the effect is to be found, above 0.5 and below 1.
        ratio: effective comparison people for each treated person.
        lab: least numbers; default the lab's defaults.

    Raises:
        UsageError: an argument is out of its range.
    """
    _check(size, base_rate, power, ratio)
    rules = lab or Lab()
    sizes = sorted({*SIZES, size})
    enough = size >= rules.min_matched
    least = ceil(rules.min_np)
    some = float(binom.sf(least - 1, size, base_rate))
    some_not_all = max(0.0, some - float(binom.sf(size - least, size, base_rate)))
    reoffenders = float(binom.sf(rules.min_reoffenders - 1, size, base_rate))
    many = size >= ALL_PROMISED_FROM
    promises = (
        Promise(measures=(1,), of="all", promised=enough and some_not_all >= LIKELY, probability=some_not_all),
        Promise(measures=(2,), of="all", promised=enough and some >= LIKELY, probability=some),
        Promise(measures=tuple(range(3, 12)), of="reoffended", promised=many and reoffenders >= LIKELY, probability=reoffenders),
    )
    return Feasibility(
        size=size,
        base_rate=base_rate,
        power=power,
        ratio=ratio,
        enough=enough,
        detectable=detectable_effect(size, base_rate, power=power, ratio=ratio),
        expected_reoffenders=size * base_rate,
        reoffenders_needed=rules.min_reoffenders,
        promises=promises,
        by_size=tuple(Power(analysed=n, detectable=detectable_effect(n, base_rate, power=power, ratio=ratio)) for n in sizes),
    )


def detectable_effect(size: int, base_rate: float, *, power: float = 0.8, ratio: float = 8.0) -> float | None:
    """Smallest δ with Φ(δ/√(p₁q₁/N + p₀q₀/(κN)) - 1.96) = power, p₁ = p₀ - δ; None when δ = p₀ falls short."""

    def shortfall(effect: float) -> float:
        return effect / _error(size, base_rate, effect, ratio) - REACH - float(norm.ppf(power))

    if shortfall(base_rate) < 0:
        return None
    return float(brentq(shortfall, 0.0, base_rate, xtol=1e-10))


def people_for_effect(effect: float, base_rate: float, *, power: float = 0.8, ratio: float = 8.0) -> int:
    """People to analyse so that a reduction of `effect` (a fraction) is found with the power asked for.

    Raises:
        UsageError: an argument is out of its range, or the reduction is larger than the base rate.
    """
    _check(1, base_rate, power, ratio)
    if not 0 < effect <= base_rate:
        message = f"effect: expected a reduction above 0 and at most the base rate {base_rate:g}, got {effect:g}"
        raise UsageError(message)
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
        ("ratio", 0 < ratio < float("inf"), "a number above 0, such as 8", ratio),
    )
    for name, fits, expected, value in wanted:
        if not fits:
            message = f"{name}: expected {expected}, got {value:g}."
            raise UsageError(message)


def _points(effect: float | None) -> str:
    return "none" if effect is None else f"{100 * effect:.1f}"


def _promise(promise: Promise) -> str:
    numbers = f"{promise.measures[0]}" if len(promise.measures) == 1 else f"{promise.measures[0]} to {promise.measures[-1]}"
    word = "Measure" if len(promise.measures) == 1 else "Measures"
    said = "can be promised" if promise.promised else "cannot be promised"
    more = "; some of them need more" if promise.of != "all" else ""
    about = "the measures of those who reoffend" if promise.of != "all" else _NAMES[promise.measures[0]]
    return f"{word} {numbers} ({about}) {said}; the chance that enough people reoffend is {promise.probability:.0%}{more}."
