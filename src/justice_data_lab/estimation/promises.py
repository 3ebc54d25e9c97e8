"""Which measures of a cohort of a given size could be published, and with what probability."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import binom

from justice_data_lab.measures.catalogue import MEASURES, merge_indictable
from justice_data_lab.register.coverage import PublicRates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justice_data_lab.study import Lab, MeasureSpec

ALL_PROMISED_FROM = 150
ALWAYS_PROMISED = (1, 2)
LIKELY = 0.8  # a measure is promised only with this chance of being published
_BEYOND = 1e-13  # numbers of reoffenders as unlikely as this are left out of the sum

# Where the lab publishes no national rates: adults cautioned or sentenced in 2024 (validation/calibration.csv). Summary is offence
# groups 11 and 12; indictable only is put at groups 02 and 03, sexual offences and robbery, since no figure says which offences
# are; either way is the rest; custody is that of each history band, weighted with the band. The rate is that of adults in 2023.
DEFAULT_RATES = PublicRates(
    sentence="all", reoffended=0.27, first_indictable=0.03, first_either_way=0.53, first_summary=0.44, first_custody=0.19
)

# Whose share of those who reoffended decides a measure of them. Of means it is the people with a value other than zero; where
# only the first reoffence is known, they are at least those whose first reoffence was of that kind.
_DECIDED_BY: dict[str, tuple[str, ...]] = {
    "first_reoffence_indictable": ("first_indictable",),
    "first_reoffence_either_way": ("first_either_way",),
    "first_reoffence_indictable_or_either_way": ("first_indictable", "first_either_way"),
    "first_reoffence_summary": ("first_summary",),
    "custody_for_first_reoffence": ("first_custody",),
    "indictable_reoffences": ("any_indictable",),
    "either_way_reoffences": ("any_either_way",),
    "indictable_or_either_way_reoffences": ("any_indictable_or_either_way",),
    "summary_reoffences": ("any_summary",),
    "custodial_sentences": ("any_custody",),
}
_AT_LEAST: dict[str, tuple[str, ...]] = {
    "any_indictable": ("first_indictable",),
    "any_either_way": ("first_either_way",),
    "any_indictable_or_either_way": ("first_indictable", "first_either_way"),
    "any_summary": ("first_summary",),
    "any_custody": ("first_custody",),
}
_TOGETHER = {"first_reoffence_indictable_or_either_way": (4, 5), "indictable_or_either_way_reoffences": (7, 8)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Whether a measure can be promised.

    Attributes:
        measures: its number in the catalogue; two of them when they are taken together.
        name: as printed.
        of: whom it counts: `all`, or `reoffended`.
        promised: whether it can be promised: the chance is at least 80%, enough people are analysed, and beyond measures 1
            and 2 there are 150 of them.
        probability: that it passes the gates of reliability and rule 1 of disclosure control, on the treated side.
        at_least: whether the probability is a lower bound, since only the first reoffence's share is known.
    """

    measures: tuple[int, ...]
    name: str
    of: str
    promised: bool
    probability: float
    at_least: bool


def promises(size: int, base_rate: float, rates: PublicRates, lab: Lab, *, everybody: float | None = None) -> tuple[Promise, ...]:
    """One row a measure: could it be published, and with what probability.

    Args:
        size: people analysed.
        base_rate: of whom this fraction reoffends.
        rates: of those who reoffend, the shares of each kind.
        lab: least numbers for reliability, and rule 1's.
        everybody: share of all people of the register whose first reoffence is indictable only, which decides whether measures
            4 and 5, and 7 and 8, are taken together; default from `base_rate` and `rates`.

    Notes:
        Exact: the number who reoffend is binomial and the number of these with the event binomial among them, so with, without
        and not reoffended are trinomial. Not foreseen: the comparison side, which is larger, and one person who holds more
        than a fifth of a total.
    """
    rates = _filled(rates)
    indictable = base_rate * (rates.first_indictable or 0.0) if everybody is None else everybody
    together = size * indictable < lab.min_np
    specs = merge_indictable(MEASURES) if together else MEASURES
    return tuple(_promise(spec, size, base_rate, rates, lab) for spec in specs)


def _filled(rates: PublicRates) -> PublicRates:
    """The rates, those of the first reoffence taken from the defaults where the lab shows none."""
    court = rates if rates.first_summary is not None else DEFAULT_RATES
    return PublicRates(
        **{
            **{name: getattr(rates, name) for name in PublicRates.__slots__},
            **{name: getattr(court, name) for name in ("first_indictable", "first_either_way", "first_summary")},
            "first_custody": DEFAULT_RATES.first_custody if rates.first_custody is None else rates.first_custody,
        }
    )


def _promise(spec: MeasureSpec, size: int, base_rate: float, rates: PublicRates, lab: Lab) -> Promise:
    numbers = _numbers(spec)
    share, at_least = _share(spec, rates)
    chance = _probability(spec, size, base_rate, share, lab)
    enough = size >= lab.min_matched and (size >= ALL_PROMISED_FROM or numbers[0] in ALWAYS_PROMISED)
    return Promise(
        measures=numbers,
        name=spec.name,
        of=spec.of,
        promised=enough and chance >= LIKELY,
        probability=chance,
        at_least=at_least,
    )


def _numbers(spec: MeasureSpec) -> tuple[int, ...]:
    """A measure's number; for two taken together, both."""
    return _TOGETHER.get(spec.column) or (MEASURES.index(spec) + 1,)


def _share(spec: MeasureSpec, rates: PublicRates) -> tuple[float | None, bool]:
    """Of those who reoffend, the share that decides the measure, and whether it is a lower bound; None when all count."""
    names = _DECIDED_BY.get(spec.column)
    if names is None:
        return None, False
    found = [getattr(rates, name) for name in names]
    if None not in found:
        return min(1.0, sum(found)), False
    return min(1.0, sum(getattr(rates, name) for name in _AT_LEAST[names[0]])), True


def _probability(spec: MeasureSpec, size: int, base_rate: float, share: float | None, lab: Lab) -> float:
    """The chance that the measure passes its gates."""
    rules = lab.disclosure
    with_event = max(ceil(lab.min_np), rules.min_events)
    if spec.of == "all" and spec.kind == "proportion":
        return float(_between(with_event, size - rules.min_events, size, base_rate))
    if spec.of == "all":
        return float(_between(rules.min_events, size, size, base_rate))
    reoffenders, chances = _reoffenders(size, base_rate, max(lab.min_reoffenders, rules.min_people))
    if share is None:
        return min(1.0, float(chances.sum()))
    least = with_event if spec.kind == "proportion" else rules.min_events
    most = reoffenders - rules.min_events if spec.kind == "proportion" else reoffenders
    return min(1.0, float(chances @ _between(least, most, reoffenders, share)))


def _reoffenders(size: int, base_rate: float, least: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Every number of reoffenders that is enough and not all but impossible, with its probability."""
    low, high = int(binom.ppf(_BEYOND, size, base_rate)), int(binom.ppf(1 - _BEYOND, size, base_rate))
    numbers = np.arange(max(low, least), max(high + 1, least), dtype=np.int64)
    return numbers, np.asarray(binom.pmf(numbers, size, base_rate), dtype=np.float64)


def _between(
    low: int, high: int | NDArray[np.int64], of: int | NDArray[np.int64], share: float
) -> NDArray[np.float64] | np.float64:
    """The chance that a binomial number is at least `low` and at most `high`."""
    found = binom.cdf(high, of, share) - binom.cdf(low - 1, of, share)
    return np.maximum(found, 0.0)
