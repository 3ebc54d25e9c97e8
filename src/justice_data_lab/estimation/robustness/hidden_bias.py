"""Rosenbaum's bound: how strong a hidden trait would have to be before the result could be due to it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import gammaln

from justice_data_lab.estimation.robustness.result import HiddenBias

if TYPE_CHECKING:
    from justice_data_lab.matching.inputs import Floats, Ints

# One row a stratum: treated with the event, treated, all with the event, all.
Strata: TypeAlias = npt.NDArray[np.int64]

TWENTIETHS = 20
LEVEL = 0.025
NEGLIGIBLE = 1e-18


def stratify(treated: tuple[Floats, Ints, Floats], comparison: tuple[Floats, Ints, Floats]) -> Strata:
    """Counts in strata cut at the twentieths of the treated people's scores, within what is matched exactly.

    Args:
        treated: scores, codes of what is matched exactly, and outcomes (0 or 1) of the matched treated people.
        comparison: the same of the comparison people; each counts once, whatever its weight.

    Returns:
        Strata in which both groups and both outcomes occur; the others say nothing.
    """
    edges = np.quantile(treated[0], np.arange(1, TWENTIETHS) / TWENTIETHS)
    keys = [np.searchsorted(edges, scores, side="left") + TWENTIETHS * exact for scores, exact, _ in (treated, comparison)]
    # Several exact columns make codes with wide gaps.
    known, places = np.unique(np.concatenate(keys), return_inverse=True)
    codes, size = np.split(places, [len(keys[0])]), len(known)
    people = [np.bincount(side, minlength=size) for side in codes]
    events = [
        np.bincount(side, weights=values, minlength=size).astype(np.int64)
        for side, (_, _, values) in zip(codes, (treated, comparison), strict=True)
    ]
    strata: Strata = np.column_stack([events[0], people[0], events[0] + events[1], people[0] + people[1]])
    _, first, with_event, everybody = strata.T
    telling = (first > 0) & (first < everybody) & (with_event > 0) & (with_event < everybody)
    return np.asarray(strata[telling])


def hidden_bias(strata: Strata, *, fewer: bool) -> HiddenBias | None:
    """The largest odds ratio Γ of treatment, between people who look alike, at which the result stays significant.

    Args:
        strata: counts; both groups and both outcomes in each.
        fewer: whether the result is that the treated have fewer events (else more).

    Returns:
        None without strata.

    Notes:
        Rosenbaum (2002), chapter 4: in a stratum the treated people with the event, given the margins, are at most extended
        hypergeometric with odds ratio Γ, reached when the hidden trait goes with the outcome without exception. The statistic
        is that of Mantel and Haenszel, the sum over strata; its distribution is worked out exactly, by convolution, with one-sided
        level .025.
    """
    if not len(strata):
        return None
    if fewer:
        with_event, first, all_events, everybody = strata.T
        strata = np.column_stack([first - with_event, first, everybody - all_events, everybody])
    plain = upper_tail(strata, 0.0)
    return HiddenBias(
        gamma=_largest(strata) if plain <= LEVEL else None,
        p_value=plain,
        strata=len(strata),
        n_treated=int(strata[:, 1].sum()),
        n_comparison=int((strata[:, 3] - strata[:, 1]).sum()),
    )


def upper_tail(strata: Strata, log_gamma: float) -> float:
    """P(Σ treated with the event ≥ what was seen) when the odds of treatment are exp(log_gamma) with the event."""
    start, distribution = 0, np.ones(1)
    for stratum in strata:
        low, part = _extended_hypergeometric(stratum, log_gamma)
        start += low
        distribution = np.convolve(distribution, part)
    seen = int(strata[:, 0].sum())
    return float(min(1.0, distribution[max(seen - start, 0) :].sum()))


def _extended_hypergeometric(stratum: npt.NDArray[np.int64], log_gamma: float) -> tuple[int, Floats]:
    """Smallest value that matters, and the probabilities from it on."""
    _, first, events, everybody = (int(count) for count in stratum)
    values = np.arange(max(0, first + events - everybody), min(first, events) + 1)
    logs = -(
        gammaln(values + 1)
        + gammaln(events - values + 1)
        + gammaln(first - values + 1)
        + gammaln(everybody - events - first + values + 1)
    )
    logs += values * log_gamma
    probabilities = np.exp(logs - logs.max())
    probabilities /= probabilities.sum()
    kept = np.flatnonzero(probabilities > NEGLIGIBLE)
    return int(values[kept[0]]), probabilities[kept[0] : kept[-1] + 1]


def _largest(strata: Strata) -> float:
    """Γ at which the tail reaches the level; it rises with Γ, to 1."""
    above = 1.0
    while upper_tail(strata, above) <= LEVEL:
        above *= 2
    return float(np.exp(brentq(lambda log_gamma: upper_tail(strata, log_gamma) - LEVEL, 0.0, above, xtol=1e-10)))
